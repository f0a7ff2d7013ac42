"""The only writer of workflow state: one step, judged and written with its line in the log, in one transaction."""
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.store.asking import row_of
from sanyi.store.books import open_periods
from sanyi.store.crossing import tried_again
from sanyi.store.database import is_postgres
from sanyi.store.kinds import WorkKind, check_seen, find_work, kind_of
from sanyi.store.log import stale, today_of, write_change
from sanyi.store.models import LedgerUnit
from sanyi.store.money_commands import earlier_answer, keep_answer
from sanyi.store.or_refused import laws_refused
from sanyi.store.tenancy import whole_region
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_for
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import SYSTEM, Actor
from sanyi.workflows.take import take
from sanyi.workflows.workflow import Step


@tried_again
def act(kind: str, id: int, version: int, step: str, given: Mapping[str, object], by: By, now: datetime, key: str = "", on_behalf: str = ""):
    """Take one step of a workflow: `kind` is a workflow's name, `version` the one the decision was made on.

    A step of the books may carry a `key`: the same again changes nothing. `on_behalf` names the account that delegated it.
    Gives the changed row. Errors (all Refused, nothing written): UndeclaredStep, UnknownWork (also what the actor may not see),
    Withdrawn, StaleVersion, NotAllowed, BadField, GuardRefused, Busy; in the books also OtherBody, NotPostable, ClosedPeriod, Overdrawn.
    Source: TSK-2, R07, R22, R23.
    """
    with refusals_recorded(by, subject=kind, subject_id=id, step=step, version=version, now=now), laws_refused(), transaction.atomic():
        return _act(kind_of(kind), id, version, step, given, by, now, key, on_behalf)


def _act(known: WorkKind, id: int, version: int, step: str, given: Mapping[str, object], by: By, now: datetime, key: str, on_behalf: str):
    before = row_of(known.table, id) if is_postgres() and by != SYSTEM else None
    with _opened(known, before, by):
        row = find_work(known.name, id, is_locked=True, before=before)
        actor = actor_for(by, on_behalf, today_of(now))  # after the lock: rights that ended while it was waited for have ended
        check_seen(known, row, id, actor)
        if not known.has_keys:
            return _take(known, row, version, step, given, actor, now)
        body = {"kind": known.name, "id": id, "version": version, "step": step, "given": given, "by": actor.name}
        if earlier_answer(row.book, known.name, key, body) is None:
            _take(known, row, version, step, given, actor, now)
            keep_answer(row.book, key, known.name, body, {"id": row.pk, "version": row.version, "state": row.state}, actor.name, now)
    return row


def _opened(kind: WorkKind, row: Any, by: By) -> AbstractContextManager[None]:
    """Show the database's own laws of tenants what the step belongs to: nothing where the row is none of the actor's, all where the store itself steps."""
    if by == SYSTEM:
        return whole_region(f"step of a {kind.name}")
    return kind.in_hand(row) if row is not None else nullcontext()


def _take(kind: WorkKind, row, version: int, step: str, given: Mapping[str, object], actor: Actor, now: datetime):
    if row.version != version:
        raise stale()
    taken = take(workflow_of(kind.name), step, kind.facts(row, actor, now), given)
    _check_named(row, taken.step, taken.given)
    kind.before(step)(row, actor, now, taken.given)
    write_change(row, kind.name, step, actor.name, now, {**taken.changes, "state": taken.state}, taken.given, actor.persons, actor=actor,
                 open_names={field.name for field in taken.step.fields if field.kind != "text"})
    kind.after(step)(row, actor, now, taken.given)
    return row


def _check_named(row, step: Step, given: Mapping[str, object]) -> None:
    """A field that names a unit names one of the plan's; one that names a period, an open one of the books."""
    for field in step.fields:
        if field.kind == "unit" and field.name in given:
            check_known_unit(row.ledger, given[field.name], field.name)
        if field.kind == "period" and field.name in given and given[field.name] not in (there := open_periods(row.book)):
            raise BadField(f"“{field.zh}”应为开放的结算期间：{'、'.join(there) or '无'}；得到 {given[field.name]!r}",
                           f"{field.en!r} is one of the open periods: {', '.join(there) or 'none'}; got {given[field.name]!r}", field.name)


def check_known_unit(ledger, unit: object, field: str = "unit") -> LedgerUnit:
    """Find a unit of the plan. Errors: BadField."""
    found = LedgerUnit.objects.filter(ledger=ledger, entry=unit, is_withdrawn=False).first()
    if found is None:
        raise BadField(f"方案中没有单位“{unit}”", f"the plan has no unit {unit!r}", field)
    return found
