"""Referrals as a kind of work: what a step may know, who may see which, what follows."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.appointments.tables import PENDING, Appointment, Slot, Waiting
from sanyi.store.asking import numbers_by
from sanyi.store.kinds import EVERYTHING, NOTHING, Lock, WorkKind
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.directory import full_of, refusal_of
from sanyi.store.referrals.drafting import has_twin
from sanyi.store.referrals.first_contact import is_first_contact
from sanyi.store.referrals.following import end_return, give_up, keep_arrival, keep_consent, succeed, tell_patient
from sanyi.store.referrals.packet import add_part, renewed
from sanyi.store.referrals.tables import DRAFTS, Referral, ReferralOffer, ReferralPart
from sanyi.workflows import workflow_of
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.facts import OF_AN_INSTITUTION, SYSTEM, Actor
from sanyi.workflows.referral import BEFORE_ARRIVAL
from sanyi.workflows.referral_facts import ReferralFacts
from sanyi.workflows.referral_guards import packet_is_whole, plan_is_there

SEES = tuple(role for role in OF_AN_INSTITUTION if role not in ("pharmacist", "technician"))
SENT = Q(submitted_at__isnull=False)
BOXES = {"in": lambda unit: Q(receiver=unit) & SENT, "out": lambda unit: Q(institution=unit), "chain": lambda unit: Q(origin=unit) & ~Q(institution=unit)}
ASKING = {state for step in workflow_of("referral").steps if {packet_is_whole, plan_is_there} & set(step.guards) for state in step.before}  # where a guard asks for the packet
SUCCEEDED = {state for step in workflow_of("referral").steps if step.name in ("redirect", "send_on") for state in step.before}
BOOKED = set(BEFORE_ARRIVAL) - {"draft"}  # in which a place may be kept for the patient
FILED = Q(direction="off_site") & (Q(state__in=("filing_asked", "certified")) | ~Q(certificate=""))


def visible(actor: Actor) -> Q:
    """To staff what their institution sends, receives (once it is sent) or began; to a resident the own; to the bureau what it files."""
    if actor.name == SYSTEM:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=int(actor.resident)) if actor.resident.isascii() and actor.resident.isdigit() and len(actor.resident) < 19 else NOTHING
    if actor.role == "bureau":
        return FILED
    if actor.role not in SEES or not actor.unit:
        return NOTHING
    return BOXES["out"](actor.unit) | BOXES["in"](actor.unit) | Q(origin=actor.unit)


def facts(row: Referral, actor: Actor, now: datetime) -> ReferralFacts:
    """All that a step may know."""
    rules = row.rules.rules
    return ReferralFacts(
        state=row.state, actor=actor, now=now, today=today_of(now), units=(row.institution, row.receiver), sides={"sender": (row.institution,), "receiver": (row.receiver,)},
        residents=(str(row.person_id),), done_by=row.done_by, direction=row.direction, urgency=row.urgency, sender=row.institution, receiver=row.receiver, criterion=row.criterion,
        criteria=tuple(rules["criteria"].get(row.direction, ())), down_criteria=tuple(rules["criteria"].get("down", ())),
        parts=_parts(row) if row.state in ASKING else (), needed_parts=tuple(rules["packets"].get(row.direction, ())),
        digest=row.digest, consented=row.consented, has_effect=bool(row.effect), refusal=refusal_of(row, today_of(now)) if row.state == "consented" else None,
        full=full_of(row, now) if row.state == "submitted" and not row.is_green else None, is_green=row.is_green, recorded_by=row.recorded_by, escalation=row.escalation,
        due_at=row.due_at, certified_to=row.certified_to, begun_by=row.created_by, has_twin=row.state in DRAFTS and has_twin(row), has_news=row.news_at is not None, minutes=rules["clocks"].get(row.urgency, {}),
        is_first_contact=row.state == "consented" and is_first_contact(row, today_of(now)), first_contact_criteria=tuple(rules.get("first_contact_criteria", ())))


def _parts(row: Referral) -> tuple[str, ...]:
    return tuple(ReferralPart.objects.filter(referral=row).order_by("kind").values_list("kind", flat=True).distinct())


def locks(row: Referral) -> tuple[Lock, ...]:
    """The slots whose places its end would free (whoever books locks them first, too), the day's quota of the receiver where it may be counted, the patient where a successor may be written for them (a merge locks the patient first, too),
    then the request and those it brings back or is brought back by, in the order of their numbers.

    What stands here before the lock is no older than the version that somebody decided on; where it is older than what the lock finds, the step is refused.
    """
    paths = {row.pk, row.returns_id} - {None}
    paths |= {back for path in sorted(paths) for back in numbers_by(Referral, "returns", path)}  # asked by itself: an OR of the two is a look through the whole table
    quotas = ReferralOffer.objects.filter(institution__code=row.receiver, day_quota__isnull=False).order_by("pk")
    held = {slot for table, states in ((Appointment, OPEN), (Waiting, PENDING)) for slot in table.objects.filter(
        referral=row.pk, state__in=states, slot__isnull=False).values_list("slot", flat=True)} if row.state in BOOKED else ()
    return (*([Slot.objects.filter(pk__in=held).order_by("pk")] if held else []), *([quotas] if row.state == "submitted" else []), *([(Person, row.person_id)] if row.state in SUCCEEDED else []),
            *([Referral.objects.filter(pk__in=paths).order_by("pk")] if len(paths) > 1 else []))


def _both(row: Referral) -> tuple[str, ...]:
    return (row.institution, row.receiver)


REFERRAL = WorkKind(
    "referral", Referral, facts, visible, WorkEvent, locks=locks, units=_both, institutions=_both, resident=lambda row: str(row.person_id),
    beside=("rules",), follows={"accept": tell_patient, "add_part": add_part, "add_result": add_part, "change": renewed, "consent": keep_consent, "redirect": succeed, "send_on": succeed, "arrive": keep_arrival,
             "report_arrival": keep_arrival, "confirm": keep_arrival, "take_over": end_return, "close": end_return, "close_with_return": end_return, "finish_off_site": end_return, "finish": end_return,
             **{step: give_up for step in ("decline", "refuse_filing", "expire", "miss", "withdraw", "end_with_closing", "lapse")}})
