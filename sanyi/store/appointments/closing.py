"""Closing a slot: everyone in it is told, stands first in line for another, and is offered what is free."""
from datetime import datetime

from django.db import transaction

from sanyi.store.act import act
from sanyi.store.appointments.queues import locked_slot, offer_room
from sanyi.store.appointments.rosters import KEEPERS
from sanyi.store.appointments.tables import Appointment, Slot, Waiting
from sanyi.store.log import stale, write_change
from sanyi.store.or_refused import or_refused
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.appointment import OPEN, TAKES_A_PLACE
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean

LONGEST = 500


def close_slot(id: int, version: int, reason: str, by: By, now: datetime) -> int:
    """Close a slot that has not begun; gives how many appointments it had.

    Errors: NotAllowed, UnknownWork, StaleVersion, BadField (no reason), GuardRefused (closed, begun, somebody is being seen).
    """
    with refusals_recorded(by, subject="slot", subject_id=id, step="close", now=now):
        with transaction.atomic():
            actor, slot = _own(id, version, by)
            words = clean(reason)
            if not words or len(words) > LONGEST:
                raise BadField(f"请填写停诊原因（至多 {LONGEST} 字）", f"say why, in at most {LONGEST} characters", "reason")
            _check_untouched(slot, now)
            for turn in Waiting.objects.filter(slot=slot, state="offered").order_by("pk"):
                act("waiting", turn.pk, turn.version, "recall", {}, by, now)
            there = list(Appointment.objects.filter(slot=slot, state__in=OPEN).order_by("pk"))
            for row in there:
                act("appointment", row.pk, row.version, "displace", {"reason": words}, by, now)
            slot.refresh_from_db()
            write_change(slot, "slot", "close", actor.name, now, {"is_open": False, "closed_reason": words}, {"reason": words, "count": len(there)}, actor.persons, actor=actor)
        offer_room(slot.queue, now)
    return len(there)


def reopen_slot(id: int, version: int, by: By, now: datetime) -> Slot:
    """Open a closed slot again, for whoever waits first. Errors: NotAllowed, UnknownWork, StaleVersion, GuardRefused (open, begun, the clinician sits elsewhere)."""
    with refusals_recorded(by, subject="slot", subject_id=id, step="reopen", now=now):
        with transaction.atomic():
            actor, slot = _own(id, version, by)
            if slot.is_open or slot.starts_at <= now:
                raise GuardRefused("该时段未停诊或已开始", "it is open, or has begun", "is_closed")
            with or_refused("该医师同一时间已有其他时段", "the clinician sits elsewhere at that time", "one_place"):
                write_change(slot, "slot", "reopen", actor.name, now, {"is_open": True, "closed_reason": ""}, {}, actor.persons, actor=actor)
        offer_room(slot.queue, now)
    return slot


def _own(id: int, version: int, by: By) -> tuple[Actor, Slot]:
    actor, slot = actor_of(by), locked_slot(id)
    if actor.role not in KEEPERS or not actor.unit:
        raise NotAllowed("停诊由本机构窗口或负责人办理", "sessions are closed by the institution's desk or director")
    if slot is None or slot.institution != actor.unit:
        raise UnknownWork(f"没有编号为 {id} 的号源", f"there is no slot number {id}")
    if slot.version != version:
        raise stale()
    return actor, slot


def _check_untouched(slot: Slot, now: datetime) -> None:
    if not slot.is_open or slot.starts_at <= now:
        raise GuardRefused("该时段已停诊或已开始", "it is closed already, or has begun", "is_open")
    if Appointment.objects.filter(slot=slot, state__in=TAKES_A_PLACE).exclude(state__in=OPEN).exists():
        raise GuardRefused("已有人签到或就诊，不能停诊", "somebody has checked in already", "is_untouched")
