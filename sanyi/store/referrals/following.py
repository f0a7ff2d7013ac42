"""What follows a step of a referral in the same transaction: consents and arrivals kept, a redirected request's successor, the other path closed."""
from datetime import datetime

from sanyi.store.act import act
from sanyi.store.adding import add
from sanyi.store.appointments.tables import PENDING, Appointment, Waiting
from sanyi.store.log import write_line
from sanyi.store.messages.queueing import put_down
from sanyi.store.referrals.directory import direction_between, find_institution
from sanyi.store.referrals.drafting import insert_draft
from sanyi.store.referrals.packet import current_parts, renew, shown_text, write_part
from sanyi.store.referrals.tables import Referral, ReferralArrival, ReferralConsent
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.facts import SYSTEM, Actor, Given

ON_THE_WAY = ("draft", "consented", "submitted", "filing_asked", "certified", "accepted")
THERE = ("arrived", "treated", "down_offered")


def keep_consent(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """Keep the very text that was consented to."""
    ReferralConsent.objects.create(referral=row, way=given["way"], text=shown_text(row), digest=row.digest, created_by=actor.name, created_at=now)


def keep_arrival(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """The one arrival; where the patient came back, the path that led away is closed with it."""
    add(ReferralArrival(referral=row, institution=row.receiver, arrived_at=row.arrived_at, created_by=actor.name, created_at=now))
    if row.returns_id:
        _along(Referral.objects.filter(pk=row.returns_id, state__in=THERE), "close_with_return", now)


def end_return(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """A path that is closed, or taken back otherwise, leaves no way back open."""
    _along(row.returned_by.filter(state__in=ON_THE_WAY), "end_with_closing", now)


def give_up(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """Nobody comes on it any more: the place kept for the patient inside it goes to the next in line, and their turns end."""
    for made in Appointment.objects.filter(referral=row, state__in=OPEN, starts_at__gt=now).order_by("pk"):
        act("appointment", made.pk, made.version, "end_with_referral", {"why": row.state}, SYSTEM, now)
    for turn in Waiting.objects.filter(referral=row, state__in=PENDING).order_by("pk"):
        act("waiting", turn.pk, turn.version, "end_with_referral", {}, SYSTEM, now)
    tell_patient(row, actor, now, given)


def tell_patient(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """The patient hears of what others did with a request that was sent."""
    if row.submitted_at is not None and actor.role != "resident":
        put_down(row.person_id, row.institution, "referral", f"referral {row.pk} {row.state}", now, actor)


def succeed(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """A redirected request is closed; its successor begins with the same packet, and asks for a consent of its own."""
    is_onward = row.arrived_at is not None
    sender, receiver = find_institution(row.receiver if is_onward else row.institution, now), find_institution(str(given["to"]), now)
    next_one = Referral(person=row.person, institution=sender.code, receiver=receiver.code, origin=row.origin, direction=direction_between(sender, receiver), urgency=row.urgency,
                        is_green=row.is_green, department=given.get("department", ""), reason=row.reason, criterion=row.criterion, rules=row.rules, replaces=row, state="draft", digest="",
                        created_by=actor.name, created_at=now)
    insert_draft(next_one, now)
    for part in current_parts(row.pk).values():
        write_part(next_one, part.kind, part.text, part.institution, actor.name, now)
    renew(next_one)
    write_line(next_one, "referral", "begin", actor.name, now, "", {"replaces": row.pk}, actor.persons, actor=actor)
    (end_return if is_onward else give_up)(row, actor, now, given)


def _along(rows, step: str, now: datetime) -> None:
    for other in rows.order_by("pk"):
        act("referral", other.pk, other.version, step, {}, SYSTEM, now)
