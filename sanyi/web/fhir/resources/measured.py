"""Observations that devices and laboratories make before a report is written: measured values by analyte, and curves as sampled data. Source: NG-02, NG-03."""
from decimal import Decimal
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from sanyi.store.exams.attending import CENTRE
from sanyi.store.exams.tables import Exam, ExamRelease
from sanyi.store.files import file_path
from sanyi.store.findings.attaching import attach_file
from sanyi.store.findings.formats import MOST_LEADS, checked_curve, curve_bytes
from sanyi.store.findings.measuring import measure
from sanyi.store.findings.tables import ExamFile, ExamMeasure, ExamMeasureSet
from sanyi.store.kinds import kind_of
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, hidden, identifier, listed, moment, number_in, quantity, reference, whole_id
from sanyi.web.fhir.resource import Json, Resource
from sanyi.web.fhir.resources.diagnostic_report import READERS, code_of
from sanyi.web.fhir.resources.media import SENDERS, device_of, exam_of, files_seen
from sanyi.web.fhir.stored import Within, of_person, stored
from sanyi.web.uploads import MOST_BYTES
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor

SHORTEST = 0.001  # milliseconds; how many samples a second are too many, the curve itself says
MEASURED, CURVE = "measured-", "curve-"  # how the ids begin, beside those of reports
FLAGS = {"L": "L", "H": "H", "LL": "LL", "HH": "HH", "": "N"}
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
MASKED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "masked"}]}


def _head(id: str, exam: Exam, is_alone: bool) -> Json:
    return {"id": id, "basedOn": [reference("ServiceRequest", f"exam-{exam.pk}")], "category": [concept("exam-kind", exam.kind)], "code": code_of(exam) if is_alone else hidden(),
            "subject": reference("Patient", exam.person_id), "performer": [reference("Organization", exam.centre)], **({} if is_alone else {"dataAbsentReason": MASKED})}


def _measured(row: Any, is_alone: bool) -> Json:
    parts = [{"code": concept("analyte", each.analyte), "valueQuantity": quantity(_text(each.value_e3), each.unit), "interpretation": [{"coding": [{"system": INTERPRETATION, "code": FLAGS[each.flag]}]}],
              "referenceRange": [{"low": quantity(_text(each.low_e3), each.unit), "high": quantity(_text(each.high_e3), each.unit)}]} for each in row.standing]
    status = "final" if row.is_out else "preliminary"
    return {**_head(f"{MEASURED}{row.pk}", row.exam, is_alone), "identifier": identifier("exam-measures", row.pk), "status": status if row.standing else "entered-in-error", "effectiveDateTime": moment(row.at), "issued": moment(row.at),
            "device": reference("Device", row.device_id) if row.device_id else None, "component": parts if is_alone else []}


def _curve(row: ExamFile, is_alone: bool) -> Json:
    parts = []
    if is_alone:
        read = json.loads(file_path(Path(settings.VAR), row.sha256).read_bytes())
        parts = [{"code": concept("lead", name), "valueSampledData": {"origin": {"value": 0, "unit": "uV"}, "period": _period(read["samples_per_second"]), "dimensions": 1, "data": " ".join(map(str, values))}}
                 for name, values in read["leads"].items()]
    return {**_head(f"{CURVE}{row.pk}", row.exam, is_alone), "identifier": identifier("exam-file", row.pk), "status": "final", "effectiveDateTime": moment(row.at), "issued": moment(row.at),
            "device": reference("Device", row.device_id) if row.device_id else None, "component": parts}


def _period(rate: int) -> float:
    """Milliseconds between two samples."""
    return 1000 / rate


def _text(thousandths: int | None) -> str:
    return str(Decimal(thousandths or 0).scaleb(-3))


def _sets_seen(actor: Actor) -> QuerySet[ExamMeasureSet]:
    """The centre's people every set, everybody else what went into a version that is out."""
    out = Exists(ExamRelease.objects.filter(report__exam=OuterRef("exam"), report__number__gte=OuterRef("round")))
    ours = Q(exam__centre=actor.unit) if actor.unit and actor.role in CENTRE else Q(pk__in=())
    return ExamMeasureSet.objects.filter(exam__in=Exam.objects.filter(kind_of("exam").visible(actor))).annotate(is_out=out).filter(Q(is_out=True) | ours).select_related("exam")


