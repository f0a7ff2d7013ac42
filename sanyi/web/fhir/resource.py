"""What a resource is: who may call it, what it is searched by, and how its rows are found and written."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from sanyi.web.fhir.asked import FURTHEST

Json = dict[str, Any]
Where = Mapping[str, Sequence[Any]]  # by parameter: the values given, of which any may fit
Sorting = Sequence[tuple[str, bool]]  # parameters to sort by, each with whether downwards; none: the resource's own order
Refers = Mapping[str, tuple[str, str]]  # by reference parameter: the element that holds the reference, and the type it names
SUBJECT: Refers = {name: ("subject", "Patient") for name in ("patient", "subject")}


@dataclass(frozen=True)
class Found:
    """Some rows as FHIR writes them; of each the resident and the institutions it is about; and for what they were read where that was asked."""

    rows: Sequence[Json]
    whose: Sequence[tuple[str, Sequence[str]]] = ()
    purpose: str = ""

    def first(self, most: int) -> "Found":
        """At most so many of them."""
        return Found(self.rows[:most], self.whose[:most], self.purpose)


@dataclass(frozen=True)
class Resource:
    """One resource type.

    `params` are its search parameters by their kind (token, string, date, reference). `search(request, where, start, size, sorting)` gives at most `size`
    rows that the caller may see, `count(request, where)` how many there are, `read(request, id)` one or none; `create(request, body)` makes one
    through its area's own door and gives its id, and whether it is new; `create_together(request, bodies)` makes those of one `groupIdentifier` by one act, and gives their ids. `is_personal`: each reading leaves an event in the trail. Pages go as far as the `furthest` row. `sorts` are the parameters
    that a search may be sorted by, `refers` those whose references `_include` follows, and `_revinclude` backwards. `most_bytes`: what a body that makes one may hold, where that is more than usual.
    """

    type: str
    roles: tuple[str, ...]
    params: Mapping[str, str]
    search: Callable[[HttpRequest, Where, int, int, Sorting], Found]
    count: Callable[[HttpRequest, Where], int]
    read: Callable[[HttpRequest, str], Found | None]
    create: Callable[[HttpRequest, Json], tuple[str, bool]] | None = None
    create_together: Callable[[HttpRequest, Sequence[Json]], Sequence[str]] | None = None
    is_personal: bool = True
    creators: tuple[str, ...] = ()
    furthest: int = FURTHEST
    sorts: tuple[str, ...] = ()
    refers: Refers = field(default_factory=dict)
    most_bytes: int = 0
