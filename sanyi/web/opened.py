"""The results and the plan that this server shows."""
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sanyi.audit import rules
from sanyi.indicators import indicators
from sanyi.plans import Plan
from sanyi.plans.code_words import CODES
from sanyi.runs.card import CARD
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Condition, Results, UnknownTable
from sanyi.runs.steps import all_steps
from sanyi.tables.table import Table

KEPT = 2048
VETOES = ("hospital_outbreak", "major_medical_accident", "major_safety_accident", "major_fire", "major_public_opinion")
GATES = ("political_quality", "party_building")
LEVELS = ("central", "province", "city", "district", "national_health_authority", "provincial_health_authority", "main_leader")


def results() -> Results:
    """The results as they are now: a new run card opens them anew."""
    folder = os.environ["SANYI_RESULTS"]
    try:
        changed_at = os.stat(f"{folder}/{CARD}").st_mtime_ns
    except OSError:
        changed_at = 0
    return _results(folder, changed_at)


@lru_cache(maxsize=2)
def _results(folder: str, _changed_at: int) -> Results:
    return Results(Path(folder))


def plan() -> Plan | None:
    """The run's plan; None where its pack is not on this machine."""
    return _plan(os.environ.get("SANYI_PLAN") or results().card["plan"], os.environ.get("SANYI_REGION") or None)


@lru_cache(maxsize=2)
def _plan(name: str, region: str | None) -> Plan | None:
    from sanyi.plans import UnknownPlan
    try:
        return open_plan(name, region)
    except UnknownPlan:
        return None


@lru_cache(maxsize=512)
def promise(name: str) -> Table:
    """A table's promise as pages show it: a code column without words borrows those that others of its name agree on."""
    table = results().promise(name)
    columns = tuple(replace(column, allowed=_words_of_codes().get(column.name)) if column.type == "text" and not column.allowed
                    and not column.references else column for column in table.columns)
    return replace(table, columns=columns)


@cache
def _words_of_codes() -> dict[str, Mapping[str, tuple[str, str]]]:
    """The words of every code column by its name; a code that two tables call differently has none."""
    found: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for step in all_steps().values():
        for column in step.makes.columns:
            for code, words in (column.allowed or {}).items():
                found.setdefault(column.name, {}).setdefault(code, set()).add(words)
    found["rule_code"] = {rule.code: {(f"{rule.code} {rule.zh}", f"{rule.code} {rule.en}")} for rule in rules()}
    found["indicator_code"] = {each.code: {(f"{each.code} {each.zh}", f"{each.code} {each.en}")} for each in indicators()}
    found["veto_code"] = {code: {CODES[code]} for code in VETOES}
    found["event_code"] = {code: {CODES[code]} for code in (*VETOES, *GATES, *LEVELS)}
    found["grade_code"] = {code: {CODES[code]} for code in ("excellent", "good", "fair", "poor")}
    return {name: {code: min(words) for code, words in codes.items() if len(words) == 1} for name, codes in found.items()}


def has(name: str) -> bool:
    """Is there a table of this name, made by the run or in its record?"""
    return _has(results(), name)


@lru_cache(maxsize=512)
def _has(opened: Results, name: str) -> bool:
    try:
        return name in opened.names or bool(opened.files(name))
    except UnknownTable:
        return False


def total(name: str, column: str, key: tuple[Condition, ...] = ()) -> int | None:
    """The sum of a column, or None where the run has no such table or column."""
    return _total(results(), name, column, key) if has(name) and column in promise(name).names else None


@lru_cache(maxsize=KEPT)
def _total(opened: Results, name: str, column: str, key: tuple[Condition, ...]) -> int:
    return opened.grouped(name, (), [column], key)[0][column]


def rows(name: str, where: tuple[Condition, ...] = (), order: tuple = (), limit: int | None = None) -> list[dict[str, Any]]:
    """Rows of a table, or none where the run did not make it; small answers are kept, for results never change."""
    if not has(name):
        return []
    return list(_rows(results(), name, where, order, limit))


@lru_cache(maxsize=KEPT)
def _rows(opened: Results, name: str, where: tuple[Condition, ...], order: tuple, limit: int | None) -> tuple:
    return tuple(opened.page(name, where, order, 0, limit))


def count(name: str) -> int:
    """How many rows a table has."""
    return _count(results(), name)


@lru_cache(maxsize=512)
def _count(opened: Results, name: str) -> int:
    return opened.count(name)


def where(**values: Any) -> tuple[Condition, ...]:
    """Conditions that columns equal values."""
    return tuple(Condition(column, "eq", value) for column, value in values.items() if value is not None)
