"""Playing worked examples: the same rows in, on any engine, and what came out."""
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sanyi.runs.saying import expression
from sanyi.runs.steps import promise
from sanyi.tables.rows import filled
from sanyi.terms.example import Example
from sanyi.terms.step import Step


Say = Callable[[Step, Any, int, Any], str]


def say_anew(step: Step, plan_on_day: Any, year: int, engine: Any) -> str:
    """An engine step in its engine's words."""
    return engine.sql(expression(step, plan_on_day, year), step.makes)


def play(step: Step, example: Example, plan: Any, engine: Any) -> list[dict[str, Any]]:
    """Run one step on an example's rows under a plan (with the example's values put in); rows in key order."""
    changed = plan.changed(example.values) if example.values else plan
    return play_rows(step, example.given, changed.on(date(example.year, 12, 31)), example.year, engine)


def play_rows(step: Step, given: Mapping[str, Any], plan_on_day: Any, year: int, engine: Any, said: Say = say_anew) -> list[dict[str, Any]]:
    """Run one step on given rows; tables not given are empty. `said` gives what an engine step says, where that is known already."""
    besides = {name: value for name, value in (("plan", plan_on_day), ("year", year)) if name in step.needs}
    if step.exact:
        rows = {name: filled(promise(name), given.get(name, [])) for name in step.tables}
        made = step.function(**rows, **besides)
        return sorted((dict(row) for row in made), key=lambda row: tuple(row[name] for name in step.makes.key))
    for name in step.tables:
        engine.show_rows(name, promise(name), given.get(name, []))
    order = ", ".join(f'"{name}"' for name in step.makes.key)
    return engine.rows(f"SELECT * FROM ({said(step, plan_on_day, year, engine)}) ORDER BY {order}")


def expected_part(step: Step, example: Example, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cut rows to the columns that the example speaks of, in the order of its rows' keys."""
    spoken = list(dict.fromkeys(name for row in example.expect for name in row))
    return [{name: row[name] for name in spoken} for row in rows]
