"""Accounts as two administrators keep them: one makes and closes them, the other says what they may do; neither can do both. Source: R31, R34."""
import secrets
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from sanyi.store.accounts import keep_account
from sanyi.store.errors import BadAccount
from sanyi.store.factor import invite
from sanyi.store.log import write_line
from sanyi.store.models import Account, WorkEvent
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Posting, Staff, on_day
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.facts import ADMINISTRATORS, BOUND_TO_UNIT, POSTED, ROLES, Actor
from sanyi.workflows.take import clean

SYSTEM_ADMIN, SECURITY_ADMIN = ("system_admin",), ("security_admin",)
WITH_FACTOR = (*ADMINISTRATORS, "bureau")  # whose second factor is set up with an invitation of the security administrator
OWN_ROLES = tuple(role for role in ROLES if role not in POSTED)


def accounts(by: By) -> list[dict]:
    """Every account, with the roles and institutions that the postings of its member of staff give today. Errors: NotAllowed for everyone but the three administrators."""
    check_roles(by, ADMINISTRATORS)
    posted: dict[int, list[tuple[str, str]]] = {}
    for staff, role, house in Posting.objects.filter(on_day(timezone.localdate())).filter(staff__in=Account.objects.filter(staff__isnull=False).values("staff")).order_by("pk").values_list("staff", "role", "institution__name"):
        posted.setdefault(staff, []).append((role, house))
    found = Account.objects.order_by("name").values("id", "name", "role", "unit", "person", "is_active", "last_login", "locked_until", "must_change",
                                                         "staff", "staff__code", "staff__name", "resident", "factor_nonce", "password_at")
    return [{**row, "posted": posted.get(row["staff"], [])} for row in found]


def new_account(name: str, person: str, by: By) -> str:
    """Make an account that may only look until it is given rights; gives its first password, kept nowhere. Errors: NotAllowed, BadField."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        actor, name = check_roles(by, SYSTEM_ADMIN), clean(name)
        if Account.objects.filter(name__iexact=name).exists():
            raise BadField(f"账户“{name}”已存在", f"there is already an account {name!r}", "name")
        _made(name, password, person)
        _log(_known(name), "new", actor, {})
    return password


def new_password(name: str, by: By) -> str:
    """Give an account a fresh password, shown once, to be changed at the first sign-in; a lock ends. Errors: NotAllowed, UnknownWork."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        actor, account = _other(name, by, SYSTEM_ADMIN)
        _made(account.name, password, None)
        _log(account, "password", actor, {})
    return password


def set_active(name: str, is_active: bool, by: By) -> None:
    """Close an account, which signs it out at once, or open it again. Errors: NotAllowed, also for one's own; UnknownWork."""
    with transaction.atomic():
        actor, account = _other(name, by, SYSTEM_ADMIN)
        account.is_active, account.rights = is_active, F("rights") + 1
        account.save(update_fields=["is_active", "rights"])
        _log(account, "open" if is_active else "close", actor, {})


def set_rights(name: str, role: str, unit: str, staff: str, by: By) -> str:
    """Say what an account may do; its sessions end. Gives an invitation, where the role needs a second factor and has none, else nothing.

    Errors: NotAllowed (also for one's own), UnknownWork, BadField (role, unit, staff), GuardRefused (that person is another administrator).
    """
    with transaction.atomic():
        actor, account = _other(name, by, SECURITY_ADMIN)
        if role not in OWN_ROLES or role in BOUND_TO_UNIT and not clean(unit):
            raise BadField("角色未知，或缺少单位；工作人员的角色来自任职", "no such role, or its unit is missing; roles of staff come from postings", "role")
        account.role, account.unit = role, clean(unit) if role in (*BOUND_TO_UNIT, "expert") else ""
        account.staff = _staff(staff)
        account.rights = F("rights") + 1
        code = invite(account) if role in WITH_FACTOR and not account.factor_nonce else ""
        _saved(account)
        _log(account, "rights", actor, {"role": role, "unit": account.unit, "staff": staff})
    return code


def reset_factor(name: str, by: By) -> str:
    """Take an account's second factor away; gives the invitation that a new one is set up with. Errors: NotAllowed (also for one's own), UnknownWork."""
    with transaction.atomic():
        actor, account = _other(name, by, SECURITY_ADMIN)
        code = invite(account)
        account.rights = F("rights") + 1
        account.save()
        _log(account, "factor", actor, {})
    return code


def postings_changed(staff: int) -> None:
    """A posting began or ended: the sessions of that person's accounts end."""
    Account.objects.filter(staff=staff).update(rights=F("rights") + 1)


def owners(units: set[str]) -> list[str]:
    """The active accounts that may look after work of some units, and the office's."""
    return list(Account.objects.filter(Q(role="office") | Q(role="lead", unit__in=units), is_active=True).order_by("name").values_list("name", flat=True))


def _other(name: str, by: By, roles: tuple[str, ...]) -> tuple[Actor, Account]:
    """Somebody else's account: nobody changes what they may do themselves, by whichever account."""
    actor, account = check_roles(by, roles), _known(name)
    if account.name == actor.name or account.person_key in actor.persons:
        raise NotAllowed("不能变更自己的账户", "you cannot change your own account")
    return actor, account


def _made(name: str, password: str, person: str | None) -> None:
    try:
        keep_account(name, password, person=person, must_change=True)
    except BadAccount as refused:
        zh, _, en = str(refused).partition(" / ")
        raise BadField(zh, en or zh, "name") from None


def _staff(code: str) -> Staff | None:
    if not clean(code):
        return None
    found = Staff.objects.filter(code=clean(code)).first()
    if found is None:
        raise BadField(f"没有人员 {code!r}", f"there is no staff {code!r}", "staff")
    return found


def _saved(account: Account) -> None:
    with or_refused("同一人不能兼任两个管理员", "one person cannot be two administrators", "one_administrator_a_person"):
        account.save()


def _known(name: str) -> Account:
    account = Account.objects.select_for_update().filter(name=name).first()
    if account is None:
        raise UnknownWork(f"没有账户“{name}”", f"there is no account {name!r}")
    return account


def _log(account: Account, step: str, actor: Actor, given: dict[str, Any]) -> None:
    """A line in the log of the people's work and in the trail, without anything secret."""
    account.version = WorkEvent.objects.filter(subject="account", subject_id=account.pk).count() + 1
    write_line(account, "account", step, actor.name, timezone.now(), "", given, actor.persons, actor=actor, open_names=given)
