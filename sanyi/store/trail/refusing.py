"""Refusals leave an event in a transaction of their own, after what was refused has been undone."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from sanyi.store.trail.recording import actor_named, record
from sanyi.store.trail.doing import doing
from sanyi.store.trail.plain_words import word
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import Actor

NOTE, RECORDED = "audit_note", "is_recorded"


@contextmanager
def refusals_recorded(by: Any, **what: Any) -> Iterator[None]:
    """Around a door: what it refuses is recorded once the door's own transaction is undone; `what` is handed to `record`.

    `by` is an actor, an account's name, or whatever says it as text (who acts in a session).

    Inside a transaction of somebody else the refusal carries its note outwards, and the outermost door records it.
    """
    try:
        yield
    except Refused as refused:
        if not hasattr(refused, NOTE):
            setattr(refused, NOTE, (by, what))
        record_refusal(refused)
        raise


def record_refusal(refused: Refused, by: Any = None, **what: Any) -> None:
    """Record a refusal, once, if no transaction is open; the innermost note says what was wanted."""
    if connection.in_atomic_block or getattr(refused, RECORDED, False):
        return
    by, what = getattr(refused, NOTE, (by, what))
    about = {name: word(value) for name in ("field", "guard") if (value := getattr(refused, name, ""))}
    record("refuse", _actor(by), outcome="refused", reason=refused.code, given=about, open_names=about, **what)
    setattr(refused, RECORDED, True)
    if going := doing():
        going.has_refusal = True


def _actor(by: Any) -> Actor | None:
    """Who was refused: an actor, or what names an account."""
    return by if by is None or isinstance(by, Actor) else actor_named(getattr(by, "name", by))
