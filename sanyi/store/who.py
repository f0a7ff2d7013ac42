"""Who acts: an account's role and unit, read in the same transaction as the change."""
from datetime import date
import unicodedata

from sanyi.store.accounts import SYSTEM
from sanyi.store.models import Account, Delegation
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import ROLES, Actor

By = str


def actor_of(name: str) -> Actor:
    """Give an account as an actor; `system` is the command line. Errors: NotAllowed where there is no such active account."""
    if name == SYSTEM:
        return Actor(SYSTEM, "office", persons=(SYSTEM,))
    account = _active(name)
    return Actor(account.name, account.role, account.unit, (person_of(account),))


def actor_for(name: str, on_behalf: str, today: date) -> Actor:
    """Give an account acting for another: with that one's role and unit, and with both persons. Errors: NotAllowed without a delegation."""
    actor = actor_of(name)
    if not on_behalf:
        return actor
    giver = _active(on_behalf)
    if not Delegation.objects.filter(giver=giver, taker__name=name, from_on__lte=today, to_on__gte=today, revocation=None).exists():
        raise NotAllowed(f"“{on_behalf}”没有委托“{name}”今天代办", f"{on_behalf!r} has not delegated to {name!r} for today")
    return Actor(f"{actor.name}→{giver.name}"[:150], giver.role, giver.unit, (*actor.persons, person_of(giver)))


def person_of(account: Account) -> str:
    """Whose account it is: the person it names, or its own name. Case, width and space do not make another person."""
    return "".join(unicodedata.normalize("NFKC", account.person or account.name).split()).casefold()


def _active(name: str) -> Account:
    account = Account.objects.filter(name=name, is_active=True).first()
    if account is None:
        raise NotAllowed(f"没有可用的账户“{name}”", f"there is no active account {name!r}")
    return account


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
