"""The demonstration is its seed's: two of one seed and moment hold the same people and the same work, whatever their keys; another seed other people."""
from hashlib import sha256
import json
import os
from pathlib import Path
import subprocess
import sys
import time

import pytest
from ready_database import copy_ready

SCRIPT = Path(__file__).with_name("demonstration_scripts.py")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> list[dict]:
    """The rows of two demonstrations that were made side by side, their words hashed by other seeds."""
    moment, running = int(time.time()), []
    for nth in (1, 2):
        var = tmp_path_factory.mktemp("var")
        copy_ready(var)
        told = {name: value for name, value in os.environ.items() if name != "SANYI_DATABASE"} | {"SANYI_VAR": str(var), "DJANGO_SETTINGS_MODULE": "sanyi.web.settings", "PYTHONHASHSEED": str(nth)}
        running.append(subprocess.Popen([sys.executable, str(SCRIPT), str(moment), "1"], stdout=subprocess.PIPE, env=told, cwd=SCRIPT.parents[2]))
    said = [each.communicate()[0] for each in running]
    assert not any(each.returncode for each in running)
    return [json.loads(each) for each in said]


def test_two_demonstrations_of_one_seed_hold_the_same(made):
    one, two = ({table: sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest() for table, rows in each.items()} for each in made)
    assert {table for table in one if one[table] != two[table]} == set()


def test_there_is_something_of_everything_to_compare(made):
    counts = {table: len(rows) for table, rows in made[0].items()}
    assert counts["person"] >= 900 and counts["auditevent"] > 500
    assert min(counts[table] for table in ("contract", "referral", "appointment", "exam", "prescription", "account", "posting", "slot", "recordconsent", "auditcase", "resultnotice", "personmatch", "workevent")) > 0, counts


def test_what_is_left_out_is_what_keys_make(made):
    """Whatever else of a person is told is not random: names, days of birth and who does what are there."""
    assert {"birthday", "born_on"} & set(made[0]["person"][0]) and {"state", "version"} <= set(made[0]["contract"][0])
