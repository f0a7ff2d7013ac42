"""The list that every table can be: sorted, filtered, searched, paged, totalled."""
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from sanyi.runs.results import Condition, Results
from sanyi.tables.shown import EMPTY, kind_of, written
from sanyi.tables.table import Column, Table
from sanyi.web.list_html import Cell, Heading, filters_html, heads_html, row_html
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names, reference_of, target_of
from sanyi.web.opened import KEPT, promise, results
from sanyi.web.own import own_rows_of
from sanyi.web.question import Question, SIZES, WHICH, ask
from sanyi.web.show import unit_words
from sanyi.web.standards import standard_ban
from sanyi.web.words import name_of, say

NUMBERS = ("money", "share", "whole", "plain", "month")
MOST_EXPORTED = 100_000
LONG = 30  # letters of a text that is worth a second line
PAGES_BY_COLUMN = {"encounter_id": "case", "indicator_code": "indicator", "rule_code": "rule"}


def listing(request: HttpRequest, name: str, columns: tuple[str, ...] = (), fixed: tuple[Condition, ...] = (),
            sort: str = "", adapt: Callable[[dict[str, Any]], dict[str, Any]] = dict,
            has_totals: bool = True) -> dict[str, Any]:
    """A table's list as a template shows it: headings, rows of cells, totals, pages and addresses.

    `columns` picks and orders columns, `fixed` are conditions of the page itself, `sort` its first order; `adapt` says a
    row in the page's own words; a hospital's account gets its own rows alone; without `has_totals` nothing is added up, as where each row holds a year's or a running sum.
    Raises BadQuestion, UnknownTable.
    """
    opened = results()
    question = ask(promise(name), request.GET, (*fixed, *own_rows_of(request, promise(name))), sort)
    table, language = question.table, request.language
    shown = visible(table, columns, language)
    count, totals = _totals(opened, name, question.where)
    found = opened.page(name, question.where, question.order, (question.page - 1) * question.size, question.size)
    makers = [(column.name, cell_maker(column, language)) for column in shown]
    return {
        **frame(question, shown, count, request),
        "rows": [row_html([make(row[name]) for name, make in makers]) for row in map(adapt, found)],
        "ban": standard_ban(request, table),
        "totals": _total_cells(shown, totals, request) if count and has_totals else [], "export": _export_address(name, question, fixed),
    }


def frame(question: Question, shown: Sequence[Column], count: int, request: HttpRequest) -> dict[str, Any]:
    """All of a list but its rows: headings, filters in force, pages and addresses."""
    language = request.language
    return {
        "table": question.table, "title": name_of(question.table, language), "question": question, "count": count,
        **_heads(_Asked(question), tuple(column.name for column in shown), language, results() if any(map(reference_of, shown)) else None),
        "chips": _chips(question, language), "sizes": [(size, size == question.size) for size in SIZES],
        "hidden": [(key, value) for key, values in question.given.items() if key in ("sort", "size", *WHICH) for value in values],
        "bare": "?" + urlencode({name: question.given[name][0] for name in WHICH if name in question.given}),
        "is_cut": count > MOST_EXPORTED, "most_exported": MOST_EXPORTED, **_pages(question, count),
    }


class _Asked:
    """A question as a key: of the very same table, asked in the same words."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.words = (question.order, *((name, *values) for name, values in sorted(question.given.items())))

    def __hash__(self) -> int:
        return hash((id(self.question.table), self.words))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.question.table is other.question.table and self.words == other.words


@lru_cache(maxsize=256)
def _heads(asked: _Asked, shown: tuple[str, ...], language: str, _: Results | None) -> dict[str, Any]:
    """Headings and filters, which are the same for everybody who asks the same; names of institutions are those of a run."""
    headings = [_heading(asked.question.table[name], asked.question, language) for name in shown]
    return {"headings": headings, "heads": heads_html(headings), "filters": filters_html(headings, language)}


def visible(table: Table, columns: Sequence[str], language: str) -> list[Column]:
    """The columns to show, in order: those asked for or all, and of a pair in two languages the reader's own."""
    other = "_en" if language == "zh" else "_zh"
    twins = {name for name in table.names if name.endswith(other) and name[:-3] + ("_zh" if other == "_en" else "_en") in table.names}
    return [table[name] for name in columns or table.names if name in table.names and name not in twins]


