"""What several workers do at once; run as `python jobs_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def now() -> datetime:
    return datetime.now(timezone.utc)


def _kinds() -> dict:
    """Jobs of the test alone."""
    from sanyi.store.jobs.kinds import JobKind

    def sleepy(arguments, now, report):
        report(0.5, "half")
        if not (VAR / "slept").exists():
            (VAR / "slept").touch()
            time.sleep(600)
        return "slept"

    def noted(arguments, now, report):
        with (VAR / "noted").open("a") as file:
            file.write(f"{arguments[0]}\n")
        return ""

    def broken(arguments, now, report):
        return 1 // 0

    made = {"sleepy": (sleepy, None), "noted": (noted, None), "hourly": (lambda *_: "", timedelta(hours=1)), "broken": (broken, None)}
    return {name: JobKind(name, name, name, ("office",), work, every) for name, (work, every) in made.items()}


def _ours() -> None:
    from sanyi.store.jobs import asking, kinds, working
    found = _kinds()
    for module in (kinds, asking, working):
        module.job_kinds = lambda: found


def _office():
    from sanyi.workflows.facts import Actor
    return Actor("office-1", "office", persons=("office-1",))


def prepare() -> str:
    prepare_database(VAR)
    narrow_doors()
    return "ready"


def ask(name: str, many: str) -> int:
    from sanyi.store.jobs.asking import ask_job
    return len([ask_job(name, [number], _office(), now()) for number in range(int(many))])


def work(jobs: str) -> int:
    """Do so many jobs that were asked for."""
    from sanyi.store.jobs import working
    working.BEAT_SECONDS, done = 0.05, 0
    working.enrol = lambda now: None
    while done < int(jobs):
        done += working.work_once("a")
    return done


def drain(worker: str) -> int:
    """Do whatever is there until nothing is."""
    from sanyi.store.jobs import working
    working.enrol = lambda now: None
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)
    done = 0
    while working.work_once(worker):
        done += 1
    return done


def states() -> dict:
    from sanyi.store.jobs.tables import BackgroundJob
    return {name: [state, attempt] for name, state, attempt in BackgroundJob.objects.order_by("id").values_list("name", "state", "attempt")}


def reap(seconds: str) -> int:
    """Reap as if so many seconds had passed."""
    from sanyi.store.jobs import working
    return working.reap(now() + timedelta(seconds=int(seconds)))


def again(name: str) -> str:
    from sanyi.store.jobs.asking import start_again
    from sanyi.store.jobs.tables import BackgroundJob
    start_again(BackgroundJob.objects.get(name=name).pk, _office(), now())
    return "running soon"


def trail() -> list:
    from sanyi.store.trail.tables import AuditEvent
    return [list(row) for row in AuditEvent.objects.filter(action="run").order_by("id").values_list("outcome", "reason", "version")]


def ghost() -> dict:
    """A worker that only slept while it was taken for dead wakes up, beats and ends its job: nothing of it counts."""
    from sanyi.store.jobs import working
    ask("noted", "1")
    row = working.claim("ghost", now())
    working.reap(now() + timedelta(hours=1))
    is_beating = working._write(row, beat_at=now())
    working._end(row, "done", next_at=None, done_ppm=10**6, text="x")
    row.refresh_from_db()
    return {"state": row.state, "reason": row.reason == working.LOST, "beat": is_beating}


def scheduled() -> dict:
    from django.utils import timezone as django_timezone

    from sanyi.store.jobs import working
    from sanyi.store.jobs.tables import BackgroundJob
    working.work_once("a")
    first, not_yet = BackgroundJob.objects.get(name="hourly").state, working.work_once("a")
    working.timezone = type("Later", (), {"now": staticmethod(lambda: django_timezone.now() + timedelta(hours=1, minutes=1))})
    working.work_once("a")
    again = BackgroundJob.objects.get(name="hourly").attempt
    ask("broken", "1")
    working.work_once("a")
    return {"first": first, "not_yet": not_yet, "again": again, "broken": BackgroundJob.objects.get(name="broken").reason}


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
        _ours() if sys.argv[1] != "states" else None
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
