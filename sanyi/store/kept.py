"""Questions that Django writes once: having it write one anew takes several times what a small question takes, and pages ask the same ones all day.

What differs from one asking to the next are values; the rest of a condition (its columns, how they are compared, how many values there are) is its form. The first
question of a form is written by Django with marks in place of the values, and kept; the values are put in when it is asked. A form that cannot be kept (a
subquery, a value that Django turns into something else) is asked through Django, as ever. Which rows are found is the same either way.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Count, F, Model, Q, QuerySet
from django.utils import timezone

Row = tuple[Any, ...]
PATTERNS = ("contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iexact")  # the value becomes (part of) a pattern
SIZES, MOST_PARTS, MOST_KEPT, BIG = (0, 1, 2, 5, 10, 20, 50, 101, 200), 4, 1_000, 2**31
TEXT_MARK, NUMBER_MARK, DAY_MARK = "\ue000{}\ue001", 23_000, date(1801, 1, 1)  # no question has these by itself, and every column of their type takes them


class _NotKept(Exception):
    """A form that cannot be kept."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table that meet every one of some conditions, in an order (`-` before a column: downwards; where `is_known_first` what is unknown comes last).

    `beside` are columns of other tables by the names they are given.
    """

    table: type[Model]
    where: tuple[Q, ...] = ()
    order: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()
    is_known_first: bool = False

    def filter(self, *conditions: Q) -> "Rows":
        """Those of them that meet more conditions."""
        return replace(self, where=(*self.where, *(each for each in conditions if each)))

    def ordered(self, *order: str, is_known_first: bool = False) -> "Rows":
        """The same in an order."""
        return replace(self, order=order, is_known_first=is_known_first)

    def with_beside(self, beside: Mapping[str, F]) -> "Rows":
        """The same with columns of other tables."""
        return replace(self, beside=(*self.beside, *((name, at.name) for name, at in beside.items())))

    def queryset(self) -> QuerySet:
        """The same as Django knows them."""
        return _queryset(self.table, self.where, self.order, self.beside, self.is_known_first)

    def values(self, fields: Sequence[str], start: int = 0, size: int | None = None) -> list[Row]:
        """Some columns of the rows from one on, as many as there are or at most `size`."""
        try:
            written, values = self._written(tuple(fields))
        except _NotKept:
            return list(self.queryset().values_list(*fields)[start:None if size is None else start + size])
        return written.rows(values) if size is None else written.rows(values, "{} LIMIT %s OFFSET %s", size, start)

    def keys(self, start: int, size: int) -> list[Any]:
        """The numbers of some rows, in order. Where a condition says "either … or", each part is asked by itself, for then each finds the first of its rows in an index;
        the database would gather the rows of all parts and sort them."""
        rows = self._bare()
        choice = next((each for each in rows.where if each.connector == Q.OR and not each.negated and 1 < len(each.children) <= MOST_PARTS), None)
        if choice is None or rows.beside:
            return rows._keys_of_the_whole(start, size)
        others = tuple(each for each in rows.where if each is not choice)
        try:
            return rows._first_of([replace(rows, where=(*others, part if isinstance(part, Q) else Q(part))) for part in choice.children], start, size)
        except _NotKept:
            return rows._keys_of_the_whole(start, size)

    def _keys_of_the_whole(self, start: int, size: int) -> list[Any]:
        return [key for (key,) in self.values(("pk",), start, size)]

    def page(self, fields: Sequence[str], start: int, size: int) -> list[Row]:
        """As `values`, for pages of long lists: which rows they are is found first, and nothing else is read of the rows that are passed over or sorted."""
        keys = self.keys(start, size)
        there = {key: row for key, *row in self.filter(Q(pk__in=keys)).ordered().values(("pk", *fields))}
        return [tuple(there[key]) for key in keys if key in there]

    def count(self, most: int | None = None) -> int:
        """How many there are; what is beyond `most` is not counted."""
        rows = self.ordered()._bare()
        try:
            written, values = rows._written(("pk",))
        except _NotKept:
            found = rows.queryset().values("pk")
            return (found if most is None else found[:most]).count()
        limited, bounds = ("{}", ()) if most is None else ("{} LIMIT %s", (most,))
        return sum(number for (number,) in written.rows(values, f"SELECT COUNT(*) FROM ({limited}) counted", *bounds))

    def count_by(self, field: str) -> dict[Any, int]:
        """How many there are of each value of a column."""
        rows = self.ordered()
        try:
            written, values = rows._written((field,))
        except _NotKept:
            return dict(rows.queryset().values_list(field).annotate(number=Count("*")))
        return dict(written.rows(values, f"SELECT {connection.ops.quote_name(field)}, COUNT(*) FROM ({{}}) counted GROUP BY 1"))

    def _bare(self) -> "Rows":
        """The same without what stands beside them, unless a condition or the order asks for it."""
        asked = {*(name.removeprefix("-") for name in self.order), *(name.partition("__")[0] for each in self.where for name in _names(each))}
        return replace(self, beside=tuple(each for each in self.beside if each[0] in asked))

    def _first_of(self, parts: "Sequence[Rows]", start: int, size: int) -> list[Any]:
        quoted, last = connection.ops.quote_name, " NULLS LAST" if self.is_known_first else ""
        order = [("pk" if name.removeprefix("-") == "id" else name.removeprefix("-"), " DESC" if name.startswith("-") else " ASC") for name in self.order]
        asked = [part._written(tuple(dict.fromkeys(("pk", *(name for name, _ in order))))) for part in parts]
        every = " UNION ".join(f"SELECT * FROM ({written.statement} LIMIT %s) part_{place}" for place, (written, _) in enumerate(asked) if written.statement)
        bound = [value for written, values in asked if written.statement for value in (*written.bound(values), start + size)]
        by = ", ".join(quoted(name) + way + (last if name != "pk" else "") for name, way in order) or quoted("pk")
        return [key for (key,) in _execute(f"SELECT {quoted('pk')} FROM ({every}) found ORDER BY {by} LIMIT %s OFFSET %s", (*bound, size, start))] if every else []

    def _written(self, fields: tuple[str, ...]) -> tuple["_Written", list[Any]]:
        """The question of this form, and the values for its marks. Errors: _NotKept."""
        values: list[Any] = []
        forms = tuple(_form(each, values) for each in self.where)
        written = _kept(connection.vendor, self.table, forms, self.order, self.beside, self.is_known_first, fields)
        if written is None:
            raise _NotKept
        return written, values


@dataclass(frozen=True)
class _Written:
    """A statement (an empty one finds nothing). `places` says of each parameter which value it is and what stands around it in a pattern, or None: `fixed` is it."""

    statement: str
    fixed: tuple[Any, ...] = ()
    places: tuple[tuple[int, str, str] | None, ...] = ()
    converters: tuple[tuple[int, Any, Any], ...] = ()

    def bound(self, values: Sequence[Any]) -> list[Any]:
        """The parameters."""
        return [fixed if place is None else _told(values[place[0]], *place[1:]) for fixed, place in zip(self.fixed, self.places)]

    def rows(self, values: Sequence[Any], around: str = "{}", *more: int) -> list[Row]:
        """The rows; `around` is what the statement stands in, with `more` parameters after its own."""
        if not self.statement:
            return []
        rows = _execute(around.format(self.statement), (*self.bound(values), *more))
        return self._read(rows) if self.converters and around[:1] == "{" else rows

    def _read(self, rows: list[Row]) -> list[Row]:
        read, here = list(map(list, rows)), connections[connection.alias]  # the connection itself: each look through its proxy costs as much as a value
        for at, convert, expression in self.converters:
            for row in read:
                row[at] = convert(row[at], expression, here)
        return list(map(tuple, read))


@dataclass(frozen=True)
class _Pattern:
    """A value that stands in a pattern."""

    text: str


def _execute(statement: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _told(value: Any, before: str, after: str) -> Any:
    """A value as the database takes it."""
    if isinstance(value, _Pattern):
        return before + connection.ops.prep_for_like_query(value.text) + after
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _form(condition: Q, values: list[Any]) -> tuple:
    """A condition's form; its values go to the list. Errors: _NotKept."""
    return (condition.connector, condition.negated, tuple(_form(each, values) if isinstance(each, Q) else _leaf(each, values) for each in condition.children))


