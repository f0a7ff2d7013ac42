"""Appointment: a patient's place in a slot; to make one is to book it, by the pages' own door."""
from django.db.models import Q
from django.http import HttpRequest

from sanyi.store.appointments.booking import book
from sanyi.store.appointments.rules import read_rules
from sanyi.store.appointments.tables import Appointment
from sanyi.store.kinds import kind_of
from sanyi.web import clock
from sanyi.web.fhir.naming import concept, identifier, listed, moment, reference, referred, whole_id
from sanyi.web.fhir.opened_plan import plan_today
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.resources.slot import BOOKING
from sanyi.web.fhir.stored import of_person, stored, Within
from sanyi.workflows.appointment import BOOKERS, CANCEL_REASONS, REFERRAL_ENDS
from sanyi.workflows.errors import BadField

STATUSES = {"booked": "booked", "confirmed": "booked", "checked_in": "checked-in", "served": "fulfilled", "no_show": "noshow", "cancelled": "cancelled", "moved": "cancelled"}


def shaped(row: Appointment, is_alone: bool) -> Json:
    """One appointment: the patient, the clinician if one is named, the place."""
    staff, is_sure = row.slot.staff, row.state in ("confirmed", "checked_in", "served")
    who = [("Patient", row.person_id, "accepted" if is_sure else "needs-action"), *([("Practitioner", staff.code, "accepted")] if staff else []), ("Location", row.institution, "accepted")]
    return {"id": str(row.pk), "identifier": identifier("appointment", row.pk), "status": STATUSES[row.state], "slot": [reference("Slot", row.slot_id)], "start": moment(row.starts_at),
            "end": moment(row.ends_at), "created": moment(row.created_at), "basedOn": [reference("ServiceRequest", row.referral_id)] if row.referral_id else [],
            "cancelationReason": concept("cancel-reason", row.why, {**CANCEL_REASONS, **REFERRAL_ENDS}.get(row.why)) if row.why else None,
            "participant": [{"actor": reference(type, code), "status": status} for type, code, status in who]}


def _with_status(code: str) -> Q:
    return Q(state__in=[state for state, word in STATUSES.items() if word == code])


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    """Book. The time is the slot's; one that the body names must be it."""
    who = [each for each in listed(body, "participant") if str((each.get("actor") or {}).get("reference", "") if isinstance(each.get("actor"), dict) else "").startswith("Patient/")]
    if len(who) != 1:
        raise BadField("participant 应有且仅有一名 Patient", "among the participants there is one Patient", "participant")
    inside = whole_id(referred(body, "basedOn.0.reference", "ServiceRequest")) if body.get("basedOn") else None
    row = book(whole_id(referred(body, "slot.0.reference", "Slot")), whole_id(referred(who[0], "actor.reference", "Patient")), request.by, clock.now(),  # type: ignore[attr-defined]
               read_rules(plan_today()), inside)
    return str(row.pk), True


APPOINTMENT = stored("Appointment", BOOKING, lambda actor: kind_of("appointment").seen_by(actor).select_related("slot__staff"), {
    "patient": of_person(), "identifier": ("token", lambda text: Q(pk=whole_id(text))), "date": ("date", Within("starts_at", is_moment=True)), "status": ("token", _with_status),
    "slot": ("reference", lambda id: Q(slot_id=whole_id(id))), "practitioner": ("reference", lambda code: Q(slot__staff__code=code)), "location": ("reference", lambda code: Q(institution=code)),
    "based-on": ("reference", lambda id: Q(referral_id=whole_id(id)))},
    shaped, resident=lambda row: str(row.person_id), institutions=lambda row: (row.institution, row.booker), create=_create, creators=(*BOOKERS, "director", "resident"),
    refers={"patient": ("participant", "Patient"), "practitioner": ("participant", "Practitioner"), "location": ("participant", "Location"), "slot": ("slot", "Slot"), "based-on": ("basedOn", "ServiceRequest")})
