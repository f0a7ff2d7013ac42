"""Bringing the person index into line with the residents of a record, and with a roll of their names; the same again changes nothing."""
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from sanyi.store.accounts import SYSTEM
from sanyi.store.adding import add_all
from sanyi.store.ciphers import deciphered
from sanyi.store.models import WorkEvent
from sanyi.store.persons.deaths import end_for_the_dead
from sanyi.store.persons.recording_deaths import confirm_death, is_said_by_hand, with_hand_lines
from sanyi.store.persons.describing import columns_of
from sanyi.store.persons.proposing import propose
from sanyi.store.persons.tables import Person
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.errors import BadField

CHUNK = 5_000
Row = Mapping[str, Any]
Report = Callable[[int], None]
FROM_RECORD = ("sex", "born_on", "died_on", "region", "identity_hash")
FROM_ROLL = ("name", "identity_kind", "identity", "identity_country", "phone", "address")
ROLL_COLUMNS = ("name", "name_key", "pinyin", "initials", "sex", "born_on", "identity_kind", "identity_cipher", "identity_digest", "identity_country", "identity_masked", "phone_cipher",
                "phone_digest", "phone_masked", "address_cipher", "version")


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows added, changed, as they were; rows of the roll that were refused, each with its reason; pairs proposed."""

    added: int = 0
    changed: int = 0
    kept: int = 0
    refused: tuple[tuple[int, str, str], ...] = ()
    proposed: int = 0


def load_residents(residents: Iterable[Row], now: datetime, report: Report = lambda done: None) -> Loaded:
    """Load residents (resident_id, identity_hash, sex_code, born_on, region_id, died_on), each chunk whole or not at all.

    A load that was broken off is simply started again. Rows that were changed by hand keep what was entered: a record fills, and moves only
    what came from a record. Who has left the record stays; whoever has died by it keeps no contract, appointment or referral open.
    """
    added = changed = kept = done = 0
    by_hand = with_hand_lines()
    for chunk in _chunks(residents):
        with transaction.atomic():
            there = {row.resident_id: row for row in Person.objects.filter(resident_id__in=[each["resident_id"] for each in chunk])}
            new, other, confirmed = [], [], []
            for each in chunk:
                columns = _of_record(each)
                row = there.get(each["resident_id"])
                if row is not None and row.pk in by_hand and columns["died_on"] and is_said_by_hand(row):
                    confirmed.append(row)
                if row is None:
                    new.append(Person(**columns, resident_id=each["resident_id"], origin="record", created_by=SYSTEM, created_at=now))
                elif wanted := _differences(row, columns, row.pk in by_hand):
                    other.append(_set(row, wanted))
                else:
                    kept += 1
            add_all(new)
            _write(other, (*FROM_RECORD, "version"))
            for row in confirmed:
                confirm_death(row, now)
        if died := [row.pk for row in other if row.died_on]:
            end_for_the_dead(now, died)
        added, changed, done = added + len(new), changed + len(other), done + len(chunk)
        report(done)
    proposed = _propose_shared(now) if added or changed else 0
    _note("load", added, changed, now, proposed)
    return Loaded(added, changed, kept, proposed=proposed)


def load_roll(rows: Iterable[Row], now: datetime, today: date, report: Report = lambda done: None) -> Loaded:
    """Load a roll (resident_id, name, identity_kind, identity, identity_country, phone, address): fills what is empty, corrects what an earlier roll said.

    A bad row is refused with its line and reason, good ones load. An identity number that is another person's is refused too.
    """
    changed = kept = done = 0
    refused: list[tuple[int, str, str]] = []
    for chunk in _chunks(enumerate(rows, 2)):
        with transaction.atomic():
            there = {row.resident_id: row for row in Person.objects.filter(resident_id__in=[each.get("resident_id") for _, each in chunk])}
            wanted: list[Person] = []
            for line, each in chunk:
                try:
                    row, columns = _of_roll(there, each, today)
                except BadField as bad:
                    refused.append((line, bad.field, str(bad)))
                    continue
                if columns:
                    wanted.append(_set(row, columns))
                else:
                    kept += 1
            written, not_free = _free(wanted)
            refused += [(line, "identity", "证件号已属另一人 / this number is another person's") for line, each in chunk if each.get("resident_id") in not_free]
            _write(written, ROLL_COLUMNS)
        changed, done = changed + len(written), done + len(chunk)
        report(done)
    _note("roll", 0, changed, now)
    return Loaded(0, changed, kept, tuple(refused))


def _of_record(row: Row) -> dict[str, Any]:
    return {"sex": row["sex_code"], "born_on": row["born_on"], "died_on": row["died_on"], "region": row["region_id"], "identity_hash": row["identity_hash"] or ""}


def _differences(row: Person, columns: Mapping[str, Any], may_be_by_hand: bool) -> dict[str, Any]:
    """What a record says otherwise; birth day and sex of a number that was seen stand, and so does a death that somebody recorded and the record does not know yet."""
    firm: tuple[str, ...] = ("sex", "born_on") if row.identity_kind == "resident_id" else ()
    firm += ("died_on",) if row.died_on and columns["died_on"] is None and may_be_by_hand and is_said_by_hand(row) else ()
    return {name: value for name, value in columns.items() if getattr(row, name) != value and name not in firm}


def _of_roll(there: Mapping[str, Person], each: Row, today: date) -> tuple[Person, dict[str, Any]]:
    row = there.get(each.get("resident_id") or "")
    if row is None:
        raise BadField(f"没有居民 {each.get('resident_id')!r}", f"there is no resident {each.get('resident_id')!r}", "resident_id")
    said = {name: each.get(name) or "" for name in FROM_ROLL}
    columns = columns_of({**said, "sex": row.sex, "born_on": row.born_on}, today)
    if not said["identity"]:
        columns = {name: value for name, value in columns.items() if not name.startswith("identity_")}
    return row, _without_same(row, columns)


def _without_same(row: Person, columns: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says the same: a text enciphered anew looks another, so digests and the open text are compared."""
    same = {column for column in ("identity_cipher", "phone_cipher") if column in columns and getattr(row, column.replace("cipher", "digest")) == columns[column.replace("cipher", "digest")]}
    if columns.get("address_cipher") and row.address_cipher:
        if deciphered(columns["address_cipher"], "address_cipher") == deciphered(row.address_cipher, "address_cipher"):
            same.add("address_cipher")
    return {name: value for name, value in columns.items() if name not in same and getattr(row, name) != value}


