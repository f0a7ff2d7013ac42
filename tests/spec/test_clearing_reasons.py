"""Why a clearing is what it is, and why it differs: worked by hand."""
import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.payment.dip.dip_cases import CASES as DETAILS
from sanyi.payment.inpatient.inpatient_cases import INPATIENT_CASES
from sanyi.payment.reasons.of_cases import STAGES, STAGES_BETWEEN, stages_between, stages_of_one, sums_between, sums_of_one
from sanyi.payment.reasons.of_clearings import reasons_between, reasons_of
from sanyi.payment.reasons.reason import CASE_SUMS

KEY = {"institution_id": "h", "insurance_code": "resident"}
CASE = {**KEY, "encounter_id": "a", "method_code": "dip", "status_code": "settled", "points_e4": 1_000_000, "unit_value_e4": 1_000_000, "budget_value_e4": 1_000_000,
        "standard_fen": 1_000_000, "patient_fen": 200_000, "cost_fen": 1_000_000, "charged_fund_fen": 800_000, "budget_pay_fen": 800_000, "fund_pay_fen": 800_000}
DETAIL = {"encounter_id": "a", "base_points_e4": 1_000_000, "auxiliary_e4": 10_000, "coefficient_e4": 10_000}


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="500MB", threads=1) as opened:
        yield opened


def summed(engine, stages_of, promised, sums_of, *tables, form="less_patient"):
    import ibis
    given = []
    for place, (table, rows) in enumerate(tables):
        engine.show_rows(f"given_{place}", table, rows)
        given.append(ibis.table(table.schema, name=f"given_{place}"))
    engine.show_rows("stages", promised, engine.rows(engine.sql(stages_of(*given), promised)))
    rows = engine.rows(engine.sql(sums_of(ibis.table(promised.schema, name="stages"), form), CASE_SUMS))
    return [{name.removesuffix("_fen"): value for name, value in row.items() if name.endswith("_fen") and value} | {"at": row["institution_id"]}
            for row in sorted(rows, key=lambda row: row["institution_id"])]


def one(engine, cases, details, **more):
    return summed(engine, stages_of_one, STAGES, sums_of_one, (INPATIENT_CASES, cases), (DETAILS, details), **more)


def between_two(engine, before, after, details=(DETAIL,), details_after=None, **more):
    return summed(engine, stages_between, STAGES_BETWEEN, sums_between, (INPATIENT_CASES, before), (DETAILS, details), (INPATIENT_CASES, after),
                  (DETAILS, details if details_after is None else details_after), **more)


def test_a_case_from_what_was_charged_to_what_is_paid(engine):
    """100 points at 100 yuan are 10,000 yuan: the cost was 11,000, so own cost loses 1,000; a coefficient of 1.2 gains 2,000, a fall
    to 110 points by deviation loses 1,000, and 90 yuan a point instead of 100 loses another 1,100."""
    case = {**CASE, "cost_fen": 1_100_000, "charged_fund_fen": 900_000, "points_e4": 1_100_000, "unit_value_e4": 900_000, "fund_pay_fen": 790_000}
    assert one(engine, [case], [{**DETAIL, "coefficient_e4": 12_000}]) == [
        {"at": "h", "own_cost": -100_000, "coefficient": 200_000, "deviation": -100_000, "value": -110_000}]


def test_a_case_without_a_price(engine):
    unpriced = {**CASE, "encounter_id": "b", "status_code": "pending", "fund_pay_fen": 0, "unit_value_e4": None, "points_e4": 0}
    assert one(engine, [unpriced], []) == [{"at": "h", "unpriced": -800_000}]


def test_ways_of_paying_without_points_are_told_by_weight_value_and_the_rest(engine):
    """By weight: 8,000 charged, 8,200 at the opening rate, 8,500 at the closing one. Then the weight doubles (+10,000 of standard), the
    rate falls by a tenth (−2,100 of 21,000), and an extra of 1,000 is another rule."""
    by_weight = {**CASE, "method_code": "drg", "points_e4": 0, "weight_e6": 1_000_000, "budget_pay_fen": 820_000, "fund_pay_fen": 850_000, "standard_fen": 1_050_000}
    assert one(engine, [by_weight], []) == [{"at": "h", "own_cost": 20_000, "value": 30_000}]
    first = {**by_weight, "standard_fen": 1_000_000, "fund_pay_fen": 800_000}
    second = {**by_weight, "weight_e6": 2_000_000, "unit_value_e4": 900_000, "standard_fen": 1_890_000, "fund_pay_fen": 1_690_000}
    assert between_two(engine, [first], [second], details=()) == [{"at": "h", "group": 1_000_000, "value": -210_000, "rule": 100_000}]


