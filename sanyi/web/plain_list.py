"""A list of rows that are already here (plans, obligations, ledger tasks): the same search, filters, order, pages and workbook."""
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest

from sanyi.reports.workbook import MEDIA_TYPE, Field, write_workbook
from sanyi.runs.results import BadQuestion, Condition
from sanyi.tables.shown import kind_of, shown
from sanyi.tables.table import Column, Table
from sanyi.web.list_html import cell_html, row_of
from sanyi.web.listing import cell_maker, frame, visible
from sanyi.web.question import Question, ask
from sanyi.web.show import unit_words
from sanyi.web.words import name_of

Row = Mapping[str, Any]
Links = Mapping[str, Callable[[Row], str]]


def plain_listing(request: HttpRequest, table: Table, rows: Sequence[Row], sort: str = "", links: Links = {},
                  columns: Sequence[str] = (), styles: Links = {}) -> dict[str, Any]:
    """The list as parts/list.html shows it; `links` gives the page a column's cell leads to, `styles` its look. Raises BadQuestion."""
    question = ask(table, request.GET, sort=sort)
    picked = answered(question, rows, request.language)
    seen = visible(table, columns, request.language)
    makers = [(column.name, cells_of(column, request.language, links, styles)) for column in seen]
    page = picked[(question.page - 1) * question.size:question.page * question.size]
    return {**frame(question, seen, len(picked), request),
            "rows": [row_of([make(row[name], row) for name, make in makers]) for row in page],
            "totals": [], "export": question.address(export="xlsx", page=None, size=None)}


def is_export(request: HttpRequest) -> bool:
    """Whether the reader asks for the list as a workbook."""
    return request.GET.get("export") == "xlsx"


def plain_workbook(request: HttpRequest, table: Table, rows: Sequence[Row], sort: str = "") -> FileResponse:
    """The rows that the list's address picks, all of them, as an XLSX file."""
    question, language = ask(table, request.GET, sort=sort), request.language
    seen = visible(table, (), language)
    fields = [Field(column.name, _titled(column, language), kind_of(column) if column.type in ("whole", "date") else "text") for column in seen]
    spool = tempfile.NamedTemporaryFile(suffix=".xlsx")
    write_workbook(Path(spool.name), name_of(table, language), fields,
                   ({column.name: _plain(column, row[column.name], language) for column in seen} for row in answered(question, rows, language)))
    return FileResponse(spool, as_attachment=True, filename=f"{name_of(table, language)}.xlsx", content_type=MEDIA_TYPE)


def answered(question: Question, rows: Sequence[Row], language: str) -> list[Row]:
    """The rows that meet every condition of a question, in its order."""
    columns = {column.name: column for column in question.table.columns}
    picked = [row for row in rows if all(_meets(row, condition, columns, language) for condition in question.where)]
    for order in reversed(question.order):
        full = [row for row in picked if row[order.column] not in (None, "")]
        empty = [row for row in picked if row[order.column] in (None, "")]
        picked = [*sorted(full, key=lambda row: row[order.column], reverse=order.is_descending), *empty]  # what is not known comes last either way
    return picked


def _meets(row: Row, condition: Condition, columns: Mapping[str, Column], language: str) -> bool:
    if condition.operator == "anywhere":
        return any(condition.value[0].casefold() in shown(column, row[name], language).casefold() for name, column in columns.items())
    value = row[condition.column]
    if condition.operator == "in":
        return _said(value) in {str(each) for each in condition.value}
    if condition.operator == "contains":
        return condition.value.casefold() in shown(columns[condition.column], value, language).casefold()
    if value is None:
        return False
    bound = _day(condition.value) if isinstance(value, date) else condition.value
    return value >= bound if condition.operator == "ge" else value <= bound


def _day(text: str) -> date:
    """A day as a filter says it. Raises BadQuestion."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadQuestion(f"“{text[:20]}”不是日期，应如 2026-12-31 / not a day such as 2026-12-31") from None


def _said(value: Any) -> str:
    """A value as an address writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def cells_of(column: Column, language: str, links: Links, styles: Links) -> Callable[[Any, Row], str]:
    """What writes a column's cells with their look and the page they lead to; where only the value decides, equal ones are written once."""
    make, style, link = cell_maker(column, language), styles.get(column.name), links.get(column.name)
    if style is None and link is None:
        written = cache(lambda value: cell_html(make(value)))
        return lambda value, row: written(value)

    made = cache(make)

    def write(value: Any, row: Row) -> str:
        cell = made(value)
        return cell_html(cell, style(row) if style else "", link(row) if link and cell.text else None)
    return write


def _titled(column: Column, language: str) -> str:
    unit = unit_words(column, language)
    return name_of(column, language) + (f" ({unit})" if unit else "")


def _plain(column: Column, value: Any, language: str) -> Any:
    return value if column.type in ("whole", "date") or value is None else shown(column, value, language)
