"""Proving the database's own rows against the chain, in parts, by as many processes as there are cores: a block needs of those before it the hash alone."""
from collections.abc import Iterable, Sequence
from functools import partial
import multiprocessing
import os

from django.db import connection, connections

from sanyi.store.errors import BrokenTrail
from sanyi.store.trail.anchors import Anchor
from sanyi.store.trail.exporting import hash_of, sealed_blocks
from sanyi.store.trail.sealing import Report, head_now
from sanyi.store.trail.verifying import Proved, not_linked, verify

PART = 50  # blocks
Part = tuple[int, int]
Found = Proved | tuple[str, str, int, int]


def prove_rows(anchors: Sequence[Anchor], report: Report = lambda done, text: None, part: int = PART) -> Proved:
    """Prove every row as it is now. Errors: BrokenTrail naming the first block and event that do not hold."""
    last = head_now().number
    parts = [(first, min(first + part - 1, last)) for first in range(1, last + 1, part)]
    processes = min(len(parts), os.cpu_count() or 1)
    if processes < 2 or connection.in_atomic_block or "fork" not in multiprocessing.get_all_start_methods():
        return verify(sealed_blocks(report=report), anchors)
    connections.close_all()  # a process that is forked opens its own
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return _joined(parts, pool.imap(partial(_prove_part, tuple(anchors), last), parts), report)


def _prove_part(anchors: Sequence[Anchor], last: int, blocks: Part) -> Found:
    """What was proved, or what a broken trail says: its words cross from one process to the other, itself it would not."""
    first, until = blocks
    own = [anchor for anchor in anchors if first - 1 <= anchor.block <= until or until == last < anchor.block]
    try:
        return verify(sealed_blocks(first, last_block=until), own, first)
    except BrokenTrail as broken:
        return broken.zh, broken.en, broken.block, broken.position


def _joined(parts: Sequence[Part], found: Iterable[Found], report: Report) -> Proved:
    """One proof of them all, each part following the one before it. Errors: BrokenTrail."""
    events, agreed, covered, before = 0, 0, 0, hash_of(0)
    for (first, last), each in zip(parts, found):
        if not isinstance(each, Proved):
            raise BrokenTrail(*each)
        if hash_of(first - 1) != before:
            raise not_linked(first)
        events, agreed, before, covered = events + each.events, agreed + each.anchors, each.hash, max(covered, each.anchored_events)
        report(last / parts[-1][1], f"{events:,}")
    return Proved(parts[-1][1], events, before, agreed, covered)
