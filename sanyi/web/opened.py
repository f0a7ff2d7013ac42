"""The results and the plan that this server shows."""
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanyi.plans import Plan
from sanyi.runs.card import CARD
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Condition, Results, UnknownTable

KEPT = 2048


def results() -> Results:
    """The results as they are now: a new run card opens them anew."""
    folder = Path(os.environ["SANYI_RESULTS"])
    card = folder / CARD
    return _results(folder, card.stat().st_mtime_ns if card.exists() else 0)


@lru_cache(maxsize=2)
def _results(folder: Path, _changed_at: int) -> Results:
    return Results(folder)


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


def has(name: str) -> bool:
    """Is there a table of this name, made by the run or in its record?"""
    opened = results()
    try:
        return name in opened.names or bool(opened.files(name))
    except UnknownTable:
        return False


def rows(name: str, where: tuple[Condition, ...] = (), order: tuple = (), limit: int | None = None) -> list[dict[str, Any]]:
    """Rows of a table, or none where the run did not make it; small answers are kept, for results never change."""
    if not has(name):
        return []
    return list(_rows(results(), name, where, order, limit))


@lru_cache(maxsize=KEPT)
def _rows(opened: Results, name: str, where: tuple[Condition, ...], order: tuple, limit: int | None) -> tuple:
    return tuple(opened.page(name, where, order, 0, limit))


def where(**values: Any) -> tuple[Condition, ...]:
    """Conditions that columns equal values."""
    return tuple(Condition(column, "eq", value) for column, value in values.items() if value is not None)
