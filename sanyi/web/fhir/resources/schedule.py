"""Schedule: a roster of one clinician or one examination, of the own institution or with a place on offer."""
from django.db.models import Exists, OuterRef, Q, QuerySet

from sanyi.store.appointments.queues import has_room
from sanyi.store.appointments.tables import Roster, Slot
from sanyi.web import clock
from sanyi.web.fhir.asked import Days
from sanyi.web.fhir.naming import concept, day, identifier, reference, whole_id
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.resources.slot import BOOKING
from sanyi.web.fhir.stored import stored
from sanyi.workflows.facts import Actor


def shaped(row: Roster, is_alone: bool) -> Json:
    """One roster, from its first day to its last."""
    staff = [reference("Practitioner", row.staff.code, row.staff.name)] if row.staff else []
    return {"id": str(row.pk), "identifier": identifier("roster", row.pk), "active": row.to_on is None or row.to_on >= clock.today(),
            "serviceType": [concept("examination", row.examination)] if row.examination else [], "specialty": [concept("department", row.department.code, (row.department.name,) * 2)] if row.department else [],
            "actor": [*staff, reference("Location", row.institution)], "planningHorizon": {"start": day(row.from_on), "end": day(row.to_on)}}


def _seen(actor: Actor) -> QuerySet[Roster]:
    on_offer = Exists(Slot.objects.filter(has_room(), roster=OuterRef("pk"), starts_at__gt=clock.now()))
    return Roster.objects.filter(Q(institution=actor.unit) & ~Q(institution="") | Q(on_offer)).select_related("staff", "department")


def _within(days: Days) -> Q:
    return Q(**({"from_on__lte": days.last} if days.last else {})) & (Q(to_on=None) | Q(**({"to_on__gte": days.first} if days.first else {})))


SCHEDULE = stored("Schedule", BOOKING, _seen, {
    "identifier": ("token", lambda text: Q(pk=whole_id(text))), "actor": ("reference", lambda code: Q(staff__code=code) | Q(institution=code)), "date": ("date", _within),
    "active": ("token", lambda code: Q(to_on=None) | Q(to_on__gte=clock.today()) if code == "true" else Q(to_on__lt=clock.today()) if code == "false" else Q(pk__in=()))},
    shaped, is_personal=False, refers={"actor": ("actor", "Practitioner")})
