"""The sealed trail as a file that proves itself: blocks as they were sealed, between a first and a last line."""
import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, FORMAT, line
from sanyi.store.trail.rows import block_of
from sanyi.store.trail.sealing import Report, head_now
from sanyi.store.trail.tables import AuditSeal


def sealed_blocks(first_block: int = 1, report: Report = lambda done, text: None, last_block: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Every block's head line and its events' lines, made anew from the rows as the database holds them now. Errors: BrokenTrail for a row that cannot be read."""
    last, before = last_block or head_now().number, hash_of(first_block - 1)
    for seal in AuditSeal.objects.filter(number__gte=first_block, number__lte=last).order_by("number").iterator():
        yield block_of(seal, before)
        before = seal.hash
        report(seal.number / last, f"{seal.first + seal.count - 1:,}")


def export(file: Path, now: datetime, first_block: int = 1, report: Report = lambda done, text: None) -> int:
    """Write the sealed trail to a file, whole or not at all; gives how many events. Readable by its owner only."""
    part = file.with_name(file.name + ".part")
    opening = line({"columns": COLUMNS, "exported_at": now, "first_block": first_block, "format": FORMAT})
    events, blocks, last = 0, 0, b""
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(opening)
            for head_line, body in sealed_blocks(first_block, report):
                stream.write(head_line + body)
                events, blocks, last = events + body.count(b"\n"), blocks + 1, head_line
            stream.write(line({"blocks": blocks, "events": events, "last_head": sha256(last).hexdigest(), "opening": sha256(opening).hexdigest()}))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return events


def hash_of(number: int) -> str:
    """A block's hash, or what stands before the first."""
    seal = AuditSeal.objects.filter(number=number).first()
    return seal.hash if seal else FIRST_BEFORE
