"""The chain as bytes: an event's line, a block's head and hash, a file's first and last line. Needs nothing but the standard library.

A block's hash covers its head (which names the hash before it) and the lines of its events, so one pass over the bytes proves them
all; the marks in the head tell which line of a broken block was touched. Source: R44.
"""
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

FORMAT, FIRST_BEFORE = "sanyi-trail/1", "0" * 64
ALGORITHMS = ("sha256", "sm3")
COLUMNS = ("id", "at", "account", "persons", "role", "institution", "action", "step", "subject", "subject_id", "resident", "institutions", "purpose",
           "outcome", "reason", "before", "after", "version", "given", "request")
HEAD_BEGINS = b'{"algorithm":'
MARK = 16


def line(value: Mapping[str, object]) -> bytes:
    r"""One value as its line: keys in order, ASCII only, so that nothing within it can end the line (\n, \r are escaped)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=_said).encode("ascii") + b"\n"


def _said(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.astimezone(timezone.utc).isoformat(timespec="microseconds")


def mark(event_line: bytes) -> str:
    """The mark of one event's line."""
    return hashlib.sha256(event_line).hexdigest()[:MARK]


def head(number: int, first: int, at: datetime | str, algorithm: str, before: str, lines: Sequence[bytes] = (), marks: str = "",
         count: int | None = None, size: int | None = None) -> dict[str, object]:
    """A block's head without its hash, from its events' lines or from what was noted of them."""
    return {"algorithm": algorithm, "at": at if isinstance(at, str) else _said(at), "before": before, "count": len(lines) if count is None else count,
            "first": first, "marks": marks or "".join(map(mark, lines)), "number": number, "size": sum(map(len, lines)) if size is None else size}


def block_hash(head_without_hash: Mapping[str, object], body: bytes) -> str:
    """The hash of a block. Raises ValueError for an algorithm that this machine's library lacks."""
    hashing = hashlib.new(str(head_without_hash["algorithm"]), line(head_without_hash))
    hashing.update(body)
    return hashing.hexdigest()
