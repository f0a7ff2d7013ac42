"""Resources of the opened run and its record: what a hospital's account sees is its own institution's rows alone."""
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from sanyi.runs.results import Condition
from sanyi.store.persons.tables import Person
from sanyi.web import opened
from sanyi.web.access import OWN
from sanyi.web.fhir.asked import Days
from sanyi.web.fhir.naming import identifier, whole_id
from sanyi.web.fhir.resource import Found, Json, Resource, Where
from sanyi.web.own import KEY

Row = dict[str, Any]
Key = Callable[[str], Row | None]
MOST_OF_ONE = 500


def recorded(type: str, table: str, key: Key, filters: Mapping[str, tuple[str, str]], shaped: Callable[[Sequence[Row]], Sequence[Json]], *, roles: tuple[str, ...] = OWN,
             always: Mapping[str, str] = {}) -> Resource:
    """Make a resource of a table.

    `key(id)` gives the columns that an id stands for, `filters` the search parameters with their kinds and columns, `always` parameters that every row answers alike
    (`status`); `shaped` writes some rows together. A table without institutions is asked through its encounters.
    """
    def conditions(request: HttpRequest, where: Where) -> list[Condition] | None:
        asked, nothing = list(_own(request, table, where)), False
        for name, values in where.items():
            if name == "_id":
                found = [row for value in values if (row := key(value)) is not None]
                nothing |= len(found) != 1
                asked += [Condition(column, "eq", value) for row in found for column, value in row.items()]
            elif name in always:
                nothing |= always[name] not in values
            else:
                asked += _fits(filters[name], values)
        return None if nothing else asked

    def search(request: HttpRequest, where: Where, start: int, size: int) -> Found:
        asked = conditions(request, where) if opened.has(table) else None
        return _found([] if asked is None else opened.results().page(table, asked, (), start, size), shaped)

    def count(request: HttpRequest, where: Where) -> int:
        asked = conditions(request, where) if opened.has(table) else None
        return 0 if asked is None else opened.results().count(table, asked)

    def read(request: HttpRequest, id: str) -> Found | None:
        found = search(request, {"_id": [id]}, 0, 1)
        return found if found.rows else None

    return Resource(type, roles, {**{name: kind for name, (kind, _) in filters.items()}, **dict.fromkeys(always, "token")}, search, count, read)


def _found(rows: Sequence[Row], shaped: Callable[[Sequence[Row]], Sequence[Json]]) -> Found:
    whole = with_encounters(rows)
    return Found(shaped(whole), [row["resident_id"] for row in whole if row.get("resident_id")], [row[KEY] for row in whole if row.get(KEY)])


def with_encounters(rows: Sequence[Row]) -> list[Row]:
    """Rows that name no resident get theirs, and the institution, from their encounters."""
    ids = sorted({row["encounter_id"] for row in rows if "resident_id" not in row and "encounter_id" in row})
    of = {each["encounter_id"]: each for each in opened.results().page("encounters", [Condition("encounter_id", "in", ids)], limit=None)} if ids else {}
    return [{**{name: value for name, value in of.get(row.get("encounter_id", ""), {}).items() if name in ("resident_id", KEY, "admitted_on")}, **row} for row in rows]


def _fits(filter: tuple[str, str], values: Sequence[Any]) -> list[Condition]:
    kind, column = filter
    if kind == "date":
        days: Days = values[0]
        return [Condition(column, operator, day) for operator, day in (("ge", days.first), ("le", days.last)) if day is not None]
    if column == "resident_id":
        values = residents(values)
    return [Condition(column, "in", list(values))]


def _own(request: HttpRequest, table: str, where: Where) -> list[Condition]:
    """What keeps a hospital's account to its own rows; of a table without institutions, the encounters there that fit."""
    unit = request.actor.unit if request.actor.role == "hospital" else None  # type: ignore[attr-defined]
    names = opened.promise(table).names if opened.has(table) else ()
    if KEY in names or not names:
        return [] if unit is None else [Condition(KEY, "eq", unit)]
    if unit is None or "encounter_id" not in names:
        return []
    own = [Condition(KEY, "eq", unit)]
    known = [each.rpartition("-")[0] for each in where.get("_id", ())] + list(where.get("encounter", ()))
    own += [Condition("encounter_id", "in", known)] if known else []
    found = opened.results().page("encounters", own, limit=MOST_OF_ONE)
    return [Condition("encounter_id", "in", [row["encounter_id"] for row in found])]


def residents(persons: Sequence[str]) -> list[str]:
    """The record's numbers of persons."""
    return [number for number in Person.objects.filter(pk__in=[whole_id(each) for each in persons]).values_list("resident_id", flat=True) if number]


def patients(rows: Sequence[Row]) -> Callable[[Row], Json]:
    """How each row's patient is referred to: by the person index where the resident is in it, else by the record's number."""
    numbers = {row["resident_id"] for row in rows if row.get("resident_id")}
    there = dict(Person.objects.filter(resident_id__in=numbers).values_list("resident_id", "pk"))

    def refer(row: Row) -> Json:
        number = row.get("resident_id") or ""
        by_number = {"identifier": identifier("resident", number or "unknown")[0]}
        return {"reference": f"Patient/{there[number]}", **by_number} if number in there else by_number
    return refer
