"""The posted ledger on both databases: what SQL cannot write, what death cannot halve, what several at once cannot pay twice.

The figures of R02, R03, R07, R08, R12 and R23 at full size are made by the same scripts (docs/clearing.md tells how); here they are small.
"""
import json
import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
from ready_database import copy_ready

HERE = Path(__file__).parent
SCRIPTS = HERE / "clearing_scripts.py"
DATABASES = count()


class Place:
    """A folder and its database, and scripts run there."""

    scripts = SCRIPTS

    def __init__(self, var: Path, address: str = "") -> None:
        told = {name: value for name, value in os.environ.items() if name not in ("SANYI_VAR", "DJANGO_SETTINGS_MODULE", "SANYI_DATABASE")}
        if not address:
            copy_ready(var)
        self.var, self.environment, self.address = var, {**told, **({"SANYI_DATABASE": address} if address else {})}, address

    def start(self, name: str, *arguments) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, str(self.scripts), name, str(self.var), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env=self.environment)

    def run(self, name: str, *arguments):
        return answer(self.start(name, *arguments))

    def at_once(self, *calls) -> list:
        """Start several scripts, let them begin together, and give what each said; the second word of a call is the worker's name."""
        for old in [*self.var.glob("ready-*"), self.var / "go"]:
            old.unlink(missing_ok=True)
        running = [self.start(*call) for call in calls]
        until = time.monotonic() + 120
        while len(list(self.var.glob("ready-*"))) < len(calls):
            assert time.monotonic() < until and all(each.poll() is None for each in running), [each.communicate()[1][-800:] for each in running if each.poll()]
            time.sleep(0.01)
        (self.var / "go").touch()
        return [answer(each) for each in running]


def answer(running: subprocess.Popen):
    out, error = running.communicate(timeout=7200)
    assert running.returncode == 0, error[-3000:]
    return json.loads(out)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """An empty ledger with its books open, on each database."""
    address = request.getfixturevalue("postgres_server").database(f"t{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare")
    return made


def test_what_must_not_be_is_refused_by_the_database_itself(place):
    """R02, R03."""
    place.run("settle", "2020-01")
    told = place.run("direct", 1, 75)
    print(f"{sum(told['tried'].values())} direct writes of {len(told['tried'])} kinds, {len(told['passed'])} let through")
    assert sum(told["tried"].values()) == 75 and len(told["tried"]) >= 25 and told["passed"] == [] and told["faults"] == []
    verbs = place.run("verbs")
    print(f"{len(verbs['denied'])} of {len(verbs['denied'] + verbs['done'])} changes denied")
    assert verbs["done"] == [] and len(verbs["denied"]) == (59 if place.address else 37) and verbs["faults"] == []


def test_killed_at_a_statement_the_year_ends_as_if_it_had_not_been(place):
    """R12, a sample of its points."""
    place.run("settle", *(f"2020-{month:02d}" for month in range(1, 12)))
    told = place.run("kill_points", 3, 47)
    print(f"{told['killed']} of {told['statements']} points of death, all the same end")
    assert told["points"] == told["killed"] >= 5 and told["other"] == [] and told["faulty"] == [] and told["faults"] == []


def test_eight_draw_on_one_budget_and_it_never_goes_below_nothing(place):
    """R08: reserve of 250,000 fen; eight want 320,000 and more."""
    place.run("settle", "2020-01")
    told = place.at_once(*(("draw", worker, 8, 5_000) for worker in range(8)))
    given = sum(each for worker in told for each in worker if isinstance(each, int))
    refused = [each for worker in told for each in worker if not isinstance(each, int)]
    found = place.run("look")
    print(f"{given} fen given, {found['reserve']} left, {len(refused)} refused")
    assert refused and set(refused) == {"overdrawn"} and found["reserve"] == 250_000 - given and 0 <= found["reserve"] < 5_007 and found["faults"] == []


