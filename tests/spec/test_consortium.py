"""Hand-worked consortium cases: the numbered examples are there, and every threshold on, just below and just above."""
from datetime import date

import pytest

from sanyi.payment.consortium_scores import kept_share
from sanyi.payment.consortium_settlements import consortium_settlements
from sanyi.payment.contracted_spans import first_month
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
    with pytest.raises(ValueError, match="consortium.score_basis.*best"):
        play_rows(consortium_settlements, {}, changed, 2020, None)
