"""One person's bills as claims of the benefit engine, put together from the record by the run's own steps: for pages, where the run did not settle every bill again."""
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sanyi.engines.duck import DuckEngine
from sanyi.plans.plan import Plan, PlanOnDay
from sanyi.runs.by_resident import TABLES, rows_of_resident
from sanyi.runs.examples import play_rows, say_anew
from sanyi.runs.results import Condition, Results, read_page
from sanyi.runs.steps import HISTORY, all_steps, promise
from sanyi.tables.table import Table
from sanyi.terms.step import Step

CLAIMS, LAST_STAYS, IN_SCOPE = "benefit_claims", "benefit_last_stays", "benefit_in_scope"
MOST_SAID = 64
_SAID: dict[tuple[int, date, str, int], tuple[Plan, str]] = {}
OWN_KEYS = ("resident_id", "encounter_id", "settlement_id")  # by the first of these that a table has, its rows are the person's; a table without any is of the region


def person_claims(results: Results, plan: PlanOnDay, resident_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A person's rows of `benefit_claims` and of `benefit_last_stays` of the run's year, whether or not the run made these tables; none for who is not in the record."""
    asked = _Asked(results, plan, resident_id)
    with _ONE_AT_A_TIME:
        return asked.made(CLAIMS), asked.made(LAST_STAYS)


_ONE_AT_A_TIME = Lock()
_OF_THE_REGION: WeakKeyDictionary[Results, dict[tuple[str, date, int], list[dict[str, Any]]]] = WeakKeyDictionary()


class _Engine:
    """The engine that a process keeps for one person after the other: rows that it shows already, those of the region, are not shown again."""

    def __init__(self) -> None:
        self._engine, self._shown = DuckEngine(memory="512MB", threads=1), {}  # type: ignore[var-annotated]
        self.sql, self.rows = self._engine.sql, self._engine.rows

    def show_rows(self, name: str, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if self._shown.get(name) is not rows:
            self._shown.pop(name, None)
            self._engine.show_rows(name, table, rows)
            self._shown[name] = rows


@cache
def _engine() -> _Engine:
    return _Engine()


@cache
def _is_of_the_region(name: str) -> bool:
    """Whether a table says the same whoever is asked about."""
    return all(map(_is_of_the_region, all_steps()[name].tables)) if name in all_steps() else not set(OWN_KEYS) & set(promise(name).names)


class _Asked:
    """The tables of one person, each read or made once; what is the region's once for everybody."""

    def __init__(self, results: Results, plan: PlanOnDay, resident_id: str) -> None:
        self._results, self._plan, self._resident, self._known = results, plan, resident_id, {}  # type: ignore[var-annotated]

    def made(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table, of this person where it is about persons."""
        known, key = (_OF_THE_REGION.setdefault(self._results, {}), (name, self._plan.day, id(self._plan.plan))) if _is_of_the_region(name) else (self._known, name)
        if key not in known:
            is_idle = name == IN_SCOPE and self._plan.value("benefit.in_scope_from") != "lines"
            known[key] = [] if is_idle else self._of_step(name) if name in all_steps() else self._of_record(name)
        return known[key]

    def _of_step(self, name: str) -> list[dict[str, Any]]:
        step = all_steps()[name]
        given = {need: self.made(need) for need in step.tables}
        return play_rows(step, given, self._plan, self._results.year, _engine(), _said)

    def _of_record(self, name: str) -> list[dict[str, Any]]:
        records, table = self._results.records, promise(name)
        chosen, together = records.chosen(name, self._results.year), []
        if name.removeprefix(HISTORY) in TABLES and OWN_KEYS[0] in table.names:
            years = {Path(file).stem[:4] for file in chosen}
            together, others = rows_of_resident(records, name.removeprefix(HISTORY), self._resident)
            together, chosen = [row for row in together if str(row["settled_month"])[:4] in years], [file for file in chosen if file in others]
        files = records.paths(chosen)
        key = next((key for key in OWN_KEYS if key in table.names), "")
        where = [Condition(key, "in" if key != OWN_KEYS[0] else "eq", self._resident if key == OWN_KEYS[0] else self._keys(key))] if key else []
        return [*together, *(read_page(table, files, where, limit=None) if files and (not where or where[0].value) else [])]

    def _keys(self, key: str) -> list[str]:
        """The person's own encounters or settlements, of this year and of those before."""
        table = "encounters" if key == "encounter_id" else "settlements"
        return sorted(_each(row[key] for name in (table, HISTORY + table) for row in self.made(name)))


def _said(step: Step, plan: PlanOnDay, year: int, engine: Any) -> str:
    """What a step says does not hang on the person: it is compiled once in a process, which takes a second. The plan is held with it, so that its number stays its own."""
    key = (id(plan.plan), plan.day, step.name, year)
    if key not in _SAID:
        if len(_SAID) >= MOST_SAID:
            _SAID.clear()
        _SAID[key] = (plan.plan, say_anew(step, plan, year, engine))
    return _SAID[key][1]


def _each(keys: Iterable[str | None]) -> set[str]:
    return {key for key in keys if key}
