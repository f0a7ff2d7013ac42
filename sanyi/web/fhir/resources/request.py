"""ServiceRequest: referrals and orders of examinations, told apart by their category; each by its own area's rights and door."""
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

from django.http import HttpRequest

from sanyi.store.exams.rules import KINDS
from sanyi.web.fhir.naming import listed
from sanyi.web.fhir.resource import SUBJECT, Found, Json, Resource, Sorting, Where
from sanyi.web.fhir.resources.exam_order import START, exam_orders
from sanyi.web.fhir.resources.referral import referrals

PARTS = (referrals(), exam_orders())


def _seen(request: HttpRequest) -> list[Resource]:
    """What a caller's role sees of the two."""
    return [each for each in PARTS if request.actor.role in each.roles]  # type: ignore[attr-defined]


def _rows(resource: Resource, found: Found) -> Iterator[tuple[str, Json, Any]]:
    return ((str(row["authoredOn"]), row, whose) for row, whose in zip(found.rows, found.whose))


def _search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
    """Both, newest first or as asked: each gives its own first rows in that order, and they are laid together."""
    parts = [each.search(request, where, 0, start + size, sorting) for each in _seen(request)]
    is_down = sorting[0][1] if sorting else True
    rows = list(islice(merge(*(_rows(each, found) for each, found in zip(_seen(request), parts)), key=lambda row: row[0], reverse=is_down), start, start + size))
    return Found([row for _, row, _ in rows], [whose for _, _, whose in rows])


def _count(request: HttpRequest, where: Where) -> int:
    return sum(each.count(request, where) for each in _seen(request))


def _read(request: HttpRequest, id: str) -> Found | None:
    resource = PARTS[id.startswith(START)]
    return resource.read(request, id) if resource in _seen(request) else None


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    """An order where the category is a kind of examination, else a referral. Errors: as of the two doors."""
    category = next((each.get("code") for one in listed(body, "category") for each in listed(one, "coding")), "")
    door = PARTS[isinstance(category, str) and category in KINDS]
    assert door.create is not None
    return door.create(request, body)


SERVICE_REQUEST = Resource(
    "ServiceRequest", tuple(dict.fromkeys(role for each in PARTS for role in each.roles)), PARTS[0].params, _search, _count, _read, _create, creators=tuple(dict.fromkeys(role for each in PARTS for role in each.creators)),
    sorts=("authored",), refers={**SUBJECT, "requester": ("requester", "Organization"), "performer": ("performer", "Organization")})
