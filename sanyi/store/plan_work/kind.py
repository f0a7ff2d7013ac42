"""Tasks, problems and supervision orders as kinds of work."""
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from sanyi.plans.dues import next_due
from sanyi.store.kinds import Lock, WorkKind, for_roles
from sanyi.store.log import today_of
from sanyi.store.models import Evidence, Item, Ledger, LedgerEvent, LedgerMilestone, Problem, SupervisionOrder
from sanyi.store.standings import standings_of
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import SEES_PLANS, Actor
from sanyi.workflows.plan_facts import PlanFacts

LEADING = ("lead", "co_lead")


def _ledger_first(row: Any) -> tuple[Lock, ...]:
    return ((Ledger, row.ledger_id),)


def _task_facts(row: Item, actor: Actor, now: datetime) -> PlanFacts:
    return PlanFacts(**_shared("task", row, actor, now), units=_leading(row), round=row.round,
                     next_due=next_due(row.every, row.due or today_of(now), row.last_due) if row.every else None, **_waiting(row),
                     open_needs=_open(row.needs), open_parts=_open(row.parts), evidence_asked=tuple(row.evidence_asked.split()),
                     standings=standings_of(row))


def _problem_facts(row: Problem, actor: Actor, now: datetime) -> PlanFacts:
    return PlanFacts(**_shared("problem", row, actor, now), units=_named(row))


def _order_facts(row: SupervisionOrder, actor: Actor, now: datetime) -> PlanFacts:
    return PlanFacts(**_shared("supervision_order", row, actor, now), units=_named(row))


def _shared(kind: str, row: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    return dict(state=row.state, actor=actor, now=now, today=today_of(now), due=row.due, done_by=row.done_by,
                evidence=tuple(evidence_of(kind, row).values_list("kind", flat=True)))


def _leading(row: Item) -> tuple[str, ...]:
    """The units that lead or co-lead an item."""
    return tuple(row.bodies.filter(part__in=LEADING).values_list("unit", flat=True))


def _named(row: Problem | SupervisionOrder) -> tuple[str, ...]:
    """The one that a problem or an order names."""
    return (row.unit,) if row.unit else ()


def evidence_of(kind: str, row: Any) -> QuerySet:
    """The evidence that counts now: all of it, of recurring work that of this round."""
    found = Evidence.objects.filter(subject=kind, subject_id=row.pk).order_by("id")
    return found.filter(round=row.round) if kind == "task" else found


def _waiting(row) -> dict[str, str]:
    """The milestone that a deadline waits for, in words."""
    if not row.due_after or row.due is not None:
        return {}
    named = LedgerMilestone.objects.filter(ledger=row.ledger_id, entry=row.due_after).first()
    return {"waits_for": named.zh if named else row.due_after, "waits_for_en": named.en if named else row.due_after}


def _open(rows) -> tuple[tuple[str, str], ...]:
    """The names of what is not done yet; what is exempt or withdrawn holds nobody up, nor what goes on for ever after its first round."""
    going_on = ~Q(every="") & Q(round__gt=1) & (Q(last_due=None) | Q(due__gt=F("last_due")))
    return tuple(rows.filter(is_withdrawn=False).exclude(state__in=workflow_of("task").finished).exclude(going_on).values_list("zh", "en"))


TASK, PROBLEM, SUPERVISION_ORDER = (
    WorkKind(name, table, facts, for_roles(*SEES_PLANS), LedgerEvent, locks=_ledger_first, units=units, takes_evidence=True)
    for name, table, facts, units in (("task", Item, _task_facts, _leading), ("problem", Problem, _problem_facts, _named),
                                      ("supervision_order", SupervisionOrder, _order_facts, _named)))
