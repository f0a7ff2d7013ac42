"""What a token stands for, as long as it stands for anything."""
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from sanyi.store.kept import Rows
from sanyi.store.models import Account
from sanyi.store.signed_in import COLUMNS, account_from
from sanyi.store.tokens.making import PREFIX, digest_of
from sanyi.store.tokens.tables import AccessToken

OF_ACCOUNT = [f"account__{name}" for name in COLUMNS]


@dataclass(frozen=True)
class Bearer:
    """An account as a token may act for it: in one posting (None: its own role), within scopes, and never with a second factor."""

    account: Account
    posting: int | None
    scopes: frozenset[str]


def bearer_of(token: str, now: datetime) -> Bearer | None:
    """Whom a token acts for; None when it is unknown, ended or out of date, or the account's rights, password or factor have changed since."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    found = Rows(AccessToken).filter(Q(digest=digest_of(token), ended_at=None, ends_at__gt=now, account__is_active=True)).values(["bound", "posting_id", "scopes", *OF_ACCOUNT])
    if not found:
        return None
    bound, posting, scopes, *columns = found[0]
    account = account_from(tuple(columns))
    return Bearer(account, posting, frozenset(scopes.split("\n"))) if constant_time_compare(bound, account.get_session_auth_hash()) else None