def ahead(name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """A table's columns with some of them first: what people look for, before the rest."""
    there = promise(name).names
    return (*(column for column in columns if column in there), *(column for column in there if column not in columns))


def title_of(column: Column, language: str) -> str:
    """A column's heading: a code that is shown by its name is called by what it names."""
    title = name_of(column, language)
    if language == "en":
        title = title.partition(":")[0].partition(" (")[0]
    if not names(reference_of(column)):
        return title
    return title.removesuffix("编码") if language == "zh" else title.removesuffix(" code")


def cell(column: Column, value: Any, language: str) -> Cell:
    """Show one value, with a way on where there is one."""
    return cell_maker(column, language)(value)


def cell_maker(column: Column, language: str) -> Callable[[Any], Cell]:
    """What turns a column's values into cells: all that does not depend on the value is found once."""
    kind, reference = kind_of(column), reference_of(column)
    plain = "number" if kind in NUMBERS or kind.startswith("e") and column.type == "whole" else kind
    known = names(reference, language) if reference else {}
    words = {code: pair[0 if language == "zh" else 1] for code, pair in (column.allowed or {}).items()}
    route = PAGES_BY_COLUMN.get(column.name)

    def make(value: Any) -> Cell:
        if value is None or value == "":
            return Cell(EMPTY, plain + " void")
        if value in known:
            return Cell(known[value], plain + " named", page_of(target_of(reference, value), value), str(value))
        text = words[value] if value in words else written(kind, value, language)
        if plain in ("text", "code") and len(text) > LONG:
            return Cell(text, "text wraps", page_of(route, value))
        negative = " negative" if column.type == "whole" and value < 0 else ""
        return Cell(text, plain + negative, page_of(route, value))

    return make


@lru_cache(maxsize=8192)  # a page asks for the same institutions again and again
def page_of(route: str | None, value: Any) -> str:
    """The address of a route's page about one thing."""
    return reverse(route, args=[value]) if route else ""


@lru_cache(maxsize=KEPT)
def _totals(opened: Results, name: str, where: tuple[Condition, ...]) -> tuple[int, dict[str, Any]]:
    table = promise(name)
    sums = [column.name for column in table.columns if kind_of(column) == "money" and "price" not in column.name]
    row = opened.grouped(name, (), sums, where)[0]
    return row["row_count"], row


def _total_cells(shown: list[Column], totals: dict[str, Any], request: HttpRequest) -> list[Cell]:
    if not any(column.name in totals for column in shown):
        return []
    cells = [cell(column, totals[column.name], request.language) if column.name in totals else Cell("", "")
             for column in shown]
    first = Cell(say(request, "合计", "Total"), "total")
    return [first, *cells[1:]] if not cells[0].text else cells


def _heading(column: Column, question: Question, language: str) -> Heading:
    kind = kind_of(column)
    direction = next(("down" if order.is_descending else "up" for order in question.order if order.column == column.name), "")
    following = {"": column.name, "up": "-" + column.name, "down": None}[direction]
    chosen = question.given.get(column.name, [])
    choices: tuple[tuple[str, str, bool], ...] = ()
    if column.allowed:
        choices = tuple((code, words[0 if language == "zh" else 1], code in chosen) for code, words in column.allowed.items())
    elif column.type == "flag":
        choices = tuple((str(value).lower(), written("flag", value, language), str(value).lower() in chosen)
                        for value in (True, False))
    elif reference_of(column) in (INSTITUTIONS, CONSORTIA):
        known = names(reference_of(column))
        choices = tuple((code, known[code], code in chosen) for code in sorted(known)) if len(known) <= 300 else ()
    typed = {ending: question.given.get(f"{column.name}.{ending}", [""])[0] for ending in ("has", "from", "to")}
    other = column.en if language == "zh" else column.zh
    return Heading(column.name, title_of(column, language), unit_words(column, language), kind,
                   f"{other} · {column.name}", column.type == "whole",
                   question.address(sort=following, page=None), direction, choices, typed)


def _chips(question: Question, language: str) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address that takes it away."""
    chips = [(f"“{question.search}”", question.without("q", question.search))] if question.search else []
    for key, values in question.filters.items():
        name, _, ending = key.partition(".")
        column = question.table[name]
        sign = {"": "＝", "has": "∋", "from": "≥", "to": "≤"}[ending]
        for value in values:
            word = value if ending else cell(column, int(value) if column.type == "whole" else value, language).text
            if column.type == "flag":
                word = written("flag", value == "true", language)
            chips.append((f"{title_of(column, language)} {sign} {word}", question.without(key, value)))
    return chips


def _pages(question: Question, count: int) -> dict[str, Any]:
    last = max(1, -(-count // question.size))
    page = question.page
    near = sorted({number for number in (1, 2, page - 1, page, page + 1, last - 1, last) if 1 <= number <= last})
    links: list[dict[str, Any]] = []
    for before, number in zip([0, *near], near):
        if number - before > 1:
            links.append({"gap": True})
        links.append({"number": number, "address": question.address(page=number), "is_here": number == page})
    return {"links": links if last > 1 else [], "first": min(count, (page - 1) * question.size + 1),
            "last": min(count, page * question.size), "last_page": last,
            "before": question.address(page=page - 1) if page > 1 else "",
            "after": question.address(page=page + 1) if page < last else ""}


def _export_address(name: str, question: Question, fixed: tuple[Condition, ...]) -> str:
    """The workbook of the same rows; the page's own conditions are said as filters."""
    said = {key: values for key, values in question.given.items() if key not in ("page", "size")}
    for condition in fixed:
        key = condition.column + {"eq": "", "in": ""}.get(condition.operator, "")
        said[key] = [str(each) for each in condition.value] if condition.operator == "in" else [str(condition.value)]
    return reverse("workbook", args=[name]) + "?" + urlencode(sorted(said.items()), doseq=True)
