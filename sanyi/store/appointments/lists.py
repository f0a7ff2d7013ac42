"""Appointments as pages ask for them: the desk's day, slots on offer, one slot with who is in it, one's own."""
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from sanyi.store.appointments.queues import free_places, has_room, place_in_line, waiting_count
from sanyi.store.appointments.rosters import BEDS, KEEPERS
from sanyi.store.appointments.tables import Appointment, Notice, Roster, Slot, Waiting
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.one import events
from sanyi.store.referrals.first_contact import comes_first
from sanyi.store.who import By, actor_of
from sanyi.workflows.appointment import TAKES_A_PLACE
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.facts import Actor

NAMED = {"clinician": F("slot__staff__name"), "examination": F("slot__examination"), "department": F("slot__department__name"), "person_name": F("person__name"),
         "where": F("institution")}


def appointments_seen(actor: Actor) -> QuerySet:
    """The appointments an actor may see, with the names that lists show."""
    return kind_of("appointment").seen_by(actor).annotate(**NAMED)


def waiting_seen(actor: Actor) -> QuerySet:
    """The turns an actor may see, with the names that lists show."""
    return kind_of("waiting").seen_by(actor).annotate(clinician=F("staff__name"), department_name=F("department__name"), person_name=F("person__name"))


def slots_on_offer(now: datetime) -> QuerySet:
    """The slots with a free place that have not begun, with the names that lists show."""
    return _named(Slot.objects.filter(has_room(), starts_at__gt=now))


def slots_coming(now: datetime) -> QuerySet:
    """The slots that are held and have not begun, free or full (one may stand in line), within what may be booked, with the names that lists show."""
    return _named(Slot.objects.filter(is_open=True, starts_at__gt=now))


def _named(rows: QuerySet) -> QuerySet:
    return rows.annotate(clinician=F("staff__name"), department_name=F("department__name"), common_free_count=F("capacity_count") - F("reserved_count") - F("common_taken_count"),
                         held_free_count=F("reserved_count") - F("reserved_taken_count"))


def rosters_of(actor: Actor) -> QuerySet:
    """The rosters of an actor's institution."""
    return Roster.objects.filter(institution=actor.unit).annotate(clinician=F("staff__name"), department_name=F("department__name"))


WAITS = (0, 2, 6)  # days from booking to the slot: the same day, up to two, up to six, longer


def waits_by_department(actor: Actor, since: datetime) -> dict[str, list[int]]:
    """How long patients of an institution waited from booking to their slot, by department or examination: how many on the same day, and in each longer span."""
    rows = Appointment.objects.filter(institution=actor.unit, created_at__gte=since, state__in=TAKES_A_PLACE).values_list(
        "slot__department__name", "slot__examination", "created_at", "starts_at")
    found: dict[str, list[int]] = {}
    for department, examination, made, starts in rows.iterator():
        days = (timezone.localtime(starts).date() - timezone.localtime(made).date()).days
        found.setdefault(examination or department or "–", [0] * (len(WAITS) + 1))[next((place for place, most in enumerate(WAITS) if days <= most), len(WAITS))] += 1
    return dict(sorted(found.items()))


def day_of(actor: Actor, day: date) -> list[dict[str, Any]]:
    """The slots of an institution's day, one group a clinician or examination, each slot with who is in it: who was referred up first (HK-17), then as they came."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    slots = _named(Slot.objects.filter(institution=actor.unit, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))).order_by("department__name", "staff__name", "examination", "starts_at")
    there: dict[int, list[Appointment]] = {}
    for row in Appointment.objects.filter(slot__in=slots, state__in=TAKES_A_PLACE).select_related("person", "slot", "referral__rules").order_by("queue_number", "pk"):
        there.setdefault(row.slot_id, []).append(row)
    groups: dict[tuple, dict[str, Any]] = {}
    for slot in slots:
        name = slot.clinician or slot.examination
        group = groups.setdefault((slot.department_name, name), {"name": name, "department": slot.department_name or "", "slots": []})
        group["slots"].append({"slot": slot, "free": free_places(slot), "rows": sorted(there.get(slot.pk, []), key=goes_first, reverse=True)})
    return list(groups.values())


def goes_first(row: Appointment) -> bool:
    """Whether a patient who was referred up is seen (or, to a bed, admitted) before others of the slot."""
    return comes_first(row.referral, "admission" if row.slot.examination == BEDS else "treatment")


def one_slot(id: int, by: By) -> dict[str, Any]:
    """One slot with its free places; to its own institution's staff also who is in it and how many wait. Errors: UnknownWork."""
    actor, slot = actor_of(by), _named(Slot.objects.filter(pk=id)).first()
    if slot is None:
        raise UnknownWork(f"没有编号为 {id} 的号源", f"there is no slot number {id}")
    is_host = actor.unit != "" and actor.unit == slot.institution
    rows = kind_of("appointment").seen_by(actor).filter(slot=slot, state__in=TAKES_A_PLACE).select_related("person").order_by("pk")
    return {"slot": slot, "free": free_places(slot), "rows": list(rows), "is_host": is_host, "may_close": is_host and actor.role in KEEPERS,
            "waiting": waiting_count(slot.queue)}


def one_appointment(id: int, by: By) -> dict[str, Any]:
    """One appointment with its slot and log, as an account may see it. Errors: UnknownWork."""
    row = find_work("appointment", id, actor_of(by))
    return {"row": row, "slot": row.slot, "events": events("appointment", id), "moved_to": getattr(row, "moved_to", None)}


def one_turn(id: int, by: By) -> dict[str, Any]:
    """One turn in the waiting list with its place and log, as an account may see it. Errors: UnknownWork."""
    row = find_work("waiting", id, actor_of(by))
    return {"row": row, "events": events("waiting", id), "place": place_in_line(row) if row.state == "waiting" else None}


def notices_for(actor: Actor) -> QuerySet:
    """What nobody was told yet: a patient's own, or those of the institution."""
    rows = Notice.objects.filter(told_at=None).select_related("person", "slot").order_by("-pk")
    if actor.role == "resident":
        return rows.filter(person_id=int(actor.resident)) if actor.resident.isdigit() else rows.none()
    return rows.filter(institution=actor.unit) if actor.unit else rows.none()
