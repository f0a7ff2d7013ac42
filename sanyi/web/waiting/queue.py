"""A queue of work that waits, and where all of them are found."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
import importlib
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.workflows.facts import Actor

HERE = Path(__file__).parent
Rows = Callable[[Actor, datetime], QuerySet]


@dataclass(frozen=True)
class Queue:
    """Work that waits for some roles: `rows(actor, now)` gives it, the most urgent first.

    `what(request, row)` says a row in a few words, `whose` is the way to its person (empty: nobody's), `due` to its moment or day,
    `place` names the column with the other institution's code. `one` is the route of one row (`key` its way to the number), `all` the
    address of the whole list. An alarm stands before everything else. Where `due` only says since when it waits,
    `is_deadline` is false: then nothing is late.
    """

    zh: str
    en: str
    roles: tuple[str, ...]
    rows: Rows
    all: str
    one: str
    what: Callable[[HttpRequest, Any], str] = lambda request, row: ""
    whose: str = "person"
    due: str = "due_at"
    place: str = ""
    key: str = "pk"
    asked: str = ""
    is_alarm: bool = False
    is_deadline: bool = True


def seen(kind: str, side: str, *states: str, **more: Any) -> Rows:
    """The work of a kind that an actor sees and that is the own unit's on one side (a column), in some states."""
    return lambda actor, now: kind_of(kind).seen_by(actor).filter(state__in=states, **({side: actor.unit} if side else {}), **more)


@cache
def queues() -> tuple[Queue, ...]:
    """Every queue, area by area."""
    files = [importlib.import_module(f"sanyi.web.waiting.{path.stem}") for path in sorted(HERE.glob("*.py")) if path.stem not in ("__init__", "queue", "board")]
    return tuple(each for file in files for each in file.QUEUES)
