"""One resource type whose rows lie in several tables, told apart by how their ids begin; each part by its own area's rights and door."""
from collections.abc import Callable, Iterator, Mapping
from heapq import merge
from itertools import islice
from typing import Any

from django.http import HttpRequest

from sanyi.web.fhir.resource import Found, Json, Refers, Resource, Sorting, Where


def joined(parts: Mapping[str, Resource], moment: str, which: Callable[[Json], str], sorts: tuple[str, ...], refers: Refers, usual: Sorting = ()) -> Resource:
    """Parts by the beginning of their ids ("" for the one without), laid together by a moment that all say; `which(body)` names the part that makes what a body says.

    `usual` is how they are sorted where nobody asks, for parts that do not come by that moment on their own: rows of a part that is out of order would be laid wrongly.
    """
    first = parts[""]

    def seen(request: HttpRequest) -> list[Resource]:
        return [each for each in parts.values() if request.actor.role in each.roles]  # type: ignore[attr-defined]

    def rows(found: Found) -> Iterator[tuple[str, Json, Any]]:
        return ((str(row[moment]), row, whose) for row, whose in zip(found.rows, found.whose))

    def search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
        """All, newest first or as asked: each gives its own first rows in that order, and they are laid together."""
        order = sorting or usual
        found = [each.search(request, where, 0, start + size, order) for each in seen(request)]
        is_down = order[0][1] if order else True
        laid = list(islice(merge(*map(rows, found), key=lambda row: row[0], reverse=is_down), start, start + size))
        return Found([row for _, row, _ in laid], [whose for _, _, whose in laid])

    def read(request: HttpRequest, id: str) -> Found | None:
        resource = parts[next((start for start in parts if start and id.startswith(start)), "")]
        return resource.read(request, id) if resource in seen(request) else None

    def create(request: HttpRequest, body: Json) -> tuple[str, bool]:
        door = parts[which(body)].create
        assert door is not None
        return door(request, body)

    def of_all(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(role for each in parts.values() for role in getattr(each, name)))

    return Resource(first.type, of_all("roles"), first.params, search, lambda request, where: sum(each.count(request, where) for each in seen(request)), read, create,
                    creators=of_all("creators"), sorts=sorts, refers=refers, most_bytes=max(each.most_bytes for each in parts.values()))