def _leaf(child: Any, values: list[Any]) -> tuple:
    if not isinstance(child, tuple):
        raise _NotKept
    name, value = child
    way = name.rpartition("__")[2]
    if value is None or isinstance(value, bool):
        return (name, "as it is", value)
    if isinstance(value, (list, tuple, set, frozenset)) and way == "in" and len(value) <= SIZES[-1]:
        there = list(value)
        there += there[-1:] * (next(size for size in SIZES if size >= len(there)) - len(there))  # a form for each of a few sizes, not for each size there is
        values += there
        return (name, "list", *map(_type, there))
    values.append(_Pattern(value) if way in PATTERNS and isinstance(value, str) else value)
    return (name, "one", _type(values[-1]))


def _type(value: Any) -> type:
    if type(value) not in (str, int, datetime, date, _Pattern) or isinstance(value, int) and abs(value) >= BIG or isinstance(value, datetime) and timezone.is_naive(value):
        raise _NotKept
    return type(value)


@lru_cache(maxsize=MOST_KEPT)
def _kept(vendor: str, table: type[Model], forms: tuple, order: tuple[str, ...], beside: tuple[tuple[str, str], ...], is_known_first: bool, fields: tuple[str, ...]) -> _Written | None:
    """The question of a form as Django writes it, or None where one of its marks did not come through as it was."""
    marks: list[Any] = []
    try:
        rows = _queryset(table, [_marked(each, marks) for each in forms], order, beside, is_known_first).values_list(*fields)
        compiler = rows.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Written("")
    except (TypeError, ValueError):  # a column that takes the value takes no mark of its type: a number that came as a text
        return None
    places = [_place(each, marks) for each in parameters]
    if {place[0] for place in places if place} != set(range(len(marks))):
        return None
    found, of_sqlite = compiler.get_converters([each[0] for each in compiler.select[:compiler.col_count]]), getattr(connection.ops, "convert_datetimefield_value", None)
    converters = tuple((at, _moment if convert == of_sqlite else convert, column) for at, (converts, column) in found.items() for convert in converts)
    return _Written(statement, tuple(parameters), tuple(places), converters)


