"""Turns at computing. Python runs one thread of a process at a time, and threads that all want to run keep each other from finishing.

So few requests of a process compute at once. One that comes to write gives its turn up for good: it waits for the disk, or for others who write, and has little left to
do; meanwhile the next ones compute, and many may wait together whose events then share one flush. Nobody waits long behind somebody who computes for seconds (a
workbook): then one goes on without a turn.
"""
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore, local

TURNS, PATIENCE_SECONDS = 2, 0.1
_FREE = Semaphore(TURNS)
_MINE = local()


@contextmanager
def in_turn() -> Iterator[None]:
    """Compute in turn: what a server does around a request."""
    _MINE.has = _FREE.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        step_aside()


def step_aside() -> None:
    """Give up one's turn, if there is one."""
    if getattr(_MINE, "has", False):
        _MINE.has = False
        _FREE.release()
