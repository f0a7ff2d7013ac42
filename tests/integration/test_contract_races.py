"""Several processes and one resident, on both databases: two teams sign at once, a transfer meets an end, a clerk meets a clerk; each has one winner."""
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()
ROUNDS = int(os.environ.get("SANYI_RACE_ROUNDS", "12"))


class Place(clearing.Place):
    """A folder with its database, and the contracts' scripts run there."""

    scripts = Path(__file__).parent / "contract_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """A small town on each database."""
    address = request.getfixturevalue("postgres_server").database(f"contracts{os.getpid()}x{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare", ROUNDS)
    return made


def test_every_race_has_one_winner(place):
    first, second = place.at_once(("sign", "a", 0), ("sign", "b", 1))
    assert [sorted(pair) for pair in zip(first, second)] == [["active", "guard"]] * ROUNDS, "two teams sign one resident"
    moved, ended = place.at_once(("transfer", "a"), ("end", "b"))
    assert set(zip(moved, ended)) <= {("signed", "stale_version"), ("signed", "ended"), ("guard", "ended")}, "a transfer and an end never both take the same days"
    one, two = place.at_once(("draft", "a", ROUNDS), ("draft", "b", ROUNDS))
    assert [sorted(pair) for pair in zip(one, two)] == [["drafted", "guard"]] * ROUNDS, "two clerks draw up one contract"
    accepted, back = place.at_once(("accept", "a", "asked"), ("take_back", "b"))
    assert set(zip(accepted, back)) <= {("accepted", "stale_version"), ("stale_version", "withdrawn")}, "a team accepts or the resident takes it back, never both"
    moving, staying = place.at_once(("accept", "a", "moving"), ("accept", "b", "staying"))
    assert {tuple(sorted(pair)) for pair in zip(moving, staying)} <= {("accepted", "stale_version")}, "of two requests about one contract one is accepted, and the other closes"
    twice = place.at_once(("ask_twice", "a", ROUNDS), ("ask_twice", "b", ROUNDS))
    assert [sorted(pair) for pair in zip(*twice)] == [["guard", "submitted"]] * max(4, ROUNDS // 3), "one of a kind waits"
    merged, late = place.at_once(("merge", "a"), ("sign_late", "b"))
    assert isinstance(merged[0], int) and set(late) <= {"offered", "active", "stale_version", "undeclared_step", "guard", "busy"}, (merged, late)  # busy: at length the merge holds SQLite's one writer longer than anybody waits
    told = place.run("looked")
    assert told["faults"] == [] and (told["stale"], told["undone"]) == (0, 0) and told["left_behind"] in (0, late.count("active")) and told["is_logged"] and told["is_trailed"]
    print(f"{place.address[:10] or 'sqlite'}: {3 * ROUNDS + len(accepted) * 3} races, {accepted.count('accepted')}:{back.count('withdrawn')}, {moving.count('accepted')}:{staying.count('accepted')}, {first.count('active')}:{second.count('active')} and {moved.count('signed')}:{ended.count('ended')}")
