"""What the people's work adds to a person's timeline: each area puts its part into its `timeline.py`; there is no list to edit."""
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

from sanyi.store.areas import area_files
from sanyi.store.tenancy import in_hand
from sanyi.tables.timeline import TIMELINE_KINDS, TimelineEntry


@dataclass(frozen=True)
class TimelinePart:
    """One area's part: the kind of its entries, and `entries(person)`: those of one person, each with the level of what it says (`level_of` its fields).

    `narrowest` is handed to it: the beginnings of diagnoses whose entries are of level 5. `route` is the page of one entry by the number in its key.
    """

    kind: str
    entries: Callable[[int, tuple[str, ...]], Iterable[TimelineEntry]]
    route: str = ""

    def __post_init__(self) -> None:
        if self.kind not in TIMELINE_KINDS:
            raise ValueError(f"no such kind of entry: {self.kind}")


@cache
def parts() -> tuple[TimelinePart, ...]:
    """Every area's part, in the order of the areas' names."""
    return tuple(value for file in area_files("timeline") for value in vars(file).values() if isinstance(value, TimelinePart))


def work_entries(person: int, kinds: Collection[str], narrowest: tuple[str, ...]) -> list[TimelineEntry]:
    """Every entry of the people's work about one person, of some kinds (none named: all), in no order; whoever calls has judged the basis."""
    with in_hand((person,)):
        return [entry for part in parts() if not kinds or part.kind in kinds for entry in part.entries(person, narrowest)]
