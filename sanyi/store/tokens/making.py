"""Making a token, and ending it; only a signed-in session does, never a token."""
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from sanyi.store.models import Account
from sanyi.store.tokens.scopes import check_scopes
from sanyi.store.tokens.tables import AccessToken
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import ADMINISTRATORS
from sanyi.workflows.take import clean

PREFIX = "sanyi_"
MOST_DAYS, MOST_TOKENS, LONGEST_NAME = 90, 20, 80


def digest_of(token: str) -> str:
    """What a token is found by. It has 256 random bits, so a fast hash is safe, and the same on every machine."""
    return sha256(token.encode()).hexdigest()


def make_token(name: str, scopes: Sequence[str], days: int, by: By, now: datetime) -> tuple[str, AccessToken]:
    """Make a token that acts as its maker does now, but only within `scopes` and for so many days; gives it, this once, and its row.

    Errors: NotAllowed (an administrator, or the command line), BadField, GuardRefused (too many). Source: R33.
    """
    with refusals_recorded(by, subject="token", step="make"), transaction.atomic():
        actor, account = actor_of(by), Account.objects.select_for_update().filter(name=getattr(by, "name", "")).first()
        if account is None or actor.role in ADMINISTRATORS:
            raise NotAllowed("管理员与命令行不用令牌", "administrators and the command line have no tokens")
        if not clean(name) or len(name) > LONGEST_NAME:
            raise BadField(f"请填写名称（至多 {LONGEST_NAME} 字）", f"give it a name of at most {LONGEST_NAME} characters", "name")
        if not 1 <= days <= MOST_DAYS:
            raise BadField(f"有效期为 1 至 {MOST_DAYS} 天", f"a token lasts 1 to {MOST_DAYS} days", "days")
        if _live(account, now).count() >= MOST_TOKENS:
            raise GuardRefused(f"每个账户至多 {MOST_TOKENS} 个令牌", f"an account has at most {MOST_TOKENS} tokens", "few_tokens")
        token = PREFIX + secrets.token_urlsafe(32)
        row = AccessToken.objects.create(account=account, posting_id=getattr(by, "posting", None), digest=digest_of(token), bound=account.get_session_auth_hash(),
                                         name=clean(name), scopes="\n".join(check_scopes(scopes)), made_at=now, ends_at=now + timedelta(days=days))
        record("change", actor, subject="token", subject_id=row.pk, step="make", given={"scopes": row.scopes, "days": days}, open_names=("scopes",), now=now)
    return token, row


def end_token(id: int, by: By, now: datetime) -> None:
    """End one of one's own tokens. Errors: UnknownWork."""
    with refusals_recorded(by, subject="token", subject_id=id, step="end"), transaction.atomic():
        actor = actor_of(by)
        if AccessToken.objects.filter(pk=id, account__name=actor.name, ended_at=None).update(ended_at=now) != 1:
            raise UnknownWork(f"没有编号为 {id} 的令牌", f"there is no token number {id}")
        record("change", actor, subject="token", subject_id=id, step="end", now=now)


def tokens_of(by: By, now: datetime) -> list[dict[str, Any]]:
    """One's own tokens that still work, newest first."""
    account = Account.objects.get(name=getattr(by, "name", by))
    rows = _live(account, now).filter(bound=account.get_session_auth_hash()).order_by("-id")
    return [{**row, "scopes": row["scopes"].split("\n")} for row in rows.values("id", "name", "scopes", "made_at", "ends_at", "posting__institution__name")]


def _live(account: Account, now: datetime) -> Any:
    return AccessToken.objects.filter(account=account, ended_at=None, ends_at__gt=now)
