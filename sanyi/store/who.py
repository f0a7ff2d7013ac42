"""Who acts: an account's role and unit, or those of the posting it acts in, read in the same transaction as the change."""
from dataclasses import dataclass
from datetime import date
import unicodedata

from django.db import connection
from django.utils import timezone

from sanyi.store.models import Account, Delegation
from sanyi.store.organisation.tables import Posting, on_day, on_day_sql
from sanyi.workflows.errors import FactorNeeded, NotAllowed
from sanyi.workflows.facts import ROLES, SYSTEM, Actor


@dataclass(frozen=True)
class Acting:
    """Who acts, as a session knows it: the account, the posting it acts in (None: its own role), whether a second factor was shown."""

    name: str
    posting: int | None = None
    has_factor: bool = False

    def __str__(self) -> str:
        """The account's name."""
        return self.name


# Having Django write it anew takes ten times what the question takes, while others wait for the lock.
_POSTED = (f"SELECT p.role, i.code, a.person, a.person_key FROM store_posting p JOIN store_staff s ON s.id = p.staff_id JOIN store_institution i ON i.id = p.institution_id"
           f" JOIN store_account a ON a.staff_id = s.id WHERE p.id = %s AND a.name = %s AND a.is_active AND {on_day_sql('p')} AND {on_day_sql('s')} AND {on_day_sql('i')}")
By = str | Acting  # a bare name is the command line's or a job's: who is at the machine needs no second factor


def actor_of(by: By) -> Actor:
    """Give an account as an actor; `system` is the command line. Errors: NotAllowed without such an active account, or a posting of its own today."""
    if by == SYSTEM:
        return Actor(SYSTEM, "office", persons=(SYSTEM,), has_factor=True)
    if isinstance(by, str):
        return actor_from(_active(by), None, True)
    return _posted(by) if by.posting else actor_from(_active(by.name), None, by.has_factor)


def _posted(by: Acting) -> Actor:
    """Account and posting in one question, for every change asks it. Errors: NotAllowed."""
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    with connection.kept_cursor() as cursor:
        cursor.execute(_POSTED, [by.posting, by.name, *[today] * 6])
        found = cursor.fetchone()
    if found is None:
        return actor_from(_active(by.name), by.posting, by.has_factor)  # which says what is wrong
    role, institution, person, key = found
    return Actor(by.name, role, institution, _persons(by.name, person, key), has_factor=by.has_factor)


def actor_from(account: Account, posting: int | None, has_factor: bool) -> Actor:
    """An account that is already read, as an actor. Errors: NotAllowed where the posting is not its own, or not true today."""
    if posting is None:
        return acting_in(account, None, has_factor)
    today = timezone.localdate()
    found = Posting.objects.filter(on_day(today), on_day(today, "staff__"), on_day(today, "institution__"), pk=posting, staff=account.staff_id).values_list(
        "role", "institution__code").first() if account.staff_id else None
    if found is None:
        raise NotAllowed("该任职已结束或不是本人的", "this posting has ended, or is not one's own")
    return acting_in(account, found, has_factor)


def acting_in(account: Account, posted: tuple[str, str] | None, has_factor: bool) -> Actor:
    """An account in a posting's role and institution that were just read, or in its own role and unit."""
    persons = _persons(account.name, account.person, account.person_key)
    if posted is None:
        return Actor(account.name, account.role, account.unit, persons, account.resident if account.role == "resident" else "", has_factor)
    return Actor(account.name, *posted, persons, has_factor=has_factor)


def actor_for(by: By, on_behalf: str, today: date) -> Actor:
    """Give an account acting for another: with that one's role and unit, and with both persons. Errors: NotAllowed without a delegation."""
    actor = actor_of(by)
    if not on_behalf:
        return actor
    giver = _active(on_behalf)
    if not Delegation.objects.filter(giver=giver, taker__name=actor.name, from_on__lte=today, to_on__gte=today, revocation=None).exists():
        raise NotAllowed(f"“{on_behalf}”没有委托“{actor.name}”今天代办", f"{on_behalf!r} has not delegated to {actor.name!r} for today")
    return Actor(f"{actor.name}→{giver.name}"[:150], giver.role, giver.unit, (*actor.persons, person_of(giver)), has_factor=actor.has_factor)


def person_of(account: Account) -> str:
    """Whose account it is: the person it names, or its own name. Case, width and space do not make another person."""
    return _person(account.person or account.name)


def _persons(name: str, person: str, key: str) -> tuple[str, ...]:
    said = _person(person or name)
    return tuple(dict.fromkeys((key or said, said)))


def _person(said: str) -> str:
    return "".join(unicodedata.normalize("NFKC", said).split()).casefold()


def _active(name: str) -> Account:
    account = Account.objects.filter(name=name, is_active=True).first()
    if account is None:
        raise NotAllowed(f"没有可用的账户“{name}”", f"there is no active account {name!r}")
    return account


def check_office(by: By) -> Actor:
    """Refuse everyone but the reform office. Errors: NotAllowed."""
    return check_roles(by, ("office",))


def check_roles(by: By, roles: tuple[str, ...]) -> Actor:
    """Refuse an account of another role. Errors: NotAllowed."""
    actor = actor_of(by)
    if actor.role not in roles:
        zh, en = (" / ".join(ROLES[role][word] for role in roles) for word in (0, 1))
        raise NotAllowed(f"须由{zh}办理；{actor.name} 是{ROLES[actor.role][0]}", f"this takes a {en}; {actor.name} is a {ROLES[actor.role][1]}")
    return actor


def check_factor(actor: Actor) -> Actor:
    """Refuse a session that has not shown a second factor: for what is no workflow's step, such as unmasking. Errors: FactorNeeded."""
    if not actor.has_factor:
        raise FactorNeeded("须先通过双因素验证", "this takes a second factor")
    return actor


def check_unit(actor: Actor, units: tuple[str, ...]) -> None:
    """Refuse a lead account whose unit has no part in the work. Errors: NotAllowed."""
    if actor.role == "lead" and (not actor.unit or actor.unit not in units):
        raise NotAllowed("本单位与此项无关，不能办理", "your unit has no part in this")