def _moment(value: Any, column: Any, database: Any) -> Any:
    """A moment as SQLite's driver gives it, with its time zone: what Django's own converter comes to."""
    if type(value) is datetime and value.tzinfo is None:
        return value.replace(tzinfo=database.timezone)
    return database.ops.convert_datetimefield_value(value, column, database)


def _queryset(table: type[Model], where: Iterable[Q], order: Sequence[str], beside: Sequence[tuple[str, str]], is_known_first: bool) -> QuerySet:
    rows = table._default_manager.annotate(**{name: F(at) for name, at in beside})
    for each in where:
        rows = rows.filter(each)
    return rows.order_by(*in_order(order, is_known_first))


def in_order(order: Sequence[str], is_known_first: bool = False) -> list[Any]:
    """An order as Django takes it; where `is_known_first` what is unknown comes last either way."""
    if not is_known_first:
        return list(order)
    return [name if name in ("id", "-id") else F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True) for name in order]


def _names(condition: Q) -> Iterable[str]:
    for each in condition.children:
        yield from _names(each) if isinstance(each, Q) else [each[0]] if isinstance(each, tuple) else []


def _marked(form: tuple, marks: list[Any]) -> Q:
    connector, is_negated, children = form
    return Q(*(_marked(each, marks) if isinstance(each[1], bool) else _marked_leaf(each, marks) for each in children), _connector=connector, _negated=is_negated)


def _marked_leaf(form: tuple, marks: list[Any]) -> tuple[str, Any]:
    name, kind, *told = form
    if kind == "as it is":
        return name, told[0]
    made = [_mark(each, len(marks) + place) for place, each in enumerate(told)]
    marks += made
    plain = [each.text if isinstance(each, _Pattern) else each for each in made]
    return name, plain if kind == "list" else plain[0]


def _mark(kind: type, place: int) -> Any:
    day = DAY_MARK + timedelta(days=place)
    made = {str: TEXT_MARK.format(place), _Pattern: _Pattern(TEXT_MARK.format(place)), int: NUMBER_MARK + place, date: day, datetime: datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())}
    return made[kind]


def _place(parameter: Any, marks: Sequence[Any]) -> tuple[int, str, str] | None:
    """Which mark a parameter is, and what stands before and after it."""
    for place, mark in enumerate(marks):
        if isinstance(mark, _Pattern) and isinstance(parameter, str) and mark.text in parameter:
            before, _, after = parameter.partition(mark.text)
            return place, before, after
        if isinstance(parameter, type(told := _told(mark, "", ""))) and told == parameter:
            return place, "", ""
    return None
