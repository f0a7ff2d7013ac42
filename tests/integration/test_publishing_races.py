"""Two publishers at once and somebody who decides meanwhile, on both databases: no case twice, no decision lost, the newer run has the word."""
from itertools import count
import os
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()


class Place(clearing.Place):
    """A folder with its database, and the scripts of publishing run there."""

    scripts = Path(__file__).parent / "publishing_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """A first run published, on each database."""
    address = request.getfixturevalue("postgres_server").database(f"publishing{os.getpid()}x{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    assert made.run("prepare") == "ready"
    return made


def test_two_publishers_and_who_decides(place):
    newer, other, decided = place.at_once(("carry", "1", "newer", 2), ("carry", "2", "older", 1), ("decide", "3"))
    assert "refused" not in newer, newer
    assert set(decided) <= {"cleared", "stale_version", "undeclared_step", "busy"}
    told = place.run("looked", "newer", 2)
    assert (told["faults"], told["wrong"], told["stale"], told["is_newest"], told["cleared"]) == ([], [], [], True, decided.get("cleared", 0))
    both = place.at_once(("carry", "1", "newest", 3), ("carry", "2", "newest", 3))
    again = place.run("looked", "newest", 3)
    assert (again["faults"], again["wrong"], again["is_newest"]) == ([], [], True) and sum(each.get("new", 0) + each.get("followed", 0) for each in both) == again["cases"] - told["cases"]
    print(f"{place.address[:10] or 'sqlite'}: newer {newer}, older {other}, decided {decided}; one run twice {both}")


def test_publishing_waits_for_who_is_deciding(place):
    newer, decided = place.at_once(("carry_meanwhile", "1", "newer", 2), ("decide_slowly", "2"))
    told = place.run("looked", "newer", 2)
    assert (newer.get("followed"), newer.get("refused"), decided, told["faults"], told["wrong"], told["is_newest"], told["cleared"]) == (1, None, {"cleared": 1}, [], [], True, 1)
