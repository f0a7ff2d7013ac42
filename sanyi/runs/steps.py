"""All steps of the house, found by room, in the order their needs allow."""
from collections.abc import Iterable, Mapping
from functools import cache

from sanyi.engines.cuts import MONTH
from sanyi.runs.errors import StepNotCut, StepsInCircle, UnknownTable
from sanyi.tables.record_tables import record_tables
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.tables.table import Table
from sanyi.terms.registry import find
from sanyi.terms.step import Step

ROOMS = {"grouping": ("分组", "Grouping"), "payment": ("支付", "Payment"), "audit": ("审核", "Audit"), "indicators": ("指标", "Indicators"),
         "appraisal": ("考核", "Appraisal"), "remuneration": ("薪酬", "Remuneration")}  # of steps, and what they are called
HISTORY = "history_"


@cache
def all_steps() -> dict[str, Step]:
    """Every step by the name of the table it makes; two steps for one table are refused."""
    steps: dict[str, Step] = {}
    for room in ROOMS:
        for step in find(f"sanyi.{room}", Step):
            if step.name in steps or step.name in record_tables():
                raise UnknownTable(f"the table {step.name} is made twice: {step.function.__module__} and another")
            steps[step.name] = step
    return steps


def promise(name: str) -> Table:
    """The promise of a table by name: of the record (`history_` in front means the three years before) or a result."""
    plain = name.removeprefix(HISTORY)
    if plain in record_tables():
        return record_tables()[plain]
    if name in compiled_scheme_tables():
        return compiled_scheme_tables()[name]
    if name in all_steps():
        return all_steps()[name].makes
    raise UnknownTable(f"there is no table {name}")


def in_order(steps: Mapping[str, Step], wanted: Iterable[str] | None = None) -> list[Step]:
    """Order steps so that each comes after what it asks for; the same steps always give the same order."""
    done: dict[str, Step] = {}
    for name in sorted(steps if wanted is None else wanted):
        _visit(name, steps, done, ())
    return list(done.values())


def _visit(name: str, steps: Mapping[str, Step], done: dict[str, Step], path: tuple[str, ...]) -> None:
    if name in done or name.removeprefix(HISTORY) in record_tables() or name in compiled_scheme_tables():
        return
    if name in path:
        raise StepsInCircle(" → ".join((*path, name)))
    if name not in steps:
        raise UnknownTable(f"step {path[-1] if path else '?'} asks for the table {name}, which nothing makes")
    for need in steps[name].tables:
        _visit(need, steps, done, (*path, name))
        _check_cut(steps[name], steps.get(need))
    done[name] = steps[name]


def _check_cut(step: Step, need: Step | None) -> None:
    """A case-local step sees one month at a time: a result with a row a case must say its month, or every month would show all its rows."""
    if step.locality == "case" and need and "encounter_id" in need.makes.names and MONTH not in need.makes.names:
        raise StepNotCut(f"按例切分的步骤 {step.name} 读取 {need.name}，后者有就诊编码而无结算月份，无法按月切分 / step {step.name} runs month by month and "
                         f"asks for {need.name}, which has encounter_id but no {MONTH}: give it {MONTH}, or the step locality=\"none\"")
