"""From a pattern to slots: pure arithmetic of days, times and held places."""
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

WHOLE = 1_000_000


def days_of(weekdays: str, first: date, last: date) -> Iterator[date]:
    """The days from the first to the last that fall on one of some weekdays (1 Monday … 7 Sunday)."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if str(day.isoweekday()) in weekdays:
            yield day


def times_of(begins: time, ends: time, minutes: int) -> list[tuple[time, time]]:
    """One span after another from begin to end; what is left and shorter is left out."""
    start, last, found = datetime.combine(date.min, begins), datetime.combine(date.min, ends), []
    while start + timedelta(minutes=minutes) <= last:
        found.append((start.time(), (start + timedelta(minutes=minutes)).time()))
        start += timedelta(minutes=minutes)
    return found


def held_of(places: int, slots: int, share_ppm: int) -> list[int]:
    """How many of each slot's places are held so that every beginning of the day holds its share at least, and at most one place more.

    Examples: one place in five of ten slots with one place each: the 1st and the 6th slot. Source: JH-18.
    """
    held = [-(-number * places * share_ppm // WHOLE) for number in range(slots + 1)]
    return [after - before for before, after in zip(held, held[1:])]
