"""The audit trail on both databases: several who record and seal at once, late commits, refusals in their own transactions, rows touched by SQL."""
import os
from itertools import count

import pytest
import test_clearing_database as clearing
from pathlib import Path

SCRIPTS, DATABASES = Path(__file__).parent / "trail_scripts.py", count()


class Place(clearing.Place):
    """A folder with its database, and the trail's scripts run there."""

    scripts = SCRIPTS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """An open ledger on each database."""
    address = request.getfixturevalue("postgres_server").database(f"trail{os.getpid()}x{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare")
    return made


def test_sealers_and_recorders_at_once_make_one_chain_that_holds(place):
    answers = place.at_once(*(("events", f"w{number}", 15) for number in range(3)), ("sealing", "s1", 3), ("sealing", "s2", 3))
    told = place.run("proved")
    assert told["is_whole"] and told["is_same"] and told["events"] == told["links"] == told["proved"] == told["anchored"]
    assert told["events"] >= sum(answers[:3])


def test_what_commits_late_is_sealed_late_and_nothing_is_skipped(place):
    if not place.address:
        pytest.skip("SQLite has one writer: nothing commits late")
    assert place.run("late") == {"is_lower": True, "first": 1, "second": 1, "is_later": True}
    assert place.run("proved")["is_whole"] and place.run("truncate") == []


def test_every_refusal_leaves_one_event_in_a_transaction_of_its_own(place):
    told = place.run("refused", 42)
    assert told["refused"] == 42 and told["is_same"] and told["logged"] == 0
    assert told["named"] == [["health-1", "lead"], ["looker", "reader"], ["nobody", ""], ["office-1", "office"]]


def test_rows_touched_behind_the_triggers_are_found(place):
    told = place.run("tampered")
    assert "event was changed" in told["edit"][1] and told["edit"][0] > 7 and "tail is cut" in told["cut"][1] and told["parts"] == told["edit"]


def test_reads_at_once_share_commits_and_each_hears_of_a_failure(place):
    assert place.run("shared", 6, 8) == {"whole": [48, True, 0, 48], "broken": [48, True, 48, 48], "missing": 0}
