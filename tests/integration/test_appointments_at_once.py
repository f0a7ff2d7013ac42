"""No place twice, nobody in two places, no place lost, the waiting list in its order: 64 clients in 8 processes, on both databases."""
import json
from itertools import count
from pathlib import Path

import pytest
from test_clearing_database import Place

HERE = Path(__file__).parent
DATABASES = count()


class Desk(Place):
    """A folder with its database, and scripts run there."""

    scripts = HERE / "appointment_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def desk(request, tmp_path):
    """Ten slots of one place and a hundred patients, on each database."""
    address = request.getfixturevalue("postgres_server").database(f"a{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Desk(tmp_path, address)
    made.there = made.run("prepare")
    return made


def test_64_clients_on_ten_places(desk):
    slots, patients = desk.there["slots"], desk.there["patients"][:64]
    told = desk.at_once(*(("clients", worker, json.dumps(slots), json.dumps(patients[8 * worker:8 * worker + 8])) for worker in range(8)))
    heard, found = [client for process in told for client in process], desk.run("look")
    assert len(heard) == 64 and sum(client[-1] == "booked" for client in heard) == 10 and found["states"] == {"booked": 10}
    assert all(client[-1] == "booked" or client == ["is_free"] * 2 for client in heard) and found["faults"] == [] and found["free"] == 0, "the others are refused kindly"

    refused = sorted(set(patients) - {row[3] for row in found["appointments"]})
    told = desk.at_once(*(("stand", worker, json.dumps(slots), json.dumps(refused[worker::8])) for worker in range(8)))
    found = desk.run("look")
    assert found["faults"] == [] and [row[2] for row in found["waiting"]] == ["waiting"] * 54

    # every place is given up at once: none is lost, and the ten who came first are offered one each
    booked = [row[:2] for row in found["appointments"]]
    given = json.dumps({"why": "other"})
    told = desk.at_once(*(("steps", worker, "appointment", "cancel", json.dumps(booked[2 * worker:2 * worker + 2]), given) for worker in range(5)))
    found = desk.run("look")
    assert [each for process in told for each in process] == ["cancelled"] * 10
    assert found["faults"] == [] and found["free"] == 0 and [row[2] for row in found["waiting"]] == ["offered"] * 10 + ["waiting"] * 44

    # each offer is taken by two at once
    offers = json.dumps([row[:2] for row in found["waiting"][:10]])
    told = desk.at_once(*(("steps", worker, "waiting", "take", offers) for worker in range(2)))
    found = desk.run("look")
    assert all(sorted(pair) == ["stale_version", "taken"] for pair in zip(*told)) and found["states"] == {"booked": 10, "cancelled": 10} and found["faults"] == []

    # moved into one another's places: all are taken, so none moves, and nothing hangs
    rows = found["appointments"]
    pairs = [[row[0], other[2]] for row, other in zip(rows, rows[::-1])]
    told = desk.at_once(*(("swap", worker, json.dumps(pairs[worker::5])) for worker in range(5)))
    assert {each for process in told for each in process} <= {"is_free", "is_nowhere_else"} and desk.run("look")["faults"] == []


def test_a_patient_whom_many_book_at_one_time_is_in_one_place(desk):
    slots = desk.run("parallel_rosters", 16)
    person = desk.there["patients"][0]
    told = desk.at_once(*(("same_person", worker, json.dumps(slots[4 * worker:4 * worker + 4]), person) for worker in range(4)))
    heard = [each for process in told for each in process]
    assert sorted(heard) == ["booked"] + ["is_nowhere_else"] * 15 and desk.run("look")["faults"] == []
