"""Giving out, expiring, delivering: doors around the steps that take several at once or begin a piece of work."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sanyi.store.act import act
from sanyi.store.crossing import tried_again
from sanyi.store.due import Due, take_due
from sanyi.store.jobs.kinds import Report
from sanyi.store.kinds import find_work
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.prescriptions.tables import DeliveryOrder, Prescription
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused
from sanyi.workflows.prescription import BEFORE_SIGNING, OPEN
from sanyi.workflows.take import clean

TO_DELIVER = ("taken", "partly", "closed")


@dataclass(frozen=True)
class Part:
    """What is given out of one line: units and batch; another drug of the same contents, with the reason."""

    line: int
    quantity: int
    batch: str
    substitute: str = ""
    reason: str = ""


@tried_again
def give_out(id: int, version: int, parts: Sequence[Part], by: By, now: datetime) -> Prescription:
    """Give out parts of several lines, all or none; what is given whole is closed. Errors: those of act; BadField (nothing to give)."""
    if not parts:
        raise BadField("请填写至少一行的发药数量和批号", "fill in units and batch of one line at least", "quantity")
    with transaction.atomic():
        row = None
        for part in parts:
            given = {"line": part.line, "quantity": part.quantity, "batch": part.batch, "substitute": part.substitute, "substitute_reason": part.reason}
            row = act("prescription", id, version if row is None else row.version, "dispense", {name: value for name, value in given.items() if value != ""}, by, now)
        if all(line.dispensed == line.quantity for line in row.lines.all()):
            row = act("prescription", id, row.version, "close", {}, by, now)
    return row


def expire_due(now: datetime, report: Report = lambda done, text="": None) -> int:
    """Let every prescription expire whose last day is over; gives how many. One that somebody else has in hand just now comes the next time."""
    past = Prescription.objects.filter(state__in=(*BEFORE_SIGNING, *OPEN), valid_to__lt=today_of(now)).order_by("pk")
    return take_due(Due("prescription", past, "expire"), now, report).total()


@tried_again
def order_delivery(id: int, place: str, by: By, now: datetime) -> DeliveryOrder:
    """Order that the pharmacy which has the prescription delivers it; one order at a time. Errors: NotAllowed, UnknownWork, BadField, GuardRefused. Source: HK-19."""
    with refusals_recorded(by, subject="delivery_order", step="order", now=now), transaction.atomic():
        actor = check_roles(by, ("resident", "pharmacist", "family_doctor", "nurse"))
        row = find_work("prescription", id, actor, is_locked=True)
        if row.state not in TO_DELIVER or not row.pharmacy:
            raise GuardRefused("药房接方后才能下配送单", "a delivery can be ordered once a pharmacy has the prescription", "pharmacy")
        if not clean(place) or len(clean(place)) > 150:
            raise BadField("请填写送达地点（至多 150 字）", "say where to, in at most 150 characters", "place")
        with or_refused("该处方已有未完成的配送单", "a delivery of it is under way already", "once"):
            order = DeliveryOrder.objects.create(prescription=row, institution=row.pharmacy, place=clean(place), state=workflow_of("delivery_order").start,
                                                 created_by=actor.name, created_at=now)
        write_line(order, "delivery_order", "order", actor.name, now, "", {"place": order.place}, actor.persons, actor=actor)
    return order
