"""Steps that are due on many rows, each a transaction of its own: whoever is faster neither stops the rest nor makes a row forgotten."""
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from sanyi.store.crossing import tried_again
from sanyi.store.jobs.kinds import Report
from sanyi.workflows.errors import Refused, StaleVersion
from sanyi.workflows.facts import SYSTEM, Given

LOOKS = 3  # at a row that others keep changing; after that it is the next turn's


@dataclass(frozen=True)
class Due:
    """Rows of a kind of work on which the store takes a step: `step` names it, or says it of a row, and `given` what it is given."""

    kind: str
    rows: QuerySet
    step: str | Callable[[Any], str]
    given: Callable[[Any], Given] = lambda row: {}


def take_due(due: Due, now: datetime, report: Report = lambda done, text="": None, most: int | None = None) -> Counter[str]:
    """Take a step on every row it is due on, at most so many; gives how often which step was taken. Safe to repeat.

    A row is looked at when its turn comes, and again where somebody else has just changed it: the step is taken if it is due still. What a rule refuses is left to people,
    its refusal to the trail; what others have in hand too long, to the next turn.
    """
    numbers, taken = list(due.rows.values_list("pk", flat=True)[:most]), Counter[str]()
    for place, number in enumerate(numbers, 1):
        taken.update(_taken(due, number, now))
        report(Fraction(place, len(numbers)))
    return taken


def each_apart(numbers: Iterable[int], do: Callable[[int], int]) -> int:
    """Do something with each of some rows, each a transaction of its own; gives the sum of what it gives. What is refused, or in others' hands, is the next turn's."""
    done = 0
    for number in numbers:
        try:
            done += tried_again(do)(number)
        except Refused:
            continue
    return done


def _taken(due: Due, number: int, now: datetime) -> list[str]:
    from sanyi.store.act import act  # the areas' kinds, which it knows, take due steps themselves
    for _ in range(LOOKS):
        row = due.rows.filter(pk=number).first()
        if row is None:
            return []
        step = due.step if isinstance(due.step, str) else due.step(row)
        try:
            act(due.kind, row.pk, row.version, step, due.given(row), SYSTEM, now)
        except StaleVersion:
            continue
        except Refused:
            return []
        return [step]
    return []
