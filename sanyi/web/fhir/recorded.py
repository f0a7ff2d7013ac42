"""Resources of the opened run and its record. Whoever is not of an office names one patient, and reads on a live basis."""
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from sanyi.runs.results import Condition, Order
from sanyi.store.persons.tables import Person
from sanyi.web import opened
from sanyi.web.api.persons import PERSON_ROLES
from sanyi.web.fhir.asked import Days
from sanyi.web.fhir.naming import identifier, whole_id
from sanyi.web.fhir.reach import READERS, Reach, needs_a_person, reach
from sanyi.web.fhir.resource import Found, Json, Refers, Resource, Sorting, Where
from sanyi.web.own import KEY
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import Actor

Row = dict[str, Any]
Key = Callable[[str], Row | None]
Shape = Callable[[Sequence[Row], Actor], Sequence[Json]]
ENCOUNTER, RESIDENT, BY_NUMBER = "encounter_id", "resident_id", ":identifier"


def recorded(type: str, table: str, key: Key, filters: Mapping[str, tuple[str, str]], shaped: Shape, *, roles: tuple[str, ...] = READERS,
             always: Mapping[str, str] = {}, level: int = 3, refers: Refers = {}) -> Resource:
    """Make a resource of a table.

    `key(id)` gives the columns that an id stands for, `filters` the search parameters with their kinds and columns, `always` parameters that every row answers alike
    (`status`); `shaped` writes some rows together. `level` is the highest of the columns it shows. A table without residents is asked through its encounters.
    """
    def rows(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting) -> tuple[list[Row], str]:
        if not opened.has(table) or any(value not in where.get(name, (value,)) for name, value in always.items()):
            return [], ""
        asked, reached = _asked(request, table, key, filters, where)
        return ([] if asked is None or reached.level < level else opened.results().page(table, asked, order_of(sorting), start, size)), reached.purpose

    def order_of(sorting: Sorting) -> list[Order]:
        """What is asked for, and by the key what is alike in that."""
        return [*(Order(filters[name][1], is_down) for name, is_down in sorting), *(Order(name) for name in (opened.promise(table).key if sorting else ()))]

    def search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
        return _found(request, *rows(request, where, start, size, sorting), shaped)

    def count(request: HttpRequest, where: Where) -> int:
        if not opened.has(table) or any(value not in where.get(name, (value,)) for name, value in always.items()):
            return 0
        asked, reached = _asked(request, table, key, filters, where)
        return 0 if asked is None or reached.level < level else opened.results().count(table, asked)

    def read(request: HttpRequest, id: str) -> Found | None:
        try:
            found = search(request, {"_id": [id]}, 0, 1)
        except NotAllowed:  # the trail has heard of it; whoever has no basis is not told that it is there
            return None
        return found if found.rows else None

    params = {**{name: kind for name, (kind, _) in filters.items()}, **dict.fromkeys(always, "token"),
              **{f"{name}{BY_NUMBER}": "token" for name, (_, column) in filters.items() if column == RESIDENT}}
    return Resource(type, roles, params, search, count, read, sorts=tuple(name for name, (kind, _) in filters.items() if kind == "date"), refers=refers)


def _asked(request: HttpRequest, table: str, key: Key, filters: Mapping[str, tuple[str, str]], where: Where) -> tuple[list[Condition] | None, Reach]:
    """The conditions on a table's rows, as far as the caller reaches; None where nothing can fit."""
    own, of_whom, nothing = [], [], False
    for name, values in where.items():
        if name == "_id":
            found = [row for value in values if (row := key(value)) is not None]
            nothing |= len(found) != 1
            own += [Condition(column, "eq", value) for row in found for column, value in row.items()]
        elif name.removesuffix(BY_NUMBER) in filters:
            kind, column = filters[name.removesuffix(BY_NUMBER)]
            numbers = values if name.endswith(BY_NUMBER) or column != RESIDENT else residents(values, request.actor)  # type: ignore[attr-defined]
            (of_whom if column == RESIDENT else own).extend(_fits(kind, column, numbers))
    reached = _reached(request, table, own, of_whom)
    return (None if nothing else [*own, *_of_encounters(table, [*of_whom, *_within(reached)])]), reached


