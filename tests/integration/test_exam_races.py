"""Several processes on one examination, on both databases: two reporters claim it, release meets cancellation, a time-out meets the read-back."""
import json
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES, ROUNDS = count(), 2


class Place(clearing.Place):
    """A folder with its database, and the scripts of shared diagnosis run there."""

    scripts = Path(__file__).parent / "exam_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """A database with what each race begins with."""
    address = request.getfixturevalue("postgres_server").database(f"exams{os.getpid()}x{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.begun = made.run("prepare", ROUNDS)
    return made


def raced(place, *runners):
    """Let several take their steps on the same rows; gives for each row what each was told."""
    return list(zip(*place.at_once(*(("race", f"{number}-{runner[2]}", *runner) for number, runner in enumerate(runners)))))


def test_every_race_has_one_winner(place):
    begun = {name: json.dumps(ids) for name, ids in place.begun.items() if isinstance(ids, list)}
    claims = raced(place, *(("exam", begun["claim"], "claim", by, "{}", 1) for by in ("rad", "rad-2", "tech")))
    assert all(sorted(told) == ["claimed", "stale_version", "stale_version"] for told in claims), claims
    wrong = json.dumps({"reason": "wrong_person"})
    ends = raced(place, ("exam", begun["release"], "release", "rad-2", "{}", 1), ("exam", begun["release"], "cancel", "gp", wrong, 1))
    assert all(sorted(told, key=len) in (["released", "stale_version"], ["cancelled", "stale_version"]) for told in ends), ends
    alarms = raced(place, ("critical_value", begun["acknowledge"], "acknowledge", "gp", json.dumps({"read_back": "K 6.8"}), 11),
                   ("critical_value", begun["acknowledge"], "escalate", "system", "{}", 11), ("critical_value", begun["acknowledge"], "escalate", "system", "{}", 11))
    assert all(sum(said in ("acknowledged", "escalated") for said in told) == 1 and told.count("stale_version") == 2 for told in alarms), alarms
    orders = list(zip(*place.at_once(*(("ordering", by, begun["order"], by) for by in ("gp", "gp-2")))))
    assert all(told.count(1) == 1 and set(told) <= {1, "just_done", "ordered_at_once"} for told in orders), orders
    end = place.run("state")
    assert (end["claimed"], end["released"] + end["cancelled"], end["releases"], end["tsh"], end["twice"]) == (ROUNDS, ROUNDS, end["released"], ROUNDS, 0)
