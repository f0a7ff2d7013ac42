"""The accounts as the reform office keeps them: listed, made, closed and opened again."""
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sanyi.store.accounts import make_account
from sanyi.store.errors import BadAccount
from sanyi.store.models import Account
from sanyi.store.who import check_office
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.facts import BOUND_TO_UNIT
from sanyi.workflows.take import clean


def accounts(by: str) -> list[dict]:
    """Every account. Errors: NotAllowed for everyone but the office."""
    check_office(by)
    return list(Account.objects.order_by("name").values("id", "name", "role", "unit", "is_active", "last_login", "locked_until"))


def new_account(name: str, role: str, unit: str, by: str) -> str:
    """Make an account; gives its first password, which is kept nowhere. Errors: NotAllowed, BadField."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        check_office(by)
        name = clean(name)
        if Account.objects.filter(name__iexact=name).exists():
            raise BadField(f"账户“{name}”已存在", f"there is already an account {name!r}", "name")
        try:
            make_account(Path(settings.VAR), name, password, role, clean(unit) if role in BOUND_TO_UNIT else "")
        except BadAccount as refused:
            zh, _, en = str(refused).partition(" / ")
            raise BadField(zh, en or zh, "name") from None
    return password


def new_password(name: str, by: str) -> str:
    """Give an account a fresh password, shown once; a lock ends. Errors: NotAllowed, UnknownWork."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        check_office(by)
        make_account(Path(settings.VAR), _known(name).name, password)
    return password


def set_active(name: str, is_active: bool, by: str) -> None:
    """Close an account, which signs it out at once, or open it again. Errors: NotAllowed, also for one's own; UnknownWork."""
    with transaction.atomic():
        actor, account = check_office(by), _known(name)
        if account.name == actor.name:
            raise NotAllowed("不能停用自己的账户", "you cannot close your own account")
        account.is_active = is_active
        account.save(update_fields=["is_active"])


def _known(name: str) -> Account:
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise UnknownWork(f"没有账户“{name}”", f"there is no account {name!r}")
    return account


def owners(units: set[str]) -> list[str]:
    """The active accounts that may look after work of some units, and the office's."""
    return list(Account.objects.filter(Q(role="office") | Q(role="lead", unit__in=units), is_active=True).order_by("name").values_list("name", flat=True))