def _reached(request: HttpRequest, table: str, own: Sequence[Condition], of_whom: Sequence[Condition]) -> Reach:
    """What the caller reaches of these rows: whom they are of is said by the search, or by the rows it names."""
    if not needs_a_person(request.actor):  # type: ignore[attr-defined]
        return reach(request, ())
    named = sorted({number for each in of_whom for number in each.value})
    if not named and any(each.column in (ENCOUNTER, RESIDENT, "settlement_id") for each in own):
        named = sorted({row[RESIDENT] for row in with_encounters(opened.results().page(table, own, (), 0, 2)) if row.get(RESIDENT)}) or ["-"]
    return reach(request, named)


def _within(reached: Reach) -> list[Condition]:
    return [*([Condition(KEY, "eq", reached.unit)] if reached.unit else []), *([Condition(RESIDENT, "eq", reached.resident)] if reached.resident else []),
            *(Condition(ENCOUNTER, "ne", id) for id in reached.without)]


def _of_encounters(table: str, conditions: Sequence[Condition]) -> list[Condition]:
    """Conditions on whose rows these are: the table's own columns where it has them, else those of its encounters."""
    names = opened.promise(table).names
    if all(each.column in names for each in conditions):
        return list(conditions)
    if ENCOUNTER in names:
        return [opened.results().among(ENCOUNTER, "encounters", conditions)]
    return [each for each in conditions if each.column in names]  # a span of insurance belongs to no encounter and no institution


def _found(request: HttpRequest, rows: Sequence[Row], purpose: str, shaped: Shape) -> Found:
    whole = with_encounters(rows)
    return Found(shaped(whole, request.actor), [(row.get(RESIDENT) or "", [row[KEY]] if row.get(KEY) else []) for row in whole], purpose)  # type: ignore[attr-defined]


def with_encounters(rows: Sequence[Row]) -> list[Row]:
    """Rows that name no resident get theirs, and the institution, from their encounters."""
    ids = sorted({row[ENCOUNTER] for row in rows if RESIDENT not in row and ENCOUNTER in row})
    of = {each[ENCOUNTER]: each for each in opened.results().page("encounters", [Condition(ENCOUNTER, "in", ids)], limit=None)} if ids else {}
    return [{**{name: value for name, value in of.get(row.get(ENCOUNTER, ""), {}).items() if name in (RESIDENT, KEY, "admitted_on")}, **row} for row in rows]


def _fits(kind: str, column: str, values: Sequence[Any]) -> list[Condition]:
    if kind == "date":
        days: Days = values[0]
        return [Condition(column, operator, day) for operator, day in (("ge", days.first), ("le", days.last)) if day is not None]
    return [Condition(column, "in", [str(value) for value in values])]


def residents(persons: Sequence[str], actor: Actor) -> list[str]:
    """The record's numbers of persons; whoever may not look persons up knows none."""
    if actor.role not in PERSON_ROLES:
        return []
    return [number for number in Person.objects.filter(pk__in=[whole_id(each) for each in persons]).values_list(RESIDENT, flat=True) if number]


def patients(rows: Sequence[Row], actor: Actor) -> Callable[[Row], Json]:
    """How each row's patient is referred to: by the person index where the resident is in it and the reader may look persons up, else by the record's number."""
    numbers = {row[RESIDENT] for row in rows if row.get(RESIDENT)}
    there = dict(Person.objects.filter(resident_id__in=numbers).values_list(RESIDENT, "pk")) if actor.role in PERSON_ROLES else {}

    def refer(row: Row) -> Json:
        number = row.get(RESIDENT) or ""
        by_number = {"identifier": identifier("resident", number or "unknown")[0]}
        return {"reference": f"Patient/{there[number]}", **by_number} if number in there else by_number
    return refer
