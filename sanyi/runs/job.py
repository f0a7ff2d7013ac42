"""A piece of work in the background: how far it is, told in a folder; a killed one is known by the lock it no longer holds."""
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sanyi.runs.errors import ResultsBusy
from sanyi.runs.run import Report

TOLD, LOCK = "job.json", "job.lock"
EVERY_SECONDS = 0.2
SETTLING_SECONDS = 60  # a process that was just started has not told anything yet


@dataclass(frozen=True)
class Told:
    """What a job last said: its state (none, waiting, running, done, failed, lost), the share done, the step, its refusal."""

    state: str
    done: float = 0.0
    text: str = ""

    @property
    def is_going(self) -> bool:
        """Will more be heard of it?"""
        return self.state in ("waiting", "running")


def asked(folder: Path) -> None:
    """Note that a job was asked for and its process is being started."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _tell(folder, Told("waiting"))


@contextmanager
def working(folder: Path, plain: tuple[type[Exception], ...] = ()) -> Iterator[Report]:
    """Hold the job's lock and give the function that tells how far it is; what it ends with is told too.

    The words of `plain` errors are told as they are, of others only what kind they are. Raises ResultsBusy.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResultsBusy(f"{folder}: 同一任务正在进行 / this job is being done already") from None
        told_at = [0.0]

        def report(done: float, text: str = "") -> None:
            if time.monotonic() - told_at[0] > EVERY_SECONDS:
                told_at[0] = time.monotonic()
                _tell(folder, Told("running", done, text))

        report(0.0)
        try:
            yield report
        except BaseException as failed:
            words = str(failed) if isinstance(failed, plain) else f"程序出错 / the program failed: {type(failed).__name__}"
            _tell(folder, Told("failed", 0.0, words))
            raise
        _tell(folder, Told("done", 1.0))


def told(folder: Path) -> Told:
    """What a job last said; `lost` where it said that it runs and its process is gone."""
    try:
        said = Told(**json.loads((folder / TOLD).read_text("utf-8")))
        age = time.time() - (folder / TOLD).stat().st_mtime
    except (OSError, ValueError, TypeError):
        return Told("none")
    if said.state == "running" and not _is_held(folder) or said.state == "waiting" and not _is_held(folder) and age > SETTLING_SECONDS:
        return Told("lost", said.done, said.text)
    return said


def _is_held(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def _tell(folder: Path, said: Told) -> None:
    part = folder / f"{TOLD}.part"
    part.write_text(json.dumps(vars(said), ensure_ascii=False), "utf-8")
    os.replace(part, folder / TOLD)
