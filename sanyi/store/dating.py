"""Recording the day a milestone was reached; deadlines that count from it follow. Source: JH-147, TSK-3."""
from datetime import date, datetime

from django.db import transaction

from sanyi.plans import Milestone
from sanyi.plans.dues import due_of, milestone_dates
from sanyi.plans.entries import Due
from sanyi.store.ledgers import find_ledger
from sanyi.store.log import write_change, write_line
from sanyi.store.models import Item, Ledger, LedgerMilestone, MilestoneDate
from sanyi.store.opening import reported_dates
from sanyi.store.who import check_office
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.take import clean


def date_milestone(plan: str, milestone: str, on: date, by: str, now: datetime, note: str = "") -> list[Item]:
    """Record a milestone's day; gives the items whose deadline moved. A later record corrects an earlier one.

    Errors: UnknownWork naming the milestones there are, NotAllowed.
    """
    with transaction.atomic():
        ledger, actor = find_ledger(plan, is_locked=True), check_office(by)
        _known(ledger, milestone)
        recorded = MilestoneDate.objects.create(ledger=ledger, milestone=milestone, on=on, note=clean(note), by=actor.name, at=now)
        write_line(recorded, "milestone_date", "date", actor.name, now, "", {"milestone": milestone, "on": on})
        return _redate(ledger, actor.name, now)


def _known(ledger: Ledger, milestone: str) -> None:
    names = list(LedgerMilestone.objects.filter(ledger=ledger, is_withdrawn=False).values_list("entry", flat=True))
    if milestone not in names:
        there = ", ".join(names) or "—"
        raise UnknownWork(f"方案中没有里程碑“{milestone}”；现有：{there}", f"the plan has no milestone {milestone!r}; there are: {there}")


def _redate(ledger: Ledger, by: str, now: datetime) -> list[Item]:
    dated = dates_of(ledger)
    moved = []
    for item in Item.objects.select_for_update().filter(ledger=ledger, is_withdrawn=False, round=1).exclude(due_after="").order_by("id"):
        entry, on = _as_due(item), max(item.start or ledger.opened_on, ledger.opened_on)
        changes = {"due": due_of(entry, dated, on), "last_due": due_of(entry, dated)}
        if (item.due, item.last_due) != (changes["due"], changes["last_due"]):
            write_change(item, "task", "date", by, now, changes, {"due": [item.due, changes["due"]]})
            moved.append(item)
    return moved


def dates_of(ledger: Ledger) -> dict[str, date]:
    """The day of every milestone that has one, by record, by the plan, or counted from another."""
    rows = LedgerMilestone.objects.filter(ledger=ledger, is_withdrawn=False).order_by("id")
    milestones = [Milestone(id=row.entry, zh=row.zh, en=row.en, sources=(), place=None, start=row.start, due=row.due,
                            due_after=row.due_after, due_after_months=row.due_after_months) for row in rows]
    return milestone_dates(milestones, reported_dates(ledger))


def _as_due(item: Item) -> Due:
    return Due(id=item.entry, zh=item.zh, en=item.en, sources=(), place=None, due_after=item.due_after,
               due_after_months=item.due_after_months, every=item.every)
