"""Parts that pages are laid out with: a statement of one row, a short table, a chart, a small trend line."""
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sanyi.runs.results import Condition, Order
from sanyi.tables.table import Column
from sanyi.web.listing import cell, cell_maker, row_html, title_of, visible
from sanyi.web.opened import has, promise, rows
from sanyi.web.show import unit_words
from sanyi.web.words import name_of

SHORT = 200


def statement(request: HttpRequest, name: str, row: dict[str, Any], without: Sequence[str] = (),
              strong: Sequence[str] = (), is_short: bool = False) -> list[dict[str, Any]]:
    """One row of a table as lines of a statement: what, how much, in which unit; `strong` ones stand out.

    A short one leaves out what is empty and sums of nothing, unless they stand out.
    """
    table = promise(name)
    return [{"title": title_of(column, request.language), "unit": unit_words(column, request.language) if row[column.name] is not None else "", "name": column.name,
             "cell": cell(column, row[column.name], request.language), "is_strong": column.name in strong}
            for column in visible(table, (), request.language)
            if column.name not in without and not (is_short and _is_nothing(column, row[column.name]) and column.name not in strong)]


def _is_nothing(column: Column, value: Any) -> bool:
    return value is None or value == "" or column.unit == "fen" and value == 0


def short_table(request: HttpRequest, name: str, where: tuple[Condition, ...] = (), columns: Sequence[str] = (),
                without: Sequence[str] = (), order: tuple[Order, ...] = (), limit: int = SHORT) -> dict[str, Any] | None:
    """A few rows of a table, with the way to its list; None where the run has no such table or it lacks a column asked for."""
    if not has(name) or any(condition.column not in promise(name).names for condition in where):
        return None
    table = promise(name)
    shown = [column for column in visible(table, columns, request.language) if column.name not in without]
    found = rows(name, where, order, limit + 1)
    makers = [(column.name, cell_maker(column, request.language)) for column in shown]
    said = [(condition.column, condition.value) for condition in where if condition.operator == "eq"]
    query = "&".join(f"{column}={value}" for column, value in said)
    return {"title": name_of(table, request.language), "note": table.note, "name": name,
            "headings": [{"title": title_of(column, request.language), "unit": unit_words(column, request.language),
                          "is_number": column.type == "whole", "help": f"{column.en} · {column.name}"} for column in shown],
            "rows": [row_html([make(row[name]) for name, make in makers]) for row in found[:limit]],
            "is_cut": len(found) > limit, "address": reverse("table", args=[name]) + (f"?{query}" if query else "")}


def chart(kind: str, categories: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]], unit: str, **more: Any) -> dict[str, Any]:
    """A chart as the browser draws it: kind bar, line or ranked; `more` holds target, links, labels, stacked, dashed."""
    dashed = more.pop("dashed", ())
    return {"kind": kind, "categories": list(categories), "unit": unit, **more,
            "series": [{"name": name, "values": list(values), "dashed": name in dashed} for name, values in series]}


def trend(values: Sequence[int | None], target: int | None = None) -> dict[str, Any] | None:
    """A small trend line as points of a 132 × 30 picture; None with fewer than two values."""
    there = [value for value in values if value is not None]
    if len(there) < 2:
        return None
    marks = [*there, *([target] if target is not None and _is_near(target, there) else [])]
    low, high = min(marks), max(marks)
    spread = high - low or 1
    step = 126 / (len(values) - 1)
    points = [(round(3 + place * step, 1), _height(value, low, spread)) for place, value in enumerate(values) if value is not None]
    return {"points": " ".join(f"{x},{y}" for x, y in points), "last": points[-1],
            "target": _height(target, low, spread) if len(marks) > len(there) and target is not None else None}


def _is_near(target: int, there: Sequence[int]) -> bool:
    """A target far off would press the line flat."""
    spread = max(there) - min(there) or abs(there[0]) or 1
    return min(there) - 2 * spread <= target <= max(there) + 2 * spread


def _height(value: int, low: int, spread: int) -> float:
    return round(26 - 22 * (value - low) / spread, 1)


