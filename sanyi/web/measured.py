"""Indicators as pages show them: value, change, trend, status against the plan's target."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from sanyi.indicators import indicators
from sanyi.indicators.indicator import DIRECTION, UNIT, Indicator
from sanyi.plans.aims import shape_words
from sanyi.runs.results import Results
from sanyi.tables.shown import decimal, shown
from sanyi.terms.fen import take_rate, yuan
from sanyi.web.opened import has, promise, results
from sanyi.web.parts import trend
from sanyi.web.words import name_of, say

VALUES, STATUS = "indicator_values", "indicator_status"
HEADLINES = ("region", "primary")
TONES = {"met": "good", "near": "fair", "missed": "bad"}
ALERT_TONES = {"ok": "good", "warn": "fair", "alarm": "bad"}
FINE = ("index",)
NO_TARGET = "-"
STANDING = re.compile(r"( SEED| K| LOC| DEF)+$")  # how sure the source is; the plan's page says it in words


@dataclass(frozen=True)
class Measured:
    """One indicator in one scope: this year's value and the last, as numbers and as words."""

    indicator: Indicator
    scope_code: str
    scope_id: str
    row: Mapping[str, Any] | None
    before: Mapping[str, Any] | None
    months: Sequence[int | None]

    @property
    def value(self) -> int | None:
        """The year's value in millionths of the unit."""
        return self.row["value_e6"] if self.row else None

    @property
    def change(self) -> int | None:
        """This year's value less the last one's."""
        if self.value is None or not self.before or self.before["value_e6"] is None:
            return None
        return self.value - self.before["value_e6"]


def value_words(indicator: Indicator, value_e6: int | None, is_signed: bool = False) -> str:
    """A value with its unit: two decimals, four for an index."""
    if value_e6 is None:
        return "–"
    text = decimal(take_rate(value_e6, 1, 100), 4) if indicator.unit in FINE else yuan(take_rate(value_e6, 1, 10_000))
    return ("+" if is_signed and value_e6 > 0 else "") + text


def unit_of(indicator: Indicator, language: str) -> str:
    """The unit's word."""
    return UNIT[indicator.unit][0 if language == "zh" else 1]


def charted(value_e6: int | None) -> float | None:
    """A value as a chart's number."""
    return None if value_e6 is None else float(Decimal(take_rate(value_e6, 1, 100)).scaleb(-4))


@lru_cache(maxsize=4)
def _by_scope(opened: Results) -> dict[tuple[str, str, str], dict[str, dict[str, Any]]]:
    """All values by indicator and scope, then by period: some thousands of rows, read once per run."""
    found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in opened.page(VALUES, limit=None):
        found.setdefault((row["indicator_code"], row["scope_code"], row["scope_id"]), {})[row["period"]] = row
    return found


@lru_cache(maxsize=4)
def _status_rows(opened: Results) -> list[dict[str, Any]]:
    return opened.page(STATUS, limit=None)


def measured(code: str, scope_code: str, scope_id: str) -> Measured | None:
    """One indicator in one scope; None where there is no such indicator."""
    indicator = next((each for each in indicators() if each.code == code), None)
    if indicator is None:
        return None
    year = results().year
    periods = _by_scope(results()).get((code, scope_code, scope_id), {}) if has(VALUES) else {}
    months = [periods[period]["value_e6"] if (period := f"{year}-{month:02d}") in periods else None for month in range(1, 13)]
    return Measured(indicator, scope_code, scope_id, periods.get(str(year)), periods.get(str(year - 1)), months)


def headline(indicator: Indicator) -> Measured:
    """An indicator for the region as a whole, or for its primary institutions where that is what it measures."""
    found = [measured(indicator.code, scope, scope) for scope in HEADLINES]
    return next((each for each in found if each.row), found[0])


