"""When things are due: a day, so many calendar months after a milestone, or the end of each period."""
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sanyi.plans.entries import Due, Milestone

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def add_months(day: date, months: int) -> date:
    """Give the same day so many calendar months on; where that month is shorter, its last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, _last_day(year, month + 1)))


def period_end(every: str, day: date) -> date:
    """Give the last day of the month, quarter, half-year or year that a day lies in."""
    months = MONTHS[every]
    month = (day.month - 1) // months * months + months
    return date(day.year, month, _last_day(day.year, month))


def milestone_dates(milestones: Iterable[Milestone], known: Mapping[str, date]) -> dict[str, date]:
    """Give the date of every milestone that has one: reported in `known`, set by the plan, or counted from another's.

    A milestone that waits for an undated one, or for itself, has none.
    """
    dated, waiting = dict(known), [milestone for milestone in milestones if milestone.id not in known]
    while found := {each.id: day for each in waiting if (day := due_of(each, dated)) is not None}:
        dated |= found
        waiting = [each for each in waiting if each.id not in found]
    return dated


def due_of(entry: Due, dated: Mapping[str, date], on: date | None = None) -> date | None:
    """Give the day an entry is due, or None while the milestone it counts from has no date. Source: JH-147, TSK-3.

    Of a recurring entry it is the end of the period that `on` lies in, no later than the entry's own last day.
    """
    if entry.due_after:
        start = dated.get(entry.due_after)
        last = None if start is None else add_months(start, entry.due_after_months)
    else:
        start, last = None, entry.due
    if not entry.every or on is None or (entry.due_after and start is None):
        return last
    end = period_end(entry.every, on)
    return end if last is None else min(end, last)


def next_due(every: str, due: date, last: date | None = None) -> date | None:
    """Give the deadline of the next round: the end of the period after the one just closed, no later than the entry's last day.

    None when the last day has come: there is no further round.
    """
    if last and last <= due:
        return None
    end = period_end(every, due + timedelta(days=1))
    return min(end, last) if last else end


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]
