"""What a death ends of appointments: those open still, and turns in waiting lists; what becomes free goes to whoever waits."""
from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from sanyi.store.appointments.tables import PENDING, Appointment, Waiting
from sanyi.store.due import Due
from sanyi.store.persons.deaths import DeathConsequence
from sanyi.workflows.appointment import OPEN


def _endings(dead: QuerySet, today: date) -> Iterator[Due]:
    for kind, rows in (("waiting", Waiting.objects.filter(state__in=PENDING)), ("appointment", Appointment.objects.filter(state__in=OPEN))):
        yield Due(kind, rows.filter(person__in=dead.values("pk")).order_by("pk"), "end_with_death")


APPOINTMENTS = DeathConsequence("appointments", _endings)
