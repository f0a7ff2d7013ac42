"""Writing a change and its line in the log together: whoever calls this is inside one transaction."""
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.utils import timezone

from sanyi.store.adding import add, change
from sanyi.store.kinds import kinds
from sanyi.store.models import BookEvent, Ledger, LedgerEvent, WorkEvent
from sanyi.store.personal import MIDDLE
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import StaleVersion


def write_change(row: Any, subject: str, step: str, by: str, now: datetime, changes: Mapping[str, object],
                 given: Mapping[str, object], persons: tuple[str, ...] = (), **concerned: Any) -> None:
    """Change a row and log it; `concerned` is said to the trail besides (actor, open_names, purpose …).

    Errors: StaleVersion when another writer was first, whatever the database's locks did.
    """
    before, version = getattr(row, "state", ""), row.version
    changes = {**changes, "version": version + 1}
    if not change(row, version, changes):
        raise stale()
    for name, value in changes.items():
        setattr(row, name, value)
    write_line(row, subject, step, by, now, before, given, persons, **concerned)


def write_line(row: Any, subject: str, step: str, by: str, now: datetime, before: str, given: Mapping[str, object],
               persons: tuple[str, ...] = (), **concerned: Any) -> None:
    """Add the log's line for a row as it now is (to its books' log, its ledger's, or that of the people's work) and the trail's event.

    What is above the middle level stands in its own column alone: the log leaves it out, the trail has its digest. Source: R48.
    """
    assert connection.in_atomic_block, "a change and its line in the log are one transaction"
    apart = _apart(type(row), subject, step)
    shared = dict(at=now, by=by, subject=subject, subject_id=row.pk, step=step, before=before, after=getattr(row, "state", ""),
                  version=getattr(row, "version", 1), given=plain({name: value for name, value in given.items() if name not in apart}))
    if kind := kinds().get(subject):
        concerned = {"residents": (kind.resident(row),), "institutions": kind.institutions(row), **concerned}
    actor = concerned.pop("actor", None) or actor_named(by, persons)
    record("change", actor, **{name: shared[name] for name in ("subject", "subject_id", "step", "before", "after", "version")},
           now=now, given=given, closed_names=apart, **concerned)
    if hasattr(row, "book"):
        BookEvent.objects.create(book=row.book, persons="\n".join(persons), **shared)
    elif isinstance(row, Ledger) or hasattr(row, "ledger"):
        LedgerEvent.objects.create(ledger=row if isinstance(row, Ledger) else row.ledger, **shared)
    else:
        add(WorkEvent(persons="\n".join(persons), **shared))


@cache
def _apart(table: type[Any], subject: str, step: str) -> frozenset[str]:
    """The fields of a step that the log leaves out: those the workflow says, and those named like a column above the middle level."""
    columns = {field.name for field in table._meta.concrete_fields if getattr(field, "level", MIDDLE) > MIDDLE}
    steps = workflow_of(subject).steps if subject in kinds() else ()
    return frozenset(columns | {field.name for each in steps if each.name == step for field in each.fields if not field.is_logged})


def hands_of(log: Any, subject: str, id: int, since: int = 0) -> tuple[tuple[str, str], ...]:
    """Every step that was taken after a version, with each person who took it, oldest first."""
    events = log.objects.filter(subject=subject, subject_id=id, version__gt=since).order_by("version")
    return tuple((step, person) for step, persons in events.values_list("step", "persons") for person in persons.split("\n") if person)


def plain(given: Mapping[str, object]) -> dict[str, object]:
    """Give fields as JSON can hold them."""
    return {name: plain(value) if isinstance(value, Mapping) else [_plain(each) for each in value]
            if isinstance(value, (list, tuple)) else _plain(value) for name, value in given.items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def stale() -> StaleVersion:
    """Say that somebody was faster."""
    return StaleVersion("此项刚被他人更新，请刷新后再办理", "somebody else has just changed this; reload and look again")


def today_of(now: datetime) -> date:
    """Give the day it is where the plan is carried out."""
    return timezone.localtime(now).date()
