"""What a plan holds on a day, how packs lie over one another, and what a what-if changes."""
from dataclasses import replace
from datetime import date
from pathlib import Path
import pickle
import re
import time

import pytest

from sanyi.plans import BadPack, UnknownPlan, UnknownValue, read_plan

PACKS = Path(__file__).parents[2] / "packs"
DAY = date(2020, 1, 1)


@pytest.fixture(scope="module")
def haikou():
    return read_plan("haikou-2018", [PACKS], region="region-demo")


PLAN_VALUES = {
    "consortium.budget_share_ppm": 850000,
    "consortium.budget_insurance_types": ["resident"],
    "consortium.surplus_lead_share_ppm": 700000,
    "consortium.overrun_rule": "own",
    "subsidy.drug_sales_share_ppm": 300000,
    "subsidy.city_share_ppm": 550000,
    "prescription.long_cap_months": 2,
    "consortium.leadership_count_minimum": 4,
    "consortium.leadership_count_maximum": 6,
}
REGION_VALUES = {
    "fund.raised_per_head_fen.resident": 83000,
    "fund.reserve_share_ppm": 50000,
    "dip.history_weights": [1, 2, 7],
    "dip.high_inclusive": False,
    "dip.auxiliary_dimensions": ["age", "severity", "cci"],
    "payment.point_value_basis": "cost",
    "consortium.overrun_lead_share_ppm": 700000,
    "target.tolerance_points_e4": 20000,
    "audit.readmission_days": 10,
    "appraisal.quarter_weight_ppm": 50000,
    "appraisal.clip_above_full": True,
    "appraisal.gate_cap_band": "good",
    "appraisal.vetoes": ["hospital_outbreak", "major_medical_accident", "major_safety_accident", "major_fire",
                         "major_public_opinion"],
}


@pytest.mark.parametrize("name, expected", {**PLAN_VALUES, **REGION_VALUES}.items())
def test_the_values_other_rooms_ask_for(haikou, name, expected):
    assert haikou.on(DAY).value(name) == expected


def test_bands_come_as_tables(haikou):
    bands = haikou.on(DAY).value("appraisal.bands")
    assert bands[0] == {"band": "excellent", "minimum_score_e4": 900000}
    assert [band["band"] for band in bands] == ["excellent", "good", "fair", "poor"]


@pytest.mark.parametrize("day, expected", [
    (date(2017, 1, 1), 63000), (date(2018, 12, 31), 71000), (date(2019, 1, 1), 77000), (date(2020, 12, 31), 83000)])
def test_a_dated_value_changes_on_its_day(haikou, day, expected):
    assert haikou.on(day).value("fund.raised_per_head_fen.resident") == expected


def test_the_plan_holds_from_the_day_of_issue():
    haikou = read_plan("haikou-2018", [PACKS])  # alone: a region lends values for the time before
    assert haikou.on(date(2018, 11, 9)).value("consortium.budget_share_ppm") == 850000
    with pytest.raises(UnknownValue, match="2018-11-09"):
        haikou.on(date(2018, 11, 8)).value("consortium.budget_share_ppm")


def test_an_unknown_name_is_answered_with_near_names(haikou):
    with pytest.raises(UnknownValue, match=r"consortium\.budget_share_ppm"):
        haikou.on(DAY).value("consortium.budget_shares_ppm")
    with pytest.raises(KeyError):
        haikou.on(DAY).entry("no.such")


def test_an_unknown_plan_is_answered_with_the_plans_that_exist():
    with pytest.raises(UnknownPlan, match="haikou-2018, .*wanshan-2021"):
        read_plan("haiku", [PACKS])


def test_a_plan_reads_without_a_region_and_by_path():
    alone = read_plan(PACKS / "haikou-2018", [])
    assert alone.on(DAY).value("consortium.overrun_lead_share_ppm") == 700000  # the gap's stated default
    with pytest.raises(UnknownValue):
        alone.on(DAY).value("dip.history_weights")


def test_the_regions_choice_wins_over_the_stated_default_of_a_gap(haikou):
    assert haikou.on(DAY).entry("target.tolerance_points_e4").place.pack == "region-demo"
    assert haikou.on(DAY).entry("consortium.secretary_may_be_president").place.pack == "haikou-2018"


