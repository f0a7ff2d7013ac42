"""Today's board of an actor: each queue with its count and its first rows, names masked."""
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from sanyi.matching.masking import mask_name
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import may_open
from sanyi.web.waiting.queue import Queue, queues
from sanyi.web.words import say

SHOWN = 5
MOST_COUNTED = 1_000


def board(request: HttpRequest) -> dict[str, Any]:
    """The actor's queues that hold something, alarms first, and the words of those that hold nothing."""
    made = [_card(request, each) for each in queues() if request.actor.role in each.roles]
    full = [card for card in made if card["count"]]
    people = {person.pk for card in full for person in card.pop("people")}
    if people:
        reads_person("today", residents=sorted(people))
    return {"cards": sorted(full, key=lambda card: (not card["is_alarm"], not card["late"])), "empty": [card["title"] for card in made if not card["count"]],
            "count": sum(card["count"] for card in full), "late": sum(card["late"] for card in full)}


def _card(request: HttpRequest, queue: Queue) -> dict[str, Any]:
    rows, now = queue.rows(request.actor, clock.now()), clock.now()
    there = list((rows if rows.ordered else rows.order_by("pk"))[:MOST_COUNTED])
    dues = [_due(row, queue) for row in there]
    order = sorted(range(len(there)), key=lambda place: (dues[place] is None, _moment(dues[place]) if dues[place] else now, place)) if queue.due else range(len(there))
    first = [there[place] for place in list(order)[:SHOWN]]
    people = {row.pk: person for row in first if (person := _at(row, queue.whose)) is not None} if queue.whose else {}
    names = institution_names({getattr(row, queue.place) for row in first}) if queue.place else {}
    late = sum(_is_late(due, now) for due in dues) if queue.is_deadline else 0
    lines = [_line(request, queue, row, people.get(row.pk), names, now) for row in first]
    return {"title": say(request, queue.zh, queue.en), "count": len(there), "is_more": len(there) == MOST_COUNTED, "late": late, "lines": lines, "people": list(people.values()),
            "is_alarm": queue.is_alarm, "tone": "bad" if queue.is_alarm or late else "none", "all": reverse(queue.all) + queue.asked if may_open(queue.all, request.actor.role) else ""}


def _line(request: HttpRequest, queue: Queue, row: Any, person: Any, names: dict[str, str], now: datetime) -> dict[str, Any]:
    due = _due(row, queue)
    place = names.get(getattr(row, queue.place), getattr(row, queue.place)) if queue.place else ""
    key = getattr(row, queue.key)  # a notice may be about nothing that has a page
    return {"name": mask_name(person.name) if person is not None else "", "what": queue.what(request, row), "place": place, "due": _said(due), "is_late": queue.is_deadline and _is_late(due, now),
            "address": reverse(queue.all) + queue.asked if key is None else reverse(queue.one, args=[key])}


def _due(row: Any, queue: Queue) -> date | datetime | None:
    return getattr(row, queue.due, None) if queue.due else None


def _at(row: Any, way: str) -> Any:
    for name in way.split("."):
        row = getattr(row, name, None)
    return row


def _moment(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else timezone.make_aware(datetime.combine(due, time.max))


def _is_late(due: date | datetime | None, now: datetime) -> bool:
    return due is not None and _moment(due) < now


def _said(due: date | datetime | None) -> str:
    return "" if due is None else f"{clock.local(due):%m-%d %H:%M}" if isinstance(due, datetime) else f"{due:%m-%d}"
