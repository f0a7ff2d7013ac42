"""Two sides at once: of every race one wins, on both databases, and nothing is left between. Source: R23, REF-1."""
import json
import os
from itertools import count
from pathlib import Path

import pytest
from test_clearing_database import Place

ROUNDS = {"sqlite": 4, "postgresql": int(os.environ.get("SANYI_RACE_ROUNDS", "10"))}
DATABASES = count()
REFUSED = {"stale_version", "undeclared_step", "unknown_work", "guard"}
# name: stage before, hours after the submission, the racers (step, account), the states that may come of it
RACES = {
    "accept/accept": ("submitted", 1, (("accept", "h1-desk"), ("accept", "h1-doc"), ("accept", "h1-head")), {"accepted"}),
    "accept/withdraw": ("submitted", 1, (("accept", "h1-desk"), ("withdraw", "t1-gp"), ("withdraw", "r-0")), {"accepted", "withdrawn"}),
    "redirect/arrive": ("accepted", 1, (("redirect", "t1-gp"), ("arrive", "h1-nurse"), ("arrive", "h1-desk")), {"redirected", "arrived"}),
    "expire/accept": ("run_out", 25, (("expire", "system"), ("accept", "h1-desk"), ("expire", "system")), {"expired", "accepted"}),
    "accept/add": ("submitted", 1, (("accept", "h1-desk"), ("add_part", "t1-gp")), {"accepted", "submitted"})}


class Region(Place):
    scripts = Path(__file__).parent / "referral_scripts.py"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def region(request, tmp_path):
    address = request.getfixturevalue("postgres_server").database(f"ref{next(DATABASES)}") if request.param == "postgresql" else ""
    made = Region(tmp_path, address)
    made.rounds = ROUNDS[request.param]
    made.run("prepare")
    return made


def test_every_race_has_one_winner(region):
    for name, (stage, hours, racers, after) in RACES.items():
        works = region.run("many", stage, region.rounds)
        told = region.at_once(*(("race", str(place), step, by, hours, json.dumps(works)) for place, (step, by) in enumerate(racers)))
        for answers in zip(*told):
            won = [answer for answer in answers if answer not in REFUSED]
            assert len(won) == 1 and won[0] in after, (name, answers)
        if len(after) > 1 and region.rounds > 100:
            assert len({answer for answers in zip(*told) for answer in answers if answer in after}) >= 1
    after = region.run("story")
    assert (after["ahead_of_their_log"], after["stale_digests"], after["open_but_replaced"], after["redirected_without_successor"]) == ([], [], 0, 0)
    assert after["arrivals"] == after["arrived"]


def test_the_same_request_is_begun_once_and_a_quota_holds(region):
    told = region.at_once(*(("begin", str(worker), region.rounds) for worker in range(3)))
    assert all(sorted(answers) == ["draft", "guard", "guard"] for answers in zip(*told))
    works = region.run("many", "submitted", 24)
    region.run("quota", "7")
    told = region.at_once(*(("race", str(worker), "accept", by, 1, json.dumps(works[worker::3])) for worker, by in enumerate(("h1-desk", "h1-doc", "h1-head"))))
    assert sum(answer == "accepted" for answers in told for answer in answers) == 7
