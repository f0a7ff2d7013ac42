"""Search parameters, read strictly: a parameter that is not understood is refused, and never answered with everything."""
import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sanyi.web.api.asked import FURTHEST, MOST, check_reach, count_in, single
from sanyi.web.fhir.naming import FITS, plain_id
from sanyi.workflows.errors import BadField

USUAL = 20
PREFIXES = ("eq", "ge", "le", "gt", "lt")
DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
CONTROL = ("_count", "_page", "_format", "_summary", "_total", "_totalMethod", "_sort")
INCLUDES, MOST_SORTED = ("_include", "_revinclude"), 3


class Token(str):
    """The code of a token; `system` is what was written before the bar."""

    system: str = ""


@dataclass(frozen=True)
class Days:
    """The days a date parameter covers: from the first to the last, either may be open."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Asked:
    """A search: what for, in which order, which page of how many, what belongs to it, and whether the number alone is wanted."""

    where: Mapping[str, list[Any]]
    given: Mapping[str, str | list[str]]
    page: int
    size: int
    is_count: bool
    wants_total: bool
    sorting: Sequence[tuple[str, bool]] = ()
    include: Sequence[str] = ()
    revinclude: Sequence[str] = ()


def read_search(query: Any, params: Mapping[str, str], furthest: int = FURTHEST, sorts: Sequence[str] = ()) -> Asked:
    """Read a search by a resource's own parameters; pages go as far as the `furthest` row, and it is sorted by `sorts` alone. Errors: BadField."""
    date_params = {*(name for name, kind in params.items() if kind == "date"), *INCLUDES}
    many = {name: values for name, values in query.lists() if name in date_params}
    rest = query.copy()
    for name in many:
        del rest[name]
    given = single(rest)
    where = {name: [_days(name, values)] for name, values in many.items() if name not in INCLUDES}
    for name, text in given.items():
        if name in CONTROL:
            continue
        plain = name.removesuffix(":exact") if params.get(name.removesuffix(":exact")) == "string" else name
        if plain not in params and plain != "_id":
            known = [each for each in params if ":" not in each]
            raise BadField(f"没有检索参数“{name[:40]}”；可用：_id、{'、'.join(known)}", f"there is no search parameter {name[:40]!r}; there are: _id, {', '.join(known)}", name[:40])
        where[plain] = [_value(params.get(plain, "id"), plain, each) for each in text.split(",")]
    size, page = count_in(given, "_count", USUAL, MOST, least=0, is_capped=True), count_in(given, "_page", 1, FURTHEST)
    check_reach(page, size, furthest, "_page")
    if given.get("_format", "json") not in ("json", "application/json", "application/fhir+json"):
        raise BadField("只提供 JSON", "there is JSON only", "_format")
    is_count = given.get("_summary") == "count" or size == 0
    return Asked(where, {**given, **many}, page, size, is_count, is_count or "accurate" in (given.get("_total"), given.get("_totalMethod")), _sorting(given.get("_sort", ""), sorts),
                 many.get("_include", []), many.get("_revinclude", []))


def _sorting(text: str, sorts: Sequence[str]) -> list[tuple[str, bool]]:
    """Parameters to sort by, the first counts most; `-` before one: downwards. Errors: BadField."""
    asked = [(each.removeprefix("-"), each.startswith("-")) for each in text.split(",")] if text else []
    names = [name for name, _ in asked]
    if len(names) > MOST_SORTED or len(set(names)) < len(names) or set(names) - set(sorts):
        raise BadField(f"不能按“{text[:60]}”排序；可用：{'、'.join(sorts) or '无（新的在前）'}", f"there is no sorting by {text[:60]!r}; there are: {', '.join(sorts) or 'none, newest first'}", "_sort")
    return asked


def _value(kind: str, name: str, text: str) -> Any:
    if kind == "reference":
        text = text.rpartition("/")[2]
    if kind in ("reference", "id"):
        if not FITS.fullmatch(text):
            raise BadField(f"{name} 应为编号", f"{name} must be an id", name)
        return plain_id(text)
    if not text or len(text) > 200:
        raise BadField(f"{name} 为空或过长", f"{name} is empty or too long", name)
    return _token(text) if kind == "token" else text


def _token(text: str) -> Token:
    system, _, code = text.rpartition("|")
    token = Token(code)
    token.system = system
    return token


def _days(name: str, values: list[str]) -> Days:
    first, last = None, None
    for text in values:
        one = _span(name, text)
        first = one.first if first is None or one.first is not None and one.first > first else first
        last = one.last if last is None or one.last is not None and one.last < last else last
    return Days(first, last)


def _span(name: str, text: str) -> Days:
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    found = DATE.fullmatch(rest[:10]) if "T" in rest else DATE.fullmatch(rest)
    try:
        year, month, number = (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
        begin = date(year, month or 1, number or 1)
        end = begin if number else date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        step = timedelta(days=1)
        return {"eq": lambda: Days(begin, end), "ge": lambda: Days(begin, None), "gt": lambda: Days(end + step, None), "le": lambda: Days(None, end),
                "lt": lambda: Days(None, begin - step)}[prefix]()
    except (ValueError, OverflowError):
        raise BadField(f"{name} 应为日期，如 ge2026-01-31；得到 {text[:40]}", f"{name} must be a date such as ge2026-01-31; got {text[:40]!r}", name) from None

