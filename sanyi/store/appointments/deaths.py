"""What a death ends of appointments: those open still, and turns in waiting lists; what becomes free goes to whoever waits."""
from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from sanyi.store.appointments.tables import PENDING, Appointment, Waiting
from sanyi.store.persons.deaths import DeathConsequence, Ending
from sanyi.workflows.appointment import OPEN


def _endings(dead: QuerySet, today: date) -> Iterator[Ending]:
    for kind, rows in (("waiting", Waiting.objects.filter(state__in=PENDING)), ("appointment", Appointment.objects.filter(state__in=OPEN))):
        for row in rows.filter(person__in=dead.values("pk")).order_by("pk"):
            yield Ending(kind, row.pk, row.version, "end_with_death", {})


APPOINTMENTS = DeathConsequence("appointments", _endings)
