"""Django's SQLite, whose writers wait for their turn in a queue.

SQLite lets one transaction write. Whoever finds it taken asks again after 1, 2, 5 … 100 ms, and whoever has waited longest asks least often: under eight
writers the disk idles half of the time and some wait for seconds. Here the threads of a process queue for a lock of its own, and its first one asks for two
bytes of a file beside the database: the place that is next, then the turn. Who has just had it must be next again first, so a long load does not keep the pages
out. The queue orders the writers and protects nothing: what keeps them apart is SQLite's own lock, as before.
"""
import errno
import fcntl
import os
from threading import Lock
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper

from sanyi.store.turns import step_aside

QUEUE, PAUSE_SECONDS = "-writers", 0.0002
NEXT, TURN = 0, 1  # bytes of the queue's file
_FIRST = Lock()  # of this process's writers


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; `turn` is its open queue file while it writes."""

    turn: int | None = None

    def kept_cursor(self) -> CursorWrapper:
        """A cursor for statements that are asked over and over: SQLite's driver keeps all of them."""
        return self.cursor()

    def _start_transaction_under_autocommit(self) -> None:
        try:
            self._queue()
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        super()._commit()  # where it fails Django rolls back
        self._leave()

    def _rollback(self) -> Any:
        try:
            super()._rollback()
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            super()._close()
        finally:
            self._leave()

    def _queue(self) -> None:
        """Wait for the turn, no longer than SQLite itself would. Errors: OperationalError."""
        if self.turn is not None or self.is_in_memory_db():
            return
        step_aside()
        patience = self.settings_dict["OPTIONS"]["timeout"]
        until = time.monotonic() + patience
        if not _FIRST.acquire(timeout=patience):
            raise OperationalError("database is locked")
        try:
            self.turn = os.open(f"{self.settings_dict['NAME']}{QUEUE}", os.O_RDWR | os.O_CREAT, 0o600)
        finally:
            if self.turn is None:
                _FIRST.release()
        for byte in (NEXT, TURN):
            while not _is_mine(self.turn, byte):
                if time.monotonic() > until:
                    raise OperationalError("database is locked")
                time.sleep(PAUSE_SECONDS)
        fcntl.lockf(self.turn, fcntl.LOCK_UN, 1, NEXT)

    def _leave(self) -> None:
        if self.turn is not None:
            os.close(self.turn)
            self.turn = None
            _FIRST.release()


def _is_mine(queue: int, byte: int) -> bool:
    try:
        fcntl.lockf(queue, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError as taken:
        if taken.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        return False
    return True
