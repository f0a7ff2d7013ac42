"""A list of rows that stay in the database: search, filters, order, page and workbook are all asked of it, whatever its size."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone

from sanyi.runs.results import BadQuestion, Condition
from sanyi.store.kept import Rows, in_order
from sanyi.store.models import Account
from sanyi.store.organisation.lists import account_people, institution_names
from sanyi.store.organisation.tables import Institution
from sanyi.tables.table import Table
from sanyi.web.list_html import row_of
from sanyi.web.listing import frame, visible
from sanyi.web.plain_list import Links, cells_of, plain_workbook
from sanyi.web.question import Question, ask

HOUSES = ("institution", "receiver", "centre", "expert_institution", "pharmacy", "booker")  # columns that hold an institution's code
PEOPLE = ("claimed_by", "told_to", "acknowledged_by", "expert", "looked_by")  # that hold an account
ENDINGS = {"in": "in", "ge": "gte", "le": "lte"}
MOST_COUNTED, MOST_EXPORTED, MOST_NAMED = 100_000, 50_000, 100
Adapt = Callable[[dict[str, Any]], Mapping[str, Any]]
Beside = Mapping[str, Any]


def stored_listing(request: HttpRequest, table: Table, rows: QuerySet | Rows, search: Callable[[str], Q], sort: str = "-id", adapt: Adapt = dict,
                   links: Links = {}, styles: Links = {}, columns: Sequence[str] = (), dates: Mapping[str, str] = {}, beside: Beside = {},
                   read: Sequence[str] = (), total: int | None = None) -> dict[str, Any]:
    """The list as parts/list.html shows it. The table's columns are the rows' fields; `dates` names the moment behind a day's column.

    `search(text)` is the condition of the free search. `beside` are columns from other tables: they are joined to the page's own rows, and to all of
    them only where somebody filters or sorts by one. `read` names the fields that `adapt` needs (none: all), `total` how many rows there are where that
    is known already. What is beyond the first hundred thousand is not counted. Raises BadQuestion.
    """
    question = ask(table, request.GET, sort=sort)
    found = picked(question, rows, search, dates, beside)
    seen = visible(table, columns, request.language)
    makers = [(column.name, cells_of(column, request.language, links, styles)) for column in seen]
    page = with_names([adapt(row) for row in _page(found, rows, question, read, beside)])
    return {**frame(question, seen, _count(found, question, len(page), total), request),
            "rows": [row_of([make(row[name], row) for name, make in makers]) for row in page],
            "totals": [], "export": question.address(export="xlsx", page=None, size=None)}


def _page(found: QuerySet | Rows, rows: QuerySet | Rows, question: Question, read: Sequence[str], beside: Beside) -> Iterable[dict[str, Any]]:
    """The page's rows. Which they are is asked first where rows before them must be passed over or sorted: what stands beside is joined to none of those."""
    start, size, read = (question.page - 1) * question.size, question.size, [*read, *(beside if read else ())]
    is_plain = question.page == 1 and not question.where and "sort" not in question.given
    if isinstance(found, Rows):
        return [dict(zip(read, row)) for row in (found.values(read, 0, size) if is_plain else found.page(read, start, size))]
    if is_plain:
        return found.annotate(**beside).values(*read)[:size]
    ids = list(found.values_list("pk", flat=True)[start:start + size])
    there = {row["id"]: row for row in rows.filter(pk__in=ids).annotate(**beside).order_by().values(*read)}
    return [there[id] for id in ids]


def _count(found: QuerySet | Rows, question: Question, shown: int, total: int | None) -> int:
    """How many rows there are: known already, plain from a page that is the last, or else counted."""
    if total is not None and not question.where:
        return total
    if 0 < shown < question.size or shown == 0 and question.page == 1:
        return (question.page - 1) * question.size + shown
    return found.count(MOST_COUNTED) if isinstance(found, Rows) else found.order_by().values("pk")[:MOST_COUNTED].count()


