"""MedicationRequest: one line of a prescription; to make some of one group is to write a prescription of those lines, judged together by every rule."""
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.store.prescriptions.tables import Prescription, PrescriptionLine
from sanyi.store.prescriptions.writing import Script, ScriptLine, write_prescription
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, day, hidden, identifier, moment, number_in, quantity, reference, referred, whole_id
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.web.fhir.stored import stored, Within
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor
from sanyi.workflows.prescribing import KINDS, USUAL
from sanyi.workflows.prescription import DOCTORS

READERS = ("doctor", "family_doctor", "nurse", "director", "pharmacist", "supervisor", "resident")
STATUSES = {"written": "draft", "checked": "draft", "returned": "on-hold", "insisted": "on-hold", "closed": "completed", "expired": "stopped", "revoked": "cancelled"}
DAYS = {"d": 1, "wk": 7}


def shaped(row: PrescriptionLine, is_alone: bool) -> Json:
    """One line; drug and diagnosis are of level 4, and not in lists of several patients'."""
    of, unit = row.prescription, row.drug.unit
    return {"id": f"{of.pk}-{row.position}", "identifier": identifier("prescription-line", f"{of.pk}-{row.position}"), "groupIdentifier": identifier("prescription", of.pk)[0],
            "status": STATUSES.get(of.state, "active"), "intent": "order", "category": [concept("prescription-kind", of.kind, KINDS.get(of.kind))],
            "medicationCodeableConcept": concept("drug", row.drug.code, (row.drug.zh, row.drug.en)) if is_alone else hidden(), "subject": reference("Patient", of.person_id),
            "authoredOn": moment(of.created_at), "requester": reference("Organization", of.institution), "reasonCode": [{"text": of.diagnosis}] if is_alone else [],
            "dosageInstruction": [{"text": row.use, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "doseAndRate": [{"doseQuantity": quantity(_thousandths(row.daily_e3), unit)}]}] if is_alone else [],
            "dispenseRequest": {"validityPeriod": {"start": day(row.from_on), "end": day(of.valid_to)}, "quantity": {"value": row.quantity, "unit": unit},
                                "expectedSupplyDuration": {"value": row.days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}},
            "substitution": {"allowedBoolean": row.may_substitute}, "priorPrescription": reference("MedicationRequest", f"{of.renews_id}-1") if of.renews_id else None}


def _thousandths(number: int) -> str:
    return f"{number // 1000}.{number % 1000:03d}"


def _seen(actor: Actor) -> QuerySet[PrescriptionLine]:
    seen = Prescription.objects.filter(kind_of("prescription").visible(actor))
    return PrescriptionLine.objects.filter(prescription__in=seen).select_related("prescription", "drug")


def _key(id: str) -> Q:
    of, _, position = id.partition("-")
    return Q(prescription_id=whole_id(of), position=whole_id(position))


def _with_status(code: str) -> Q:
    named = [state for state, word in STATUSES.items() if word == code]
    return Q(prescription__state__in=named) if named else ~Q(prescription__state__in=STATUSES) if code == "active" else Q(pk__in=())


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    return _create_together(request, [body])[0], True


def _create_together(request: HttpRequest, bodies: Sequence[Json]) -> list[str]:
    """One prescription of some lines. Errors: those of writing; BadField where the lines are not of one patient, kind and diagnosis."""
    whose = {_about(body) for body in bodies}
    if len(whose) != 1:
        raise BadField("同一处方（groupIdentifier）各行的患者、类型和诊断须一致", "the lines of one prescription (groupIdentifier) are of one patient, kind and diagnosis", "groupIdentifier")
    row = write_prescription(Script(*whose.pop(), tuple(map(_line, bodies))), request.by, clock.now())  # type: ignore[attr-defined]
    return [f"{row.pk}-{place}" for place in range(1, len(bodies) + 1)]


def _about(body: Json) -> tuple[int, str, str]:
    reason = "reasonCode.0.text" if coded(body, "reasonCode.0.text", needed=False) else "reasonCode.0.coding.0.code"
    return whole_id(referred(body, "subject.reference", "Patient")), coded(body, "category.0.coding.0.code", needed=False) or USUAL, coded(body, reason)


def _line(body: Json) -> ScriptLine:
    return ScriptLine(coded(body, "medicationCodeableConcept.coding.0.code"), _whole(body, "dispenseRequest.quantity.value"), _daily(body),
                      coded(body, "dosageInstruction.0.text", needed=False), _substitute(body))


def _whole(body: Json, path: str) -> int:
    number = number_in(body, path)
    if number is None or number != number.to_integral_value():
        raise BadField(f"{path} 应为整数", f"{path} must be a whole number", path)
    return int(number)


def _daily(body: Json) -> int:
    """Thousandths of a unit a day: the dose, as often as it is taken. Errors: BadField where it is not whole, or not by days or weeks."""
    dose, at = number_in(body, "dosageInstruction.0.doseAndRate.0.doseQuantity.value"), "dosageInstruction.0.timing.repeat"
    often, period = number_in(body, f"{at}.frequency", needed=False) or Decimal(1), number_in(body, f"{at}.period", needed=False) or Decimal(1)
    days = DAYS.get(coded(body, f"{at}.periodUnit", needed=False) or "d", 0) * period
    daily = dose * often * 1000 / days if dose is not None and days > 0 else Decimal("NaN")
    if not daily.is_finite() or daily != daily.to_integral_value():
        raise BadField("每日用量须能以千分之一单位表示，频次以日或周计", "a day's use is whole thousandths of a unit, by days or weeks", at)
    return int(daily)


def _substitute(body: Json) -> bool:
    allowed = body.get("substitution", {"allowedBoolean": True})
    if not isinstance(allowed, dict) or type(allowed.get("allowedBoolean", True)) is not bool:
        raise BadField("substitution 应为 {allowedBoolean}", "substitution must be {allowedBoolean}", "substitution")
    return allowed.get("allowedBoolean", True)


def _of_person(id: str) -> Q:
    return Q(prescription__person_id=whole_id(id))


MEDICATION_REQUEST = stored("MedicationRequest", READERS, _seen, {
    "patient": ("reference", _of_person), "subject": ("reference", _of_person), "identifier": ("token", _key), "group-identifier": ("token", lambda text: Q(prescription_id=whole_id(text))),
    "status": ("token", _with_status), "authoredon": ("date", Within("prescription__created_at", is_moment=True)), "category": ("token", lambda code: Q(prescription__kind=code))},
    shaped, key=_key, resident=lambda row: str(row.prescription.person_id), institutions=lambda row: (row.prescription.institution, row.prescription.pharmacy), create=_create, create_together=_create_together, creators=DOCTORS, refers=SUBJECT)
