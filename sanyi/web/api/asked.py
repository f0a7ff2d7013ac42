"""What a list is asked for: strictly, so that a misspelt filter never answers with everything."""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.store.kept import Rows
from sanyi.web.api.columns import Shown
from sanyi.workflows.errors import BadField
from sanyi.workflows.take import REGION

MOST, USUAL, FURTHEST = 100, 50, 10_000
BIGGEST = 2**63 - 1
ENDS = {"from": "gte", "to": "lte"}


@dataclass(frozen=True)
class Asked:
    """A page of a list: which rows, in which order, from where, how many."""

    condition: Q
    order: tuple[str, ...]
    start: int
    size: int

    def of(self, rows: QuerySet) -> QuerySet:
        """The rows asked for, and one more, which tells that there are others."""
        return rows.filter(self.condition).order_by(*self.order)[self.start:self.start + self.size + 1]

    def page(self, rows: Rows, columns: tuple[Shown, ...]) -> list[tuple[Any, ...]]:
        """The same of rows whose question is kept, column by column."""
        return rows.filter(self.condition).ordered(*self.order).page([column.name for column in columns], self.start, self.size + 1)


def read_asked(request: HttpRequest, columns: tuple[Shown, ...]) -> Asked:
    """Read `page`, `limit`, `sort` (a column, with - before it: downwards) and filters: `column=`, `column.from=`, `column.to=`.

    Errors: BadField: an unknown parameter, one given twice, a value that is not of the column's type, or further in than 10,000 rows.
    """
    given = single(request.GET)
    known = {column.name: column for column in columns}
    start, size = span_in(given)
    sort = given.pop("sort", "-id")
    if sort.removeprefix("-") not in known or known[sort.removeprefix("-")].type in ("json", "long"):
        raise BadField(f"不能按“{sort[:40]}”排序", f"there is no sorting by {sort[:40]!r}", "sort")
    condition = Q()
    for name, text in given.items():
        condition &= _condition(known, name, text)
    return Asked(condition, (sort, *(() if sort.removeprefix("-") == "id" else ("-id",))), start, size)


def span_in(given: dict[str, str], furthest: int = FURTHEST) -> tuple[int, int]:
    """Take `page` and `limit` out of the parameters; gives the first row and how many. Errors: BadField."""
    size, page = count_in(given, "limit", USUAL, MOST), count_in(given, "page", 1, FURTHEST)
    given.pop("limit", None), given.pop("page", None)
    check_reach(page, size, furthest, "page")
    return (page - 1) * size, size


def check_reach(page: int, size: int, furthest: int, name: str) -> None:
    """Refuse a page that ends beyond the furthest row. Errors: BadField."""
    if page * size > furthest:
        raise BadField(f"翻页至多到第 {furthest} 行，请缩小范围", f"pages go as far as row {furthest}; ask for less", name)


def count_in(given: Mapping[str, str], name: str, usual: int, most: int, least: int = 1, is_capped: bool = False) -> int:
    """A number of rows or of a page; one above the most is refused, or where it is capped taken as the most. Errors: BadField."""
    text = given.get(name, str(usual))
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or int(text) < least or int(text) > most and not is_capped:
        raise BadField(f"{name} 为 {least} 至 {most}", f"{name} is {least} to {most}", name)
    return min(int(text), most)


def single(given: Any) -> dict[str, str]:
    """Parameters that are given once each. Errors: BadField."""
    twice = next((name for name, values in given.lists() if len(values) != 1), None)
    if twice is not None:
        raise BadField(f"参数 {twice[:40]} 只能给一次", f"the parameter {twice[:40]!r} is given once", twice[:40])
    return given.dict()


def _condition(known: Mapping[str, Shown], name: str, text: str) -> Q:
    column, _, end = name.partition(".")
    asked = known.get(column)
    if asked is None or asked.type in ("json", "long") or end and (end not in ENDS or asked.type not in ("whole", "date", "moment")) or name.endswith("."):
        raise BadField(f"没有参数“{name[:40]}”", f"there is no parameter {name[:40]!r}", name[:40])
    return Q(**{f"{column}__{ENDS[end]}" if end else column: value_of(asked.type, text, name)})


def value_of(type: str, text: str, name: str) -> Any:
    """A parameter's value. Errors: BadField."""
    try:
        if type == "flag":
            return {"true": True, "false": False}[text]
        if type == "date":
            return _day(text)
        if type == "moment":
            return _moment(text)
        return _whole(text) if type == "whole" else text
    except (ValueError, KeyError, OverflowError):
        raise BadField(f"参数 {name[:40]} 的值不合要求：{text[:40]}", f"the parameter {name[:40]!r} cannot be {text[:40]!r}", name[:40]) from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or abs(number := int(text)) > BIGGEST:
        raise ValueError(text)
    return number


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _moment(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    read = read if read.tzinfo else read.replace(tzinfo=REGION)
    read.astimezone(REGION)  # one at the edge of the calendar cannot be moved between zones
    return read