def scopes(code: str, scope_code: str) -> list[Measured]:
    """An indicator for every consortium or institution that has a value this year, the best first."""
    if not has(VALUES):
        return []
    ids = [scope_id for (indicator, scope, scope_id) in _by_scope(results()) if (indicator, scope) == (code, scope_code)]
    found = [each for scope_id in ids if (each := measured(code, scope_code, scope_id)).value is not None]
    is_down = bool(found) and found[0].indicator.direction == "down"
    return sorted(found, key=lambda each: (each.value if is_down else -each.value, each.scope_id))


def statuses(code: str, scope_code: str = "", scope_id: str = "") -> list[dict[str, Any]]:
    """The status rows of an indicator, in a scope where one is given."""
    if not has(STATUS):
        return []
    return [row for row in _status_rows(results()) if row["indicator_code"] == code
            and (not scope_code or (row.get("scope_code"), row.get("scope_id")) == (scope_code, scope_id))]


def line(request: HttpRequest, one: Measured) -> dict[str, Any]:
    """An indicator as a row of the cockpit's table."""
    language, indicator = request.language, one.indicator
    rows = statuses(indicator.code, one.scope_code, one.scope_id)
    return {
        "code": indicator.code, "title": name_of(indicator, language), "unit": unit_of(indicator, language),
        "value": value_words(indicator, one.value), "before": value_words(indicator, one.before["value_e6"] if one.before else None),
        "change": value_words(indicator, one.change, True) if one.change is not None else "–",
        "is_better": _is_better(indicator, one.change),
        "direction": say(request, *DIRECTION[indicator.direction]), "trend": trend(one.months, target_value(rows)),
        "targets": [target_words(row, indicator, language) for row in rows if row["target_id"] != NO_TARGET],
        "alerts": [words for row in rows if (words := alert_words(row, language))], "scope_code": one.scope_code, "scope_id": one.scope_id}


def _is_better(indicator: Indicator, change: int | None) -> bool | None:
    """Whether a change is for the better; a change too small to be shown is neither."""
    is_nothing = change is None or not value_words(indicator, abs(change)).strip("0.")
    return None if is_nothing or indicator.direction == "monitor" else (change > 0) == (indicator.direction == "up")


def target_value(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The first target that is a number, in millionths of the unit."""
    return next((row["target_e6"] for row in rows if row.get("target_e6") is not None), None)


def target_words(row: Mapping[str, Any], indicator: Indicator, language: str) -> dict[str, Any]:
    """A target and how it stands."""
    is_zh, value, comparator = language == "zh", row["target_e6"], row["comparator"] or ""
    comparator = shape_words(comparator, language)
    words = f"{comparator} {value_words(indicator, value)}{'' if is_zh else ' '}{unit_of(indicator, language)}" if value is not None else comparator
    soft = ("力争 " if is_zh else "strive for ") if row["is_hard"] is False else ""
    return {"words": soft + words.strip(), "word": _word("status_code", row, language), "tone": TONES.get(row["status_code"], "none"),
            "gap": _gap_words(row, indicator, language), "clause": STANDING.sub("", row["clause"] or ""), "due": row["due_period"] or ""}


def _gap_words(row: Mapping[str, Any], indicator: Indicator, language: str) -> str:
    """How far a missed target is away; exactly an upper limit is said whatever its status."""
    if row["gap_e6"] == 0 and row["comparator"] in ("<", "≤"):
        return "，恰为目标数" if language == "zh" else ", exactly the target"
    if row["status_code"] == "met" or row["gap_e6"] is None:
        return ""
    words, is_share = value_words(indicator, abs(row["gap_e6"])), indicator.unit.startswith("percent")
    if language == "zh":
        return f"，差 {words} {'个百分点' if is_share else unit_of(indicator, language)}"
    return f", {words} {'percentage points' if is_share else unit_of(indicator, language)} away"


def alert_words(row: Mapping[str, Any], language: str) -> dict[str, str] | None:
    """The warning state by the region's own lines, where there are any."""
    if row["alert_code"] is None:
        return None
    return {"word": _word("alert_code", row, language), "tone": ALERT_TONES.get(row["alert_code"], "none")}


def _word(column: str, row: Mapping[str, Any], language: str) -> str:
    return shown(promise(STATUS)[column], row[column], language)
