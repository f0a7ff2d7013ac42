"""Break-glass reviews as a kind of work."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.accounts import SYSTEM
from sanyi.store.health.tables import BreakGlass
from sanyi.store.kinds import EVERYTHING, NOTHING, WorkKind
from sanyi.store.log import hands_of, today_of
from sanyi.store.models import WorkEvent
from sanyi.workflows.access_review import AccessReviewFacts
from sanyi.workflows.facts import Actor


def visible(actor: Actor) -> Q:
    """The audit administrator sees every one, a director those of the own institution, whoever broke the glass the own."""
    if actor.name == SYSTEM or actor.role == "audit_admin":
        return EVERYTHING
    if actor.role == "director" and actor.unit:
        return Q(institution=actor.unit)
    return Q(created_by=actor.name, institution=actor.unit) if actor.unit else NOTHING


def facts(row: BreakGlass, actor: Actor, now: datetime) -> AccessReviewFacts:
    """All that a step may know."""
    return AccessReviewFacts(state=row.state, actor=actor, now=now, today=today_of(now), units=(row.institution,), due=row.due, done_by=row.done_by,
                             hands=hands_of(WorkEvent, "access_review", row.pk), alerted_at=row.alerted_at)


REVIEW = WorkKind("access_review", BreakGlass, facts, visible, WorkEvent, units=lambda row: (row.institution,), institutions=lambda row: (row.institution,),
                  resident=lambda row: str(row.person_id))
