"""Several processes and one prescription, on both databases: a part is given out once, a token taken once, one person's days are claimed once. Source: R08, R22, R23."""
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()
ROUNDS = int(os.environ.get("SANYI_RACE_ROUNDS", "3"))


class Place(clearing.Place):
    """A folder with its database, and the prescriptions' scripts run there."""

    scripts = Path(__file__).parent / "prescription_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """A region with prescriptions for each race."""
    address = request.getfixturevalue("postgres_server").database(f"rx{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare", ROUNDS)
    return made


def test_every_race_has_one_winner(place):
    told = list(zip(*place.at_once(*(("part", f"w{worker}") for worker in range(8)))))
    assert [sorted(each) for each in told] == [["partly"] + ["stale_version"] * 7] * ROUNDS, "one part, eight pharmacists"
    told = place.at_once(*(("parts", f"w{worker}") for worker in range(4)))
    assert sum(each == "partly" for side in told for each in side) == 7 * ROUNDS and {each for side in told for each in side} <= {"partly", "stale_version", "busy"}
    told = list(zip(*place.at_once(("revoke", "a", "revoke"), ("revoke", "b", "dispense"))))
    assert set(map(tuple, told)) <= {("revoked", "stale_version"), ("stale_version", "partly"), ("revoked", "unknown_work")}, told
    told = list(zip(*place.at_once(("overlap", "a", "doc"), ("overlap", "b", "doc-far"), ("overlap", "c", "doc2"))))
    assert [sorted(each) for each in told] == [["guard", "guard", "written"]] * ROUNDS, "one person's days, three doctors"
    told = list(zip(*place.at_once(*(("token", by, by) for by in ("shop1", "shop2", "chem-c")))))
    assert all(each.count("taken") == 1 and set(each) <= {"taken", "stale_version", "bad_field", "unknown_work", "not_allowed"} for each in told), told
    told = place.at_once(("crossing", "a", 0), ("crossing", "b", 1))
    assert told == [["revoked"] * ROUNDS] * 2, "two that cross both get through"
    assert place.run("look") == {"miscounted": [], "overlapping": [], "is_logged": True}
    if place.address:
        assert place.run("deadlock") == {"both": ["done", "done"], "said": ["Busy", "OperationalError"], "tries": [3, 5, 1]}
