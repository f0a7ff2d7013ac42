"""What a token stands for, as long as it stands for anything."""
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare

from sanyi.store.models import Account
from sanyi.store.tokens.making import PREFIX, digest_of
from sanyi.store.tokens.tables import AccessToken


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
    row = AccessToken.objects.select_related("account").filter(digest=digest_of(token), ended_at=None, ends_at__gt=now, account__is_active=True).first()
    if row is None or not constant_time_compare(row.bound, row.account.get_session_auth_hash()):
        return None
    return Bearer(row.account, row.posting_id, frozenset(row.scopes.split("\n")))
