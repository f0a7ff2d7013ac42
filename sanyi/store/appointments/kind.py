"""Appointments and turns in the waiting list as kinds of work."""
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Max, Q

from sanyi.store.appointments.booking import moved_to, taken_from_line
from sanyi.store.appointments.queues import DISPLACED, fill, free_places, locked_slot, queues_of, stand_in_line
from sanyi.store.appointments.tables import PENDING, Appointment, Held, Slot, Waiting
from sanyi.store.appointments.telling import tell
from sanyi.store.kinds import EVERYTHING, NOTHING, Lock, WorkKind
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.workflows.appointment import AppointmentFacts
from sanyi.workflows.errors import GuardRefused
from sanyi.workflows.facts import SYSTEM, Actor, Given
from sanyi.workflows.waiting import WaitingFacts

SEEING = ("registrar", "nurse", "doctor", "family_doctor", "technician", "director")


def visible(actor: Actor) -> Q:
    """A patient's own; of staff those of their institution and those it booked elsewhere; the store's own jobs see all."""
    if actor.name == SYSTEM:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=int(actor.resident)) if actor.resident.isdigit() else NOTHING
    return Q(institution=actor.unit) | Q(booker=actor.unit) if actor.role in SEEING and actor.unit else NOTHING


def _units(row: Held) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys((row.institution, row.booker))))


def _shared(row: Held, actor: Actor, now: datetime) -> dict[str, Any]:
    return dict(state=row.state, actor=actor, now=now, today=today_of(now), units=_units(row), residents=(str(row.person_id),), done_by=row.done_by,
                sides={"host": (row.institution,), "booker": (row.booker,) if row.booker else ()})


def _appointment_facts(row: Appointment, actor: Actor, now: datetime) -> AppointmentFacts:
    last = row.slot.appointments.aggregate(last=Max("queue_number"))["last"] or 0
    return AppointmentFacts(**_shared(row, actor, now), due=row.due, starts_at=row.starts_at, ends_at=row.ends_at, cancel_by=row.cancel_by, late_at=row.late_at,
                            next_number=last + 1, is_counted=row.is_counted)


def _waiting_facts(row: Waiting, actor: Actor, now: datetime) -> WaitingFacts:
    return WaitingFacts(**_shared(row, actor, now), expires_at=row.expires_at, last_on=row.last_on)


def _slot_first(row: Held) -> tuple[Lock, ...]:
    return ((Slot, row.slot_id),)


def _cancelled(row: Appointment, actor: Actor, now: datetime, given: Given) -> None:
    if actor.role != "resident":
        tell(row.person_id, row.institution, "cancelled", now, row.slot)
    fill(locked_slot(row.slot_id), now)


def _freed(row: Appointment, actor: Actor, now: datetime, given: Given) -> None:
    fill(locked_slot(row.slot_id), now)


def _displaced(row: Appointment, actor: Actor, now: datetime, given: Given) -> None:
    """Whoever loses a place stands first in line for another, as far ahead as slots are published."""
    tell(row.person_id, row.institution, "displaced", now, row.slot)
    if Waiting.objects.filter(person=row.person_id, queue=row.slot.queue, state__in=PENDING).exists():
        return
    last = today_of(row.starts_at) + timedelta(days=row.slot.roster.horizon_days)
    stand_in_line(row.slot, row.person_id, DISPLACED, actor, now, today_of(now), last,
                  referral=row.referral, booker=row.booker, may_reserve=row.place == "reserved" or row.referral_id is not None)


def _moved(row: Appointment, actor: Actor, now: datetime, given: Given) -> None:
    try:
        with transaction.atomic():  # who has not locked both slots in their order must not wait for the second
            list(Slot.objects.filter(pk=given["slot"]).select_for_update(nowait=True))
    except OperationalError:
        raise GuardRefused("该时段正在被他人预约，请稍后再试", "somebody is booking in that slot; please try again", "is_free") from None
    made = moved_to(row, given["slot"], actor, now)
    if actor.role != "resident":
        tell(row.person_id, row.institution, "moved", now, made.slot)
    fill(locked_slot(row.slot_id), now)


def _missed(row: Appointment, actor: Actor, now: datetime, given: Given) -> None:
    tell(row.person_id, row.institution, "missed", now, row.slot)


def _fits(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    """A place is offered only where there is one, of what the patient waits for."""
    slot = Slot.objects.filter(pk=given["slot"], is_open=True).first()
    if slot is None or row.queue not in queues_of(slot) or free_places(slot)[given["place"]] <= 0 or not now < given["until"] <= slot.starts_at:
        raise GuardRefused("该时段没有可通知的空余号源", "the slot has no such place to offer", "is_free")


def _offered(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    tell(row.person_id, row.institution, "offered", now, row.slot, row.expires_at)


def _taken(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    taken_from_line(row, actor, now)


def _lapsed(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    tell(row.person_id, row.institution, "lapsed", now, row.slot)
    fill(locked_slot(row.slot_id), now)


def _expired(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    tell(row.person_id, row.institution, "expired", now)


def _left(row: Waiting, actor: Actor, now: datetime, given: Given) -> None:
    if row.slot_id:
        fill(locked_slot(row.slot_id), now)


APPOINTMENT = WorkKind("appointment", Appointment, _appointment_facts, visible, WorkEvent, locks=_slot_first, units=_units, institutions=_units,
                       resident=lambda row: str(row.person_id), follows={"cancel": _cancelled, "end_with_referral": _cancelled, "end_with_death": _freed, "displace": _displaced, "move": _moved, "miss": _missed})
WAITING = WorkKind("waiting", Waiting, _waiting_facts, visible, WorkEvent, locks=_slot_first, units=_units, institutions=_units,
                   resident=lambda row: str(row.person_id), precedes={"offer": _fits}, follows={"offer": _offered, "take": _taken, "lapse": _lapsed, "expire": _expired, "withdraw": _left, "end_with_referral": _left, "end_with_death": _left})
