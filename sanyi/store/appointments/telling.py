"""What patients must be told, and that they were told."""
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.store.appointments.tables import Notice, Slot
from sanyi.store.messages.queueing import put_down
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.appointment import DESK
from sanyi.workflows.errors import NotAllowed, UnknownWork

KINDS = {"displaced": ("停诊，原预约已取消，已优先列入候补", "the session is cancelled; you are first in the waiting list"),
         "offered": ("有号源为您保留，请在期限内确认", "a place is held for you; please take it in time"),
         "lapsed": ("保留的号源逾期未确认，已失效", "the place held for you has lapsed"), "expired": ("候补期满未轮到", "the wait is over without a place"),
         "cancelled": ("预约已被取消", "the appointment was cancelled for you"), "moved": ("预约已改期", "the appointment was moved"),
         "missed": ("未按时就诊，记爽约一次", "the appointment was missed")}


def tell(person: int, institution: str, kind: str, now: datetime, slot: Slot | None = None, until: datetime | None = None) -> None:
    """Put down that a patient must be told something; in the transaction that made it so; by message as well where a sender is set."""
    assert kind in KINDS
    row = Notice.objects.create(person_id=person, institution=institution, kind=kind, slot=slot, until=until, at=now)
    put_down(person, institution, kind, f"notice {row.pk}", now, when=slot.starts_at if slot else None, until=until)


def told(id: int, by: By, now: datetime) -> Any:
    """Say that a patient was told: by the institution's desk, or by reading it. Errors: UnknownWork, NotAllowed."""
    with refusals_recorded(by, subject="notice", subject_id=id, step="tell"), transaction.atomic():
        actor, row = actor_of(by), Notice.objects.select_for_update().filter(pk=id).first()
        is_own = row is not None and actor.role == "resident" and actor.resident == str(row.person_id)
        if row is None or not is_own and (not actor.unit or actor.unit != row.institution):
            raise UnknownWork(f"没有编号为 {id} 的通知", f"there is no notice number {id}")
        if not is_own and actor.role not in DESK:
            raise NotAllowed("须由窗口通知", "the desk tells patients")
        if row.told_at is None:
            row.told_at, row.told_by = now, actor.name
            row.save(update_fields=["told_at", "told_by"])
            record("change", actor, step="tell", subject="notice", subject_id=id, residents=(row.person_id,), after="told", now=now)
    return row
