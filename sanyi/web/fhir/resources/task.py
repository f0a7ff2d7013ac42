"""Task: what a referral waits for, and from whom."""
from django.db.models import Q

from sanyi.store.kinds import kind_of
from sanyi.store.referrals.tables import Referral
from sanyi.web.fhir.naming import concept, identifier, moment, reference
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.resources.referral import SEES
from sanyi.web.fhir.stored import of_person, stored, Within
from sanyi.workflows import workflow_of

STATUSES = {"draft": "draft", "consented": "draft", "submitted": "requested", "filing_asked": "requested", "certified": "requested", "accepted": "accepted", "closed": "completed",
            "declined": "rejected", "expired": "failed", "no_show": "failed", "withdrawn": "cancelled", "redirected": "cancelled"}
UNDER_WAY = "in-progress"


def _with_status(code: str) -> Q:
    return ~Q(state__in=list(STATUSES)) if code == UNDER_WAY else Q(state__in=[state for state, word in STATUSES.items() if word == code])


def shaped(row: Referral, is_alone: bool) -> Json:
    """The work of one referral: the workflow's own state as the business status, the clock that runs as the end."""
    state = workflow_of("referral").state(row.state)
    return {"id": str(row.pk), "identifier": identifier("referral", row.pk), "status": STATUSES.get(row.state, UNDER_WAY), "businessStatus": concept("referral-state", state.name, (state.zh, state.en)),
            "intent": "order", "focus": reference("ServiceRequest", row.pk), "for": reference("Patient", row.person_id), "authoredOn": moment(row.created_at),
            "requester": reference("Organization", row.institution), "owner": reference("Organization", row.receiver),
            "restriction": {"period": {"end": moment(row.due_at)}} if row.due_at else None}


TASK = stored("Task", SEES, lambda actor: kind_of("referral").seen_by(actor), {
    "patient": of_person(), "status": ("token", _with_status), "authored-on": ("date", Within("created_at", is_moment=True)), "focus": ("reference", lambda id: Q(pk=int(id) if id.isdigit() and len(id) < 19 else -1)),
    "owner": ("reference", lambda code: Q(receiver=code)), "requester": ("reference", lambda code: Q(institution=code))},
    shaped, resident=lambda row: str(row.person_id), institutions=lambda row: (row.institution, row.receiver),
    refers={"patient": ("for", "Patient"), "focus": ("focus", "ServiceRequest"), "owner": ("owner", "Organization"), "requester": ("requester", "Organization")})
