"""Random years paid by the head: a second opinion, and what must hold of it."""
import importlib.util
import random
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps

SPEC = importlib.util.spec_from_file_location("oracle_capitation", Path(__file__).parents[1] / "oracle/capitation.py")
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)

YEAR = 2020
PLAN = open_plan("haikou-2018").on(date(YEAR, 12, 31))
VALUES = {name: PLAN.value(name) for name in ("capitation.rates", "capitation.group_weights", "capitation.disease_weights", "capitation.bundles")}
CODES = ("I10.x00", "I10.x05", "E11.900", "N18.500", "J18.900")


def record(seed):
    chance = random.Random(seed)
    people = [f"P{number}" for number in range(15)]
    spans = []
    for person in people:
        month = 1
        while month <= 12 and chance.random() < .8:
            last = chance.randint(month, 12)
            spans.append({"resident_id": person, "consortium_id": "A", "institution_id": chance.choice("HK"), "insurance_code": chance.choice(("resident", "resident", "employee")),
                          "from_month": YEAR * 100 + month, "to_month": YEAR * 100 + last})
            month = last + 1
    before = [{"encounter_id": f"h{number}", "resident_id": chance.choice(people), "settled_month": 201901} for number in range(20)]
    now = [{"encounter_id": f"e{number}", "type_code": chance.choice(("outpatient", "emergency", "internet", "inpatient"))} for number in range(60)]
    return {"contracted_spans": spans, "history_encounters": before, "encounters": now,
            "residents": [{"resident_id": person, "sex_code": chance.choice(("male", "female")), "born_on": date(chance.randint(1925, 2020), 1, 1)} for person in people],
            "history_diagnoses": [{"encounter_id": row["encounter_id"], "sequence_number": place, "diagnosis_code": chance.choice(CODES)} for row in before for place in (1, 2)],
            "settlements": [{"settlement_id": row["encounter_id"], "encounter_id": row["encounter_id"], "resident_id": chance.choice(people), "institution_id": chance.choice("HKX"),
                             "insurance_code": chance.choice(("resident", "employee")), "settled_month": YEAR * 100 + chance.randint(1, 12), "fund_fen": chance.randint(0, 50_000)} for row in now]}


def by_key(rows, *names):
    return {tuple(row[name] for name in names): row for row in rows}


def agrees(made, expected, *names):
    found, wanted = by_key(made, *names), by_key(expected, *names)
    assert set(found) == set(wanted)
    assert {key: {name: found[key][name] for name in row} for key, row in wanted.items()} == wanted


@settings(max_examples=8)
@given(seed=some.integers(0, 2 ** 32))
def test_capitation_agrees_with_the_slow_opinion(seed):
    tables = record(seed)
    with DuckEngine(memory="1GB", threads=1) as engine:
        for name in ("capitation_members", "capitation_sums", "capitation_settlements"):
            tables[name] = play_rows(all_steps()[name], tables, PLAN, YEAR, engine)
    people = oracle.members(tables, VALUES, YEAR)
    agrees(tables["capitation_members"], people, "resident_id", "institution_id", "insurance_code")
    agrees(tables["capitation_settlements"], oracle.settlements(people, tables, VALUES), "institution_id", "insurance_code")
