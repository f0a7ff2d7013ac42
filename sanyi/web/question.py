"""A list's address: search, filters, sort and page, read from the query string and written back to it."""
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from sanyi.runs.results import BadQuestion, Condition, Order
from sanyi.tables.table import Column, Table
from sanyi.web.names import names, reference_of
from sanyi.web.show import asked

SIZES = (20, 50, 100, 200)
WHICH = ("plan", "book", "institution")  # which ledger or book, where several are open, and whose part of it
RESERVED = ("q", "sort", "page", "size", "export", *WHICH)
ENDINGS = {"has": "contains", "from": "ge", "to": "le"}


@dataclass(frozen=True)
class Question:
    """What a reader asks of a table: conditions, order, page and page size, and the words they were asked in."""

    table: Table
    given: dict[str, list[str]]
    where: tuple[Condition, ...]
    order: tuple[Order, ...]
    page: int
    size: int

    @property
    def search(self) -> str:
        """The free text looked for."""
        return self.given.get("q", [""])[0]

    @property
    def filters(self) -> dict[str, list[str]]:
        """The filters as they were typed."""
        return {name: values for name, values in self.given.items() if name not in RESERVED}

    def address(self, **changes: str | int | None) -> str:
        """The query string of this question with some words changed (None takes them out)."""
        words = {**self.given, **{name: [str(value)] for name, value in changes.items() if value is not None}}
        kept = {name: values for name, values in words.items() if not (name in changes and changes[name] is None)}
        return "?" + urlencode(sorted(kept.items()), doseq=True)

    def without(self, name: str, value: str) -> str:
        """The query string without one filter."""
        left = {key: [each for each in values if (key, each) != (name, value)] for key, values in self.given.items()}
        return "?" + urlencode(sorted((key, values) for key, values in left.items() if values and key != "page"), doseq=True)


def ask(table: Table, query: QueryDict, fixed: tuple[Condition, ...] = (), sort: str = "") -> Question:
    """Read a question of a table from a query string; raises BadQuestion naming what does not fit."""
    given = {key: [value for value in values if value != ""] for key, values in query.lists()}
    given = {key: values for key, values in given.items() if values}
    conditions = [*fixed]
    if "q" in given:
        conditions.append(Condition("*", "anywhere", _anywhere(table, given["q"][0])))
    for key, values in given.items():
        if key not in RESERVED:
            conditions += _filter(table, key, values)
    order = tuple(_order(table, text) for text in given.get("sort", [sort] if sort else []))
    return Question(table, given, tuple(conditions), order, _whole(given, "page", 1), _size(given))


def _filter(table: Table, key: str, values: list[str]) -> list[Condition]:
    name, _, ending = key.partition(".")
    try:
        column = table[name]
    except KeyError as unknown:
        raise BadQuestion(unknown.args[0]) from None
    if ending == "":
        return [Condition(name, "in", tuple(_exact(column, value) for value in values))]
    if ending not in ENDINGS:
        raise BadQuestion(f"筛选条件 {key} 无法识别 / the filter {key!r} is not one of {name}, {name}.has, {name}.from, {name}.to")
    if ending == "has":
        return [Condition(name, "contains", values[0])]
    return [Condition(name, ENDINGS[ending], asked(column, values[0]))]


def _exact(column: Column, value: str) -> object:
    """Links carry raw values; people do not type these. Raises BadQuestion for a count that is no whole number."""
    if column.type != "whole":
        return value
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise BadQuestion(f"{column.name}={value[:20]}：应为整数 / must be a whole number")
    return int(value)


def _anywhere(table: Table, text: str) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The text, and per column the codes whose words hold it."""
    wanted = text.casefold()
    found = []
    for column in table.columns:
        if column.allowed:
            known = {code: f"{zh} {en}" for code, (zh, en) in column.allowed.items()}
        else:
            known = names(reference_of(column)) if reference_of(column) else {}
        codes = tuple(code for code, word in known.items() if wanted in word.casefold())
        if codes:
            found.append((column.name, codes))
    return text, tuple(found)


def _order(table: Table, text: str) -> Order:
    name = text.removeprefix("-")
    if name not in table.names:
        raise BadQuestion(f"没有“{name}”这一列 / there is no column {name!r} to sort by")
    return Order(name, text.startswith("-"))


def _whole(given: dict[str, list[str]], name: str, default: int) -> int:
    text = given.get(name, [str(default)])[0]
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:9]) <= 10**8 or len(text) > 9:
        raise BadQuestion(f"{name}={text}：应为正整数 / must be a positive whole number")
    return int(text)


def _size(given: dict[str, list[str]]) -> int:
    size = _whole(given, "size", 50)
    if size not in SIZES:
        raise BadQuestion(f"size={size}：可选 {SIZES} / must be one of {SIZES}")
    return size