def test_a_borrowed_scheme_reaches_back_and_says_who_borrowed_it(haikou):
    entry = haikou.on(date(2017, 5, 1)).entry("appraisal.year_end_weight_ppm")
    assert (entry.value, entry.borrowed_by, entry.source.obligation) == (900000, "region-demo", "WS-08")
    assert "region-demo" in haikou.on(DAY).why("appraisal.year_end_weight_ppm")
    with pytest.raises(UnknownValue):
        read_plan("wanshan-2021", [PACKS]).on(date(2020, 12, 31)).value("appraisal.year_end_weight_ppm")


def test_only_values_and_gaps_come_from_the_region(haikou):
    assert {task.place.pack for task in haikou.tasks} == {"haikou-2018"}
    assert {unit.place.pack for unit in haikou.organisation.units} == {"haikou-2018"}


def test_targets_carry_comparator_due_and_standing(haikou):
    targets = {target.id: target for target in haikou.targets}
    visits, primary = targets["in-area-visits"], targets["primary-visit-share"]
    assert (visits.indicator, visits.comparator, visits.value, visits.due) == ("IND-42", "≈", 900000, date(2020, 12, 31))
    assert haikou.on(DAY).value(visits.tolerance_setting) == 20000
    assert (primary.indicator, primary.comparator, primary.value, primary.is_striven_for) == ("IND-43", "=", 650000, True)  # 达到: to reach


def test_the_organisation_of_the_text(haikou):
    organisation = haikou.organisation
    assert len(organisation.of_role("district")) == 4
    assert len(organisation.of_role("lead_hospital")) == 8
    assert len([duty for duty in organisation.duties_of("management-committee") if duty.act == "approve"]) == 12
    assert len(organisation.of_role("centre_administrative")) + len(organisation.of_role("centre_business")) == 7
    leaders = [post for post in organisation.posts if post.unit == "medical-groups"]
    assert (sum(post.minimum for post in leaders), sum(post.maximum for post in leaders)) == (5, 6)  # HK-39: 4 needs one person twice


def test_every_entry_of_an_obligation_is_found(haikou):
    kinds = {type(entry).__name__ for entry in haikou.sources("HK-06")}
    assert {"Value", "Task", "Unit"} <= kinds
    assert haikou.sources("HK-99") == ()


def test_why_in_chinese_and_english(haikou):
    day = haikou.on(DAY)
    assert day.why("consortium.budget_share_ppm") == (
        "当年筹集资金总额中交医联体包干的比例：85 %；自 2018-11-09 起；依据 海府办〔2018〕251号 二(二)（HK-06）；计划原文；"
        "原文为“85%左右”，按 85% 计算。")
    assert "830.00 yuan; from 2020-01-01" in day.why("fund.raised_per_head_fen.resident", "en")
    assert "a demonstration value" in day.why("fund.raised_per_head_fen.resident", "en")
    for name in day.values():
        assert re.search(r"[A-Z]+-\d+", day.why(name)) and re.search(r"[A-Z]+-\d+", day.why(name, "en"))
        assert re.search(r"[一-鿿]", day.why(name))


def test_what_a_step_reads_is_noted_and_nothing_else(haikou):
    seen, recorded = haikou.on(DAY).recording()
    assert recorded == {}
    assert seen.value("consortium.budget_share_ppm") == 850000
    seen.entry("dip.history_weights")
    seen.why("dip.score_scale")
    assert recorded == {"consortium.budget_share_ppm": 850000, "dip.history_weights": [1, 2, 7]}
    seen.value("dip.history_weights").append(9)
    assert recorded["dip.history_weights"] == [1, 2, 7]


def test_a_reading_names_its_answer_so_that_plans_which_answer_alike_are_told_from_others(haikou):
    seen, _ = haikou.on(DAY).recording()
    seen.value("consortium.budget_share_ppm"), seen.entry("dip.history_weights"), seen.day, seen.targets
    with pytest.raises(UnknownValue):
        seen.value("no.such_value")
    assert set(seen.reads) == {"value consortium.budget_share_ppm", "entry dip.history_weights", "day", "targets", "value no.such_value"}

    def alike(other):
        return {question for question, answer in seen.reads.items() if other.answer(question) == answer}

    changed = haikou.changed({"consortium.budget_share_ppm": 1, "dip.history_weights": [1, 2, 7]})
    assert alike(haikou.on(DAY)) == alike(haikou.changed({}).on(DAY)) == set(seen.reads)
    assert set(seen.reads) - alike(changed.on(DAY)) == {"value consortium.budget_share_ppm", "entry dip.history_weights"}  # an entry says where it stands
    assert set(seen.reads) - alike(haikou.on(date(2020, 12, 30))) == {"day"}
    assert "targets" not in alike(replace(haikou, targets=haikou.targets[1:]).on(DAY))


