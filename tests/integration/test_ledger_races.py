"""Several processes on one database file: one winner, everybody else is told; a process killed at any moment leaves a whole state."""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
START = """
import json, os, sys, time
from pathlib import Path
sys.path[:0] = [{house!r}, {here!r}]
var = Path(sys.argv[1])
from sanyi.store import prepare_database, configure
"""
OPEN = START + """
prepare_database(var)
from ledger_work import opened, finish, prove, row, task, small_plan
opened(small_plan(tuple(task(f"t{{number}}") for number in range(int(sys.argv[2])))))
from sanyi.store.models import Item
for item in Item.objects.filter(kind="task"):
    finish(item); prove(item, "health-1")
print(json.dumps(list(Item.objects.filter(kind="task").order_by("id").values_list("id", "version"))))
"""
RACE = START + """
configure(var)
from ledger_work import NOW
from sanyi.store.act import act
from sanyi.store.errors import StoreError
from sanyi.workflows.errors import Refused
works, by, step = json.loads(sys.argv[2]), sys.argv[3], sys.argv[4]
given = {{}} if step == "verify" else {{"reason": "x"}}
Path(sys.argv[5]).touch()
while not (var / "go").exists():
    time.sleep(0.002)
told = []
for id, version in works:
    try:
        told.append(act("task", id, version, step, given, by, NOW).state)
    except Refused as refused:
        told.append(refused.code)
print(json.dumps(told))
"""
FORKED = START + """
configure(var)
import signal
from django.db import connection
from ledger_work import NOW
from sanyi.store.act import act
from sanyi.store.models import Item, LedgerEvent
def whole_items():
    found = []
    for item in Item.objects.filter(kind="task").order_by("id"):
        events = list(LedgerEvent.objects.filter(subject="task", subject_id=item.pk).order_by("id").values_list("step", "before", "after", "version", "by"))
        found.append({{"state": item.state, "version": item.version, "done_by": item.done_by, "events": events}})
    return found
def child(work):  # no connection is open yet in this process, so every child opens its own
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work(lambda value: os.write(writing, (json.dumps(value) + "\\n").encode()))
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    os.close(writing)
    return pid, os.fdopen(reading)
def ended(pid, stream):
    said = [json.loads(line) for line in stream]
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said
def look():
    return ended(*child(lambda say: say(whole_items())))[1][0]
"""
ACT_FOR_EVER = FORKED + """
id = int(sys.argv[2])
def for_ever(say):
    while True:
        row = Item.objects.get(pk=id)
        step, given, by = ("send_back", {{"reason": "x"}}, "office-1") if row.state == "done" else ("report_done", {{}}, "health-1")
        say(act("task", id, row.version, step, given, by, NOW).version)
rounds = []
for number in range(int(sys.argv[3])):
    pid, stream = child(for_ever)
    first = stream.readline()
    time.sleep(0.0037 * number)
    os.kill(pid, signal.SIGKILL)
    rounds.append([int(first), ended(pid, stream), look()])
print(json.dumps(rounds))
"""
KILL_AT = FORKED + """
id, version, at = int(sys.argv[2]), int(sys.argv[3]), 0
def one_step(say):
    count = 0
    def counted(execute, sql, parameters, many, context):
        nonlocal count
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
        return execute(sql, parameters, many, context)
    with connection.execute_wrapper(counted):
        act("task", id, version, "verify", {{}}, "office-1", NOW)
    say(count)
rounds = []
while True:
    code, said = ended(*child(one_step))
    rounds.append([code, said, look()])
    if code != -signal.SIGKILL:
        break
    at += 1
print(json.dumps(rounds))
"""
LOOK = START + """
configure(var)
from sanyi.store.models import Item, LedgerEvent
found = []
for item in Item.objects.filter(kind="task").order_by("id"):
    events = list(LedgerEvent.objects.filter(subject="task", subject_id=item.pk).order_by("id").values_list("step", "before", "after", "version", "by"))
    found.append({{"state": item.state, "version": item.version, "done_by": item.done_by, "events": events}})
print(json.dumps(found))
"""


def process(source: str, *arguments) -> subprocess.Popen:
    script = source.format(house=str(HERE.parents[1]), here=str(HERE))
    told = {name: value for name, value in os.environ.items() if name not in ("SANYI_VAR", "DJANGO_SETTINGS_MODULE")}
    return subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=told)


def answer(running: subprocess.Popen) -> list:
    out, error = running.communicate(timeout=120)
    assert running.returncode == 0, error[-2000:]
    return json.loads(out)


def is_whole(item: dict) -> bool:
    """State and version are those of the log's last line, and the log has one line for each version."""
    steps = item["events"]
    return ([event[3] for event in steps] == list(range(1, item["version"] + 1)) and steps[-1][2] == item["state"]
            and all(earlier[2] == later[1] for earlier, later in zip(steps, steps[1:])))


@pytest.mark.parametrize("steps", [("verify", "verify"), ("verify", "send_back"), ("verify", "send_back", "verify", "send_back")],
                         ids=lambda steps: "-".join(steps))
def test_of_several_at_once_one_wins_and_the_others_are_told(steps, tmp_path):
    rounds = 25
    works = answer(process(OPEN, tmp_path, rounds))
    assert len(works) == rounds
    running = [process(RACE, tmp_path, json.dumps(works), f"office-{1 + place % 2}", step, tmp_path / f"ready-{place}")
               for place, step in enumerate(steps)]
    until = time.monotonic() + 60
    while not all((tmp_path / f"ready-{place}").exists() for place in range(len(steps))):
        assert time.monotonic() < until and all(each.poll() is None for each in running)
        time.sleep(0.01)
    (tmp_path / "go").touch()
    told = [answer(each) for each in running]
    found = answer(process(LOOK, tmp_path))
    won = {"verify": "verified", "send_back": "in_progress"}
    for place, item in enumerate(found):
        heard = [each[place] for each in told]
        winners = [step for step, word in zip(steps, heard) if word == won.get(step)]
        assert len(winners) == 1 and heard.count("stale_version") == len(steps) - 1, heard
        assert item["state"] == won[winners[0]] and is_whole(item) and item["version"] == works[place][1] + 1


def test_a_process_killed_in_the_middle_leaves_a_whole_state(tmp_path):
    (id, version), = answer(process(OPEN, tmp_path, 1))
    rounds = answer(process(ACT_FOR_EVER, tmp_path, id, 40))
    for first, (code, more), (item,) in rounds:
        acknowledged = [first, *more][-1]
        assert code == -signal.SIGKILL and is_whole(item) and item["version"] in (acknowledged, acknowledged + 1), (item["version"], acknowledged)
        assert item["done_by"] == ("health-1" if item["state"] == "done" else "") and item["version"] > version
        version = item["version"]
    assert len(rounds) == 40


def test_killed_before_any_statement_of_a_step_nothing_of_it_remains(tmp_path):
    (id, version), = answer(process(OPEN, tmp_path, 1))
    before = answer(process(LOOK, tmp_path))
    *killed, (code, said, after) = answer(process(KILL_AT, tmp_path, id, version))
    assert all(each == [-signal.SIGKILL, [], before] for each in killed)
    assert code == 0 and len(killed) == said[0] >= 5 and after[0]["state"] == "verified" and is_whole(after[0])
    print(f"{len(killed)} points of death, 0 half states")
