"""Recording the day a milestone was reached; deadlines that count from it follow. Source: JH-147, TSK-3."""
from datetime import date, datetime

from django.db import transaction

from sanyi.plans import Milestone
from sanyi.plans.dues import due_of, milestone_dates
from sanyi.plans.entries import Due
from sanyi.store.ledgers import find_ledger
from sanyi.store.log import write_change, write_line
from sanyi.store.models import Item, Ledger, LedgerMilestone, MilestoneDate
from sanyi.store.opening import reported_dates, round_due
from sanyi.store.who import By, check_office
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.take import clean


YEARS = (1900, 2199)  # as in the plans' unit `year`: a slip of the pen must not count deadlines past the calendar's end


def date_milestone(plan: str, milestone: str, on: date, by: By, now: datetime, note: str = "") -> list[Item]:
    """Record a milestone's day; gives the items whose deadline moved. A later record corrects an earlier one.

    Errors: UnknownWork naming the milestones there are, NotAllowed, BadField (a day of another age).
    """
    if not YEARS[0] <= on.year <= YEARS[1]:
        raise BadField(f"日期 {on} 不在 {YEARS[0]} 至 {YEARS[1]} 年之间", f"the day {on} does not lie between {YEARS[0]} and {YEARS[1]}", "on")
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
    for item in Item.objects.select_for_update().filter(ledger=ledger, is_withdrawn=False).exclude(due_after="").order_by("id"):
        entry, on = _as_due(item), max(item.start or ledger.opened_on, ledger.opened_on)
        last = due_of(entry, dated)
        changes = {"due": round_due(item, due_of(entry, dated, on), last), "last_due": last}
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