def test_targets_that_a_step_reads_are_noted(haikou):
    seen, recorded = haikou.on(DAY).recording()
    assert seen.targets == haikou.targets
    assert recorded["target.in-area-visits"] == "IND-42 ≈ 900000" and len(recorded) == len(haikou.targets)


def test_a_value_handed_out_cannot_change_the_plan(haikou):
    haikou.on(DAY).value("appraisal.bands")[0]["minimum_score_e4"] = 0
    assert haikou.on(DAY).value("appraisal.bands")[0]["minimum_score_e4"] == 900000


def test_a_what_if_changes_one_value_and_leaves_its_base_alone(haikou):
    changed = haikou.changed({"consortium.budget_share_ppm": 900000})
    assert changed.on(DAY).value("consortium.budget_share_ppm") == 900000
    assert haikou.on(DAY).value("consortium.budget_share_ppm") == 850000
    before, after = haikou.on(DAY).values(), changed.on(DAY).values()
    assert {name for name in after if after[name] != before.get(name)} == {"consortium.budget_share_ppm"}
    assert changed.digest != haikou.digest
    assert "原为 85 %" in changed.on(DAY).why("consortium.budget_share_ppm")


def test_an_empty_what_if_changes_nothing(haikou):
    assert haikou.changed({}) is haikou


@pytest.mark.parametrize("changes, error", [
    ({"consortium.budget_shares_ppm": 1}, UnknownValue),
    ({"consortium.budget_share_ppm": "0.9"}, BadPack),
    ({"consortium.budget_share_ppm": 1000001}, BadPack),
    ({"consortium.budget_share_ppm": True}, BadPack),
    ({"dip.history_weights": []}, BadPack),
])
def test_a_what_if_that_makes_no_sense_is_refused(haikou, changes, error):
    with pytest.raises(error):
        haikou.changed(changes)


def test_a_thousand_what_ifs_are_quick(haikou):
    start = time.perf_counter()
    digests = {haikou.changed({"consortium.budget_share_ppm": 800000 + step}).digest for step in range(1000)}
    assert len(digests) == 1000
    assert time.perf_counter() - start < 2.0


def test_the_same_packs_give_the_same_plan_and_it_travels(haikou):
    again = read_plan("haikou-2018", [PACKS], region="region-demo")
    assert again == haikou and again.digest == haikou.digest
    assert pickle.loads(pickle.dumps(haikou)).digest == haikou.digest
    assert read_plan("haikou-2018", [PACKS]).digest != haikou.digest


def test_a_pack_calls_its_own_codes_by_words_and_words_change_no_digest(tmp_path):
    from test_plans_check import HEAD, SOUND, changed, pack
    coded = changed(changed(changed(SOUND, "fund.share_ppm", "fund.kinds"), "500000", '[{ kind = "own_kind", days_e4 = 15000 }, { kind = "drg", days_e4 = 0 }]'), '"ppm"', '"tables"')
    home = pack(tmp_path, HEAD + coded)
    plain = read_plan("trial", [tmp_path])
    (home / "words.toml").write_text('own_kind = ["自定类", "its own kind"]\nkind = ["类别", "kind"]\n', "utf-8")
    plan = read_plan("trial", [tmp_path])
    assert "类别 自定类" in plan.on(DAY).why("fund.kinds") and "kind its own kind" in plan.on(DAY).why("fund.kinds", "en")
    assert "own_kind" in plain.on(DAY).why("fund.kinds") and plan.digest == plain.digest
    (home / "words.toml").write_text('own_kind = "自定类"\n', "utf-8")
    with pytest.raises(BadPack, match="words.toml:1"):
        read_plan("trial", [tmp_path])
