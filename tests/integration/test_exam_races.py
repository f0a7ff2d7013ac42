"""Several processes on one examination, on both databases: two reporters claim it, a report meets who takes it away, two correct,
release meets cancellation, a time-out meets the read-back; and one consultation, accepted once, its fee shared once. Source: R22, R23."""
import json
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES, ROUNDS = count(), int(os.environ.get("SANYI_RACE_ROUNDS", "2"))


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
    said = json.dumps({"findings": "x", "conclusion": "x"})
    reports = raced(place, ("exam", begun["take_over"], "report", "rad", said, 1), ("exam", begun["take_over"], "take_over", "h1-head", '{"reason": "x"}', 1),
                    ("exam", begun["take_over"], "give_up", "rad", "{}", 1))
    assert all(sum(said in ("reported", "performed") for said in told) == 1 and told.count("stale_version") == 2 for told in reports), reports
    corrected = raced(place, *(("exam", begun["correct"], "correct", by, '{"reason": "x"}', 1) for by in ("rad", "rad-2", "tech")))
    assert all(sorted(told) == ["correcting", "stale_version", "stale_version"] for told in corrected), corrected
    accepted = raced(place, *(("consultation", begun["accept"], "accept", by, "{}", 1) for by in ("rad", "rad-2")), ("consultation", begun["accept"], "cancel", "gp", '{"reason": "x"}', 1))
    assert all(sum(said in ("accepted", "cancelled") for said in told) == 1 and told.count("stale_version") == 2 for told in accepted), accepted
    closed = raced(place, *(("consultation", begun["close"], "close", by, '{"grade": "5"}', 1) for by in ("gp", "gp-2", "gp")))
    assert all(sorted(told) == ["closed", "stale_version", "stale_version"] for told in closed), closed
    orders = list(zip(*place.at_once(*(("ordering", by, begun["order"], by) for by in ("gp", "gp-2")))))
    assert all(told.count(1) == 1 and set(told) <= {1, "just_done", "ordered_at_once"} for told in orders), orders
    end = place.run("state")
    assert end["fees"][0] == end["fees"][1] > 0, "every fee is shared once"
    assert (end["claimed"], end["released"] + end["cancelled"], end["releases"], end["tsh"], end["twice"]) == (ROUNDS, ROUNDS, end["released"], ROUNDS, 0)
