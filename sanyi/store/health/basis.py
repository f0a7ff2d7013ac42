"""The basis on which an actor reads a person's record now: asked of the database at every reading, so that what ends has ended. Source: R49."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from sanyi.store.health.relations import relations
from sanyi.store.health.tables import BreakGlass, RecordConsent
from sanyi.store.log import today_of
from sanyi.store.persons.tables import Person
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.workflows.access_matrix import BASES, PURPOSES, highest_level, purposes_of
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor


@dataclass(frozen=True)
class Basis:
    """A live basis: its kind, the purpose, the highest level it opens, and what it rests on, in both languages."""

    kind: str
    purpose: str
    level: int
    zh: str
    en: str
    until: datetime | None = None


def live_bases(person: int, purpose: str, actor: Actor, now: datetime) -> list[Basis]:
    """Every live basis that opens something to this actor for this purpose, the widest first."""
    found = [Basis(kind, purpose, level, zh, en, until) for kind, zh, en, until in _held(person, purpose, actor, now)
             if (level := highest_level(kind, purpose, actor.role))]
    return sorted(found, key=lambda each: -each.level)


def check_basis(person: int, purpose: str, actor: Actor, now: datetime) -> tuple[Person, Basis]:
    """The person and the widest live basis.

    Errors: BadField (no such purpose), NotAllowed: without a basis nothing is said of the person, not even whether there is one.
    """
    with refusals_recorded(actor, subject="health_record", subject_id=person, residents=(person,), purpose=purpose, step="read"):
        if purpose not in PURPOSES:
            raise BadField(f"请选择目的：{'、'.join(PURPOSES[each][0] for each in purposes_of(actor.role))}", "choose a purpose", "purpose")
        row = Person.objects.filter(pk=person, is_active=True).first()
        bases = live_bases(person, purpose, actor, now) if row else []
        if row is None or not bases:
            raise NotAllowed(f"没有以“{PURPOSES[purpose][0]}”为目的调阅此档案的有效依据", f"there is no live basis to read this record for {PURPOSES[purpose][1]}")
    return row, bases[0]


def own_person(actor: Actor) -> Person:
    """The person of a resident's own account. Errors: UnknownWork where the account is linked to nobody."""
    is_number = actor.role == "resident" and actor.resident.isascii() and actor.resident.isdigit() and len(actor.resident) < 19
    row = Person.objects.filter(pk=int(actor.resident), is_active=True).first() if is_number else None
    if row is None:
        raise UnknownWork("此账户尚未关联本人，请持身份证件到服务窗口办理", "this account is not linked to a person yet; bring your document to a service desk")
    return row


def _held(person: int, purpose: str, actor: Actor, now: datetime) -> Iterator[tuple[str, str, str, datetime | None]]:
    """What holds now, before it is asked what it opens: kind, words, until when."""
    if actor.role == "resident":
        if actor.resident == str(person):
            yield "own", *BASES["own"], None
        return
    if actor.role in OF_AN_INSTITUTION and actor.unit:
        for relation in relations():
            if purpose in relation.purposes and relation.holds(person, actor.unit, now):
                yield "attending" if relation.is_attending else "relation", relation.zh, relation.en, None
        glass = BreakGlass.objects.filter(person=person, created_by=actor.name, institution=actor.unit, created_at__lte=now, closes_at__gt=now).exclude(
            state="unjustified").order_by("-closes_at").first()
        if glass is not None:
            yield "break_glass", *BASES["break_glass"], glass.closes_at
    today = today_of(now)
    consents = RecordConsent.objects.filter(Q(institution="") | Q(institution=actor.unit), Q(until_on=None) | Q(until_on__gte=today), person=person, purpose=purpose,
                                            withdrawn_at=None, given_at__lte=now)
    if consents.exists():
        yield "consent", *BASES["consent"], None
    yield "statutory", *BASES["statutory"], None
