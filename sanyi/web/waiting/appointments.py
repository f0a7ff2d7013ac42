"""Appointments of today, and patients who must be told something."""
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from sanyi.store.appointments.lists import notices_for
from sanyi.store.appointments.telling import KINDS
from sanyi.store.kinds import kind_of
from sanyi.store.log import today_of
from sanyi.web.waiting.queue import Queue
from sanyi.web.words import say
from sanyi.workflows.appointment import DESK, LIVE
from sanyi.workflows.facts import Actor


def _today(actor: Actor, now: datetime) -> QuerySet:
    """Who is booked for today and not seen yet: a doctor's own patients, at the desk everybody's."""
    begins = timezone.make_aware(datetime.combine(today_of(now), time()))
    rows = kind_of("appointment").seen_by(actor).filter(institution=actor.unit, state__in=LIVE, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
    own = rows.filter(slot__staff__accounts__name=actor.name) if actor.role == "doctor" else rows
    return own.select_related("slot__staff").order_by("starts_at", "pk")


QUEUES = (
    Queue("今日待诊", "Patients of today", ("doctor", "nurse", "registrar", "technician"), _today, "appointments", "appointment",
          lambda request, row: row.slot.staff.name if row.slot.staff else row.slot.examination, due="starts_at"),
    Queue("待告知患者", "Patients to tell", DESK, lambda actor, now: notices_for(actor), "appointments", "slot", lambda request, row: say(request, *KINDS[row.kind]), due="until", key="slot_id"))
