"""Making accounts, and signing in with a lock-out after five wrong tries."""
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
import secrets
from typing import Any

from sanyi.store.errors import BadAccount
from sanyi.store.place import configure
from sanyi.workflows.facts import BOUND_TO_UNIT, POSTED, ROLES, SYSTEM
from sanyi.workflows.take import clean

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
ADMIN = "admin"


def make_account(var: Path, name: str, password: str, role: str | None = None, unit: str | None = None,
                 person: str | None = None, must_change: bool = False, hashed: str = "") -> None:
    """Make an account, or give an existing one a new password, as the command line does; it leaves its event. `hashed`: as of `set_password`. Errors: as `keep_account`."""
    configure(var)
    from django.db import transaction

    from sanyi.store.trail.recording import actor_named, record
    with transaction.atomic():
        account, is_new = keep_account(name, password, role, unit, person, must_change, hashed)
        record("change", actor_named(SYSTEM), step="new" if is_new else "password", subject="account", subject_id=account.pk,
               given={"role": account.role, "unit": account.unit}, open_names=("role", "unit"))


def keep_account(name: str, password: str, role: str | None = None, unit: str | None = None, person: str | None = None,
                 must_change: bool = False, hashed: str = "") -> tuple[Any, bool]:
    """Make an account, or give an existing one a new password (and role and unit, where given); gives it, and whether it is new. The caller logs it.

    `person` names whose it is where somebody has several. A new account is a reader unless told otherwise; `admin` is always the reform office. Errors: ValidationError for a weak
    password, BadAccount for an unknown role, a lead account without unit, a second administrator of one person, or a name the ledger's
    own log uses.
    """
    from django.db import IntegrityError, transaction
    from django.db.models import F
    from django.utils import timezone

    from sanyi.store.models import Account
    from sanyi.store.passwords import set_password

    account = Account.objects.filter(name=name).first() or Account(name=name)
    is_new = account.pk is None
    account.role = "office" if name == ADMIN else role or account.role
    account.unit = account.unit if unit is None else unit
    account.person = account.person if person is None else clean(person)
    _check_account(account)
    set_password(account, password, timezone.now(), must_change, hashed)
    account.is_active, account.wrong_count, account.locked_until = True, 0, None
    account.rights = 1 if is_new else F("rights") + 1
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise BadAccount("同一人不能兼任两个管理员 / one person cannot be two administrators") from None
    return account, is_new


def make_administrators(var: Path, names: Mapping[str, str]) -> dict[str, str]:
    """Make the three administrators by role, none or all; gives their passwords, kept nowhere. Errors: BadAccount where two are one person."""
    configure(var)
    from django.db import transaction
    passwords = {role: secrets.token_urlsafe(12) for role in names}
    if len({"".join(name.split()).casefold() for name in names.values()}) < len(names):
        raise BadAccount("三名管理员须为三个人 / the three administrators are three persons")
    with transaction.atomic():
        for role, name in names.items():
            make_account(var, name, passwords[role], role)
    return passwords


def _check_account(account: Any) -> None:
    if account.name.lower() in ("", SYSTEM) or account.name != clean(account.name) or len(account.name) > 150:
        raise BadAccount(f"账户名 {account.name!r} 不可用 / the name cannot be used")
    if account.role not in ROLES:
        raise BadAccount(f"角色 {account.role!r} 未知；可用 / unknown role; there are: {', '.join(ROLES)}")
    if account.role in POSTED:
        raise BadAccount("此角色来自任职，不来自账户 / this role comes from a posting, not from the account")
    if account.role in BOUND_TO_UNIT and not account.unit:
        raise BadAccount("牵头单位、医疗机构的账户需要 --unit / an account of a lead unit or an institution needs its unit")


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
        known = Account.objects.select_for_update().filter(name=name).first()  # tries at once are counted one after the other
        if known is None:
            return None
        if known.locked_until and known.locked_until > timezone.now():
            _record_sign_in(known, "locked")
            return None
        known.wrong_count = 0 if account else known.wrong_count % TRIES + 1
        known.locked_until = timezone.now() + LOCKED_FOR if known.wrong_count == TRIES else None
        known.save(update_fields=["wrong_count", "locked_until"])
        _record_sign_in(known, "" if account else "wrong_password")
    return account


def _record_sign_in(account: Any, refused: str) -> None:
    """Whose account it is and how it ended; what was typed stands nowhere."""
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.store.trail.watching import raise_alert
    record("sign_in", actor_named(account.name), subject="account", subject_id=account.pk, outcome="refused" if refused else "done", reason=refused)
    if refused == "wrong_password" and account.wrong_count == TRIES:
        raise_alert("account_locked", actor_named(account.name), TRIES)
