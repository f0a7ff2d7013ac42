"""Reads of personal data: each leaves its event before the answer leaves, and those that are read at once share one commit."""
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition

from django.db import connection, transaction

from sanyi.store.trail.doing import Doing, Read, doing
from sanyi.store.trail import recording
from sanyi.store.turns import step_aside
from sanyi.workflows.facts import Actor


def reads_person(subject: str, subject_id: object = "", residents: Sequence[object] = (), institutions: Sequence[str] = (), purpose: str = "",
                 action: str = "read", actor: Actor | None = None) -> None:
    """Say that personal data are read now: of one resident, or of those in a list; `institutions` are those whose records they are.

    Within a request it is recorded once, before the answer leaves; at the command line at once. Source: R42.
    """
    read = Read(subject, str(subject_id), tuple(map(str, residents)), tuple(institutions), purpose, action)
    going = doing()
    if going is None:
        record_reads(Doing(actor, request="", reads=[read]))
    elif read not in going.reads:
        going.reads.append(read)


def record_reads(going: Doing) -> None:
    """Record what was read. When it fails, nothing that was read may be shown."""
    made = [recording.event_of("export" if going.is_export and read.action == "read" else read.action, going.actor, subject=read.subject, subject_id=read.subject_id,
                               residents=read.residents, institutions=read.institutions, purpose=read.purpose) for read in going.reads]
    going.reads.clear()
    if made and connection.in_atomic_block:
        recording.insert_all(made)
    elif made:
        _TOGETHER.commit(made)


@dataclass(eq=False)
class _Waiting:
    made: list
    is_done: bool = False
    failed: BaseException | None = None


class _Together:
    """Whoever comes first commits for all who came meanwhile: a commit costs a flush of the disk, however many events it holds."""

    def __init__(self) -> None:
        self._turn, self._is_committing, self._waiting = Condition(), False, []

    def commit(self, made: list) -> None:
        """Come back when the events are on the disk; others compute meanwhile. Raises whatever kept them from it."""
        step_aside()
        mine = _Waiting(made)
        with self._turn:
            self._waiting.append(mine)
            while self._is_committing and not mine.is_done:
                self._turn.wait()
            self._is_committing = self._is_committing or not mine.is_done
        if not mine.is_done:
            self._commit()
        if mine.failed:
            raise mine.failed

    def _commit(self) -> None:
        """Whoever came until the database is ours to write to is among them."""
        taken: list[_Waiting] = []
        failed = None
        try:
            with transaction.atomic():
                taken = self._take()
                recording.insert_all([event for each in taken for event in each.made])
        except BaseException as why:  # noqa: BLE001  (handed to every one of those who wait)
            failed, taken = why, taken or self._take()
        with self._turn:
            self._is_committing = False
            for each in taken:
                each.failed, each.is_done = failed, True
            self._turn.notify_all()

    def _take(self) -> list[_Waiting]:
        with self._turn:
            taken, self._waiting = self._waiting, []
        return taken


_TOGETHER = _Together()
