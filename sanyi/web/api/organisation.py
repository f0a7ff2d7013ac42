"""Institutions, consortia, departments, staff and postings for programs."""
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from sanyi.store.organisation.keeping import kept_of
from sanyi.store.organisation.kept import KEPT
from sanyi.store.organisation.lists import DATES, SHOWN
from sanyi.web.access import ORGANISATION, allowed
from sanyi.web.api.answers import answer
from sanyi.web.api.asked import BIGGEST, read_asked
from sanyi.web.api.bearer import check_scope
from sanyi.web.api.calls import verbs
from sanyi.web.api.columns import IN_LISTS, Shown, columns_of, written
from sanyi.web.api.work import page_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor

OWN_ONLY = ("department", "staff", "posting")  # of these an institution's people see their own institution's


def kept_names() -> tuple[str, ...]:
    """What is kept: institution, consortium …"""
    return tuple(KEPT)


@allowed(*ORGANISATION)
@verbs("GET")
def organisation_list(request: HttpRequest, kind: str) -> HttpResponse:
    """A page of one list of the organisation."""
    columns = shown_of(kind)
    check_scope(request, "read", "organisation")
    asked = read_asked(request, columns)
    rows = list(asked.of(seen_by(kind, request.actor)).values_list(*(column.name for column in columns)))
    return answer(page_of([written(columns, row) for row in rows[:asked.size]], asked, len(rows) > asked.size))


@allowed(*ORGANISATION)
@verbs("GET")
def organisation_one(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """One row of the organisation."""
    columns = shown_of(kind)
    check_scope(request, "read", "organisation")
    row = seen_by(kind, request.actor).filter(pk=row_id).values_list(*(column.name for column in columns)).first() if row_id <= BIGGEST else None
    if row is None:
        raise UnknownWork(f"没有编号为 {row_id} 的记录", f"there is no row number {row_id}")
    return answer(written(columns, row))


def shown_of(kind: str) -> tuple[Shown, ...]:
    """The columns of one list, those of its own table. Errors: UnknownWork."""
    if kind not in KEPT:
        raise UnknownWork(f"没有名录“{kind[:40]}”", f"there is no list {kind[:40]!r}")
    wanted = {"id", *DATES, *(name.split("__")[0] for name in SHOWN[kind])}
    return tuple(column for column in columns_of(kept_of(kind).table, IN_LISTS) if column.name in wanted or column.name.removesuffix("_id") in wanted)


def seen_by(kind: str, actor: Actor) -> QuerySet[Any]:
    """The rows that an actor may see: people of an institution see its own departments, staff and postings, and everybody's institutions."""
    rows = kept_of(kind).table.objects.all()
    if actor.role not in OF_AN_INSTITUTION or kind not in OWN_ONLY:
        return rows
    path = "postings__institution__code" if kind == "staff" else "institution__code"
    table = kept_of(kind).table
    return rows.filter(pk__in=table.objects.filter(Q(**{path: actor.unit})).values("pk")) if actor.unit else rows.none()
