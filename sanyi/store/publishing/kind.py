"""Audit cases and notices of results as kinds of work: an institution sees its own, the office, the bureau and supervisors all."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.kinds import EVERYTHING, NOTHING, WorkKind
from sanyi.store.log import hands_of, today_of
from sanyi.store.models import WorkEvent
from sanyi.store.publishing.tables import AuditCase, Published, ResultNotice
from sanyi.workflows.facts import Actor
from sanyi.workflows.published import INSTITUTION, PublishedFacts

SEE_ALL = ("office", "bureau", "supervisor")


def _visible(actor: Actor) -> Q:
    if actor.role in INSTITUTION and actor.unit:
        return Q(institution=actor.unit)
    return EVERYTHING if actor.role in SEE_ALL else NOTHING


def _institution(row: Published) -> tuple[str, ...]:
    return (row.institution,)


def _facts_of(name: str):
    def facts(row: AuditCase | ResultNotice, actor: Actor, now: datetime) -> PublishedFacts:
        return PublishedFacts(state=row.state, actor=actor, now=now, today=today_of(now), units=_institution(row), due=row.due, done_by=row.done_by,
                              hands=hands_of(WorkEvent, name, row.pk), amount_fen=row.amount_fen, answer_days=row.answer_days,
                              appeal_days=getattr(row, "appeal_days", 0), answerer=getattr(row, "answerer", ""))
    return facts


AUDIT_CASE, RESULT_NOTICE = (
    WorkKind(name, table, _facts_of(name), _visible, WorkEvent, units=_institution, institutions=_institution)
    for name, table in (("audit_case", AuditCase), ("result_notice", ResultNotice)))
