"""Linking recorded events into the chain: one function, under a lock, so that two who seal at once cannot fork it."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, block_hash, head, line, mark
from sanyi.store.trail.tables import AuditEvent, AuditLink, AuditNamed, AuditSeal

BLOCK, GIVEN = 1000, COLUMNS.index("given")
LOCK = 0x7361_6E79_6901  # "sanyi", 1: PostgreSQL's advisory lock of this job
Report = Callable[[float, str], None]


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


def seal(now: datetime, algorithm: str = "sha256", report: Report = lambda done, text: None) -> int:
    """Seal what is recorded and not sealed, block by block; gives how many events. The first block's `algorithm` is the whole chain's.

    The residents of lists are noted by then, a block's at once and in order: a row each beside the read itself would cost ten times the read.
    A transaction that commits later with lower numbers is sealed the next time: the chain's order is its own, and nothing is skipped.
    """
    waiting, sealed, after = unsealed().count(), 0, 0
    while block := _seal_block(after, now, algorithm):
        sealed, after = sealed + len(block), block[-1]
        report(min(1.0, sealed / max(waiting, sealed)), f"{sealed:,}")
    return sealed


def _seal_block(after: int, now: datetime, algorithm: str) -> Sequence[int]:
    with transaction.atomic():
        _lock()
        before = head_now()
        rows = list(unsealed().filter(id__gt=after).values_list(*COLUMNS)[:BLOCK])
        if not rows:
            return ()
        lines = [line(dict(zip(COLUMNS, row))) for row in rows]
        number, first = before.number + 1, before.events + 1
        made = head(number, first, now, before.algorithm if before.number else algorithm, before.hash, lines)
        AuditSeal.objects.create(number=number, first=first, count=len(rows), size=made["size"], algorithm=made["algorithm"], at=now,
                                 hash=block_hash(made, b"".join(lines)))
        AuditLink.objects.bulk_create([AuditLink(position=first + place, event_id=row[0], mark=mark(said))
                                       for place, (row, said) in enumerate(zip(rows, lines))])
        AuditNamed.objects.bulk_create([AuditNamed(event_id=row[0], resident=resident) for resident, row in sorted(
            (resident, row) for row in rows for resident in row[GIVEN].get("residents", ()))])
    return [row[0] for row in rows]


def _lock() -> None:
    """Wait for whoever else seals; SQLite's transactions stand one after the other by themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
