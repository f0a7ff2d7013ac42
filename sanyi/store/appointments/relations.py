"""What an appointment lets its institution read: who has checked in is attended, who comes within the plan's hours is prepared for. Source: R49."""
from datetime import datetime, timedelta

from sanyi.store.appointments.tables import Appointment
from sanyi.store.health.relations import TreatmentRelation
from sanyi.workflows.appointment import OPEN

BEFORE, AFTER = timedelta(days=1), timedelta(days=1)  # preparing the day before, writing up the day after


def _has_checked_in(person: int, institution: str, now: datetime) -> bool:
    return Appointment.objects.filter(person=person, institution=institution, state="checked_in", checked_in_at__gt=now - AFTER).exists()


def _is_booked(person: int, institution: str, now: datetime) -> bool:
    return Appointment.objects.filter(person=person, institution=institution, state__in=OPEN, starts_at__lte=now + BEFORE, ends_at__gt=now - AFTER).exists()


CHECKED_IN = TreatmentRelation("appointment_checked_in", "预约已签到", "checked in for an appointment", ("treatment",), _has_checked_in, is_attending=True)
BOOKED = TreatmentRelation("appointment", "临近预约", "appointment near", ("treatment",), _is_booked)
