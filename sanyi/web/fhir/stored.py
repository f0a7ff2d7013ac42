"""Resources whose rows stand in the database: what an actor may see is a query, and a search only ever narrows it. Source: R36, R37."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from sanyi.web.fhir.asked import Days
from sanyi.web.fhir.naming import whole_id
from sanyi.web.fhir.resource import Found, Json, Resource, Sorting, Where
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import REGION

OF_ONE = ("patient", "subject")
Filter = tuple[str, Callable[[Any], Q]]  # the parameter's kind, and the rows that fit one value


def nobody(row: Any) -> str:
    """A row that is of no resident."""
    return ""


def nothing_besides(rows: list[Any], actor: Actor) -> None:
    """Most rows say all of themselves."""


def stored(type: str, roles: tuple[str, ...], seen: Callable[[Actor], QuerySet], filters: Mapping[str, Filter], shaped: Callable[[Any, bool], Json], *,
           key: Callable[[str], Q] = lambda id: Q(pk=whole_id(id)), resident: Callable[[Any], str] = nobody, institutions: Callable[[Any], Sequence[str]] = lambda row: (),
           order: tuple[str, ...] = ("-pk",), prepared: Callable[[list[Any], Actor], None] = nothing_besides, **more: Any) -> Resource:
    """Make a resource of a query: `seen(actor)` are its rows, `filters` its search parameters, `shaped(row, is_alone)` writes one.

    `is_alone`: whole, as a page of its own shows it, for it was asked for by its id, or its patient by name; in lists what is above the second level is left out. `prepared(rows, actor)` brings what belongs to them as far as an actor may read it.
    """
    fits = {"_id": key, **{name: fit for name, (_, fit) in filters.items()}}
    columns = {name: fit.column for name, (_, fit) in filters.items() if isinstance(fit, Within)}

    def matching(request: HttpRequest, where: Where) -> QuerySet:
        rows = seen(request.actor)  # type: ignore[attr-defined]
        for name, values in where.items():
            condition = Q(pk__in=())
            for value in values:
                condition |= fits[name](value)
            rows = rows.filter(condition)
        return rows

    def found(request: HttpRequest, rows: list[Any], is_alone: bool) -> Found:
        prepared(rows, request.actor)  # type: ignore[attr-defined]
        return Found([shaped(row, is_alone) for row in rows], [(resident(row), institutions(row)) for row in rows])

    def search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
        wanted = [F(columns[name]).desc(nulls_last=True) if is_down else F(columns[name]).asc(nulls_last=True) for name, is_down in sorting]
        return found(request, list(matching(request, where).order_by(*wanted, *order)[start:start + size]), any(len(where.get(name, ())) == 1 for name in ("_id", *OF_ONE)))

    def read(request: HttpRequest, id: str) -> Found | None:
        row = seen(request.actor).filter(key(id)).first()  # type: ignore[attr-defined]
        return None if row is None else found(request, [row], True)

    return Resource(type, roles, {name: kind for name, (kind, _) in filters.items()}, search, lambda request, where: matching(request, where).count(), read,
                    sorts=tuple(columns), **more)


@dataclass(frozen=True)
class Within:
    """Rows whose day (or moment, by the region's clock) in a column is among the days asked for; a search may be sorted by it."""

    column: str
    is_moment: bool = False

    def __call__(self, days: Days) -> Q:
        """The condition."""
        first, last, column = days.first, days.last, self.column
        if not self.is_moment:
            return Q(**({f"{column}__gte": first} if first else {}), **({f"{column}__lte": last} if last else {}))
        after = last + timedelta(days=1) if last and last < date.max else None
        return Q(**({f"{column}__gte": _midnight(first)} if first else {}), **({f"{column}__lt": _midnight(after)} if after else {}))


def _midnight(day: date) -> datetime:
    return datetime.combine(max(day, date(1, 1, 2)), time(), REGION)


def of_person(column: str = "person") -> Filter:
    """The parameter that names a patient."""
    return "reference", lambda id: Q(**{f"{column}_id": whole_id(id)})