def _with_values(rows: list[Any], actor: Actor) -> None:
    """Of each set the values that stand: what was measured again for the same version does not."""
    newest: dict[tuple[int, int, str], ExamMeasure] = {}
    for each in ExamMeasure.objects.filter(measured__exam__in={row.exam_id for row in rows}).select_related("measured").order_by("pk"):
        newest[each.measured.exam_id, each.measured.round, each.analyte] = each
    for row in rows:
        row.standing = [each for each in newest.values() if each.measured_id == row.pk]


def _send_values(request: HttpRequest, body: Json) -> tuple[str, bool]:
    values = {}
    for place, each in enumerate(listed(body, "component")):
        number = number_in(each, "valueQuantity.value")
        values[coded(each, "code.coding.0.code")] = f"{number:f}"
        if place > 200:
            raise BadField("component 过多", "too many components", "component")
    made = measure(exam_of(body), values, request.by, clock.now(), device_of(body))  # type: ignore[attr-defined]
    return f"{MEASURED}{made.pk}", True


def _send_curve(request: HttpRequest, body: Json) -> tuple[str, bool]:
    leads, rates = {}, set()
    for each in listed(body, "component")[:MOST_LEADS + 1]:
        sampled = each.get("valueSampledData")
        period, data = (sampled.get("period"), sampled.get("data")) if isinstance(sampled, dict) else (None, None)
        if type(period) not in (int, float) or not SHORTEST <= period <= 1000 or not isinstance(data, str) or sampled.get("factor", 1) != 1:  # type: ignore[union-attr]
            raise BadField("valueSampledData 应有 period（毫秒）和 data（整数微伏，factor 为 1）", "valueSampledData has a period in milliseconds and data in whole microvolts (factor 1)", "component")
        rates.add(round(1000 / period))
        try:
            leads[coded(each, "code.coding.0.code")] = [int(number) for number in data.split()]
        except ValueError:
            raise BadField("data 应为整数微伏", "data holds whole microvolts", "component") from None
    if len(rates) != 1:
        raise BadField("各导联的 period 应相同", "all leads have one period", "component")
    content = curve_bytes(checked_curve(rates.pop(), leads))
    made = attach_file(exam_of(body), "curve.json", [content], request.by, clock.now(), "", device_of(body))  # type: ignore[attr-defined]
    return f"{CURVE}{made.pk}", True


def _number(id: str, start: str) -> int:
    return whole_id(id.removeprefix(start)) if id.startswith(start) else -1


def _filters(column: str = "at") -> dict[str, Any]:
    return {"patient": of_person("exam__person"), "subject": of_person("exam__person"), "category": ("token", lambda code: Q(exam__kind=code)), "date": ("date", Within(column, is_moment=True))}


def measured_sets() -> Resource:
    """Measured values as observations."""
    return stored("Observation", READERS, _sets_seen, {
        **_filters(), "identifier": ("token", lambda text: Q(pk__in=()) if "-" in text else Q(pk=whole_id(text))),
        "status": ("token", lambda code: Q(is_out=code == "final") if code in ("final", "preliminary") else Q(pk__in=()))},
        _measured, key=lambda id: Q(pk=_number(id, MEASURED)), prepared=_with_values, resident=lambda row: str(row.exam.person_id), institutions=lambda row: (row.exam.institution, row.exam.centre),
        create=_send_values, creators=CENTRE, most_bytes=MOST_BYTES)


def curves() -> Resource:
    """Curves as observations of sampled data."""
    return stored("Observation", READERS, lambda actor: files_seen(actor).filter(format="curve"), {
        **_filters(), "identifier": ("token", lambda text: Q(pk__in=())), "status": ("token", lambda code: Q(pk__isnull=False) if code == "final" else Q(pk__in=()))},
        _curve, key=lambda id: Q(pk=_number(id, CURVE)), resident=lambda row: str(row.exam.person_id), institutions=lambda row: (row.exam.institution, row.exam.centre),
        create=_send_curve, creators=SENDERS, most_bytes=MOST_BYTES)