def test_another_way_of_paying_is_a_reason_of_its_own(engine):
    after = {**CASE, "method_code": "drg", "weight_e6": 5, "unit_value_e4": 7, "standard_fen": 1_300_000, "fund_pay_fen": 1_100_000}
    assert between_two(engine, [CASE], [after], details_after=()) == [{"at": "h", "method": 300_000}]


def test_a_reviewed_price_that_no_rule_of_ours_makes_is_told_as_another_rule(engine):
    assert one(engine, [{**CASE, "fund_pay_fen": 850_000}], [DETAIL]) == [{"at": "h", "rule": 50_000}]


def test_between_two_states_each_reason_takes_what_the_ones_before_it_left(engine):
    """100 → 110 points by the group (+1,000 yuan), × 1.1 by the coefficient (+1,100), value 100 → 90 (−1,210): 8,000 → 8,890 yuan."""
    after = {**CASE, "points_e4": 1_210_000, "unit_value_e4": 900_000, "standard_fen": 1_089_000, "fund_pay_fen": 889_000}
    assert between_two(engine, [CASE], [after], details_after=[{**DETAIL, "base_points_e4": 1_100_000, "coefficient_e4": 11_000}]) == [
        {"at": "h", "group": 100_000, "coefficient": 110_000, "value": -121_000}]


def test_cases_that_come_go_or_move_and_such_as_lose_their_price(engine):
    moved, gone = {**CASE, "encounter_id": "m"}, {**CASE, "encounter_id": "g"}
    after = [CASE, {**moved, "institution_id": "i"}, {**CASE, "encounter_id": "n", "fund_pay_fen": 1}]
    assert between_two(engine, [CASE, moved, gone], after) == [{"at": "h", "cases": -1_599_999}, {"at": "i", "cases": 800_000}]
    assert between_two(engine, [CASE], [{**CASE, "status_code": "pending", "fund_pay_fen": 0, "unit_value_e4": None}]) == [{"at": "h", "unpriced": -800_000}]


def test_what_patients_pay_more_the_fund_pays_less_and_never_below_nothing(engine):
    assert between_two(engine, [CASE], [{**CASE, "patient_fen": 1_200_000, "fund_pay_fen": 0}]) == [{"at": "h", "payers": -800_000}]


def test_a_clearing_is_the_sum_of_its_reasons_the_largest_first():
    clearing = {**KEY, "fund_pay_fen": 1_000_001, "charged_fund_fen": 900_001, "payable_fen": 980_001, "audit_deduction_fen": 10_000, "prepaid_fen": 810_000,
                "clearing_fen": 160_001, "is_blocked": False}
    rows = reasons_of([clearing, {**clearing, "institution_id": "blocked", "is_blocked": True}], [{**KEY, "own_cost_fen": 150_000, "value_fen": -50_000}])
    assert [(row["reason_code"], row["amount_fen"], row["place"]) for row in rows] == [
        ("own_cost", 150_000, 1), ("withheld", 90_001, 2), ("value", -50_000, 3), ("appraisal", -20_000, 4), ("deduction", -10_000, 5)]
    assert sum(row["amount_fen"] for row in rows) == clearing["clearing_fen"]


def test_a_difference_of_clearings_comes_through_the_first_appraisal_factor_and_sums():
    first = {**KEY, "fund_pay_fen": 101, "charged_fund_fen": 0, "appraisal_factor_ppm": 500_000, "payable_fen": 51, "audit_deduction_fen": 5, "prepaid_fen": 7,
             "clearing_fen": 39, "is_blocked": False}
    second = {**first, "fund_pay_fen": 104, "appraisal_factor_ppm": 1_000_000, "payable_fen": 104, "audit_deduction_fen": 0, "prepaid_fen": 9, "clearing_fen": 95}
    rows = reasons_between([first], [second], [{**KEY, "group_fen": 1, "value_fen": 2}])
    assert {row["reason_code"]: row["amount_fen"] for row in rows} == {"appraisal": 52, "deduction": 5, "prepaid": -2, "value": 1}  # 102 × ½ is 51 again
    assert sum(row["amount_fen"] for row in rows) == 95 - 39
    assert reasons_between([first], [first], []) == []
    new = reasons_between([], [second], [{**KEY, "cases_fen": 104}])
    assert sum(row["amount_fen"] for row in new) == 95
