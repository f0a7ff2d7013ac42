"""The waiting list: joining it, and offering in its order whatever becomes free."""
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sanyi.store.appointments.tables import Appointment, Slot, Waiting
from sanyi.store.due import each_apart
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.tenancy import in_hand, whole_region
from sanyi.workflows import workflow_of
from sanyi.workflows.appointment import LIVE
from sanyi.workflows.facts import SYSTEM, Actor

DISPLACED, REFERRED, OTHERS = 1, 2, 3


def queue_key(institution: str, department: int | None, staff: int | None, examination: str) -> str:
    """What patients wait for; without a clinician, any of the department."""
    return f"{institution}|{department or ''}|{staff or ''}|{examination}"


def queues_of(slot: Slot) -> tuple[str, ...]:
    """The queues that a slot serves: its clinician's, and that of whoever would see any of the department."""
    return tuple(dict.fromkeys((slot.queue, queue_key(slot.institution, slot.department_id, None, slot.examination))))


def free_places(slot: Slot) -> dict[str, int]:
    """How many places of each kind nobody has taken and nobody is offered."""
    return {"common": slot.capacity_count - slot.reserved_count - slot.common_taken_count, "reserved": slot.reserved_count - slot.reserved_taken_count,
            "over": slot.over_count - slot.over_taken_count}


def has_room() -> Q:
    """The condition of slots with a free place of either kind."""
    return Q(is_open=True) & (Q(common_taken_count__lt=F("capacity_count") - F("reserved_count")) | Q(reserved_taken_count__lt=F("reserved_count")))


def locked_slot(id: int) -> Slot | None:
    """A slot, held until the transaction ends."""
    return Slot.objects.select_for_update().filter(pk=id).first()


def release(slot: Slot, now: datetime) -> bool:
    """Let the places go that were held for members and that none of them took, once their time is over; says whether there were any.

    The slot is locked by who calls. Source: JH-18.
    """
    if now < slot.release_at or slot.reserved_count == slot.reserved_taken_count:
        return False
    Slot.objects.filter(pk=slot.pk).update(reserved_count=F("reserved_taken_count"))
    slot.refresh_from_db()
    return True


def fill(slot: Slot, now: datetime) -> int:
    """Offer every free place of a slot to those who wait, in their order; gives how many were offered. The slot is locked by who calls."""
    from sanyi.store.act import act
    offered, until = 0, min(now + timedelta(minutes=slot.offer_minutes), slot.starts_at)
    with whole_region("offering what is free to whoever waits"):
        while slot.is_open and until > now:
            slot.refresh_from_db()
            free = free_places(slot)
            waiting = next_in_turn(slot, is_for_members=free["common"] <= 0) if free["common"] > 0 or free["reserved"] > 0 else None
            if waiting is None:
                break
            place = "reserved" if waiting.may_reserve and free["reserved"] > 0 else "common"
            act("waiting", waiting.pk, waiting.version, "offer", {"slot": slot.pk, "place": place, "until": until}, SYSTEM, now)
            offered += 1
    return offered


def next_in_turn(slot: Slot, is_for_members: bool) -> Waiting | None:
    """Whose turn it is: by rank, then as they came; whoever is elsewhere at that time keeps the turn for another slot."""
    elsewhere = Appointment.objects.filter(person=OuterRef("person"), state__in=LIVE, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    found = turns(slot).filter(~Exists(elsewhere)).order_by("rank", "id")
    found = found.filter(may_reserve=True) if is_for_members else found
    return found.select_for_update(skip_locked=True).first()


def turns(slot: Slot) -> QuerySet:
    """All who wait for what a slot offers, on its day."""
    day = today_of(slot.starts_at)
    return Waiting.objects.filter(state="waiting", queue__in=queues_of(slot), from_on__lte=day, last_on__gte=day)


def offer_room(queue: str, now: datetime, last_on: date | None = None) -> int:
    """Offer what is free in the slots of a queue, the earliest first, each in a transaction of its own; gives how many were offered."""
    institution, department, staff, examination = queue.split("|", 3)
    there = Slot.objects.filter(has_room(), institution=institution, examination=examination, department=department or None, starts_at__gt=now)
    there = there.filter(staff=staff) if staff else there
    slots = there.order_by("starts_at", "id").values_list("pk", flat=True)[:500]
    return each_apart(takewhile(lambda id: waiting_count(queue) > 0, slots), lambda id: _offered(id, now))


def _offered(id: int, now: datetime) -> int:
    with transaction.atomic():
        slot = locked_slot(id)
        release(slot, now)
        return fill(slot, now)


def waiting_count(queue: str) -> int:
    """How many wait in a queue, which is no secret of its institution."""
    with in_hand(units=(queue.split("|", 1)[0],)):
        return Waiting.objects.filter(queue=queue, state="waiting").count()


def stand_in_line(slot: Slot, person: int, rank: int, actor: Actor, now: datetime, from_on: date, last_on: date, **more: Any) -> Waiting:
    """Add a patient to the queue of a slot; `any_clinician` to that of its whole department. Errors: GuardRefused where they stand in it already."""
    staff = None if more.pop("any_clinician", False) else slot.staff_id
    with or_refused("已在该候补队列中", "this patient waits for it already", "waits_once"):
        row = Waiting.objects.create(
            person_id=person, institution=slot.institution, queue=queue_key(slot.institution, slot.department_id, staff, slot.examination), department_id=slot.department_id,
            staff_id=staff, examination=slot.examination, from_on=from_on, last_on=last_on, rank=rank, state=workflow_of("waiting").start, created_by=actor.name,
            created_at=now, **more)
    write_line(row, "waiting", "join", actor.name, now, "", {"slot": slot.pk, "rank": rank, "from_on": from_on, "last_on": last_on}, actor.persons, actor=actor)
    return row


def place_in_line(row: Waiting) -> int:
    """How many come before a turn in its own queue, and it."""
    before = Q(rank__lt=row.rank) | Q(rank=row.rank, id__lt=row.pk)
    with in_hand(units=(row.institution,)):
        return Waiting.objects.filter(before, queue=row.queue, state="waiting").count() + 1
