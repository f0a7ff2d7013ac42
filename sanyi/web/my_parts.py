"""What a resident's pages share: the parts found by folder, the frame of a page, whose pages they are."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from sanyi.store.health.basis import own_person
from sanyi.store.one import allowed_steps
from sanyi.store.persons.tables import Person
from sanyi.store.trail.reading import reads_person
from sanyi.terms.registry import find
from sanyi.web import clock
from sanyi.web.posted import notice
from sanyi.web.words import say
from sanyi.web.work_words import steps_of
from sanyi.workflows.access_matrix import highest_level
from sanyi.workflows.errors import BadField, Refused, UnknownWork

OWN = ("resident",)
LEVEL = highest_level("own", "view_own", "resident")
View = Callable[..., HttpResponse]
Due = tuple[str, str]  # what waits for the resident in words, and the page where it is done


def nothing_due(request: HttpRequest, person: Person) -> Iterable[Due]:
    """What waits of a part where nothing ever waits."""
    return ()


@dataclass(frozen=True)
class MyPart:
    """One button of the first page: words, what it is for, and its pages as (address under /my/, route, view), the first the button's own.

    `order` places it; `due` says what waits for the resident, as words and address.
    """

    order: int
    words: tuple[str, str]
    hint: tuple[str, str]
    pages: tuple[tuple[str, str, View], ...]
    due: Callable[[HttpRequest, Person], Iterable[Due]] = nothing_due

    @property
    def route(self) -> str:
        """The button's page."""
        return self.pages[0][1]


@cache
def my_parts() -> tuple[MyPart, ...]:
    """Every part, as the first page shows them."""
    return tuple(sorted(find("sanyi.web.views.my", MyPart), key=lambda part: part.order))


def my_paths() -> list[URLPattern]:
    """The addresses of every part."""
    return [path(f"my/{address}", view, name=route) for part in my_parts() for address, route, view in part.pages]


def part_of(route: str) -> MyPart:
    """The part that a page belongs to."""
    return next(part for part in my_parts() if any(route == each for _, each, _ in part.pages))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the head of a part's page says; a page below the part's own leads back to that."""
    route = request.resolver_match.url_name
    part = part_of(route)
    return {"title": say(request, *part.words), "hint": say(request, *part.hint), "up": "my" if route == part.route else part.route}


def own_page(request: HttpRequest, template: str, show: Callable[[Person], dict[str, Any]], refusal: dict[str, Any] | None = None) -> HttpResponse:
    """A page of the resident's own data; who is not linked to a person yet is told where to go. What was read is recorded, with the institutions that `show` names."""
    try:
        person = own_person(request.actor)
        found = show(person)
    except Refused as refused:
        words = {"why": refused.words(request.language)}
        return render(request, "my_none.html", {**frame(request), **words}, status=422 if isinstance(refused, BadField) else 200)
    reads_person(found.pop("subject", "health_record"), found.pop("subject_id", person.pk), (person.pk,), found.pop("institutions", ()), "view_own")
    return render(request, template, {**notice(request, refusal), **frame(request), **found}, status=refusal["status"] if refusal else 200)


def or_404(find: Callable[[], Any]) -> Any:
    """What is found; what is another's is answered like what there is not."""
    try:
        return find()
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown


def own_steps(request: HttpRequest, kind: str, id: int, state: str, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The steps that the resident may take now, each with its form; what is blocked is left out."""
    taken = [step for step in allowed_steps(kind, id, request.by, clock.now()) if step["name"] not in without]
    return [step for step in steps_of(request, kind, state, taken, [])["mine"] if not step["is_blocked"]]


def soonest(moment: datetime | None) -> str:
    """A moment as people say it on a phone: month, day and hour by the clock on the wall."""
    return f"{clock.local(moment):%m-%d %H:%M}" if moment else ""
