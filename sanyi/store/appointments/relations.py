"""What an appointment lets its institution read: who has checked in is attended, who comes within the plan's days is prepared for. Source: R49."""
from datetime import datetime, timedelta

from sanyi.store.appointments.tables import Appointment
from sanyi.store.health.relations import TreatmentRelation
from sanyi.workflows.appointment import OPEN

def _has_checked_in(person: int, institution: str, now: datetime) -> bool:
    found = Appointment.objects.filter(person=person, institution=institution, state="checked_in").select_related("slot")
    return any(row.checked_in_at > now - timedelta(days=row.slot.write_up_days) for row in found)


def _is_booked(person: int, institution: str, now: datetime) -> bool:
    found = Appointment.objects.filter(person=person, institution=institution, state__in=OPEN).select_related("slot")
    return any(row.starts_at - timedelta(days=row.slot.prepare_days) <= now < row.ends_at + timedelta(days=row.slot.write_up_days) for row in found)


CHECKED_IN = TreatmentRelation("appointment_checked_in", "预约已签到", "checked in for an appointment", ("treatment",), _has_checked_in, is_attending=True)
BOOKED = TreatmentRelation("appointment", "临近预约", "appointment near", ("treatment",), _is_booked)
