"""AuditEvent: the trail, for the audit administrator; looking into it is an event of its own."""
from django.db.models import Q

from sanyi.store.trail.looking import events_for
from sanyi.store.trail.tables import ACTIONS, AuditEvent, AuditNamed
from sanyi.web.fhir.naming import SYSTEM, identifier, moment
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored, Within

LETTERS, OUTCOMES = {"change": "U", "read": "R", "export": "R", "unmask": "R", "break_glass": "R"}, {"done": "0", "refused": "4", "failed": "8"}


def shaped(row: AuditEvent, is_alone: bool) -> Json:
    """One event; what was written in it stands as digests, here as there."""
    subject = {"what": {"identifier": identifier(row.subject, row.subject_id or "-")[0]}, "name": row.subject} if row.subject else None
    person = {"what": {"identifier": identifier("resident", row.resident)[0]}, "role": {"system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1"}} if row.resident else None
    return {"id": str(row.pk), "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
            "subtype": [{"system": f"{SYSTEM}action", "code": row.action, "display": ACTIONS[row.action][0]}, *([{"system": f"{SYSTEM}step", "code": row.step}] if row.step else [])],
            "action": LETTERS.get(row.action, "E"), "recorded": moment(row.at), "outcome": OUTCOMES[row.outcome], "outcomeDesc": row.reason,
            "purposeOfEvent": [{"text": row.purpose}] if row.purpose else [],
            "agent": [{"who": {"identifier": identifier("account", row.account or "-")[0]}, "requestor": True, "role": [{"text": row.role}] if row.role else [],
                       "altId": row.institution}], "source": {"observer": {"display": "Sanyi 三医"}}, "entity": [each for each in (subject, person) if each]}


def _about(resident: str) -> Q:
    return Q(resident=resident) | Q(pk__in=AuditNamed.objects.filter(resident=resident).values("event"))


AUDIT_EVENT = stored("AuditEvent", ("audit_admin",), events_for, {
    "date": ("date", Within("at", is_moment=True)), "agent-name": ("string", lambda text: Q(account__startswith=text)),
    "subtype": ("token", lambda code: Q(action=code) | Q(step=code)), "patient": ("reference", _about),
    "outcome": ("token", lambda code: Q(outcome__in=[name for name, letter in OUTCOMES.items() if letter == code]))}, shaped, is_personal=False)
