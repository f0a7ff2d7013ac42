"""Passwords: their rules, those an account had before, and when one must be changed. Source: R31."""
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from sanyi.store.models import Account, PasswordBefore
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.errors import BadField

REMEMBERED = 5
LASTS = timedelta(days=180)


class NotUsedBefore:
    """The password is none of the account's last ones."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse one that was used before. Errors: ValidationError."""
        if user is None or user.pk is None:
            return
        hashes = [user.password, *user.passwords_before.order_by("-id").values_list("hash", flat=True)[:REMEMBERED - 1]]
        if any(check_password(password, hash) for hash in hashes if hash):
            raise ValidationError(f"最近 {REMEMBERED} 次用过的密码不能再用 / none of the last {REMEMBERED} passwords", code="used_before")

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"不与最近 {REMEMBERED} 次的密码相同 / none of the last {REMEMBERED}"


class WithoutName:
    """The password does not hold the account's name."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse one that holds the name. Errors: ValidationError."""
        if user is not None and len(user.name) > 2 and user.name.casefold() in password.casefold():
            raise ValidationError("密码不能包含账户名 / the password may not hold the account's name", code="holds_name")

    def get_help_text(self) -> str:
        """Say the rule."""
        return "不含账户名 / without the account's name"


def set_password(account: Account, password: str, now: datetime, must_change: bool = False, hashed: str = "") -> None:
    """Give an account a password; every session of it ends. `hashed` is what the caller has made of it for several accounts that share it: a hash takes a fifth
    of a second. The caller saves the account. Errors: ValidationError."""
    validate_password(password, account)
    if account.pk and account.password:
        PasswordBefore.objects.create(account=account, hash=account.password, at=now)
    account.password = hashed or make_password(password)
    account.password_at, account.must_change = now, must_change


def change_password(name: str, old: str, new: str, now: datetime) -> Account:
    """Change one's own password. Errors: BadField where the old one is wrong, or the new one does not fit the rules."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(name=name)
        if not account.check_password(old):
            raise BadField("原密码不正确", "the old password is wrong", "old")
        try:
            set_password(account, new, now)
        except ValidationError as refused:
            zh, en = zip(*(_pair(message) for message in refused.messages))
            raise BadField("；".join(zh), "; ".join(en), "new") from None
        account.rights = F("rights") + 1
        account.save()
        account.refresh_from_db()
        record("change", actor_named(name), step="own_password", subject="account", subject_id=account.pk, now=now)
    return account


def is_overdue(account: Account, now: datetime) -> bool:
    """Whether the password must be changed before anything else: somebody else gave it, or it is old."""
    return account.must_change or account.password_at is not None and now - account.password_at > LASTS


def _pair(message: str) -> tuple[str, str]:
    zh, slash, en = message.partition(" / ")
    return (zh, en) if slash else (f"密码不符合要求：{message}", message)
