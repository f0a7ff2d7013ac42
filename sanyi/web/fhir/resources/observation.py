"""Observation: what one version of a report found, values measured for it, and curves, as far as the reader may read that version; values and curves are sent, as a device does."""
from django.db.models import Q, QuerySet

from sanyi.store.exams.attending import CENTRE
from sanyi.store.exams.rules import KINDS
from sanyi.store.exams.tables import Exam, ExamReport
from sanyi.store.kinds import kind_of
from sanyi.web.fhir.joined import joined
from sanyi.web.fhir.naming import concept, hidden, identifier, listed, moment, quantity, reference, whole_id
from sanyi.web.fhir.resource import SUBJECT, Json, Resource
from sanyi.web.fhir.resources.diagnostic_report import READERS, code_of
from sanyi.web.fhir.resources.measured import CURVE, MEASURED, curves, measured_sets
from sanyi.web.fhir.stored import stored, Within
from sanyi.workflows.exam_facts import number_of
from sanyi.workflows.facts import Actor

CRITICAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "AA", "display": "Critical abnormal"}]}


def shaped(row: ExamReport, is_alone: bool) -> Json:
    """One version: a number where there is one, else the words; lists of several patients' show neither."""
    exam, is_number = row.exam, number_of(row.value) is not None
    found = {"valueQuantity": quantity(row.value)} if is_number else {"valueString": row.findings}
    shown = {"code": code_of(exam), **found, "note": [{"text": row.findings}] if is_number else [], "interpretation": [{**CRITICAL, "text": row.critical}] if row.critical else []}
    masked = {"code": {**hidden(), "text": KINDS[exam.kind][0]}, "dataAbsentReason": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "masked"}]}}
    return {"id": str(row.pk), "identifier": identifier("exam-report", f"{exam.pk}-{row.number}"), "status": "final" if hasattr(row, "release") else "preliminary",
            "category": [concept("exam-kind", exam.kind)], "subject": reference("Patient", exam.person_id), "effectiveDateTime": moment(exam.performed_at), "issued": moment(row.written_at),
            "performer": [reference("Organization", exam.centre)], **(shown if is_alone else masked)}


def _seen(actor: Actor) -> QuerySet[ExamReport]:
    """Of the examinations an actor may see: the centre's people every version, everybody else what was released."""
    exams = Exam.objects.filter(kind_of("exam").visible(actor))
    ours = Q(exam__centre=actor.unit) if actor.unit and actor.role in CENTRE else Q(pk__in=())
    return ExamReport.objects.filter(Q(release__isnull=False) | ours, exam__in=exams).select_related("exam", "release")


def _of_person(id: str) -> Q:
    return Q(exam__person_id=whole_id(id))


def _which(body: Json) -> str:
    """A curve where the first component holds sampled data, else measured values."""
    return CURVE if "valueSampledData" in next(iter(listed(body, "component")), {}) else MEASURED


def reports() -> Resource:
    """Versions of reports as observations."""
    return stored("Observation", READERS, _seen, {
        "patient": ("reference", _of_person), "subject": ("reference", _of_person), "identifier": ("token", lambda text: Q(exam_id=whole_id(text.partition("-")[0]), number=whole_id(text.partition("-")[2]))),
        "category": ("token", lambda code: Q(exam__kind=code)), "date": ("date", Within("exam__performed_at", is_moment=True)),
        "status": ("token", lambda code: Q(release__isnull=False) if code == "final" else Q(release=None) if code == "preliminary" else Q(pk__in=()))},
        shaped, resident=lambda row: str(row.exam.person_id), institutions=lambda row: (row.exam.institution, row.exam.centre))


OBSERVATION = joined({"": reports(), MEASURED: measured_sets(), CURVE: curves()}, "effectiveDateTime", _which, ("date",), SUBJECT, usual=(("date", True),))
