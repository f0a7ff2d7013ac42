"""Electronic health cards: issuing one, showing its code, checking a code at the desk."""
from datetime import datetime
from hashlib import sha256
import secrets

from django.db import IntegrityError, transaction

from sanyi.store.kinds import find_work
from sanyi.store.log import write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.persons.card_codes import new_code, read_code
from sanyi.store.persons.registering import locked
from sanyi.store.persons.tables import CardUse, HealthCard, Person
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of, check_roles
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor

DESK = ("registrar", "doctor", "family_doctor", "nurse", "technician", "pharmacist")
ISSUERS = ("registrar", "office", "resident")


def issue(person: int, by: By, now: datetime) -> HealthCard:
    """Issue a person's card. A resident issues the own one. Errors: NotAllowed, UnknownWork, GuardRefused (there is one, or the row is not in use)."""
    with transaction.atomic():
        actor = check_roles(by, ISSUERS)
        _check_own(actor, person)
        row = locked(person)
        with or_refused("此人已有正常的健康卡", "this person has a card in use already", "once"):
            card = HealthCard.objects.create(person=row, number=_new_number(), nonce=secrets.token_hex(16), state=workflow_of("health_card").start,
                                             institution=actor.unit, created_by=actor.name, created_at=now)
        write_line(card, "health_card", "issue", actor.name, now, "", {"person": person}, actor.persons, actor=actor)
    return card


def code_of(id: int, by: By, now: datetime) -> str:
    """A fresh code of a card in use, for its own resident. Errors: UnknownWork (not one's own), NotAllowed, GuardRefused."""
    actor = check_roles(by, ("resident",))
    card = find_work("health_card", id, actor)
    if card.state != "in_use":
        raise GuardRefused("健康卡已挂失或注销", "the card is suspended or withdrawn", "in_use")
    return new_code(card, now)


def check(text: str, by: By, now: datetime) -> Person:
    """Take a code at the desk: whose card it is. The same code is never good again, here or anywhere else.

    Errors: NotAllowed, BadField (no code at all), GuardRefused (too old, forged, used before, card not in use: told in the same words).
    """
    with refusals_recorded(by, subject="health_card", step="check", now=now), transaction.atomic():
        actor, code = check_roles(by, DESK), read_code(text)
        if code is None:
            raise BadField("这不是健康卡码", "this is no health card's code", "code")
        card = HealthCard.objects.select_for_update().select_related("person").filter(pk=code.card).first()
        if card is None or not code.is_of(card) or not code.is_fresh(now) or card.state != "in_use" or not card.person.is_active:
            raise _no_good()
        try:
            with transaction.atomic():
                CardUse.objects.create(card=card, code=sha256(code.signed.encode()).hexdigest(), institution=actor.unit, by=actor.name, at=now)
        except IntegrityError:
            raise _no_good() from None
    reads_person("health_card", card.pk, residents=(card.person_id,), purpose="identify", actor=actor)
    return card.person


def cards_of(person: int) -> list[HealthCard]:
    """A person's cards, newest first."""
    return list(HealthCard.objects.filter(person=person).order_by("-id"))


def own_card(by: By) -> HealthCard | None:
    """The card in use of a resident's own account."""
    actor = actor_of(by)
    return HealthCard.objects.filter(person=actor.resident, state="in_use").first() if actor.resident.isdigit() else None


def _check_own(actor: Actor, person: int) -> None:
    if actor.role == "resident" and actor.resident != str(person):
        raise NotAllowed("只能领取本人的健康卡", "a resident has the own card only")


def _no_good() -> GuardRefused:
    return GuardRefused("健康卡码无效、已用过或已过期，请出示新码", "this code is not valid, was used, or is too old; show a fresh one", "fresh_code")


def _new_number() -> str:
    """Sixteen digits that tell nothing of the person."""
    return f"{secrets.randbelow(9 * 10**15) + 10**15}"
