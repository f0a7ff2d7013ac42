"""Deadlines: exact calendar months, milestones that count from others, and work that comes again."""
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanyi.plans import Milestone, Task
from sanyi.plans.dues import add_months, due_of, milestone_dates, next_due, period_end

JAN = date(2018, 1, 31)


def milestone(id, **fields):
    return Milestone(id=id, zh=id, en=id, sources=(), place=None, **fields)


def task(**fields):
    return Task(id="t", zh="t", en="t", sources=(), place=None, lead="a", lead_basis="text", group="g", **fields)


@pytest.mark.parametrize(("day", "months", "expected"), [
    (JAN, 1, date(2018, 2, 28)), (date(2020, 1, 31), 1, date(2020, 2, 29)), (date(2018, 11, 30), 3, date(2019, 2, 28)),
    (date(2018, 2, 28), 3, date(2018, 5, 28)), (date(2018, 12, 15), 1, date(2019, 1, 15)), (date(2018, 5, 31), 12, date(2019, 5, 31)),
    (date(2020, 2, 29), 12, date(2021, 2, 28)), (JAN, 0, JAN), (date(2018, 3, 31), -1, date(2018, 2, 28)), (date(2018, 10, 8), 3, date(2019, 1, 8))])
def test_months_are_calendar_months(day, months, expected):
    assert add_months(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 240))
def test_months_later_is_that_month_and_never_a_later_day(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months and later.day <= day.day
    assert later.day == day.day or add_months(later.replace(day=1), 1).toordinal() - later.toordinal() == 1


@pytest.mark.parametrize(("every", "expected"), [("month", date(2018, 5, 31)), ("quarter", date(2018, 6, 30)), ("half_year", date(2018, 6, 30)),
                                                 ("year", date(2018, 12, 31))])
def test_a_period_ends_on_its_last_day(every, expected):
    assert period_end(every, date(2018, 5, 7)) == expected == period_end(every, expected)


@given(st.sampled_from(["month", "quarter", "half_year", "year"]), st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_the_next_round_ends_with_the_next_period(every, day):
    end = period_end(every, day)
    after = next_due(every, end)
    assert end >= day and add_months(end.replace(day=1), {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[every]).month == after.month
    assert after > end and period_end(every, after) == after


def test_a_day_in_the_plan_is_the_deadline():
    assert due_of(task(due=JAN), {}) == JAN and due_of(task(), {}) is None and due_of(task(), {}, on=JAN) is None


def test_a_relative_deadline_waits_for_its_parent_document():
    late = task(due_after="issued", due_after_months=3)
    assert due_of(late, {}) is None and due_of(late, {"other": JAN}) is None
    assert due_of(late, {"issued": date(2018, 11, 30)}) == date(2019, 2, 28)


def test_milestones_count_from_milestones():
    chain = [milestone("c", due_after="b", due_after_months=1), milestone("b", due_after="a", due_after_months=1), milestone("a"),
             milestone("fixed", due=JAN), milestone("after-fixed", due_after="fixed", due_after_months=1)]
    assert milestone_dates(chain, {}) == {"fixed": JAN, "after-fixed": date(2018, 2, 28)}
    assert milestone_dates(chain, {"a": JAN})["c"] == date(2018, 3, 28)
    assert milestone_dates(chain, {"a": JAN, "b": date(2018, 5, 31)})["c"] == date(2018, 6, 30)  # what was recorded wins
    assert milestone_dates(chain, {"fixed": date(2018, 3, 31)})["after-fixed"] == date(2018, 4, 30)


def test_milestones_that_wait_for_each_other_have_no_date():
    circle = [milestone("a", due_after="b", due_after_months=1), milestone("b", due_after="a", due_after_months=1)]
    assert milestone_dates(circle, {}) == {}


def test_recurring_work_is_due_at_the_end_of_its_period_and_not_after_its_last_day():
    assert due_of(task(every="quarter"), {}, on=date(2018, 5, 7)) == date(2018, 6, 30)
    assert due_of(task(every="quarter", due=date(2018, 6, 15)), {}, on=date(2018, 5, 7)) == date(2018, 6, 15)
    assert due_of(task(every="quarter", due=date(2020, 12, 31)), {}, on=date(2018, 5, 7)) == date(2018, 6, 30)
    assert due_of(task(every="year", due_after="issued", due_after_months=3), {}, on=JAN) is None
    assert next_due("quarter", date(2018, 6, 30), date(2018, 8, 31)) == date(2018, 8, 31)
    assert next_due("year", date(2018, 12, 31), date(2018, 12, 31)) is None and next_due("year", date(2018, 12, 31)) == date(2019, 12, 31)
