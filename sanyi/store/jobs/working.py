"""The worker: claims what is due, beats while it works, and gives up for dead whoever has stopped beating."""
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from sanyi.store.errors import StoreError
from sanyi.store.jobs.kinds import JobKind, job_kind, job_kinds
from sanyi.store.jobs.tables import BackgroundJob
from sanyi.store.tenancy import whole_region
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import SYSTEM

BEAT_SECONDS, LOST_AFTER = 5, timedelta(seconds=60)
IDLE_SECONDS = 1
SCHEDULED = "schedule"
LOST = "处理进程已中断（被终止或掉电）/ its worker is gone (killed, or the power failed)"


def work_until(is_over: Callable[[], bool], worker: str = "") -> None:
    """Work on whatever is due until it is over; several workers may do so at once."""
    worker = worker or f"{socket.gethostname()}:{os.getpid()}"
    while not is_over():
        if not work_once(worker):
            time.sleep(IDLE_SECONDS)


def work_once(worker: str) -> bool:
    """Reap, enrol, and do the one job that is due first; says whether there was one."""
    now = timezone.now()
    reap(now)
    enrol(now)
    row = claim(worker, now)
    if row is not None:
        _do(row, job_kind(row.name))
    return row is not None


def reap(now: datetime) -> int:
    """Mark as failed whatever runs without a beat; a scheduled job is due again at once, another waits for somebody to start it again."""
    lost = BackgroundJob.objects.filter(state="running", folder="", beat_at__lt=now - LOST_AFTER)
    count = 0
    for row in lost:
        with transaction.atomic():
            if _write(row, state="failed", reason=LOST, ended_at=now, next_at=now if row.slot == SCHEDULED else None):
                _recorded(row, "failed", "worker_lost")
                count += 1
    return count


def enrol(now: datetime) -> None:
    """Give every scheduled kind its row, once."""
    there = set(BackgroundJob.objects.filter(slot=SCHEDULED).values_list("name", flat=True))
    for kind in job_kinds().values():
        if kind.is_scheduled and kind.name not in there:
            try:
                with transaction.atomic():
                    BackgroundJob.objects.create(name=kind.name, slot=SCHEDULED, asked_by=SYSTEM, asked_at=now, next_at=kind.next_after(now) if kind.at else now)
            except IntegrityError:  # another worker was first
                pass


def claim(worker: str, now: datetime) -> BackgroundJob | None:
    """Take what is due first; of several workers one gets it."""
    due = BackgroundJob.objects.filter(~Q(state="running"), folder="", next_at__lte=now, name__in=job_kinds()).order_by("next_at", "id")
    for row in due[:20]:
        taken = dict(state="running", attempt=row.attempt + 1, worker=worker, started_at=now, beat_at=now, ended_at=None, done_ppm=0, text="", reason="")
        if BackgroundJob.objects.filter(pk=row.pk, attempt=row.attempt, next_at=row.next_at).exclude(state="running").update(**taken):
            row.refresh_from_db()
            return row
    return None


def _do(row: BackgroundJob, kind: JobKind) -> None:
    try:
        with _beating(row) as report, whole_region(f"job {kind.name}"):
            text = kind.work(row.arguments, timezone.now(), report)
    except Exception as failed:  # noqa: BLE001  (told in the row and in the trail)
        words = str(failed) if isinstance(failed, (Refused, StoreError)) else f"程序出错 / the program failed: {type(failed).__name__}"
        _end(row, "failed", next_at=kind.next_after(timezone.now()), reason=words[:500])
        return
    _end(row, "done", next_at=kind.next_after(timezone.now()), done_ppm=10**6, text=text[:500])


def _end(row: BackgroundJob, state: str, **said: object) -> None:
    with transaction.atomic():
        is_mine = _write(row, state=state, ended_at=timezone.now(), **said)
        if is_mine and (state == "failed" or said["text"]):
            _recorded(row, state)


def _write(row: BackgroundJob, **said: object) -> bool:
    """Write under one's own attempt only: who was given up for dead has no say any more."""
    return bool(BackgroundJob.objects.filter(pk=row.pk, attempt=row.attempt, state="running").update(**said))


def _recorded(row: BackgroundJob, state: str, reason: str = "") -> None:
    record("run", actor_named(SYSTEM), step=row.name, subject="background_job", subject_id=row.pk, outcome=state, reason=reason, version=row.attempt)


@contextmanager
def _beating(row: BackgroundJob) -> Iterator[Callable[[float, str], None]]:
    """Write a beat and the progress every few seconds from a thread of its own, so that a long step does not look like death."""
    said, over = {"done_ppm": 0, "text": ""}, Event()

    def report(done: float, text: str = "") -> None:
        said.update(done_ppm=int(min(1.0, done) * 10**6), text=text[:500])

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                _write(row, beat_at=timezone.now(), **said)
            except Exception:  # noqa: BLE001  (a database that is busy or away for a moment; the next beat tries again)
                connection.close()
        connection.close()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield report
    finally:
        over.set()
        thread.join()
