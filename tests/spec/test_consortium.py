"""Hand-worked consortium cases: the numbered examples are there, and every threshold on, just below and just above."""
from datetime import date

import pytest

from sanyi.payment.consortium.consortium_scores import kept_share
from sanyi.payment.consortium.consortium_settlements import consortium_settlements
from sanyi.payment.consortium.contracted_spans import first_month
from sanyi.plans.errors import BadChoice
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(2020, 12, 31))


@pytest.mark.parametrize(("number", "step"), [("EX-41", "consortium_budgets"), ("EX-42", "consortium_settlements"),
                                              ("EX-42", "consortium_shares"), ("EX-44", "drug_subsidies")])
def test_numbered_examples_stand_in_the_manual(number, step):
    assert any(number in example.numbers for example in all_steps()[step].examples)


@pytest.mark.parametrize(("score", "keep"), [(0, 0), (699_999, 0), (700_000, 800_000), (799_999, 800_000), (800_000, 900_000),
                                             (899_999, 900_000), (900_000, 1_000_000), (1_000_000, 1_000_000)])
def test_share_kept_at_each_threshold(plan, score, keep):
    bands = plan.value("consortium.surplus_keep_bands")
    assert kept_share(score, bands) == keep
    assert kept_share(score, list(reversed(bands))) == keep
    assert kept_share(score, bands, is_vetoed=True) == 0


def test_a_mean_score_is_held_while_one_member_is_not_appraised(plan):
    changed = plan.plan.changed({"consortium.score_basis": "mean"}).on(plan.day)
    rows = {"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 100}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_members": [{"consortium_id": "A", "institution_id": "M"}],
            "appraisals": [{"institution_id": "L", "year": 2020, "score_e4": 900_000}]}
    assert play_rows(consortium_settlements, rows, changed, 2020, None)[0]["outcome_code"] == "held"
    rows["appraisals"].append({"institution_id": "M", "year": 2020, "score_e4": 850_001})
    assert play_rows(consortium_settlements, rows, changed, 2020, None)[0]["score_e4"] == 875_001


def test_an_unknown_rule_is_refused_by_name(plan):
    with pytest.raises(ValueError, match="consortium.contract_month_rule.*last_day"):
        first_month(None, "last_day", 2020)
    changed = plan.plan.changed({"consortium.score_basis": "best"}).on(plan.day)
    with pytest.raises(BadChoice, match="consortium.score_basis.*best"):
        play_rows(consortium_settlements, {}, changed, 2020, None)


@pytest.mark.parametrize(("name", "lead"), [("haikou-2018", 70), ("lianjiang-2019", 60), ("zhongwei-2022", 60)])
def test_an_agreement_rules_the_split_only_where_the_plan_leaves_it_to_one(name, lead):
    """Haikou's own text says 70 : 30; Lianjiang leaves the split to an agreement (LJ-28), Zhongwei says nothing of it."""
    rows = {"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 100}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}], "appraisals": [{"institution_id": "L", "year": 2020, "score_e4": 900_000}],
            "consortium_agreements": [{"consortium_id": "A", "year": 2020, "lead_share_ppm": 600_000, "overrun_lead_share_ppm": 500_000},
                                      {"consortium_id": "A", "year": 2019, "lead_share_ppm": 10_000}]}
    day = open_plan(name).on(open_plan(name).last_day)
    assert play_rows(consortium_settlements, rows, day, 2020, None)[0]["lead_fen"] == lead
    without = play_rows(consortium_settlements, {**rows, "consortium_agreements": []}, day, 2020, None)[0]
    assert without["lead_fen"] == 70  # the gap's 7 : 3 where no agreement is recorded


def test_the_basis_of_the_liability_may_turn_an_overrun_into_a_surplus(plan):
    rows = {"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 1_000}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_liabilities": [{"consortium_id": "A", "insurance_code": "resident", "place_code": "lead", "care_code": "dip_stay", "fund_fen": 1_050}],
            "consortium_withholdings": [{"consortium_id": "A", "insurance_code": "resident", "withheld_fen": 80}]}
    found = {basis: play_rows(consortium_settlements, rows, plan.plan.changed({"consortium.liability_basis": basis}).on(plan.day), 2020, None)[0]
             for basis in ("priced", "payable")}
    assert (found["priced"]["overrun_fen"], found["priced"]["surplus_fen"]) == (50, 0)
    assert (found["payable"]["overrun_fen"], found["payable"]["surplus_fen"]) == (0, 30)


@pytest.mark.parametrize("name", ["consortium.liability_basis", "consortium.late_claims", "consortium.overrun_rule", "consortium.surplus_rule",
                                  "consortium.income_split_basis", "consortium.split_rule"])
def test_every_choice_of_a_package_refuses_a_word_it_does_not_know(plan, name):
    rows = {"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 10}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_liabilities": [{"consortium_id": "A", "insurance_code": "resident", "place_code": "lead", "care_code": "visit", "fund_fen": 20}]}
    changed = plan.plan.changed({name: "nonsense"}).on(plan.day)
    with pytest.raises(BadChoice, match=f"{name}.*nonsense"):
        play_rows(consortium_settlements, rows, changed, 2020, None)
