"""The only door into the audit trail."""
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from sanyi.store.adding import add
from sanyi.store.trail.doing import doing
from sanyi.store.trail.plain_words import clear, one_line, word
from sanyi.store.trail.tables import ACTIONS, NAME, OUTCOMES, WORD, AuditEvent
from sanyi.workflows.facts import SYSTEM, Actor

BIGGEST = 2**31 - 1


def record(action: str, actor: Actor | None, **what: Any) -> AuditEvent:
    """Add one event, in the transaction that is open; what cannot be recorded must not happen, so callers let its errors through.

    `what` is as in `event_of`. Source: R42, R43.
    """
    event = event_of(action, actor, **what)
    insert_all([event])
    return event


def event_of(action: str, actor: Actor | None, *, step: str = "", subject: str = "", subject_id: object = "", residents: Sequence[object] = (),
             institutions: Sequence[str] = (), purpose: str = "", outcome: str = "done", reason: str = "", before: str = "", after: str = "",
             version: int | None = None, given: Mapping[str, object] = {}, open_names: Container[str] = (), closed_names: Container[str] = (),
             now: datetime | None = None) -> AuditEvent:
    """Make an event, not yet written; the residents of a list stand in what was given, and are found by `looking`.

    `actor` is who did it (None: nobody signed in). `residents` are the persons whose data it is: one, or those of a list.
    Of `given` only numbers, dates and the texts in `open_names` stand in clear; other texts, and all in `closed_names`
    (fields of level 3 and above), as keyed digests. Source: R42, R47.
    """
    assert action in ACTIONS and outcome in OUTCOMES, (action, outcome)
    request, who = doing(), actor or Actor("", "")
    named = list(dict.fromkeys(one_line(each, WORD) for each in residents if each not in (None, "")))
    many = named if len(named) > 1 else []
    return AuditEvent(
        at=now or timezone.now(), account=one_line(who.name, NAME), persons="\n".join(map(one_line, who.persons)), role=word(who.role),
        institution=one_line(who.unit, WORD), action=action, step=word(step), subject=word(subject), subject_id=one_line(subject_id, WORD),
        resident="" if many else "".join(named), institutions="\n".join(one_line(each, WORD) for each in dict.fromkeys(institutions) if each and each != who.unit),
        purpose=one_line(purpose or (request.purpose if request else ""), WORD), outcome=outcome, reason=word(reason), before=word(before), after=word(after),
        version=version if version is not None and 0 <= version <= BIGGEST else None,
        given=clear(given, open_names, closed_names) if not many else dict(sorted({**clear(given, open_names, closed_names), "residents": many}.items())), request=request.request if request else "")


def insert_all(events: Sequence[AuditEvent]) -> None:
    """Write events that are made, in the transaction that is open: the one place that writes, and the fault point of the trail's tests."""
    for event in events:
        add(event)


def actor_named(by: str, persons: Sequence[str] = ()) -> Actor:
    """Give an actor by the name a log's line carries; one who acts for another stands as `taker→giver`, with the giver's role."""
    from sanyi.store.models import Account
    asked = doing()
    if asked and asked.actor and asked.actor.name == by:
        return asked.actor
    if by == SYSTEM:
        return Actor(SYSTEM, SYSTEM, persons=(SYSTEM,))
    account = Account.objects.filter(name=by.rpartition("→")[2]).values("role", "unit", "person", "name").first()
    found: dict[str, Any] = account or {"role": "", "unit": "", "person": "", "name": by}
    return Actor(by, found["role"], found["unit"], tuple(persons) or (found["person"] or found["name"],))
