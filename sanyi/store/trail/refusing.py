"""Refusals leave an event in a transaction of their own, after what was refused has been undone."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from sanyi.store.trail.recording import actor_named, record
from sanyi.store.trail.plain_words import word
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import Actor

NOTE, RECORDED = "audit_note", "is_recorded"


@contextmanager
def refusals_recorded(by: str | Actor | None, **what: Any) -> Iterator[None]:
    """Around a door: what it refuses is recorded once the door's own transaction is undone; `what` is handed to `record`.

    Inside a transaction of somebody else the refusal carries its note outwards, and the outermost door records it.
    """
    try:
        yield
    except Refused as refused:
        if not hasattr(refused, NOTE):
            setattr(refused, NOTE, (by, what))
        record_refusal(refused)
        raise


def record_refusal(refused: Refused, by: str | Actor | None = None, **what: Any) -> None:
    """Record a refusal, once, if no transaction is open; the innermost note says what was wanted."""
    if connection.in_atomic_block or getattr(refused, RECORDED, False):
        return
    by, what = getattr(refused, NOTE, (by, what))
    actor = actor_named(by) if isinstance(by, str) else by
    about = {name: word(value) for name in ("field", "guard") if (value := getattr(refused, name, ""))}
    record("refuse", actor, outcome="refused", reason=refused.code, given=about, open_names=about, **what)
    setattr(refused, RECORDED, True)
