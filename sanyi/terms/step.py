"""A step: a pure function from tables to one table, which asks for what it needs by argument name."""
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sanyi.terms.example import Example
from sanyi.terms.source import Source

NOT_TABLES = ("plan", "year")


@dataclass(frozen=True)
class Step:
    """One table's making: `needs` names the tables (and `plan`, `year`) its function asks for.

    `exact` steps get lists of rows and give a list of rows: plain Python integers, for small tables only.
    The others get table expressions and give one. `locality` says what a step may be cut by: "case" (run
    month by month; every row of a case is in one month), "person" (run by shares of the residents where there are many; no row needs two
    residents, and tables are joined on resident_id too) or "none". `chosen_by` names a plan value and what
    it must be, or one of which it must be, for the step to run; under any other choice its table is empty and costs nothing.
    """

    name: str
    function: Callable[..., Any]
    makes: Any
    needs: tuple[str, ...]
    locality: str = "none"
    exact: bool = False
    source: Source = Source()
    examples: tuple[Example, ...] = ()
    chosen_by: tuple[str, Any] | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables the function asks for."""
        return tuple(name for name in self.needs if name not in NOT_TABLES)


def step(makes: Any, *, locality: str = "none", exact: bool = False, source: Source = Source(),
         examples: Sequence[Example] = (), chosen_by: tuple[str, Any] | None = None) -> Callable[[Callable[..., Any]], Step]:
    """Turn a function into the step that makes the table of its own name; its parameters are its needs."""
    if locality not in ("case", "person", "none"):
        raise ValueError(f"locality {locality!r} is none of case, person, none")

    def make(function: Callable[..., Any]) -> Step:
        needs = tuple(inspect.signature(function).parameters)
        return Step(makes.name, function, makes, needs, locality, exact, source, tuple(examples), chosen_by)

    return make