def _free(rows: list[Person]) -> tuple[list[Person], set[str]]:
    """Those whose number nobody else has, in the database or among themselves; and the residents of the others."""
    mine = {row.pk: row.identity_digest for row in rows if row.identity_digest}
    held = dict(Person.objects.filter(is_active=True, identity_digest__in=mine.values()).values_list("identity_digest", "pk"))
    free, refused = [], set()
    for row in rows:
        if row.identity_digest and held.setdefault(row.identity_digest, row.pk) != row.pk:
            refused.add(row.resident_id)
        else:
            free.append(row)
    return free, refused


def _set(row: Person, values: Mapping[str, Any]) -> Person:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    return row


def _write(rows: list[Person], names: tuple[str, ...]) -> None:
    """Write some columns of many rows by one prepared statement: a tenth of what one long condition costs."""
    columns = [Person._meta.get_field(name) for name in (*names, "id")]
    values = [[column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns] for row in rows]
    said = ", ".join(f"{column.column} = %s" for column in columns[:-1])
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {Person._meta.db_table} SET {said} WHERE id = %s", values)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    going = iter(rows)
    while chunk := list(islice(going, CHUNK)):
        yield chunk


def _propose_shared(now: datetime) -> int:
    """Residents with one identity number in the record are proposed as pairs: a record's mistake, or one person twice."""
    shared = Person.objects.filter(is_active=True).exclude(identity_hash="").values("identity_hash").annotate(count=Count("pk")).filter(count__gt=1)
    made = 0
    for digest in shared.values_list("identity_hash", flat=True).iterator():
        first, *others = Person.objects.filter(is_active=True, identity_hash=digest).order_by("pk")[:10]
        with transaction.atomic():
            made += sum(propose(first, other, "record_digest", SYSTEM, now) is not None for other in others)
    return made


def _note(step: str, added: int, changed: int, now: datetime, proposed: int = 0) -> None:
    """One line for the whole load; one that changed nothing leaves none."""
    if not added and not changed:
        return
    with transaction.atomic():
        number = WorkEvent.objects.filter(subject="person_index").count() + 1
        given = {"added": added, "changed": changed, "proposed": proposed}
        WorkEvent.objects.create(at=now, by=SYSTEM, subject="person_index", subject_id=0, step=step, version=number, given=given)
        record("change", actor_named(SYSTEM), step=step, subject="person_index", version=number, given=given, now=now)