def test_the_same_key_from_eight_clients_is_one_entry(place):
    """R07: each key 2 to 5 times from 8 clients, some of them cut off in the middle, each once more with another content."""
    size = 12
    told = place.at_once(*(("keys", worker, 0, size, 8) for worker in range(8)))
    found = place.run("look")
    assert all(each["refused"] == [] and each["missed"] == 0 and each["other_body"] == each["done"] for each in told)
    assert 2 * size <= sum(each["done"] for each in told) <= 5 * size
    assert found["vouchers"] == size and found["groups_per_voucher"] == [1] and found["faults"] == []
    assert found["under_way"] == -sum(100 + number for number in range(size))


def test_of_several_approvers_at_once_one_wins(place):
    """R23: an approval against another, and against a refusal."""
    works = place.run("drafted_vouchers", 12)
    sides = [("approve", "approver"), ("approve", "reviewer"), ("refuse", "payer")]
    told = place.at_once(*(("race", worker, "voucher", name, by, json.dumps(works)) for worker, (name, by) in enumerate(sides)))
    found = place.run("look")
    for heard in zip(*told):
        assert sorted(heard).count("stale_version") == 2, heard
    assert sum(word == "posted" for heard in told for word in heard) * 100 == -found["under_way"] and found["faults"] == []


def test_one_surplus_is_paid_once_whoever_approves_at_the_same_time(place):
    """Eight vouchers for the whole of one consortium's surplus share, each approved by its own process."""
    works = place.run("surplus", 8)
    told = place.at_once(*(("race", worker, "voucher", "approve", "approver", json.dumps([work])) for worker, work in enumerate(works)))
    found = place.run("look")
    assert sorted(each for heard in told for each in heard) == ["overdrawn"] * 7 + ["posted"]
    assert found["shares"] == 0 and found["faults"] == []


def test_a_batch_is_paid_or_reversed_and_never_both(place):
    works = place.run("posted_batch", "2020-01")
    sides = [("pay", "payer"), ("reverse", "reviewer")] * 2
    told = place.at_once(*(("race", worker, "settlement_batch", name, by, json.dumps(works)) for worker, (name, by) in enumerate(sides)))
    heard, found = [each for worker in told for each in worker], place.run("look")
    assert heard.count("stale_version") == 3 and {"paid", "reversed"} & set(heard) and found["faults"] == []
    assert found["under_way"] == (0 if "paid" in heard else -700)  # reversed, the voucher waits for the next batch


def test_a_period_takes_nothing_before_its_reopening_is_agreed(place):
    place.run("settle", "2020-01")
    works = place.run("reopening", "2020-01")
    told = place.at_once(("race", 0, "settlement_period", "approve_reopening", "approver", json.dumps(works)),
                         *(("post_again_and_again", worker, "2020-01", 400) for worker in range(1, 4)))
    assert told[0] == ["reopened"] and all(set(heard[:-1]) <= {"closed_period"} and heard[-1] == "posted" for heard in told[1:])
    assert place.run("state")["faults"] == []  # what was sealed at the closing is as it was


def test_of_annual_clearings_drafted_at_once_there_is_one(place):
    place.run("settle", *(f"2020-{month:02d}" for month in range(1, 13)))
    told = place.at_once(*(("draft_annual", worker, by, f"run-{worker % 2}") for worker, by in enumerate(("maker", "payer", "reviewer", "approver"))))
    drafted = {heard[1] for heard in told if heard[0] == "drafted"}
    assert len(drafted) == 1 and {heard[0] for heard in told} <= {"drafted", "not_postable"}


UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


@pytest.mark.postgres
def test_a_postgresql_that_may_lose_commits_is_not_used(tmp_path):
    """R15."""
    from postgres_server import Server, binaries
    if binaries() is None:
        pytest.skip("there is no PostgreSQL on this machine; apt-get install postgresql")
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed; python3 bootstrap.py test brings it")
    server = Server()
    try:
        for name in (*UNSAFE, "data_checksums"):
            if name == "data_checksums":
                server.remove()
                server = Server(has_checksums=False)
                server.start()
            else:
                server.start(**{name: "off"})
            refused = Place(tmp_path, server.database(f"unsafe_{name}", is_empty=True)).start("prepare")
            _, error = refused.communicate(timeout=120)
            assert refused.returncode and "UnsafeDatabase" in error and name in error, error[-500:]
            server.stop()
    finally:
        server.remove()
