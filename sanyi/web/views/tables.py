"""Any table as a list and as a workbook, and the dictionary of all tables."""
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.reports.workbook import MEDIA_TYPE, Field, write_workbook
from sanyi.runs.results import UnknownTable
from sanyi.runs.steps import ROOMS, all_steps
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Column, Table
from sanyi.tables.shown import kind_of, shown
from sanyi.web.access import OWN, allowed
from sanyi.web.listing import MOST_EXPORTED, listing
from sanyi.web.names import names, reference_of
from sanyi.web.opened import has, promise, results
from sanyi.web.own import own_rows_of
from sanyi.web.question import Question, ask
from sanyi.web.show import unit_words
from sanyi.web.standards import standard_ban
from sanyi.web.trailed import reads
from sanyi.web.views.errors import said
from sanyi.web.words import name_of, say

CHUNK = 50_000
EXPORTING = threading.BoundedSemaphore(1)


@allowed(*OWN)
@reads("table", id="name")
def table(request: HttpRequest, name: str) -> HttpResponse:
    """The list of one table."""
    _known(name)
    return render(request, "table.html", {"list": listing(request, name), "name": name, "is_present": has(name)})


@allowed(*OWN)
@reads("table", id="name", action="export")
def workbook(request: HttpRequest, name: str) -> HttpResponse:
    """The same list as an XLSX file, at most 100,000 rows; one at a time in each server process, so that pages go on."""
    _known(name)
    if not EXPORTING.acquire(blocking=False):
        response = said(request, 503, say(request, "正在生成另一份导出文件，请约一分钟后再点“导出”。", "Another workbook is being written; try again in a minute."))
        response.headers["Retry-After"] = "60"
        return response
    try:
        return _workbook(request, name)
    finally:
        EXPORTING.release()


def _workbook(request: HttpRequest, name: str) -> FileResponse:
    question = ask(promise(name), request.GET, own_rows_of(request, promise(name)))
    fields, language = _fields(question.table, request.language), request.language
    spool = tempfile.NamedTemporaryFile(suffix=".xlsx")
    title = name_of(question.table, language)
    write_workbook(Path(spool.name), title, [field for field, _, _ in fields], _rows(name, question, fields, language),
                   _notes(request, name, question))
    return FileResponse(spool, as_attachment=True, filename=f"{title}-{results().year}.xlsx", content_type=MEDIA_TYPE)


def _known(name: str) -> None:
    try:
        present = has(name) and promise(name)
    except UnknownTable:
        present = None
    if not present:
        raise Http404(f"没有表 {name} / there is no table {name} in these results")


def _fields(promised: Table, language: str) -> list[tuple[Field, Column, bool]]:
    """The workbook's columns: every column, and a name beside each code that points to a named table."""
    fields: list[tuple[Field, Column, bool]] = []
    for column in promised.columns:
        kind, unit = kind_of(column), unit_words(column, language)
        heading = name_of(column, language) + (f" ({unit})" if unit else "")
        fields.append((Field(column.name, heading, kind if column.type in ("whole", "date") else "text"), column, False))
        if names(reference_of(column)):
            fields.append((Field(column.name + ".name", f"{heading} · {'名称' if language == 'zh' else 'name'}", "text"), column, True))
    return fields


def _rows(name: str, question: Question, fields: list[tuple[Field, Column, bool]], language: str) -> Iterator[Mapping[str, Any]]:
    makers = [(field.name, column.name, _maker(column, is_name, language)) for field, column, is_name in fields]
    for offset in range(0, MOST_EXPORTED, CHUNK):
        found = results().page(name, question.where, question.order, offset, min(CHUNK, MOST_EXPORTED - offset))
        for row in found:
            yield {title: make(row[name]) for title, name, make in makers}
        if len(found) < CHUNK:
            return


def _maker(column: Column, is_name: bool, language: str) -> Callable[[Any], Any]:
    """What turns a column's values into a workbook's: names, numbers and dates as they are, the rest as words."""
    if is_name:
        return names(reference_of(column), language).get
    if not column.allowed and column.type in ("whole", "date", "text"):
        return lambda value: value
    return lambda value: None if value is None else shown(column, value, language)


def _notes(request: HttpRequest, name: str, question: Question) -> list[tuple[str, str]]:
    count = results().count(name, question.where)
    card, ban = results().card, standard_ban(request, question.table)
    return [
        *([(say(request, "禁止", "Forbidden"), ban)] if ban else []),
        (say(request, "表", "Table"), f"{name} · {question.table.zh} · {question.table.en}"),
        (say(request, "筛选", "Filters"), "; ".join(f"{key} = {', '.join(values)}" for key, values in question.given.items()
                                                  if key not in ("page", "size")) or "–"),
        (say(request, "行数", "Rows"), say(request, f"共 {count:,} 行，本表最多导出 {MOST_EXPORTED:,} 行",
                                         f"{count:,} rows; a workbook holds {MOST_EXPORTED:,} at most")),
        (say(request, "方案", "Plan"), str(card["plan"])), (say(request, "年度", "Year"), str(card["year"])),
        (say(request, "运行编号", "Run"), str(card["digest"])),
    ]


@allowed(*OWN)
def dictionary(request: HttpRequest) -> HttpResponse:
    """All tables, of the results by room and of the record."""
    groups = []
    for room in ROOMS:
        made = [step.makes for _, step in sorted(all_steps().items()) if step.function.__module__.startswith(f"sanyi.{room}.")]
        groups.append((say(request, *ROOMS[room]), [_entry(each) for each in made]))
    groups.append((say(request, "区域标准记录", "The regional record"), [_entry(each) for each in record_tables().values()]))
    return render(request, "dictionary.html", {"groups": [group for group in groups if group[1]]})


def _entry(promised: Table) -> dict[str, Any]:
    made = results().card["steps"].get(promised.name)
    return {"table": promised, "name": promised.name, "is_present": has(promised.name), "rows": made["rows"] if made else None}


@allowed(*OWN)
def about_table(request: HttpRequest, name: str) -> HttpResponse:
    """What a table promises, column by column, and how it was made."""
    try:
        promised = promise(name)
    except UnknownTable:
        raise Http404(f"没有表 {name} / there is no table {name}") from None
    step = all_steps().get(name)
    return render(request, "about_table.html", {
        "table": promised, "name": promised.name, "is_present": has(name), "step": step, "made": results().card["steps"].get(name),
        "columns": [{"column": column, "reference": reference_of(column).partition(".")[0]} for column in promised.columns]})
