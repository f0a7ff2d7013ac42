"""Bringing the organisation into line with a run's record: what is new is added, what changed is changed, what left is ended."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction

from sanyi.store.organisation.tables import Consortium, Institution, Membership, Posting, Staff
from sanyi.store.organisation.words import ROLE_OF
from sanyi.store.people import postings_changed
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import SYSTEM

RECORD_TABLES = ("institutions", "consortia", "consortium_members", "staff")
CHUNK = 500
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What a load did to one table: how many rows it added, changed and ended, and how many stand as they were."""

    table: str
    added: int
    changed: int
    ended: int
    kept: int


def load_organisation(record: Mapping[str, Sequence[Row]], on: date, now: datetime, by: str = SYSTEM) -> list[Loaded]:
    """Load institutions, consortia, their members and staff; the same record again changes nothing.

    `on` is the day from which what is new stands and before which what left has ended. What was entered by hand stays as it is.
    Errors (nothing is written): BadField where a row names an institution or a consortium that is not there.
    """
    with transaction.atomic():
        done = [_brought(Institution, ("code",), [_institution(row) for row in record["institutions"]], on),
                _brought(Consortium, ("code",), [_consortium(row) for row in record["consortia"]], on)]
        institutions = {row.code: row for row in Institution.objects.all()}
        consortia = {row.code: row for row in Consortium.objects.all()}
        done.append(_brought(Membership, ("consortium_id", "institution_id", "from_on"), [_membership(row, consortia, institutions) for row in record["consortium_members"]], on))
        done.append(_brought(Staff, ("code",), [_staff(row, on) for row in record["staff"]], on))
        staff = dict(Staff.objects.values_list("code", "pk"))
        postings = [_posting(row, staff, institutions, on) for row in record["staff"] if row["is_active"] and row["role_code"] in ROLE_OF]
        before = _posted()
        done.append(_brought(Posting, ("staff_id", "institution_id", "role"), postings, on, reopens=False))
        for changed in {staff for staff, *_ in before ^ _posted()}:
            postings_changed(changed)
        _keep_log(done, by, now)
    return done


def _institution(row: Row) -> dict[str, Any]:
    return {"code": row["institution_id"], "name": row["name"], "level": row["level_code"], "kind": row["kind_code"], "ownership": row["ownership_code"],
            "region": row["region_id"], "is_in_area": row["is_in_area"], "from_on": row["opened_on"], "to_on": None}


def _consortium(row: Row) -> dict[str, Any]:
    return {"code": row["consortium_id"], "name": row["name"], "kind": row["kind_code"], "region": row["region_id"], "from_on": row["start_on"], "to_on": row["end_on"]}


def _membership(row: Row, consortia: Mapping[str, Consortium], institutions: Mapping[str, Institution]) -> dict[str, Any]:
    institution = _found(institutions, row["institution_id"], "consortium_members", "institution_id")
    return {"consortium_id": _found(consortia, row["consortium_id"], "consortium_members", "consortium_id").pk, "institution_id": institution.pk, "part": row["role_code"],
            "has_full_finance": row["has_full_finance"], "is_independent": institution.ownership == "private" and row["role_code"] == "member",
            "from_on": row["from_on"], "to_on": row["to_on"]}


def _staff(row: Row, on: date) -> dict[str, Any]:
    return {"code": row["staff_id"], "profession": row["role_code"], "title": row["title_code"], "to_on": None if row["is_active"] else _day_before(on)}


def _posting(row: Row, staff: Mapping[str, int], institutions: Mapping[str, Institution], on: date) -> dict[str, Any]:
    return {"staff_id": staff[row["staff_id"]], "institution_id": _found(institutions, row["institution_id"], "staff", "institution_id").pk, "role": ROLE_OF[row["role_code"]],
            "to_on": None}


def _posted() -> set[tuple]:
    """The postings of those who have accounts."""
    return set(Posting.objects.exclude(staff__accounts=None).values_list("staff_id", "pk", "to_on"))


def _found(known: Mapping[str, Any], code: str, table: str, column: str) -> Any:
    if code not in known:
        raise BadField(f"{table}.{column}：编码 {code!r} 不在机构或医联体表中", f"{table}.{column}: the code {code!r} is not among the institutions or consortia", column)
    return known[code]


def _brought(table: type[models.Model], key: tuple[str, ...], wanted: Iterable[dict[str, Any]], on: date, reopens: bool = True) -> Loaded:
    """Bring one table into line. A row that comes back is open again, or, where `reopens` is false, begins anew."""
    rows = table.objects.filter(origin="record").order_by("pk")
    there = {tuple(getattr(row, name) for name in key): row for row in (rows if reopens else rows.filter(to_on=None))}
    new, changed, kept, seen = [], [], 0, set()
    for each in wanted:
        place = tuple(each[name] for name in key)
        row = there.get(place)
        seen.add(place)
        if row is None:
            new.append(table(origin="record", **_begun(each, on)))
        elif _differs(row, each):
            changed.append(_set(row, each))
        else:
            kept += 1
    ended = [_set(row, {"to_on": max(_day_before(on), row.from_on)}) for place, row in there.items() if place not in seen and row.to_on is None]
    kept += sum(place not in seen for place in there) - len(ended)
    table.objects.bulk_create(new, batch_size=CHUNK)
    names = [field.name for field in table._meta.concrete_fields if not field.primary_key]
    table.objects.bulk_update([*changed, *ended], names, batch_size=CHUNK)
    return Loaded(table.__name__.lower(), len(new), len(changed), len(ended), kept)


def _begun(each: dict[str, Any], on: date) -> dict[str, Any]:
    first = each.get("from_on") or min(on, each["to_on"] or on)
    return {**each, "from_on": first}


def _differs(row: Any, wanted: dict[str, Any]) -> bool:
    """Whether a row says something else; one that had ended already stays ended on its own day."""
    return any(getattr(row, name) != value for name, value in wanted.items() if not (name == "to_on" and value and row.to_on and "from_on" not in wanted))


def _set(row: Any, values: dict[str, Any]) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    if row.to_on and row.to_on < row.from_on:
        row.to_on = row.from_on
    row.version += 1
    return row


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _keep_log(done: list[Loaded], by: str, now: datetime) -> None:
    """One line for the whole load; a load that changed nothing leaves none."""
    from sanyi.store.models import WorkEvent
    if any(each.added or each.changed or each.ended for each in done):
        number = WorkEvent.objects.filter(subject="organisation").count() + 1
        given = {each.table: {"added": each.added, "changed": each.changed, "ended": each.ended} for each in done}
        WorkEvent.objects.create(at=now, by=by, subject="organisation", subject_id=0, step="load", version=number, given=given)
        record("change", actor_named(by), step="load", subject="organisation", version=number, given=given, now=now)
