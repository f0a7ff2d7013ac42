"""A printed formula gives its figure: the arithmetic of an explanation is done again from its own words."""
import re
from datetime import date
from fractions import Fraction

import pytest

from sanyi.runs.examples import play_rows
from sanyi.runs.explain import case, consortium, institution
from sanyi.runs.explain.facts import parts_of
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps, promise

YEAR = 2020
KEY = {"consortium_id": "A", "insurance_code": "resident"}
HOUSES = ("L", "M1", "M2")


class Rows:
    """Results that hold nothing but their promises."""

    card: dict = {}
    promise = staticmethod(promise)


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(YEAR, 12, 31))


def number(text):
    """A figure as people read it: yuan, percent, a decimal."""
    value = Fraction(text.replace(",", "").rstrip("%"))
    return value / 100 if text.endswith("%") else value


def worked(formula):
    """Do the arithmetic of a formula, left to right; what stands after ';' is a note."""
    arithmetic, _, note = formula.partition(";")
    tokens = re.findall(r"(?<![\w.])-?[\d,]+(?:\.\d+)?%?|[−×÷+]", re.sub(r"[A-Za-z][\w'-]*", "", arithmetic))
    value = number(tokens[0])
    for operator, operand in zip(tokens[1::2], tokens[2::2], strict=True):
        other = number(operand)
        value = {"−": value - other, "+": value + other, "×": value * other, "÷": value / (other or 1)}[operator]
    return max(value, Fraction(0)) if "not below 0" in note else value


def gives(table, row, facts, *columns, within=Fraction(1, 200)):
    """Each column's printed formula comes to its printed value, to half a unit of its last place."""
    wanted = {promise(table)[name].en for name in columns}
    parts = [part for part in parts_of(Rows, table, row, facts) if part.label_en in wanted]
    assert {part.label_en for part in parts} == wanted
    for part in parts:
        assert abs(worked(part.formula_en) - number(part.value_en)) <= within, (part.formula_en, part.value_en)
        figures = [re.findall(r"[\d,.]+%?", text.partition(mark)[0]) for text, mark in ((part.formula_zh, "；"), (part.formula_en, ";"))]
        assert figures[0] == figures[1], "both languages say the same sums"


def played(plan, spent, recovered, score=850_000):
    """A consortium's settlement and its shares."""
    given = {"consortium_person_months": [{**KEY, "month": 202001, "person_count": 12_345}],
             "consortia": [{"consortium_id": "A", "kind_code": "tight", "lead_institution_id": "L"}],
             "consortium_liabilities": [{**KEY, "place_code": "lead", "care_code": "visit", "fund_fen": spent}],
             "consortium_recoveries": [{**KEY, "recovered_fen": recovered}],
             "consortium_members": [{"consortium_id": "A", "institution_id": name} for name in HOUSES],
             "contracted_members": [{**KEY, "institution_id": name, "month": 202001, "person_count": 7 + place}
                                    for place, name in enumerate(HOUSES)],
             "institutions": [{"institution_id": name, "level_code": "3A" if name == "L" else "township"} for name in HOUSES],
             "appraisals": [{"institution_id": name, "year": YEAR, "score_e4": score} for name in HOUSES]}
    for name in ("consortium_budgets", "consortium_settlements", "consortium_shares"):
        given[name] = play_rows(all_steps()[name], given, plan, YEAR, None)
    return given


@pytest.mark.parametrize(("spent", "recovered"), [(40_000_001, 333), (90_000_003, 777), (87_450_000, 30_000_000)])
def test_a_consortium_s_formulas_give_their_figures(plan, spent, recovered):
    made = played(plan, spent, recovered)
    gives("consortium_budgets", made["consortium_budgets"][0], consortium.BUDGET, "raised_fen", "budget_fen")
    gives("consortium_settlements", made["consortium_settlements"][0], consortium.OUTCOME, "net_liability_fen", "surplus_fen",
          "kept_fen", "lead_fen", "members_fen", "overrun_fen", "borne_fen", "lead_borne_fen", "members_borne_fen")
    for share in made["consortium_shares"]:
        gives("consortium_shares", share, consortium.share_facts(share), "share_fen")


@pytest.mark.parametrize("spent", [40_000_001, 990_000_003])
def test_a_member_s_share_says_what_it_was_shared_by(plan, spent):
    """Only a surplus is shared by scores; the lead's part by neither."""
    shares = {row["institution_id"]: row for row in played(plan, spent, 0)["consortium_shares"]}
    said = {name: parts_of(Rows, "consortium_shares", row, consortium.share_facts(row))[0].formula_en for name, row in shares.items()}
    assert "person-months" not in said["L"] and "person-months" in said["M1"]
    assert ("× score" in said["M1"]) == (spent == 40_000_001)


@pytest.mark.parametrize("basis", ["cost", "fund"])
def test_a_point_value_s_formula_follows_the_basis(basis):
    changed = open_plan("haikou-2018").changed({"payment.point_value_basis": basis}).on(date(YEAR, 12, 31))
    value = play_rows(all_steps()["dip_point_values"], {
        "fund_budget_lines": [{"insurance_code": "resident", "version_number": 0, "line_code": "dip_inpatient", "budget_fen": 7_000_001}],
        "dip_year_totals": [{"insurance_code": "resident", "cost_fen": 1000, "fund_fen": 700, "points_e4": 9_990_000}]},
        changed, YEAR, None)[-1]
    gives("dip_point_values", value, case.value_facts(value), "point_value_e4", within=Fraction(1, 10_000))
    said = parts_of(Rows, "dip_point_values", value, case.value_facts(value))[0].formula_en
    assert ("7.00" in said) == (basis == "cost")


def test_a_case_s_and_a_clearing_s_formulas_give_their_figures():
    paid = {name: None for name in promise("dip_cases").names} | {
        "standard_fen": 1_023_750, "patient_fen": 200_000, "other_payers_fen": 23_751, "fund_pay_fen": 799_999,
        "cost_fen": 1_100_000, "difference_fen": -76_250, "points_e4": 910_000, "point_value_e4": 1_125_000}
    gives("dip_cases", paid, case.PAID, "standard_fen", "fund_pay_fen", "difference_fen")
    cleared = {name: None for name in promise("inpatient_clearings").names} | {
        "fund_pay_fen": 1_000_001, "appraisal_factor_ppm": 980_000, "payable_fen": 980_001, "audit_deduction_fen": 10_000,
        "prepaid_fen": 970_002, "clearing_fen": -1}
    gives("inpatient_clearings", cleared, institution.CLEARING, "payable_fen", "clearing_fen")
