"""Proving the chain from an export and its anchors alone: no database, nothing but the standard library. Source: R44, R45."""
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from sanyi.store.errors import BrokenTrail
from sanyi.store.trail.anchors import Anchor
from sanyi.store.trail.chain import ALGORITHMS, FIRST_BEFORE, FORMAT, HEAD_BEGINS, MARK, block_hash, line, mark

Report = Callable[[float, str], None]
HEAD_NAMES = {"algorithm", "at", "before", "count", "first", "hash", "marks", "number", "size"}
LARGEST = 1 << 30


@dataclass(frozen=True)
class Proved:
    """What was proved: blocks and events, the last hash, how many anchors agree, and the last event that an anchor outside covers."""

    blocks: int
    events: int
    hash: str
    anchors: int
    anchored_events: int


def verify_file(file: Path, anchors: Sequence[Anchor] = (), report: Report = lambda done, text: None, from_block: int = 1) -> Proved:
    """Prove an export, of the whole chain or of what is there `from_block` on. Errors: BrokenTrail naming the first block and event that do not hold; OSError."""
    with file.open("rb") as stream:
        return verify_stream(stream, anchors, file.stat().st_size, report, from_block)


def verify_stream(stream: BinaryIO, anchors: Sequence[Anchor] = (), size: int = 0, report: Report = lambda done, text: None,
                  from_block: int = 1) -> Proved:
    """Prove an export that is open, of `size` bytes as far as one knows. Errors: BrokenTrail."""
    return verify(_blocks_of(stream, lambda: report(min(1.0, stream.tell() / max(1, size)), "")), anchors, from_block)


def verify(blocks: Iterable[tuple[bytes, bytes]], anchors: Sequence[Anchor] = (), from_block: int = 1) -> Proved:
    """Prove blocks, given as head line and events' lines, `from_block` on, and hold them against the anchors. Errors: BrokenTrail."""
    number, events, before, count, agreed, covered = from_block - 1, 0, "", 0, 0, 0
    wanted = {anchor.block: anchor for anchor in anchors}
    for head_line, body in blocks:
        head = _head_of(head_line, number + 1)
        if not before:
            events, before = head["first"] - 1, head["before"]
            _check_beginning(head, wanted.get(number))
        _check_follows(head, number, events, before)
        _check_body(head, body)
        number, events, before, count = head["number"], events + head["count"], head["hash"], count + head["count"]
        if anchor := wanted.get(number):
            _check_anchor(anchor, number, events, before)
            agreed, covered = agreed + 1, events
    for anchor in anchors:
        if anchor.block > number:
            raise BrokenTrail(f"链尾被截：锚定记录有第 {anchor.block} 块（共 {anchor.events} 条事件），这里到第 {number} 块为止",
                              f"the tail is cut: an anchor knows block {anchor.block} ({anchor.events} events), this ends with block {number}", number + 1)
    return Proved(number, count, before, agreed, covered)


def _head_of(head_line: bytes, block: int) -> Mapping[str, Any]:
    try:
        head = json.loads(head_line)
        is_whole = set(head) == HEAD_NAMES and head["algorithm"] in ALGORITHMS and all(
            type(head[name]) is int and head[name] > 0 for name in ("number", "first", "count", "size"))
    except (ValueError, TypeError):
        is_whole = False
    if not is_whole or line(head) != head_line:
        raise BrokenTrail("块首不完整或被改动", "the block's head is not whole or was changed", block)
    return head


def _check_beginning(head: Mapping[str, Any], anchor_before: Anchor | None) -> None:
    if head["number"] == 1 and (head["before"] != FIRST_BEFORE or head["first"] != 1):
        raise BrokenTrail("链首不是起点", "the first block does not begin the chain", 1)
    if anchor_before and anchor_before.hash != head["before"]:
        raise BrokenTrail("与锚定的前一块不符", "it does not follow the block that was anchored before it", head["number"])


