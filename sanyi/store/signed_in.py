"""Accounts by their row: every request asks for one."""
from typing import Any

from django.contrib.auth.backends import ModelBackend

from sanyi.store.asking import row_of
from sanyi.store.models import Account

COLUMNS = [field.attname for field in Account._meta.concrete_fields]


class KeptAccounts(ModelBackend):
    """Django's own way of knowing who has signed in, but for how an account is read."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account as it is now, if it may sign in."""
        account = row_of(Account, user_id)
        return account if self.user_can_authenticate(account) else None


def account_from(row: tuple[Any, ...]) -> Account:
    """An account from its columns."""
    return Account.from_db("default", COLUMNS, row)
