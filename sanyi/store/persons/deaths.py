"""When a death is known: each area says, in its `deaths.py`, which of its own steps end what the dead still have open; found by folder."""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import QuerySet

from sanyi.store.areas import area_files
from sanyi.store.due import Due, take_due
from sanyi.store.log import today_of
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import whole_region


@dataclass(frozen=True)
class DeathConsequence:
    """What a death ends in one area, by its name. `endings(dead, today)` gives the steps that are due one after the other."""

    name: str
    endings: Callable[[QuerySet, date], Iterator[Due]]


@cache
def death_consequences() -> tuple[DeathConsequence, ...]:
    """Those of every area."""
    return tuple(value for file in area_files("deaths") for value in vars(file).values() if isinstance(value, DeathConsequence))


def end_for_the_dead(now: datetime, persons: Iterable[int] | None = None) -> int:
    """End what persons who have died still have open (everybody, or some of them); gives how many steps were taken. Safe to repeat.

    What a rule refuses is left to people; the next turn looks again.
    """
    dead = Person.objects.filter(died_on__lte=today_of(now), **({} if persons is None else {"pk__in": list(persons)})).order_by()
    with whole_region("ending what the dead have open"):
        return sum(take_due(due, now).total() for each in death_consequences() for due in each.endings(dead, today_of(now)))
