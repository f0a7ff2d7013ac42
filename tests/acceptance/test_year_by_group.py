"""A whole year settled by diagnosis-related group, by its points and partly by the day and by the head: books balance, every case says why, bad words change nothing."""
import json

import pytest

from sanyi.plans.errors import BadChoice
from sanyi.runs.books import check_books
from sanyi.runs.explain import explain_case, explain_institution
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Results
from sanyi.runs.run import run

YEAR = 2020
BY_DAY = {"payment.bed_day": True, "payment.capitation": True, "bed_day.categories": ["I63", "I69", "F20", "J44", "M54"], "bed_day.minimum_days": 5}
WAYS = {"drg": ("region-demo-drg", {}), "drg_points": ("region-demo-drg-points", {}), "by_day": ("region-demo", BY_DAY)}
STATEMENTS = {"drg": "drg_cases", "drg_points": "drg_point_cases", "by_day": "dip_cases"}
SUMS = ("standard_fen", "fund_pay_fen", "cost_fen", "charged_fund_fen")


@pytest.fixture(scope="module")
def settled(demo_results, tmp_path_factory):
    """The year's results by way of paying."""
    folder, found = tmp_path_factory.mktemp("ways"), {}
    for way, (region, changes) in WAYS.items():
        run(open_plan("haikou-2018", region).changed(changes), demo_results.parent / "records", YEAR, folder / way)
        found[way] = Results(folder / way)
    return found


def totals(results, table):
    return {name: sum(row[name] or 0 for row in results.page(table, limit=None)) for name in SUMS}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_year_is_settled_whole_and_its_books_balance(settled, way):
    results = settled[way]
    assert check_books(results.folder) == []
    cases = results.page("inpatient_cases", limit=None)
    assert totals(results, "inpatient_cases") == totals(results, "inpatient_clearings")
    own, by_day = results.count(STATEMENTS[way]), results.count("bed_day_cases")
    assert own and own + by_day == len(cases) and bool(by_day) == (way == "by_day")
    assert any(row["fund_pay_fen"] for row in cases) and not any(row["is_blocked"] for row in results.page("inpatient_clearings", limit=None))
    heads = [row for row in results.page("fund_payments", limit=None) if row["care_code"] == "capitation"]
    assert sum(row["fund_fen"] for row in heads) == sum(row["difference_fen"] for row in results.page("capitation_settlements", limit=None)) and bool(heads) == (way == "by_day")
    others = {"dip_cases", "drg_cases", "drg_point_cases"} - {STATEMENTS[way]}
    assert [results.count(name) for name in others] == [0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_case_says_why(settled, way):
    results = settled[way]
    kinds = {(row["method_code"], row["deviation_code"], row["status_code"]): row for row in results.page("inpatient_cases", limit=None)}
    assert len(kinds) >= 3
    for row in kinds.values():
        why = explain_case(results, row["encounter_id"])
        assert len(why.parts) > 10 and ("Not paid yet" in why.text("en")) == (row["status_code"] == "pending")
        paid = f"{(row['fund_pay_fen'] or 0) / 100:,.2f}"
        assert paid in why.text("zh") and paid in why.text("en")
    assert "inpatient_clearings" in explain_institution(results, next(iter(kinds.values()))["institution_id"]).text("en")


@pytest.mark.slow
def test_the_default_way_pays_as_the_disease_score_says(demo_results):
    results = Results(demo_results)
    assert {row["encounter_id"]: [row[name] for name in SUMS] for row in results.page("inpatient_cases", limit=None)} == {
        row["encounter_id"]: [row[name] for name in SUMS] for row in results.page("dip_cases", limit=None)}
    assert results.count("drg_cases") == results.count("drg_weights") == results.count("bed_day_cases") == 0


@pytest.mark.slow
@pytest.mark.parametrize("name, wrong", [("payment.inpatient_method", "fee"), ("payment.fund_pay_form", "half"), ("drg.basic_group_tier", "best")])
def test_a_word_that_there_is_not_stops_the_run_and_leaves_the_old_one(settled, demo_results, name, wrong):
    results = settled["drg"]
    card = (results.folder / "run-card.json").read_bytes()
    plan = open_plan("haikou-2018", "region-demo-drg").changed({name: wrong})
    with pytest.raises(BadChoice, match=f"{name} 为 '{wrong}'；可用.*it may be one of"):
        run(plan, demo_results.parent / "records", YEAR, results.folder)
    assert (results.folder / "run-card.json").read_bytes() == card and check_books(results.folder) == []
    assert json.loads(card)["steps"]["drg_cases"]["rows"] == results.count("drg_cases")
