"""Making accounts, and signing in with a lock-out after five wrong tries."""
from datetime import timedelta
from pathlib import Path
from typing import Any

from sanyi.store.place import configure

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


def make_account(var: Path, name: str, password: str) -> None:
    """Make an account, or give an existing one a new password; raises ValidationError for a weak one."""
    configure(var)
    from django.contrib.auth.password_validation import validate_password

    from sanyi.store.models import Account

    validate_password(password)
    account = Account.objects.filter(name=name).first() or Account(name=name)
    account.set_password(password)
    account.is_active, account.wrong_count, account.locked_until = True, 0, None
    account.save()


def sign_in(request: Any, name: str, password: str) -> Any | None:
    """The account if the password is right and the account is not locked; else None, and the try is counted.

    A name that does not exist leaves no trace and takes as long as one that does.
    """
    from django.contrib.auth import authenticate
    from django.db import transaction
    from django.utils import timezone

    from sanyi.store.models import Account

    account = authenticate(request, username=name, password=password)
    with transaction.atomic():
        known = Account.objects.filter(name=name).first()
        if known is None:
            return None
        if known.locked_until and known.locked_until > timezone.now():
            return None
        known.wrong_count = 0 if account else known.wrong_count % TRIES + 1
        known.locked_until = timezone.now() + LOCKED_FOR if known.wrong_count == TRIES else None
        known.save(update_fields=["wrong_count", "locked_until"])
    return account
