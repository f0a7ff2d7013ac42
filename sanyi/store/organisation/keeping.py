"""Keeping the organisation by hand: adding, changing and ending a row, each with its line in the log."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.store.log import stale, write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.apart import check_apart
from sanyi.store.organisation.kept import KEPT, TO, Kept
from sanyi.store.organisation.tables import Consortium, Department, Institution, Posting, Staff
from sanyi.store.people import postings_changed
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, NotAllowed, UndeclaredStep, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

NAMED = {"consortium": Consortium, "institution": Institution, "staff": Staff}


def add(kind: str, given: Mapping[str, object], by: By, now: datetime) -> Any:
    """Add a row. Errors: NotAllowed, BadField, GuardRefused (there is one already, or the days do not go together)."""
    with transaction.atomic():
        actor, kept = actor_of(by), kept_of(kind)
        read = _read(kept.asks, given, "add")
        values = {**read, **_rows_named(kept, read), **{name: read[name] == "yes" for name in ("has_full_finance", "is_independent") if name in read}}
        _check_keeper(kept, actor, values.get("institution"))
        _check_not_own(actor, values.get("staff"))
        if kind == "posting":
            check_apart(values["staff"], values["institution"], values["role"], values["from_on"])
        row = _saved(lambda: kept.table.objects.create(**values))
        write_line(row, kind, "add", actor.name, now, "", read, actor.persons, actor=actor)
        _rights_changed(row)
    return row


def change(kind: str, id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> Any:
    """Change what of a row may change. Errors: NotAllowed, UnknownWork, StaleVersion, BadField, UndeclaredStep (nothing of it may)."""
    kept = kept_of(kind)
    if not kept.changes:
        raise UndeclaredStep("此类记录只能终止并另立，不能改写", "such a row is ended and begun anew, never rewritten")
    return _step(kept, id, version, "change", kept.changes, given, by, now)


def end(kind: str, id: int, version: int, given: Mapping[str, object], by: By, now: datetime) -> Any:
    """End a row on its last day, `to_on`. Errors: NotAllowed, UnknownWork, StaleVersion, BadField, GuardRefused (before its first day)."""
    return _step(kept_of(kind), id, version, "end", (TO,), given, by, now)


def kept_of(kind: str) -> Kept:
    """One kind of the organisation. Errors: UnknownWork."""
    if kind not in KEPT:
        raise UnknownWork(f"没有“{kind}”这类组织信息", f"the organisation has no {kind!r}")
    return KEPT[kind]


def may_keep(kept: Kept, actor: Actor) -> bool:
    """Whether a role keeps a kind at all."""
    return actor.role in kept.keepers


def _step(kept: Kept, id: int, version: int, step: str, fields: tuple[Field, ...], given: Mapping[str, object], by: By, now: datetime) -> Any:
    with transaction.atomic():
        actor, row = actor_of(by), kept.table.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的{kept.zh}", f"there is no row {id} among the {kept.en.lower()}")
        _check_keeper(kept, actor, getattr(row, "institution", None), row)
        _check_not_own(actor, getattr(row, "staff", None))
        if row.version != version:
            raise stale()
        read = _read(fields, given, step)
        blank = {field.name: "" for field in fields if not field.is_required and field.name not in read}
        _saved(lambda: write_change(row, kept.name, step, actor.name, now, {**read, **blank}, read, actor.persons, actor=actor))
        _rights_changed(row)
    return row


def _read(fields: tuple[Field, ...], given: Mapping[str, object], step: str) -> dict[str, Any]:
    words = {"add": ("新增", "add"), "change": ("更改", "change"), "end": ("终止", "end")}[step]
    return read_fields(Step(step, *words, (), "", (), fields), given)


def _rows_named(kept: Kept, read: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name in kept.references:
        code = read.get(name)
        if name == "department":
            found[name] = Department.objects.filter(institution=found["institution"], code=code).first() if code else None
        else:
            found[name] = NAMED[name].objects.filter(code=code).first()
        if code and found[name] is None:
            raise BadField(f"没有编码为 {code!r} 的记录", f"there is no {name} with the code {code!r}", name)
    return found


def _check_keeper(kept: Kept, actor: Actor, institution: Institution | None, row: Any = None) -> None:
    """A director keeps the departments of the own institution, and the staff that is posted there."""
    if not may_keep(kept, actor):
        raise NotAllowed(f"{kept.zh}不由此角色维护", f"this role does not keep the {kept.en.lower()}")
    if actor.role != "director" or kept.name == "staff" and row is None:
        return
    codes = {institution.code} if institution else set(Posting.objects.filter(staff=row, to_on=None).values_list("institution__code", flat=True))
    if codes != {actor.unit}:
        raise NotAllowed("只能维护本机构的科室和人员", "a director keeps the own institution's departments and staff")


def _check_not_own(actor: Actor, staff: Staff | None) -> None:
    """Nobody posts themselves. Source: R34."""
    if staff is not None and f"staff:{staff.code}" in actor.persons:
        raise NotAllowed("不能变更自己的任职", "you cannot change your own postings")


def _saved(write: Any) -> Any:
    with or_refused("已有相同的记录，或日期前后不符、期间重叠", "there is one already, or its days are out of order or overlap", "once"):
        return write()


def _rights_changed(row: Any) -> None:
    """Whoever's posting began or ended signs in anew. Source: R33."""
    if isinstance(row, Posting):
        postings_changed(row.staff_id)
