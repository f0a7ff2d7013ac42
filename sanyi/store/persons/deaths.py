"""When a death is known: each area says, in its `deaths.py`, which of its own steps end what the dead still have open; found by folder."""
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import QuerySet

from sanyi.store.areas import area_files
from sanyi.store.log import today_of
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import whole_region
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import SYSTEM


@dataclass(frozen=True)
class Ending:
    """One step that is due: of a kind of work, on the version that was seen."""

    kind: str
    id: int
    version: int
    step: str
    given: Mapping[str, object]


@dataclass(frozen=True)
class DeathConsequence:
    """What a death ends in one area, by its name. `endings(dead, today)` gives them one by one, each looked up when those before it are done."""

    name: str
    endings: Callable[[QuerySet, date], Iterator[Ending]]


@cache
def death_consequences() -> tuple[DeathConsequence, ...]:
    """Those of every area."""
    return tuple(value for file in area_files("deaths") for value in vars(file).values() if isinstance(value, DeathConsequence))


def end_for_the_dead(now: datetime, persons: Iterable[int] | None = None) -> int:
    """End what persons who have died still have open (everybody, or some of them); gives how many steps were taken. Safe to repeat.

    What a rule refuses, or somebody else did meanwhile, is left to people; the next turn looks again.
    """
    from sanyi.store.act import act
    dead, taken = Person.objects.filter(died_on__lte=today_of(now), **({} if persons is None else {"pk__in": list(persons)})), 0
    with whole_region("ending what the dead have open"):
        for each in death_consequences():
            for ending in each.endings(dead.order_by(), today_of(now)):
                try:
                    act(ending.kind, ending.id, ending.version, ending.step, ending.given, SYSTEM, now)
                    taken += 1
                except Refused:
                    continue
    return taken
