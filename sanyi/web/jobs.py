"""Work that takes longer than a page may: a command started beside the pages, one at a time, its progress read from a folder."""
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.http import HttpRequest

from sanyi.runs.job import asked, told
from sanyi.store.trail.recording import record
from sanyi.web.opened import results
from sanyi.workflows.errors import Refused

WHAT_IFS, CLOSED, PUBLISHING = "what-if", "closed", "publishing"
RESULTS = "results"
MOST_KEPT = 30


class JobGoing(Refused):
    """Another job is being done; one at a time."""

    def __init__(self) -> None:
        super().__init__("另一项试算、关账或发布正在进行，请等它结束", "another what-if, closing or publishing is being worked out; wait until it has ended")


def var() -> Path:
    """Where the site keeps what it makes."""
    return Path(os.environ["SANYI_VAR"])


def start(request: HttpRequest, folder: Path, command: str, *arguments: str) -> None:
    """Start a `sanyi` command on the served results in a process of its own; it tells its progress in the folder, and leaves its event. Errors: JobGoing."""
    _asked(request, folder, command)
    card = results()
    _run([sys.executable, "-m", "sanyi", command, "--plan", os.environ.get("SANYI_PLAN") or card.card["plan"], "--results", str(card.folder), "--out", str(folder / RESULTS), "--job", str(folder), *_region(), *arguments])


def start_publishing(request: HttpRequest, part: str) -> None:
    """Start the publishing of a part of the served results, for the account that asks. Errors: JobGoing."""
    folder, card = var() / PUBLISHING, results()
    _asked(request, folder, PUBLISHING)
    plan = os.environ.get("SANYI_PLAN")
    _run([sys.executable, "-m", "sanyi", "publish", "--results", str(card.folder), "--part", part, "--by", request.actor.name, "--var", str(var()), "--job", str(folder),
          *(["--plan", plan] if plan else []), *_region()])


def _asked(request: HttpRequest, folder: Path, command: str) -> None:
    """Note that work begins, one at a time, with its event. Errors: JobGoing."""
    with (var() / "jobs.lock").open("w") as lock, transaction.atomic():
        fcntl.flock(lock, fcntl.LOCK_EX)
        record("run", request.doing.actor, step=command, subject="results", subject_id=folder.name)
        if any(told(each).is_going for each in [var() / CLOSED, var() / PUBLISHING, *(var() / WHAT_IFS).glob("*")]):
            raise JobGoing
        asked(folder)


def _region() -> list[str]:
    region = os.environ.get("SANYI_REGION")
    return ["--region", region] if region else []


def sweep(keep: Path, most: int = MOST_KEPT) -> None:
    """Drop the what-ifs beyond the newest few; their results are links to the base's for the most part."""
    folders = sorted((path for path in (var() / WHAT_IFS).glob("*") if path.is_dir() and path != keep), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[most - 1:]:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str]) -> None:
    """It outlives the page and the server that started it, and speaks to nobody."""
    house = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [house, os.environ.get("PYTHONPATH", "")]))
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                     env={**os.environ, "PYTHONPATH": path})
