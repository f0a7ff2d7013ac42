"""Random years of contract services: the steps agree with the slow opinion, and no fen of a pool is lost or made."""
import importlib.util
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps

SPEC = importlib.util.spec_from_file_location("oracle_remuneration", Path(__file__).parents[1] / "oracle/remuneration.py")
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)
YEAR = 2020
PLAN = open_plan("jianghai-2018").on(date(YEAR, 12, 31))
TEAMS = {"T1": "C1", "T2": "C1", "T3": "C2"}


def record(seed):
    chance = random.Random(seed)
    services = [{"service_id": str(number), "contract_id": "c", "team_id": (team := chance.choice(list(TEAMS))), "institution_id": TEAMS[team], "staff_id": chance.choice(("S1", "S2", "")),
                 "service_code": "visit", "given_on": date(2019, 12, 1) + timedelta(days=chance.randint(0, 430)), "weight_e4": chance.choice((10_000, 20_000, 3_333)),
                 "is_late": chance.random() < .3, "score_number": chance.choice((None, None, 1, 2, 3, 4, 5))} for number in range(chance.randint(1, 60))]
    fees = [{"institution_id": house, "year": year, "payer_code": payer, "due_fen": chance.randint(0, 10 ** 8), "received_fen": chance.randint(0, 10 ** 8)}
            for house in ("C1", "C2", "C9") for year in (2019, YEAR) for payer in ("resident", "public_health")]
    return {"contract_care": services, "contract_fees": fees}


@settings(max_examples=8)
@given(seed=some.integers(0, 2 ** 32))
def test_pay_agrees_with_the_slow_opinion_and_sums_to_the_pool(seed):
    tables = record(seed)
    with DuckEngine(memory="1GB", threads=1) as engine:
        for name in ("contract_workloads", "contract_staff_pay"):
            tables[name] = play_rows(all_steps()[name], tables, PLAN, YEAR, engine)
    made = tables["contract_staff_pay"]
    wanted = oracle.pay(tables["contract_care"], tables["contract_fees"], PLAN.value("contract.staff_share_ppm"), PLAN.value("contract.quality"), YEAR)
    assert {(row["institution_id"], row["team_id"], row["staff_id"]): (row["due_fen"], row["received_fen"]) for row in made} == wanted
    sums, pools = defaultdict(int), {row["institution_id"]: row["pool_due_fen"] for row in made}
    for row in made:
        sums[row["institution_id"]] += row["due_fen"]
    assert dict(sums) == pools
