"""Linking recorded events into the chain: one function, under a lock, so that two who seal at once cannot fork it."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, block_hash, head, line, mark
from sanyi.store.trail.tables import AuditEvent, AuditLink, AuditNamed, AuditSeal

BLOCK, GIVEN, NOTED_AT_ONCE = 1000, COLUMNS.index("given"), 40  # events
LATE = 10_000  # how many numbers a transaction may be late by and still be sealed within the minute
LOCK = 0x7361_6E79_6901  # "sanyi", 1: PostgreSQL's advisory lock of this job
Report = Callable[[float, str], None]
Event = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Head:
    """Where the chain stands: its last block, how many events it holds, and the hash that stands for all of them."""

    number: int = 0
    events: int = 0
    hash: str = FIRST_BEFORE
    algorithm: str = "sha256"
    at: datetime | None = None


def head_now() -> Head:
    """The chain's head."""
    last = AuditSeal.objects.order_by("-number").first()
    return Head(last.number, last.first + last.count - 1, last.hash, last.algorithm, last.at) if last else Head()


def unsealed():
    """The recorded events that no block holds yet, a late transaction's lower numbers among them."""
    return AuditEvent.objects.filter(link=None).order_by("id")


def newly_unsealed():
    """Those of them that are not far behind what was sealed last: found without a look through the whole trail. The hourly anchor takes all."""
    last = AuditLink.objects.order_by("-position").values_list("event", flat=True).first() or 0
    return unsealed().filter(id__gt=last - LATE)


def seal(now: datetime, algorithm: str = "sha256", report: Report = lambda done, text: None, rows: Callable[[], QuerySet] = unsealed) -> int:
    """Seal what is recorded and not sealed (of `rows`), block by block; gives how many events. The first block's `algorithm` is the whole chain's.

    The residents of lists are noted before their block, some at a time so that nobody waits long for them: a row each beside the read itself would
    cost ten times the read. Whoever is stopped between the two notes some of them twice, which says nothing new.
    A transaction that commits later with lower numbers is sealed the next time: the chain's order is its own, and nothing is skipped.
    """
    waiting, sealed, after = rows().count(), 0, 0
    while block := _seal_block(rows().filter(id__gt=after), now, algorithm):
        sealed, after = sealed + len(block), block[-1]
        report(min(1.0, sealed / max(waiting, sealed)), f"{sealed:,}")
    return sealed


def _seal_block(waiting: QuerySet, now: datetime, algorithm: str) -> Sequence[int]:
    noted = _note_ahead(list(waiting.values_list("id", "given")[:BLOCK]))
    with transaction.atomic():
        _lock()
        before = head_now()
        rows = list(waiting.values_list(*COLUMNS)[:BLOCK])
        if not rows:
            return ()
        lines = [line(dict(zip(COLUMNS, row))) for row in rows]
        number, first = before.number + 1, before.events + 1
        made = head(number, first, now, before.algorithm if before.number else algorithm, before.hash, lines)
        AuditSeal.objects.create(number=number, first=first, count=len(rows), size=made["size"], algorithm=made["algorithm"], at=now,
                                 hash=block_hash(made, b"".join(lines)))
        _link((first + place, row[0], mark(said)) for place, (row, said) in enumerate(zip(rows, lines)))
        _note([(row[0], row[GIVEN]) for row in rows if row[0] not in noted])
    return [row[0] for row in rows]


def _link(rows: Iterable[tuple[int, int, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {AuditLink._meta.db_table} (position, event_id, mark) VALUES (%s, %s, %s)", list(rows))


def _note_ahead(events: Sequence[Event]) -> set[int]:
    lists = [event for event in events if event[1].get("residents")]
    for place in range(0, len(lists), NOTED_AT_ONCE):
        with transaction.atomic():
            _note(lists[place:place + NOTED_AT_ONCE])
    return {id for id, _ in events}


def _note(events: Sequence[Event]) -> None:
    rows = sorted((resident, id) for id, given in events for resident in given.get("residents", ()))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {AuditNamed._meta.db_table} (resident, event_id) VALUES (%s, %s)", rows)


def _lock() -> None:
    """Wait for whoever else seals; SQLite's transactions stand one after the other by themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
