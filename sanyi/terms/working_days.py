"""Counting working days: Monday to Friday, without the holidays that are named."""
from collections.abc import Set
from datetime import date, timedelta


def working_day_after(day: date, count: int, holidays: Set[date] = frozenset()) -> date:
    """Give the day that lies so many working days after a day. Source: EX-24, DIP-29."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in holidays
    return day
