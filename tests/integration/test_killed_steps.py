"""A process killed at any moment of a step leaves all of it or nothing: row, what goes before and after, log and trail; `SANYI_KILLS=203` for two hundred. Source: R12, R43."""
import os
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

DATABASES = count()
KILLS = int(os.environ.get("SANYI_KILLS", "15"))


class Place(clearing.Place):
    """A folder with its database, and the scripts that kill run there."""

    scripts = Path(__file__).parent / "kill_scripts.py"


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_killed_step_is_whole_or_was_never_begun(database, request, tmp_path):
    place = Place(tmp_path, request.getfixturevalue("postgres_server").database(f"killed{next(DATABASES)}") if database == "postgresql" else "")
    place.run("prepare", KILLS)
    told = place.run("kills", 7)
    print(f"\n{database}: {told}")
    assert told["torn"] == 0 and told["done_after"], told
    assert told["nothing"] + told["everything"] == KILLS - 3 and told["cut_off"]
