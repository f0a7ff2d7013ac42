"""Background work: one worker gets each job, a killed one is noticed and its job can be started again, and who was given up for dead has no say."""
import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()


class Place(clearing.Place):
    """A folder with its database, and the jobs' scripts run there."""

    scripts = Path(__file__).parent / "jobs_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """An empty database."""
    address = request.getfixturevalue("postgres_server").database(f"jobs{os.getpid()}x{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare")
    return made


def test_a_killed_worker_is_reaped_and_its_job_done_by_the_next(place):
    place.run("ask", "sleepy", 1)
    killed = place.start("work", 1)
    until = time.monotonic() + 60
    while place.run("states")["sleepy"] != ["running", 1]:
        assert time.monotonic() < until and killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert place.run("reap", 30) == 0 and place.run("reap", 3600) == 1
    assert place.run("states")["sleepy"] == ["failed", 1]
    assert place.run("again", "sleepy") == "running soon" and place.run("work", 1) == 1
    assert place.run("states")["sleepy"] == ["done", 2]
    assert place.run("trail") == [["failed", "worker_lost", 1], ["done", "", 2]]


def test_several_workers_do_each_job_once(place):
    place.run("ask", "noted", 24)
    answers = place.at_once(*(("drain", f"w{number}") for number in range(3)))
    assert sum(answers) == 24 and sorted(int(line) for line in (place.var / "noted").read_text().split()) == list(range(24))


def test_a_worker_given_up_for_dead_writes_nothing_any_more(place):
    assert place.run("ghost") == {"state": "failed", "reason": True, "beat": False}


def test_scheduled_jobs_come_again_when_they_are_due_and_a_failure_is_told(place):
    assert place.run("scheduled") == {"first": "done", "not_yet": False, "again": 2, "broken": "程序出错 / the program failed: ZeroDivisionError"}


@pytest.mark.parametrize("now, due", [("2026-11-30T18:29:59+00:00", "2026-12-01T02:30:00+08:00"), ("2026-11-30T18:30:00+00:00", "2026-12-02T02:30:00+08:00"),
                                       ("2026-11-30T02:00:00+00:00", "2026-12-01T02:30:00+08:00")])
def test_a_daily_job_comes_at_its_time_of_the_regions_day(site_folder, now, due):
    from datetime import datetime, time as time_of_day, timedelta
    from sanyi.store.jobs.kinds import JobKind, job_kinds
    kind = JobKind("x", "x", "x", ("office",), lambda *_: "", at=time_of_day(2, 30))
    assert kind.is_scheduled and kind.next_after(datetime.fromisoformat(now)) == datetime.fromisoformat(due)
    with pytest.raises(ValueError):
        JobKind("x", "x", "x", ("office",), lambda *_: "", timedelta(hours=1), time_of_day(2, 30))
    assert {"backup", "contracts_daily", "prescriptions_expire", "trail_anchor"} <= {name for name, each in job_kinds().items() if each.is_scheduled}


@pytest.mark.parametrize("role,name,error", [("reader", "trail_anchor", "NotAllowed"), ("office", "nothing", "UnknownWork")])
def test_only_declared_roles_start_declared_jobs(undone, role, name, error):
    from django.utils import timezone
    from sanyi.store.jobs.asking import ask_job, jobs_seen_by
    from sanyi.workflows import errors
    from sanyi.workflows.facts import Actor
    with pytest.raises(getattr(errors, error)):
        ask_job(name, [], Actor("x", role), timezone.now())
    row = ask_job("trail_anchor", [], Actor("y", "office"), timezone.now())
    assert row.pk in {each["id"] for each in jobs_seen_by(Actor("y", "office"))} and jobs_seen_by(Actor("x", "reader")) == []


def test_the_worker_ends_when_told_after_the_job_in_hand(place):
    command = [sys.executable, "-m", "sanyi", "jobs", "work", "--var", str(place.var), "--anchors", str(place.var / "outside")]
    worker = subprocess.Popen(command, env={**place.environment, "PYTHONPATH": str(Path(__file__).parents[2])}, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while place.run("states").get("trail_anchor", [""])[0] != "done":
        assert time.monotonic() < until and worker.poll() is None, worker.communicate()[1]
    worker.terminate()
    assert worker.wait(timeout=30) == 0
