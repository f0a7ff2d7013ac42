"""Several processes and one record, on both databases: a consent that was withdrawn opens nothing any more, one review, one consent, one visit. Source: R23, R41, R49."""
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()
ROUNDS = int(os.environ.get("SANYI_RACE_ROUNDS", "4"))


class Place(clearing.Place):
    """A folder with its database, and the scripts of health records run there."""

    scripts = Path(__file__).parent / "health_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """Residents, consents and break-glasses."""
    address = request.getfixturevalue("postgres_server").database(f"health{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Place(tmp_path, address)
    made.run("prepare", ROUNDS)
    return made


def test_every_race_has_one_winner(place):
    withdrawn, *readers = place.at_once(("withdraw", "a"), ("read", "b"), ("read", "c"))
    assert all(last < answered for reader in readers for last, answered in zip(reader, withdrawn)), "a reading that began after the withdrawal was let through"
    told = list(zip(*place.at_once(("review", "a", "auditor", "justify"), ("review", "b", "h1-head", "find_unjustified"), ("review", "c", "auditor", "find_unjustified"))))
    assert all(sum(each in ("justified", "unjustified") for each in row) == 1 and row.count("stale_version") == 2 for row in told), told
    told = list(zip(*place.at_once(*(("consent", f"w{worker}") for worker in range(3)))))
    assert all(row.count(True) == 1 and row.count("guard") == 2 for row in told), told
    told = list(zip(*place.at_once(("visit", "a", "h1-desk"), ("visit", "b", "h1-nurse"))))
    assert all(sorted(map(str, row)) == ["True", "guard"] for row in told), told
