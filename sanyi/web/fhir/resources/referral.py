"""ServiceRequests that are referrals. What is created here is a draft, through the same door as the page's."""
from django.db.models import Q
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.store.referrals.beginning import Wanted, begin_referral
from sanyi.store.referrals.rules import read_rules
from sanyi.store.referrals.tables import Referral
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, identifier, moment, reference, referred, whole_id
from sanyi.web.fhir.opened_plan import plan_today
from sanyi.web.fhir.resource import Json, Resource
from sanyi.web.fhir.stored import of_person, stored, Within
from sanyi.workflows.facts import OF_AN_INSTITUTION
from sanyi.workflows.referral import SENDERS
from sanyi.workflows.referral_facts import DIRECTIONS

SEES = (*OF_AN_INSTITUTION, "bureau", "resident")
ENDED = {"closed": "completed", "declined": "revoked", "expired": "revoked", "no_show": "revoked", "withdrawn": "revoked", "redirected": "revoked"}
DRAFTS = ("draft", "consented")
PRIORITIES = {"stat": "emergency", "asap": "urgent", "urgent": "urgent", "routine": "routine"}


def status_of(state: str) -> str:
    """A referral's state in FHIR's words."""
    return ENDED.get(state, "draft" if state in DRAFTS else "active")


def with_status(code: str) -> Q:
    """The referrals whose state has this word."""
    ended = [state for state, word in ENDED.items() if word == code]
    return Q(state__in=ended) if ended else Q(state__in=DRAFTS) if code == "draft" else ~Q(state__in=[*ENDED, *DRAFTS]) if code == "active" else Q(pk__in=())


def shaped(row: Referral, is_alone: bool) -> Json:
    """One referral; the diagnosis it is for is of level 3, and not in lists."""
    return {"id": str(row.pk), "identifier": identifier("referral", row.pk), "status": status_of(row.state), "intent": "order",
            "category": [concept("referral-direction", row.direction, DIRECTIONS[row.direction])], "priority": {"emergency": "stat", "urgent": "urgent"}.get(row.urgency, "routine"),
            "code": concept("referral-state", row.state), "subject": reference("Patient", row.person_id), "authoredOn": moment(row.created_at),
            "requester": reference("Organization", row.institution), "performer": [reference("Organization", row.receiver)],
            "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": row.reason}]}] if is_alone else [],
            "replaces": [reference("ServiceRequest", row.replaces_id)] if row.replaces_id else []}


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    priority = coded(body, "priority", needed=False) or "routine"
    wanted = Wanted(person=whole_id(referred(body, "subject.reference", "Patient")), to=referred(body, "performer.0.reference", "Organization"),
                    reason=coded(body, "reasonCode.0.coding.0.code"), urgency=PRIORITIES.get(priority, priority), criterion=coded(body, "orderDetail.0.coding.0.code", needed=False))
    return str(begin_referral(wanted, read_rules(plan_today()), request.by, clock.now()).pk), True  # type: ignore[attr-defined]


def referrals() -> Resource:
    """Referrals as a resource; `request.py` puts them together with orders of examinations."""
    return stored("ServiceRequest", SEES, lambda actor: kind_of("referral").seen_by(actor), {
        "patient": of_person(), "subject": of_person(), "status": ("token", with_status), "authored": ("date", Within("created_at", is_moment=True)),
        "requester": ("reference", lambda code: Q(institution=code)), "performer": ("reference", lambda code: Q(receiver=code)), "identifier": ("token", lambda text: Q(pk=whole_id(text))),
        "category": ("token", lambda code: Q(direction=code))},
        shaped, resident=lambda row: str(row.person_id), institutions=lambda row: (row.institution, row.receiver), create=_create, creators=SENDERS)
