"""Groups of institutions: a group's value is that of its members only, its growth its own, its target judged on it alone."""
from datetime import date, datetime, timezone

import pytest

from sanyi.indicators import indicators
from sanyi.indicators.groups import ALL, CLASSES, GROUP_WORDS, GROUPS
from sanyi.indicators.indicator_status import SCOPE_OF
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan, plan_names
from sanyi.runs.steps import all_steps

NOW = datetime(2023, 6, 15, 2, 0, tzinfo=timezone.utc)
COMPUTED = {indicator.code for indicator in indicators()}
MAP = [{"region_id": "c", "level_code": "city"}, {"region_id": "d", "level_code": "district"}]


def place(name, level, kind="general", owner="public", region="d", in_area=True):
    return {"institution_id": name, "level_code": level, "kind_code": kind, "ownership_code": owner, "region_id": region, "is_in_area": in_area}


PLACES = [place("city", "3A", region="c"), place("county", "2A"), place("tcm", "2A", "tcm"), place("private", "2B", owner="private"),
          place("town", "township", "primary"), place("outside", "3A", in_area=False)]


def played(steps, tables, plan="haikou-2018", **values):
    opened = open_plan(plan).changed(values).on(date(2020, 12, 31))
    from sanyi.engines.duck import DuckEngine
    made = dict(tables)
    with DuckEngine(memory="1GB", threads=1) as engine:
        for name in steps:
            made[name] = play_rows(all_steps()[name], made, opened, 2020, engine)
    return made


def month(name, when, **fen):
    return {"institution_id": name, "month": when, **fen}


def value_of(made, indicator, scope, period="2020"):
    rows = made[f"indicator_values_{indicator.lower().replace('-', '_')}"]
    found = [row for row in rows if (row["scope_code"], row["scope_id"], row["period"]) == (scope, ALL, period)]
    assert len(found) <= 1
    return (found[0]["numerator"], found[0]["denominator"], found[0]["value_e6"]) if found else None


def test_public_hospitals_are_the_sum_of_their_members_only():
    spent = {"city": (10, 100), "county": (30, 100), "tcm": (5, 50), "private": (1000, 9000), "town": (700, 800), "outside": (1, 2)}
    finance = [month(name, 202001, fiscal_subsidy_fen=subsidy, expense_fen=expense) for name, (subsidy, expense) in spent.items()]
    made = played(("scope_members", "finance_measures", "indicator_values_ind_32"),
                  {"institutions": PLACES, "regions": MAP, "monthly_finance": finance})
    assert value_of(made, "IND-32", "public_hospitals") == (45, 250, 18_000_000)  # 10 + 30 + 5 of 100 + 100 + 50
    assert value_of(made, "IND-32", "city_hospital") == (10, 100, 10_000_000)
    assert value_of(made, "IND-32", "county_hospital") == (35, 150, 23_333_333)
    assert value_of(made, "IND-32", "county_general_hospital") == (30, 100, 30_000_000)
    assert value_of(made, "IND-32", "secondary_and_below_public") == (735, 950, 77_368_421)
    assert value_of(made, "IND-32", "secondary") == (1035, 9150, 11_311_475)
    assert value_of(made, "IND-32", "tertiary") == (10, 100, 10_000_000)  # the tertiary hospital outside the area does not count
    assert value_of(made, "IND-32", "public_hospitals", "2020-01") is None  # groups are counted by the year


def test_a_group_grows_against_itself_and_a_hospital_that_has_just_opened_does_not_count():
    cost = {"outpatient_income_fen": 0, "visit_count": 10}
    finance = [month("county", 201903, **{**cost, "outpatient_income_fen": 1000}), month("county", 202003, **{**cost, "outpatient_income_fen": 1100}),
               month("private", 201903, **{**cost, "outpatient_income_fen": 1000}), month("private", 202003, **{**cost, "outpatient_income_fen": 5000}),
               month("tcm", 202003, **{**cost, "outpatient_income_fen": 90_000})]
    made = played(("scope_members", "finance_measures", "indicator_values_ind_03", "indicator_values_ind_01"),
                  {"institutions": PLACES, "regions": MAP, "monthly_finance": finance})
    assert value_of(made, "IND-03", "secondary_and_below_public")[2] == 10_000_000
    assert value_of(made, "IND-03", "county_hospital")[2] == 10_000_000
    assert value_of(made, "IND-03", "secondary")[2] == 205_000_000  # 6,100 for twenty against 2,000 for twenty
    assert value_of(made, "IND-01", "public_hospitals") == (100, 1000, 10_000_000)


def test_tertiary_hospitals_stay_their_own_days():
    facts = [{"settled_month": 202001, "institution_id": name, "district_id": "d", "type_code": "inpatient", "encounter_count": count, "stay_days_count": days}
             for name, count, days in (("city", 4, 30), ("county", 1, 100), ("outside", 9, 900))]
    made = played(("scope_members", "visit_measures", "indicator_values_ind_13", "indicator_values_ind_41"),
                  {"institutions": PLACES, "regions": MAP, "visit_facts": facts})
    assert value_of(made, "IND-13", "tertiary") == (30, 4, 7_500_000)
    assert value_of(made, "IND-13", "public_hospitals") == (130, 5, 26_000_000)
    assert value_of(made, "IND-13", "secondary_and_above") == (130, 5, 26_000_000)
    assert not {row["scope_code"] for row in made["indicator_values_ind_41"]} & set(GROUP_WORDS)  # where people go says nothing of hospitals


