"""What a step says to the engine: compiled once, and taken over by every plan that answers it alike."""
from collections.abc import Iterable
from typing import Any

import ibis

from sanyi.runs.ahead import Ahead
from sanyi.runs.columns_read import columns_read
from sanyi.runs.compiled import Said
from sanyi.runs.steps import promise
from sanyi.runs.under_way import Run
from sanyi.terms.step import Step


def is_chosen(step: Step, plan: Any) -> bool:
    """Whether the plan's values choose this step at all."""
    if step.chosen_by is None:
        return True
    name, wanted = step.chosen_by
    return plan.value(name) in (wanted if isinstance(wanted, tuple) else (wanted,))


def said_by(under_way: Run, step: Step, ahead: Ahead) -> Said:
    """What the step says: as a run kept it whose plan answered the step as this one does, or compiled now."""
    said = next(under_way.compiled.of(step.name, under_way.plan), None)
    if said is None:
        said = ahead.said(step) or compile_step(under_way, step)
        under_way.compiled.add(step.name, said)
    return said


def compile_step(under_way: Run, step: Step) -> Said:
    """Compile a step; what decides whether it runs is among what it read of the plan."""
    proxy, values = under_way.plan.recording()
    is_chosen(step, proxy)
    asked = expression(step, proxy, under_way.year)
    sql = under_way.engine.sql(asked, step.makes)
    return Said(sql, dict(proxy.reads), dict(values), {**dict.fromkeys(step.tables, []), **columns_read(asked, step.makes.names)})


def not_said_yet(under_way: Run, steps: Iterable[Step]) -> list[Step]:
    """The engine steps that the plan chooses and that no earlier run compiled."""
    return [step for step in steps if not step.exact and is_chosen(step, under_way.plan)
            and not any(under_way.compiled.of(step.name, under_way.plan))]


def expression(step: Step, plan: Any, year: int) -> ibis.Table:
    """Call an engine step's function on tables known only by promise."""
    tables = {name: ibis.table(promise(name).schema, name=name) for name in step.tables}
    return step.function(**tables, **besides(step, plan, year))


def besides(step: Step, plan: Any, year: int) -> dict[str, Any]:
    """What a step asks for besides tables."""
    return {name: value for name, value in (("plan", plan), ("year", year)) if name in step.needs}