def _check_follows(head: Mapping[str, Any], number: int, events: int, before: str) -> None:
    if head["number"] != number + 1 or head["first"] != events + 1:
        raise BrokenTrail(f"应为第 {number + 1} 块、从第 {events + 1} 条事件起，得到第 {head['number']} 块、从第 {head['first']} 条起：有缺失、插入或换序",
                     f"block {number + 1} from event {events + 1} should follow, block {head['number']} from event {head['first']} does: "
                     "something is missing, inserted or out of order", number + 1, events + 1)
    if head["before"] != before:
        raise not_linked(head["number"])


def not_linked(block: int) -> BrokenTrail:
    """Say that a block names another hash before it than there is."""
    return BrokenTrail("与前一块不相接", "it does not follow the block before it", block)


def _check_body(head: Mapping[str, Any], body: bytes) -> None:
    sealed = {name: value for name, value in head.items() if name != "hash"}
    if len(body) == head["size"] and body.count(b"\n") == head["count"] and block_hash(sealed, body) == head["hash"]:
        return
    lines, marks = body.splitlines(keepends=True), head["marks"]
    for place in range(max(len(lines), head["count"])):
        said = marks[place * MARK:(place + 1) * MARK]
        if place >= len(lines) or mark(lines[place]) != said:
            raise BrokenTrail(*_touched(lines, place, head), head["number"], head["first"] + place)
    raise BrokenTrail("块首被改动", "the block's head was changed", head["number"])


def _touched(lines: Sequence[bytes], place: int, head: Mapping[str, Any]) -> tuple[str, str]:
    if len(lines) < head["count"]:
        return "事件被删除或截断", "an event was removed or cut"
    if len(lines) > head["count"]:
        return "插入了事件", "an event was inserted"
    if place < len(lines) and mark(lines[place]) in [head["marks"][at:at + MARK] for at in range(0, len(head["marks"]), MARK)]:
        return "事件换了次序", "events are out of order"
    return "事件被改动", "the event was changed"


def _check_anchor(anchor: Anchor, number: int, events: int, hash: str) -> None:
    if anchor.hash != hash or anchor.events not in (0, events):
        raise BrokenTrail(f"与 {anchor.at} 的锚定不符：链在此处或之前被整体改写", f"it is not what was anchored at {anchor.at}: the chain was rewritten here or before",
                     number)


# an export's own framing ------------------------------------------------------------------------------------------------

def _blocks_of(stream: BinaryIO, told: Callable[[], None]) -> Iterator[tuple[bytes, bytes]]:
    opening = stream.readline(1 << 16)
    _opened(opening)
    blocks, events, last, head_line = 0, 0, b"", stream.readline(LARGEST)
    while head_line.startswith(HEAD_BEGINS):
        begin = stream.tell()
        body = stream.read(_size_of(head_line))
        following = stream.readline(LARGEST)
        if not following.startswith((HEAD_BEGINS, b'{"blocks":')):  # the block is shorter or longer than it says: take the lines up to the next head
            stream.seek(begin)
            body, following = _up_to_head(stream)
        yield head_line, body
        blocks, events, last, head_line = blocks + 1, events + body.count(b"\n"), head_line, following
        told()
    closing = line({"blocks": blocks, "events": events, "last_head": sha256(last).hexdigest(), "opening": sha256(opening).hexdigest()})
    if head_line != closing or stream.read(1):
        raise BrokenTrail("导出文件的末行不符：被截断、追加或改动", "the export's last line does not fit: it was cut, added to or changed", blocks + 1)


def _opened(opening: bytes) -> None:
    try:
        is_known = json.loads(opening).get("format") == FORMAT
    except (ValueError, AttributeError):
        is_known = False
    if not is_known:
        raise BrokenTrail(f"不是 {FORMAT} 格式的导出文件", f"this is no export of the format {FORMAT}")


def _size_of(head_line: bytes) -> int:
    try:
        size = json.loads(head_line)["size"]
        return size if type(size) is int and 0 <= size < LARGEST else 0
    except (ValueError, KeyError, TypeError):
        return 0


def _up_to_head(stream: BinaryIO) -> tuple[bytes, bytes]:
    lines = []
    while (said := stream.readline(LARGEST)) and not said.startswith((HEAD_BEGINS, b'{"blocks":')):
        lines.append(said)
    return b"".join(lines), said
