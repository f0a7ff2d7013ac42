"""ServiceRequests that are orders of examinations; to make one is to order it, after the same look at what is there as on the page."""
from django.db.models import Q
from django.http import HttpRequest

from sanyi.store.exams.ordering import ORDERERS, ExamWanted, order_exam
from sanyi.store.exams.rules import KINDS
from sanyi.store.exams.tables import Exam
from sanyi.store.kinds import kind_of
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, hidden, identifier, moment, reference, referred, whole_id
from sanyi.web.fhir.resource import Json, Resource
from sanyi.web.fhir.resources.diagnostic_report import READERS, code_of
from sanyi.web.fhir.resources.referral import PRIORITIES
from sanyi.web.fhir.stored import Within, of_person, stored

START = "exam-"  # how the ids of orders begin, beside those of referrals
ENDED = {"released": "completed", "cancelled": "revoked"}


def shaped(row: Exam, is_alone: bool) -> Json:
    """One order; what is to be examined and why is not in lists."""
    return {"id": f"{START}{row.pk}", "identifier": identifier("exam", row.pk), "status": ENDED.get(row.state, "active"), "intent": "order",
            "category": [concept("exam-kind", row.kind, KINDS.get(row.kind))], "priority": {"emergency": "stat", "urgent": "urgent"}.get(row.urgency, "routine"),
            "code": code_of(row) if is_alone else {**hidden(), "text": KINDS[row.kind][0]}, "subject": reference("Patient", row.person_id), "authoredOn": moment(row.created_at),
            "requester": reference("Organization", row.institution), "performer": [reference("Organization", row.centre)], "reasonCode": [{"text": row.question}] if is_alone and row.question else []}


def _number(id: str) -> int:
    return whole_id(id.removeprefix(START)) if id.startswith(START) else -1


def _with_status(code: str) -> Q:
    return ~Q(state__in=list(ENDED)) if code == "active" else Q(state__in=[state for state, word in ENDED.items() if word == code])


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    priority = coded(body, "priority", needed=False) or "routine"
    wanted = ExamWanted(person=whole_id(referred(body, "subject.reference", "Patient")), item=coded(body, "code.coding.0.code"), centre=referred(body, "performer.0.reference", "Organization"),
                        urgency=PRIORITIES.get(priority, priority), question=coded(body, "reasonCode.0.text", needed=False), reason=coded(body, "orderDetail.0.coding.0.code", needed=False),
                        note=coded(body, "note.0.text", needed=False))
    return f"{START}{order_exam(wanted, request.by, clock.now()).pk}", True  # type: ignore[attr-defined]


def exam_orders() -> Resource:
    """Orders of examinations as a resource."""
    return stored("ServiceRequest", READERS, lambda actor: kind_of("exam").seen_by(actor), {
        "patient": of_person(), "subject": of_person(), "status": ("token", _with_status), "authored": ("date", Within("created_at", is_moment=True)),
        "requester": ("reference", lambda code: Q(institution=code)), "performer": ("reference", lambda code: Q(centre=code)), "identifier": ("token", lambda text: Q(pk=whole_id(text))),
        "category": ("token", lambda code: Q(kind=code))},
        shaped, key=lambda id: Q(pk=_number(id)), resident=lambda row: str(row.person_id), institutions=lambda row: (row.institution, row.centre), create=_create, creators=ORDERERS)
