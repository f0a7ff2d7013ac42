"""Gathering what a step may know about one piece of work."""
from datetime import datetime

from django.db.models import F, Q

from sanyi.plans.dues import next_due
from sanyi.store.log import today_of
from sanyi.store.book_facts import BOOK_TABLES, OF_A_UNIT, book_facts
from sanyi.store.models import Book, Evidence, Item, Ledger, LedgerMilestone, Problem, SupervisionOrder
from sanyi.store.standings import standings_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork, Withdrawn
from sanyi.workflows.facts import Actor, Facts

TABLE_OF = {"task": Item, "problem": Problem, "supervision_order": SupervisionOrder, **BOOK_TABLES}
LEADING = ("lead", "co_lead")


def find_work(kind: str, id: int, is_locked: bool = False):
    """Find a piece of work by its workflow and its row. Errors: UndeclaredStep (no such workflow), UnknownWork, Withdrawn."""
    workflow_of(kind)
    rows = TABLE_OF[kind].objects.filter(pk=id)
    if is_locked:  # the ledger first: what a guard looks at besides the row must stay as it is until the step is written
        whole, part = (Book, "book") if kind in BOOK_TABLES else (Ledger, "ledger")
        list(whole.objects.select_for_update().filter(pk__in=rows.values(part)))
        rows = rows.select_for_update()
    row = rows.first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的{workflow_of(kind).zh}", f"there is no {workflow_of(kind).en} number {id}")
    if getattr(row, "is_withdrawn", False):
        raise Withdrawn("方案已不含此项，仅供查阅", "the plan no longer holds this; it is kept for the record")
    return row


def facts_of(kind: str, row, actor: Actor, now: datetime) -> Facts:
    """Gather the facts of one piece of work."""
    if kind in BOOK_TABLES:
        return book_facts(kind, row, actor, now)
    shared = dict(state=row.state, actor=actor, now=now, today=today_of(now), due=row.due, done_by=row.done_by, units=units_of(kind, row),
                  round=getattr(row, "round", 1), evidence=tuple(evidence_of(kind, row).values_list("kind", flat=True)))
    if kind != "task":
        return Facts(**shared)
    return Facts(**shared, next_due=next_due(row.every, row.due or today_of(now), row.last_due) if row.every else None,
                 **_waiting(row),
                 open_needs=_open(row.needs), open_parts=_open(row.parts),
                 evidence_asked=tuple(row.evidence_asked.split()), standings=standings_of(row))


def units_of(kind: str, row) -> tuple[str, ...]:
    """Give the units whose accounts may act: those that lead or co-lead an item; the one that a problem or an order names."""
    if kind in BOOK_TABLES:
        return (row.unit,) if kind in OF_A_UNIT else ()
    if kind == "task":
        return tuple(row.bodies.filter(part__in=LEADING).values_list("unit", flat=True))
    return (row.unit,) if row.unit else ()


def evidence_of(kind: str, row):
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
