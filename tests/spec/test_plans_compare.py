"""Two plans side by side, and what a what-if changes."""
from datetime import date
from pathlib import Path

from test_plans_check import HEAD, IDENTITY, MILESTONE, SOUND, TARGET, TASK, UNIT, changed, pack
from test_plans_extends import BASE, family

from sanyi.plans import read_plan
from sanyi.plans.aims import aim_words
from sanyi.plans.compare import compare, differences, said
from sanyi.plans.likeness import letter_pairs, likeness, paired, weights_of

DAY = date(2020, 12, 31)
PACKS = Path(__file__).parents[2] / "packs"


def verdicts(pairs):
    return {(pair.subject, pair.key): pair.verdict for pair in pairs}


def test_values_meet_by_name_targets_by_indicator_and_tasks_by_wording(tmp_path):
    pack(tmp_path, BASE, "one")
    other = HEAD.replace("试办", "甲办") + changed(SOUND, "500000", "400000") + UNIT + changed(TASK, '"任务"', '"建立任务台账"') + changed(TARGET, "900000", "850000")
    pack(tmp_path, other, "two")
    pairs = compare(read_plan("one", [tmp_path]), read_plan("two", [tmp_path]), DAY, DAY)
    assert verdicts(pairs) == {("value", "fund.open_ppm"): "only_left", ("value", "fund.share_ppm"): "different",
                               ("target", "IND-42"): "different", ("task", "first"): "different", ("unit", "office"): "same"}
    share = next(pair for pair in pairs if pair.key == "fund.share_ppm")
    assert (said(share.left, "zh"), said(share.right, "en")) == ("50 %", "40 %")


def test_targets_of_the_same_year_meet_before_others(tmp_path):
    def targets(*years):
        return "".join(changed(changed(changed(TARGET, '"visits"', f'"visits-{year}"'), "900000", str(900000 + year)), 'clause = "四"',
                               f'clause = "四"\ndue = {year}-12-31') for year in years)
    pack(tmp_path, HEAD + SOUND + targets(2018, 2020), "one")
    pack(tmp_path, HEAD.replace("试办", "甲办") + SOUND + targets(2020, 2022), "two")
    pairs = [pair for pair in compare(read_plan("one", [tmp_path]), read_plan("two", [tmp_path]), DAY, DAY) if pair.subject == "target"]
    assert [(pair.left.due.year, pair.right.due.year, pair.verdict) for pair in pairs] == [(2020, 2020, "same"), (2018, 2022, "different")]


def test_a_plan_differs_from_itself_in_nothing():
    plan = read_plan("haikou-2018", [PACKS], "region-demo")
    pairs = compare(plan, plan, DAY, DAY)
    assert len(pairs) > 80 and {pair.verdict for pair in pairs} == {"same"}
    assert differences(plan, plan.changed({}), DAY) == ()


def test_what_the_region_lends_is_not_what_the_plan_says():
    alone, lent = read_plan("haikou-2018", [PACKS]), read_plan("haikou-2018", [PACKS], "region-demo")
    assert verdicts(compare(alone, lent, DAY, DAY)) == verdicts(compare(alone, alone, DAY, DAY))


def test_a_what_if_shows_exactly_what_it_changes(tmp_path):
    plan = read_plan("haikou-2018", [PACKS], "region-demo")
    held = plan.on(DAY).value("consortium.surplus_lead_share_ppm")
    assert differences(plan, plan.changed({"consortium.surplus_lead_share_ppm": held}), DAY) == ()
    changes = differences(plan, plan.changed({"consortium.surplus_lead_share_ppm": held - 1}), DAY)
    assert [(pair.key, pair.left.value, pair.right.value) for pair in changes] == [("consortium.surplus_lead_share_ppm", held, held - 1)]
    family(tmp_path, HEAD + changed(TASK, '"任务"', '"改写的任务"'), 'drops = ["target:visits"]\n')
    changes = differences(read_plan("base", [tmp_path]), read_plan("child", [tmp_path]), DAY)
    assert verdicts(changes) == {("target", "visits"): "only_left", ("task", "first"): "different"}


def test_likeness_is_a_share_of_the_shorter_wording_in_which_rare_words_weigh_more():
    one, other = letter_pairs("甲乙丙"), letter_pairs("丙甲乙丁")
    even = dict.fromkeys(one | other, 1.0)
    assert likeness(one, other, even) == 0.5 and likeness(one, letter_pairs("丁戊己"), {**even, "丁戊": 1.0, "戊己": 1.0}) == 0
    assert likeness(one, one, even) == 1 and likeness(one, letter_pairs(""), even) == 0
    weights = weights_of([letter_pairs("推进签约"), letter_pairs("推进转诊"), letter_pairs("推进采购")])
    assert weights["推进"] < weights["签约"]


def test_wordings_are_paired_the_most_alike_first_and_the_rest_stand_alone():
    left, right = ["推进家庭医生签约", "药品集中采购"], ["家庭医生签约服务", "开展医院评审", "推进药品采购"]
    assert paired(left, right, str) == [(left[0], right[0]), (left[1], right[2]), (None, right[1])]
    assert paired([], right, str) == [(None, each) for each in right] and paired(left, [], str) == [(each, None) for each in left]


def test_an_overlay_shows_moved_milestones_and_changed_bodies_too(tmp_path):
    pack(tmp_path, BASE + MILESTONE, "base")
    later = changed(MILESTONE, 'zh = "任务"', 'zh = "任务"\ndue = 2021-06-30')
    pack(tmp_path, HEAD + later + changed(UNIT, 'role = "office"', 'role = "centre"'), "child", IDENTITY + 'extends = "base"\n')
    pairs = differences(read_plan("base", [tmp_path]), read_plan("child", [tmp_path]), DAY)
    assert verdicts(pairs) == {("milestone", "first"): "different", ("unit", "office"): "different"}
    assert said(pairs[0].right, "zh") == "任务 2021-06-30"


def test_targets_of_one_year_meet_within_their_scope(tmp_path):
    scoped = changed(TARGET, '"city"', '"county"')
    pack(tmp_path, HEAD + SOUND + TARGET + changed(changed(scoped, '"visits"', '"visits-county"'), "900000", "800000"), "one")
    pack(tmp_path, HEAD.replace("试办", "甲办") + SOUND + changed(changed(scoped, '"visits"', '"a-county"'), "900000", "800000") + TARGET, "two")
    pairs = compare(read_plan("one", [tmp_path]), read_plan("two", [tmp_path]), DAY, DAY)
    assert {(pair.left.scope, pair.right.scope, pair.verdict) for pair in pairs if pair.subject == "target"} == {("city", "city", "same"), ("county", "county", "same")}


def test_what_a_target_asks_is_said_in_words():
    assert aim_words("≥", 650000, None, "ppm", "zh") == "≥ 65 %" and aim_words("=", 20000, 30000, "e4", "en") == "reach 2–3"
    assert aim_words("=", 1, None, "flag", "zh") == "是" and aim_words("rising", None, None, "", "en") == "rising"
    assert aim_words("open", None, None, "", "zh") == "未定数值" and aim_words("≈", 5, None, "beds", "zh") == "≈ 5"
