"""Who acts: an account's role and unit, read in the same transaction as the change."""
from sanyi.store.accounts import SYSTEM
from sanyi.store.models import Account
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import ROLES, Actor


def actor_of(name: str) -> Actor:
    """Give an account as an actor; `system` is the command line. Errors: NotAllowed where there is no such active account."""
    if name == SYSTEM:
        return Actor(SYSTEM, "office")
    account = Account.objects.filter(name=name, is_active=True).first()
    if account is None:
        raise NotAllowed(f"没有可用的账户“{name}”", f"there is no active account {name!r}")
    return Actor(account.name, account.role, account.unit)


def check_office(name: str) -> Actor:
    """Refuse everyone but the reform office. Errors: NotAllowed."""
    return check_roles(name, ("office",))


def check_roles(name: str, roles: tuple[str, ...]) -> Actor:
    """Refuse an account of another role. Errors: NotAllowed."""
    actor = actor_of(name)
    if actor.role not in roles:
        zh, en = (" / ".join(ROLES[role][word] for role in roles) for word in (0, 1))
        raise NotAllowed(f"须由{zh}办理；{name} 是{ROLES[actor.role][0]}", f"this takes a {en}; {name} is a {ROLES[actor.role][1]}")
    return actor


def check_unit(actor: Actor, units: tuple[str, ...]) -> None:
    """Refuse a lead account whose unit has no part in the work. Errors: NotAllowed."""
    if actor.role == "lead" and (not actor.unit or actor.unit not in units):
        raise NotAllowed("本单位与此项无关，不能办理", "your unit has no part in this")
