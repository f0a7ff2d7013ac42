"""Who answers a changed plan: shares by the stated elasticities, worked by hand; the same cases always first; nothing where nothing moves."""
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from sanyi.engines.duck import DuckEngine
from sanyi.payment.behaviour import CASE_CHANGES, Answer, answers, case_changes
from sanyi.plans import BadChoice
from sanyi.runs.behaviour import _with_changes
from sanyi.runs.packs import open_plan
from sanyi.tables.record_tables import record_tables

PLAN = open_plan("haikou-2018")
DAY = date(2020, 12, 31)
INSTITUTIONS = [{"institution_id": name, "level_code": level, "kind_code": "general", "region_id": region, "is_in_area": inside}
                for name, level, region, inside in (("T", "3A", "1", True), ("S", "2A", "1", True), ("S9", "2A", "9", True), ("X", "3A", "x", False))]


def stays(count=400, institution="T"):
    return [{"encounter_id": f"E{number}", "institution_id": institution, "insurance_code": "resident", "stay_days": 10} for number in range(count)]


def answer(response, share, level=""):
    return Answer(response, "price", "resident", level, 0, share)


def changed(cases, *given):
    return {row["case_id"]: row for row in case_changes(cases, INSTITUTIONS, given, 300_000)}


def on_day(changes):
    return PLAN.changed(changes).on(DAY)


def test_shares_come_from_the_driver_and_the_elasticity():
    """All of a surplus → 90 % of it is a tenth less: 1 % of the stays in the area leave it, and stays are half a per cent longer."""
    found = answers(on_day({}), on_day({"consortium.retained_ppm": 900_000}))
    assert {(each.response, each.moved_ppm, each.share_ppm) for each in found} == {("in_area", -100_000, -10_000), ("length_of_stay", -100_000, 5_000)}
    assert answers(on_day({}), on_day({})) == []


def test_the_own_share_of_a_stay_is_told_by_the_reference_bill():
    """3A: 800 of deductible and 40 % of the other 7,200 are 3,680 yuan; with 400 of deductible 3,440: −6.5217 %, admissions +1.3043 %."""
    table = on_day({}).value("benefit.inpatient.resident")
    table[0]["deductible_fen"] = 40_000
    found = answers(on_day({}), on_day({"benefit.inpatient.resident": table}))
    assert [(each.level, each.moved_ppm, each.share_ppm) for each in found if each.response == "admissions"] == [("3A", -65_217, 13_043)]
    assert [each.response for each in found] == ["admissions", "level_choice"] and found[1].share_ppm < 0


def test_a_response_is_held_to_the_most_and_an_unknown_one_is_refused():
    assert {each.share_ppm for each in answers(on_day({}), on_day({"consortium.retained_ppm": 0, "behaviour.most_ppm": 30_000}))} == {-30_000, 30_000}
    with pytest.raises(BadChoice, match="behaviour.responses"):
        answers(on_day({}), on_day({"behaviour.responses": [{"response": "mood", "driver": "price", "elasticity_ppm": 1}]}))


def test_zero_elasticities_move_nothing():
    rows = [{**row, "elasticity_ppm": 0} for row in on_day({}).value("behaviour.responses")]
    assert answers(on_day({}), on_day({"behaviour.responses": rows, "consortium.retained_ppm": 0})) == []


def test_cases_fall_away_come_besides_move_and_leave_earlier():
    fallen = changed(stays(), answer("admissions", -250_000))
    assert 60 < len(fallen) < 140 and all(row["is_left_out"] and row["copy_id"] is None for row in fallen.values())
    besides = changed(stays(), answer("admissions", 250_000))
    assert besides.keys() == fallen.keys() and all(row["copy_id"] == f"{name}+" for name, row in besides.items())
    assert {row["moved_to"] for row in changed(stays(), answer("level_choice", 500_000)).values()} == {"S"}
    assert changed(stays(institution="S"), answer("level_choice", 500_000)) == {} != changed(stays(institution="S"), answer("level_choice", -500_000))
    assert {row["moved_to"] for row in changed(stays(institution="X"), answer("in_area", 500_000)).values()} == {"T"}
    assert {row["moved_to"] for row in changed(stays(), answer("in_area", -500_000)).values()} == {"X"}
    shorter = changed(stays(), answer("length_of_stay", -150_000))
    assert {(row["fewer_days"], row["cost_ppm"]) for row in shorter.values()} == {(1, 970_000), (2, 940_000)} and len(shorter) == 400
    assert changed(stays(), answer("admissions", -250_000, "2A")) == {}


@settings(max_examples=20)
@given(weak=st.integers(1, 400_000), more=st.integers(0, 100_000))
def test_a_stronger_answer_takes_in_the_cases_of_a_weaker_one(weak, more):
    assert changed(stays(60), answer("admissions", -weak)).keys() <= changed(stays(60), answer("admissions", -weak - more)).keys()


def test_rows_of_changed_cases_are_written_as_if_it_had_been_so():
    import ibis
    changes = [{"case_id": "out", "is_left_out": True}, {"case_id": "twice", "copy_id": "twice+"}, {"case_id": "moved", "moved_to": "S"},
               {"case_id": "short", "fewer_days": 2, "cost_ppm": 940_000}]
    changes = [{"is_left_out": False, "copy_id": None, "moved_to": None, "fewer_days": 0, "cost_ppm": 1_000_000, **row} for row in changes]
    bill = {"institution_id": "T", "fund_fen": 701, "cash_fen": 301, "total_fen": 1_002, "in_scope_fen": 1_002}
    names = ("same", "out", "twice", "moved", "short")
    given_rows = {"settlements": [{**bill, "settlement_id": f"S-{name}", "encounter_id": name} for name in names],
                  "encounters": [{"encounter_id": name, "institution_id": "T", "stay_days": 9, "discharged_on": date(2020, 3, 1)} for name in names],
                  "charge_lines": [{"encounter_id": name, "line_number": number} for name in names for number in (1, 2)]}
    found = {}
    with DuckEngine(memory="500MB", threads=1) as engine:
        engine.show_rows("case_changes", CASE_CHANGES, changes)
        for name, rows in given_rows.items():
            table = record_tables()[name]
            engine.show_rows("rows", table, rows)
            found[name] = engine.rows(engine.sql(_with_changes(ibis.table(table.schema, name="rows"), ibis.table(CASE_CHANGES.schema, name="case_changes")), table))
    bills = {row["settlement_id"]: row for row in found["settlements"]}
    assert sorted(bills) == ["S-moved", "S-same", "S-short", "S-twice", "S-twice+"] and bills["S-twice+"]["encounter_id"] == "twice+"
    assert bills["S-moved"]["institution_id"] == "S" and bills["S-same"]["total_fen"] == 1_002
    assert [bills["S-short"][name] for name in ("fund_fen", "cash_fen", "total_fen", "in_scope_fen")] == [659, 283, 942, 942]
    cases = {row["encounter_id"]: row for row in found["encounters"]}
    assert cases["short"]["stay_days"] == 7 and cases["short"]["discharged_on"] == date(2020, 2, 28)
    assert len(found["charge_lines"]) == 10
