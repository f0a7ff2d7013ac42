"""The queue of SQLite's writers: a process that writes without a pause does not keep another out, whoever asks rarely is next all the same, threads take turns, and
who dies leaves the place free."""
from itertools import pairwise
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlite_start import START

MAKE = START + 'ask("CREATE TABLE turns (hog INTEGER, other INTEGER)"); ask("INSERT INTO turns VALUES (0, 0)")'
HOG = START + """
while not (var / "over").exists():
    with transaction.atomic():
        ask("UPDATE turns SET hog = hog + 1")
        time.sleep(0.02)
"""
OTHER = START + """
from threading import Thread
seen = []
def take():
    for _ in range(10):
        with transaction.atomic():
            ask("UPDATE turns SET other = other + 1")
            seen.append(ask("SELECT hog FROM turns")[0])
    connection.close()
threads = [Thread(target=take) for _ in range(2)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(json.dumps(seen))
"""
SELDOM = START + """
from sanyi.store.sqlite import base
base.PAUSE_SECONDS = 0.05  # asks for its turn while the hog has had several
""" + OTHER.removeprefix(START).replace("range(2)", "range(1)")
DIES = START + """
transaction.set_autocommit(False)
ask("UPDATE turns SET other = other + 100")
(var / "dying").touch()
time.sleep(600)
"""


def run(script: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=120)


def told_beside_hogs(script: str, folder: Path, hogs: int) -> list[int]:
    """How many turns the hogs had had at each turn of a script beside them."""
    assert (made := run(MAKE, folder)).returncode == 0, made.stderr
    at_it = [subprocess.Popen([sys.executable, "-c", HOG, str(folder)]) for _ in range(hogs)]
    try:
        until = time.monotonic() + 60
        while not (folder / "sanyi.sqlite3-writers").exists() and time.monotonic() < until:
            time.sleep(0.05)
        told = run(script, folder)
    finally:
        (folder / "over").touch()
        [hog.wait(timeout=60) for hog in at_it]
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_whoever_waits_is_next_however_seldom_it_asks(tmp_path):
    """Without the place that is next, the hog has its turn again before the other asks: fifty times to one."""
    seen = told_beside_hogs(SELDOM, tmp_path, 1)
    between = [later - earlier for earlier, later in pairwise(seen)]
    assert len(seen) == 10 and sorted(between)[len(between) // 2] <= 12, between  # one or two; more only where the machine lets it wait between its turns


def test_a_hog_lets_others_in_and_a_dead_writer_leaves_its_place(tmp_path):
    seen = told_beside_hogs(OTHER, tmp_path, 2)
    assert len(seen) == 20 and seen[-1] - seen[0] > 2, "the hogs were at it meanwhile"
    assert seen[-1] - seen[0] <= 6 * 20, "each of them had a few turns to one of ours, not all"
    dying = subprocess.Popen([sys.executable, "-c", DIES, str(tmp_path)])
    while not (tmp_path / "dying").exists():
        assert dying.poll() is None
        time.sleep(0.05)
    os.kill(dying.pid, signal.SIGKILL)
    dying.wait(timeout=30)
    after = run(OTHER.replace("range(10)", "range(1)") + 'print(ask("SELECT other FROM turns")[0])', tmp_path)
    assert after.returncode == 0 and after.stdout.split()[-1] == "22", after.stderr + after.stdout
