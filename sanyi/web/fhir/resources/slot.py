"""Slot: a span of time with places; free while one is on offer."""
from django.db.models import Q

from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.queues import free_places, has_room
from sanyi.store.appointments.tables import Slot
from sanyi.web.fhir.naming import concept, identifier, moment, reference, whole_id
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored, Within

BOOKING = (*SEEING, "resident")
STATUSES = {"free": has_room(), "busy": Q(is_open=True) & ~has_room(), "busy-unavailable": Q(is_open=False)}


def shaped(row: Slot, is_alone: bool) -> Json:
    """One slot; how many places of which kind are left is said in words."""
    free = free_places(row)
    status = "busy-unavailable" if not row.is_open else "free" if free["common"] > 0 or free["reserved"] > 0 else "busy"
    return {"id": str(row.pk), "identifier": identifier("slot", row.pk), "schedule": reference("Schedule", row.roster_id), "status": status, "start": moment(row.starts_at),
            "end": moment(row.ends_at), "serviceType": [concept("examination", row.examination)] if row.examination else [], "overbooked": row.over_taken_count > 0,
            "comment": f"余号 {free['common']}，预留 {free['reserved']} / {free['common']} left, {free['reserved']} held" if row.is_open else ""}


SLOT = stored("Slot", BOOKING, lambda actor: Slot.objects.all(), {
    "identifier": ("token", lambda text: Q(pk=whole_id(text))), "schedule": ("reference", lambda id: Q(roster_id=whole_id(id))), "start": ("date", Within("starts_at", is_moment=True)),
    "status": ("token", lambda code: STATUSES.get(code, Q(pk__in=()))), "schedule.actor": ("reference", lambda code: Q(staff__code=code) | Q(institution=code))},
    shaped, order=("starts_at", "pk"), is_personal=False, refers={"schedule": ("schedule", "Schedule")})
