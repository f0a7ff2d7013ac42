"""DiagnosticReport: an examination with the newest report that the reader may read; to make one is to report what one has claimed."""
from base64 import b64encode
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from sanyi.store.act import act
from sanyi.store.exams.attending import CENTRE, CLINICIANS
from sanyi.store.exams.lists import readable_of
from sanyi.store.exams.rules import KINDS
from sanyi.store.exams.tables import Exam, ExamReport
from sanyi.store.kinds import find_work, kind_of
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, hidden, identified, identifier, listed, moment, number_in, reference, whole_id
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.web.fhir.stored import of_person, stored, Within
from sanyi.web.views.exams import item_words, rules_or_none
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor

READERS = tuple(dict.fromkeys((*CLINICIANS, *CENTRE, "director", "resident")))
STATUSES = {"cancelled": "cancelled", "reported": "preliminary", "verified": "preliminary", "correcting": "preliminary"}


def status_of(row: Exam) -> str:
    """An examination in FHIR's words: final once it is released, amended with its second release."""
    if row.state == "released":
        return "final" if row.released_at == row.first_released_at else "amended"
    return STATUSES.get(row.state, "registered")


def code_of(row: Exam) -> Json:
    """What was examined."""
    return concept("exam-item", row.item, item_words(rules_or_none()).get(row.item))


def shaped(row: Exam, is_alone: bool) -> Json:
    """One examination; what was found and concluded is of level 4, and not in lists."""
    last: ExamReport | None = row.readable if is_alone else None  # type: ignore[attr-defined]
    return {"id": str(row.pk), "meta": {"versionId": str(row.version)}, "identifier": identifier("exam", row.pk), "status": status_of(row),
            "category": [concept("exam-kind", row.kind, KINDS.get(row.kind))], "code": code_of(row) if is_alone else {**hidden(), "text": KINDS[row.kind][0]},
            "basedOn": [reference("ServiceRequest", f"exam-{row.pk}")], "subject": reference("Patient", row.person_id), "effectiveDateTime": moment(row.performed_at), "issued": moment(row.released_at), "performer": [reference("Organization", row.centre)],
            "result": [reference("Observation", last.pk)] if last else [], "conclusion": last.conclusion if last else None,
            "presentedForm": [{"contentType": "text/plain; charset=utf-8", "language": "zh", "title": "检查所见", "data": b64encode(last.findings.encode()).decode()}] if last else []}


def _seen(actor: Actor) -> QuerySet[Exam]:
    return kind_of("exam").seen_by(actor)


def _with_reports(rows: list[Any], actor: Actor) -> None:
    reports = {each.exam_id: each for each in readable_of(rows, actor).order_by("number")}
    for row in rows:
        row.readable = reports.get(row.pk)


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    """Report an examination that one has claimed: its number as identifier, findings as the observation's text, the value as its quantity."""
    id = whole_id(identified(body, "identifier", "exam"))
    row = find_work("exam", id, request.actor)  # type: ignore[attr-defined]
    seen = next(iter(listed(body, "contained")), {})
    value = number_in(seen, "valueQuantity.value", needed=False)
    given = {"findings": coded(seen, "note.0.text" if value is not None else "valueString"), "conclusion": coded(body, "conclusion"),
             "value": "" if value is None else f"{value:f}", "critical": coded(body, "contained.0.interpretation.0.text", needed=False)}
    if seen.get("resourceType") != "Observation":
        raise BadField("contained 应为一个 Observation", "contained must be one Observation", "contained")
    act("exam", id, row.version, "report", {name: text for name, text in given.items() if text}, request.by, clock.now())  # type: ignore[attr-defined]
    return str(id), True


def with_status(code: str) -> Q:
    """The examinations whose state has this word; what was released is final or amended."""
    released = {"final": Q(released_at=F("first_released_at")), "amended": ~Q(released_at=F("first_released_at"))}
    if code in released:
        return Q(state="released") & released[code]
    return ~Q(state__in=[*STATUSES, "released"]) if code == "registered" else Q(state__in=[state for state, word in STATUSES.items() if word == code])


DIAGNOSTIC_REPORT = stored("DiagnosticReport", READERS, _seen, {
    "patient": of_person(), "subject": of_person(), "identifier": ("token", lambda text: Q(pk=whole_id(text))), "status": ("token", with_status),
    "category": ("token", lambda code: Q(kind=code)), "date": ("date", Within("performed_at", is_moment=True)), "issued": ("date", Within("released_at", is_moment=True)),
    "performer": ("reference", lambda code: Q(centre=code))},
    shaped, prepared=_with_reports, resident=lambda row: str(row.person_id), institutions=lambda row: (row.institution, row.centre), create=_create, creators=CENTRE,
    refers={**SUBJECT, "performer": ("performer", "Organization")})
