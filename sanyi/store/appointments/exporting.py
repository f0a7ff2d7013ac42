"""Appointments that came to their end, as rows of the record table `appointments`."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sanyi.store.appointments.tables import Appointment
from sanyi.store.exports import RecordExport, Row, moments
from sanyi.store.log import today_of
from sanyi.store.referrals.lists import OURS as REFERRAL

OURS = "SA-"  # how the number of an exported appointment begins
ENDED = ("served", "no_show", "cancelled")


def _ended(first: date, last: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(state__in=ENDED, starts_at__range=moments(first, last))


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    for row in _ended(first, last).exclude(person__resident_id="").select_related("person", "slot").order_by("pk").iterator():
        yield {"appointment_id": f"{OURS}{row.pk}", "resident_id": row.person.resident_id, "institution_id": row.institution, "channel_code": row.channel,
               "referral_id": f"{REFERRAL}{row.referral_id}" if row.referral_id else None, "status_code": row.state, "booked_on": today_of(row.created_at), "appointed_on": today_of(row.starts_at),
               "is_examination": bool(row.slot.examination)}


def _is_own(row: Row, first: date, last: date) -> bool:
    return str(row["appointment_id"]).startswith(OURS) and first <= row["appointed_on"] <= last


def _left_out(first: date, last: date) -> int:
    """Appointments of somebody whom the record does not know."""
    return _ended(first, last).filter(person__resident_id="").count()


APPOINTMENTS = RecordExport("appointments", _rows, _is_own, _left_out)