def stored_workbook(request: HttpRequest, table: Table, rows: QuerySet | Rows, search: Callable[[str], Q], sort: str = "-id", adapt: Adapt = dict,
                    dates: Mapping[str, str] = {}, beside: Beside = {}) -> FileResponse:
    """The rows that the list's address picks, at most fifty thousand, as an XLSX file."""
    question, all_rows = ask(table, request.GET, sort=sort), rows.queryset() if isinstance(rows, Rows) else rows
    found = with_names([adapt(row) for row in picked(question, all_rows, search, dates, beside).annotate(**beside).values()[:MOST_EXPORTED]])
    bare = request.GET.copy()
    request.GET = type(bare)("", mutable=True)  # picked already; what is left is to write
    return plain_workbook(request, table, found)


def with_names(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the names of institutions and of staff in place of their codes and accounts; a code that is nobody's stays."""
    houses = institution_names({row[column] for row in rows for column in HOUSES if row.get(column)})
    accounts = {row[column] for row in rows for column in PEOPLE if row.get(column)}
    named = dict.fromkeys(HOUSES, houses) | (dict.fromkeys(PEOPLE, account_people(accounts)) if accounts else {})
    return [{**row, **{column: names.get(row[column], row[column]) for column, names in named.items() if column in row}} for row in rows]


def named_like(text: str, *columns: str) -> Q:
    """The condition of rows whose institution, in some column, is called something like a text."""
    codes = list(Institution.objects.filter(name__icontains=text).values_list("code", flat=True)[:MOST_NAMED])  # asked apart: no OR over joined tables
    return Q(*(Q(**{f"{column}__in": codes}) for column in columns), _connector=Q.OR)


def picked(question: Question, rows: Any, search: Callable[[str], Q], dates: Mapping[str, str] = {}, beside: Beside = {}) -> Any:
    """The rows (a QuerySet or Rows) that meet a question, in its order; what is unknown comes last."""
    conditions = [_condition(each, search, dates) for each in question.where]
    order = [("-" if each.is_descending else "") + dates.get(each.column, each.column) for each in question.order]
    order += [] if {"id", "-id"} & set(order) else ["-id"]
    if isinstance(rows, Rows):
        return rows.with_beside(beside).filter(*conditions).ordered(*order, is_known_first=True)
    asked = {each.column for each in (*question.where, *question.order)}
    rows = rows.annotate(**{name: value for name, value in beside.items() if name in asked})
    for condition in conditions:
        rows = rows.filter(condition)
    return rows.order_by(*in_order(order, is_known_first=True))


def _condition(condition: Condition, search: Callable[[str], Q], dates: Mapping[str, str]) -> Q:
    name, value = condition.column, condition.value
    if condition.operator == "anywhere":
        return search(value[0])
    if condition.operator == "contains" and name in PEOPLE:
        return Q(**{f"{name}__in": list(Account.objects.filter(staff__name__icontains=value).values_list("name", flat=True)[:MOST_NAMED])}) | Q(**{f"{name}__icontains": value})
    if condition.operator == "contains":
        return Q(**{f"{name}__icontains": value})
    if name in dates and condition.operator in ("ge", "le"):
        bound = _midnight(value) + (timedelta(days=1) if condition.operator == "le" else timedelta())
        return Q(**{f"{dates[name]}__{'gte' if condition.operator == 'ge' else 'lt'}": bound})
    if name in dates:
        return Q(*(Q(**{f"{dates[name]}__gte": _midnight(day), f"{dates[name]}__lt": _midnight(day) + timedelta(days=1)}) for day in value), _connector=Q.OR)
    return Q(**{f"{name}__{ENDINGS[condition.operator]}": value})


def _midnight(text: str) -> datetime:
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time()))
    except ValueError:
        raise BadQuestion(f"“{text[:20]}”不是日期，应如 2026-12-31 / not a day such as 2026-12-31") from None
