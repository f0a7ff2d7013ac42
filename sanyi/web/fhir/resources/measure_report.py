"""MeasureReport: the value of one indicator for one institution, consortium or region in one period."""
import calendar
from datetime import date
from hashlib import sha256
from typing import Any

from django.http import HttpRequest

from sanyi.web import opened
from sanyi.web.access import RUN
from sanyi.web.fhir.asked import Days
from sanyi.web.fhir.naming import SYSTEM, identifier, reference, standard
from sanyi.web.fhir.resource import Found, Json, Resource, Sorting, Where

TABLE, KEY = "indicator_values", ("indicator_code", "scope_code", "scope_id", "period")
POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
PARAMS = {"measure": "token", "period": "date", "reporter": "reference", "status": "token"}


def id_of(row: dict[str, Any]) -> str:
    """An id made of the whole key, which FHIR's letters cannot hold."""
    return sha256("\0".join(str(row[name]) for name in KEY).encode()).hexdigest()[:40]


def span_of(period: str) -> Days:
    """The days of a period: a year or a month."""
    year, month = int(period[:4]), int(period[5:] or 0)
    return Days(date(year, month or 1, 1), date(year, month or 12, calendar.monthrange(year, month or 12)[1]))


def shaped(row: dict[str, Any]) -> Json:
    """One value; the score is a ratio of whole millionths, written exactly."""
    days = span_of(row["period"])
    groups = {name: row[name] for name in ("numerator", "denominator") if row[name] is not None}
    return {"id": id_of(row), "identifier": identifier("scope", f"{row['scope_code']}/{row['scope_id']}"), "status": "complete", "type": "summary",
            "measure": f"{SYSTEM}indicator:{row['indicator_code']}", "period": {"start": str(days.first), "end": str(days.last)},
            "reporter": reference("Organization", row["scope_id"]) if row["scope_code"] == "institution" else {"display": f"{row['scope_code']} {row['scope_id']}"},
            "group": [{"population": [{"code": standard(POPULATION, name), "count": value} for name, value in groups.items()],
                       "measureScore": {"value": _millionths(row["value_e6"])} if row["value_e6"] is not None else None}]}


def _millionths(value: int) -> float | int:
    whole, part = divmod(abs(value), 1_000_000)
    number: float | int = float(f"{whole}.{part:06d}") if part else whole
    return -number if value < 0 else number


def _matching(where: Where) -> list[dict[str, Any]]:
    return [row for row in opened.rows(TABLE, order=()) if _fits(row, where)]


def _fits(row: dict[str, Any], where: Where) -> bool:
    tests = {"_id": lambda values: id_of(row) in values, "status": lambda values: "complete" in values, "reporter": lambda values: row["scope_id"] in values,
             "measure": lambda values: row["indicator_code"] in [value.rpartition(":")[2] for value in values], "period": lambda values: _overlaps(span_of(row["period"]), values[0])}
    return all(tests[name](values) for name, values in where.items())


def _overlaps(own: Days, asked: Days) -> bool:
    return (asked.first is None or own.last >= asked.first) and (asked.last is None or own.first <= asked.last)


def _search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
    return Found([shaped(row) for row in _matching(where)[start:start + size]])


def _read(request: HttpRequest, id: str) -> Found | None:
    found = _search(request, {"_id": [id]}, 0, 1)
    return found if found.rows else None


MEASURE_REPORT = Resource("MeasureReport", RUN, PARAMS, _search, lambda request, where: len(_matching(where)), _read, is_personal=False)