# ── the two classes of hospital that Sichuan's pairs of numbers mean ──

def weights(pair=None):
    cases = [{"encounter_id": f"{name}-{number}", "institution_id": name, "weight_e6": weight}
             for name, weight in (("city", 2_000_000), ("county", 1_000_000), ("private", 9_000_000)) for number in range(2)]
    plan = open_plan("sichuan-2021", "region-demo")
    plan = plan.changed({"target.pair_classes": pair} if pair else {}).on(plan.last_day)
    from sanyi.engines.duck import DuckEngine
    made = {"institutions": PLACES, "regions": MAP, "inpatient_cases": cases}
    with DuckEngine(memory="1GB", threads=1) as engine:
        for name in ("scope_members", "indicator_values_ind_53"):
            made[name] = play_rows(all_steps()[name], made, plan, 2020, engine)
    values = [row for row in made["indicator_values_ind_53"] if row["period"] == "2020"]
    status = play_rows(all_steps()["indicator_status"], {"indicator_values": values}, plan, 2020, None)
    return {row["scope_code"]: (row["value_e6"], row["target_id"], row["status_code"]) for row in status if row["scope_code"] in CLASSES}


def test_sichuans_first_class_is_tertiary_its_second_secondary_and_public_hospitals_only_count():
    assert weights() == {"class_a": (2_000_000, "case-mix-index-a", "met"), "class_b": (1_000_000, "case-mix-index-b", "missed")}


def test_the_setting_says_which_hospitals_the_pair_means():
    assert weights(["secondary", "tertiary"]) == {"class_a": (1_000_000, "case-mix-index-a", "missed"), "class_b": (2_000_000, "case-mix-index-b", "missed")}
    with pytest.raises(ValueError, match="target.pair_classes.*'tertairy'.*were expected"):
        weights(["tertairy", "secondary"])


def test_a_plan_without_pairs_has_no_classes():
    made = played(("scope_members",), {"institutions": PLACES, "regions": MAP})
    assert {row["scope_code"] for row in made["scope_members"]} == set(GROUPS)


# ── targets ──

def test_every_computed_target_has_a_scope_that_is_judged_but_for_each_county():
    left = {(plan, target.id) for plan in plan_names() for target in open_plan(plan).targets
            if target.indicator in COMPUTED and target.scope not in SCOPE_OF}
    assert left == {("lijiang-2022", "in-county-visits")}


@pytest.mark.parametrize(("plan", "target", "scope"), [
    ("zhongwei-2022", "city-fiscal-subsidy-share", "city_hospital"), ("zhongwei-2022", "county-fiscal-subsidy-share", "county_hospital"),
    ("jianghai-2018", "task-13-outpatient-growth", "secondary_and_below_public"), ("jianghai-2018", "annex-1-tertiary-stay", "tertiary"),
    ("guide-2022", "service-income-share", "county_general_hospital"), ("sichuan-2021", "service-income-share", "public_hospitals"),
    ("beijing-2021", "service-income-share", "public_hospitals")])
def test_a_groups_target_judges_the_group_and_nobody_else(plan, target, scope):
    opened = open_plan(plan)
    aim = next(each for each in opened.targets if each.id == target)
    year = aim.due.year if aim.due else opened.last_day.year
    rows = [{"indicator_code": aim.indicator, "scope_code": code, "scope_id": name, "period": str(when), "value_e6": value}
            for code, name in (("region", "region"), (scope, ALL), ("institution", "H1")) for when, value in ((year - 1, 5), (year, 6))]
    made = play_rows(all_steps()["indicator_status"], {"indicator_values": rows}, opened.on(date(year, 12, 31)), year, None)
    by_scope = {row["scope_code"]: row for row in made}
    assert by_scope[scope]["target_id"] == target and by_scope[scope]["previous_e6"] == 5
    assert [code for code, row in by_scope.items() if row["target_id"] == target] == [scope]


def test_a_groups_value_reaches_its_target_in_the_ledger(undone):
    from sanyi.store.bulletin import target_row
    from sanyi.store.models import Account, LedgerTarget
    from sanyi.store.opening import open_ledger
    from sanyi.store.readings import publish_values
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    open_ledger(open_plan("zhongwei-2022"), "office-1", NOW)
    rows = [{"indicator_code": "IND-32", "scope_code": scope, "scope_id": name, "period": "2022", "value_e6": value}
            for scope, name, value in (("city_hospital", ALL, 15_000_000), ("county_hospital", ALL, 24_000_000), ("region", "region", 99_000_000))]
    assert publish_values("zhongwei-2022", rows, "run-1", "office-1", NOW) == 2
    stand = {target: target_row(LedgerTarget.objects.select_related("ledger").get(ledger__plan="zhongwei-2022", entry=target))
             for target in ("city-fiscal-subsidy-share", "county-fiscal-subsidy-share")}
    assert [(row["status"], row["origin"]) for row in stand.values()] == [("met", "computed"), ("near", "computed")]
