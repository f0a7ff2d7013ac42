"""What the store knows of each kind of work: its table, what must be locked, what a step may know, who may see it, what follows."""
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from sanyi.store.areas import area_files
from sanyi.store.asking import is_there, lock_row, row_of
from sanyi.store.kept import Rows
from sanyi.store.tenancy import in_hand
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork, Withdrawn
from sanyi.workflows.facts import Actor, Facts, Given

Follow = Callable[[Any, Actor, datetime, Given], None]
Lock = QuerySet | tuple[type[Model], int]  # some rows, or the one of a number
EVERYTHING, NOTHING = Q(), Q(pk__in=())


def nothing_follows(row: Any, actor: Actor, now: datetime, given: Given) -> None:
    """Most steps change their own row alone."""


def nothing_before(row: Any) -> tuple[Lock, ...]:
    """Nothing else needs a lock."""
    return ()


def nobody(row: Any) -> tuple[str, ...]:
    """No unit, no institution."""
    return ()


def no_resident(row: Any) -> str:
    """Work that is of no resident."""
    return ""


@dataclass(frozen=True)
class WorkKind:
    """One kind of work; `name` is its workflow's. Each area puts its kinds into its own `kind.py`.

    `facts(row, actor, now)` gathers what a step may know, in the workflow's own class of facts. `visible(actor)` is the condition of the
    rows an actor may see: lists and single reads both ask it, and what it leaves out does not exist. `follows` has, by step, what comes
    after it in its transaction, `precedes` what comes before it, once it is judged. `locks(row)` gives, from the row as it was before its lock, what is locked first, always in the same order. `units(row)` are the
    units whose accounts may act; `resident(row)` and `institutions(row)` whom a line of the audit trail is about.
    `beside` are the rows it points to that every step asks for: they are read with it.
    `has_keys`: its commands work once by their key (work of the books). `takes_evidence`: proof is added to it.
    """

    name: str
    table: type[Model]
    facts: Callable[[Any, Actor, datetime], Facts]
    visible: Callable[[Actor], Q]
    log: type[Model]
    follows: Mapping[str, Follow] = field(default_factory=dict)
    precedes: Mapping[str, Follow] = field(default_factory=dict)
    locks: Callable[[Any], tuple[Lock, ...]] = nothing_before
    units: Callable[[Any], tuple[str, ...]] = nobody
    resident: Callable[[Any], str] = no_resident
    institutions: Callable[[Any], tuple[str, ...]] = nobody
    beside: tuple[str, ...] = ()
    has_keys: bool = False
    takes_evidence: bool = False

    def after(self, step: str) -> Follow:
        """What follows a step."""
        return self.follows.get(step, nothing_follows)

    def before(self, step: str) -> Follow:
        """What precedes a step."""
        return self.precedes.get(step, nothing_follows)

    def in_hand(self, row: Any) -> AbstractContextManager[None]:
        """Work on a row that the actor may see: the database shows whatever the step of it belongs to, its person and its institutions."""
        return in_hand((self.resident(row),), (*self.units(row), *self.institutions(row)))

    def seen_by(self, actor: Actor) -> QuerySet:
        """The rows that an actor may see."""
        return self.table._default_manager.filter(self.visible(actor))

    def rows_of(self, actor: Actor) -> Rows:
        """The same for lists that are asked for all day."""
        return Rows(self.table).filter(self.visible(actor))


def for_roles(*roles: str) -> Callable[[Actor], Q]:
    """Every row to some roles, none to others."""
    return lambda actor: EVERYTHING if actor.role in roles else NOTHING


@cache
def kinds() -> dict[str, WorkKind]:
    """Every kind of work by its name."""
    return {value.name: value for file in area_files("kind") for value in vars(file).values() if isinstance(value, WorkKind)}


def kind_of(name: str) -> WorkKind:
    """The kind of work of a workflow. Errors: UndeclaredStep (no such workflow), UnknownWork (a workflow that is not kept here)."""
    workflow = workflow_of(name)
    if name not in kinds():
        raise UnknownWork(f"{workflow.zh}没有登记的业务", f"no work of {workflow.en} is kept here")
    return kinds()[name]


def find_work(name: str, id: int, actor: Actor | None = None, is_locked: bool = False, before: Any = None) -> Any:
    """Find a piece of work by its workflow and its row; given an actor, only what that one may see. `before` is the row where it was read just now.

    Errors: UndeclaredStep (no such workflow), UnknownWork, Withdrawn.
    """
    kind = kind_of(name)
    if is_locked:
        _lock_first(kind, id, before)
    row = row_of(kind.table, id, kind.beside, is_locked)
    if row is None or actor is not None:
        check_seen(kind, row, id, actor)
    if getattr(row, "is_withdrawn", False):
        raise Withdrawn("方案已不含此项，仅供查阅", "the plan no longer holds this; it is kept for the record")
    return row


def _lock_first(kind: WorkKind, id: int, before: Any) -> None:
    """What a guard looks at besides the row must stay as it is until the step is written."""
    if kind.locks is nothing_before or not connection.features.has_select_for_update:
        return
    if row := before or row_of(kind.table, id):
        for rows in kind.locks(row):
            lock_row(*rows) if isinstance(rows, tuple) else list(rows.select_for_update().values_list("pk", flat=True))


def check_seen(kind: WorkKind, row: Any, id: int, actor: Actor | None) -> None:
    """Refuse a row that is not there, and one the actor may not see in the very same words. Errors: UnknownWork."""
    if row is not None and actor is not None:
        condition = kind.visible(actor)
        if condition == EVERYTHING or is_there(kind.table, row.pk, condition):
            return
    workflow = workflow_of(kind.name)
    raise UnknownWork(f"没有编号为 {id} 的{workflow.zh}", f"there is no {workflow.en} number {id}")
