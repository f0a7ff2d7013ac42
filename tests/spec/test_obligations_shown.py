"""What the registers of obligations claim, shown plan by plan: each plan's own targets, shares, bands, leads and deadlines are what runs."""
from collections import Counter
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from sanyi.appraisal.examples import EXAMPLES
from sanyi.engines.duck import DuckEngine
from sanyi.indicators import indicators
from sanyi.indicators.indicator_status import SCOPE_OF
from sanyi.indicators.status import E6_OF
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan, plan_names
from sanyi.runs.steps import all_steps

PLANS = plan_names()
COMPUTED = {indicator.code for indicator in indicators()}
SHADOWED = {"jianghai-2018": {"task-13-cost-growth"}}  # JH-129: the annex is hard and stricter for the same year
NOW = datetime(2023, 6, 15, 2, 0, tzinfo=timezone.utc)
KEY = {"consortium_id": "A", "insurance_code": "resident"}


def points(target) -> list[tuple[int, str]]:
    """Whole readings in a target's unit, on its line and on either side of it, and how each stands; worked apart from the code."""
    at = int(target.value)
    above, below = at + 1, at - 1
    far_above, far_below = 2 * at + (100_000 if target.unit == "ppm" else 1), at // 2 if at > 1 else 0
    return {"≥": [(at, "met"), (above, "met"), (far_below, "missed")], "=": [(at, "met"), (far_below, "missed")],
            ">": [(at, "near"), (above, "met"), (far_below, "missed")], "<": [(at, "near"), (below, "met"), (far_above, "missed")],
            "≤": [(at, "met"), (below, "met"), (far_above, "missed")],
            "≈": [(at, "met"), (far_below, "missed"), (far_above, "missed")]}[target.comparator]


# ── targets on computed indicators ──

def judged_by_the_region(plan) -> list:
    return [target for target in plan.targets if target.indicator in COMPUTED and target.scope in SCOPE_OF
            and target.id not in SHADOWED.get(plan.name, ())]


def status_row(plan, target, value_e6, previous_e6=None):
    year = target.due.year if target.due else plan.last_day.year
    scope = SCOPE_OF[target.scope]
    rows = [{"indicator_code": target.indicator, "scope_code": scope, "scope_id": scope, "period": str(when), "value_e6": value}
            for when, value in ((year, value_e6), (year - 1, previous_e6)) if value is not None]
    return play_rows(all_steps()["indicator_status"], {"indicator_values": rows}, plan.on(date(year, 12, 31)), year, None)[0]


@pytest.mark.parametrize("name", [name for name in PLANS if judged_by_the_region(open_plan(name))])
def test_every_computed_target_is_judged_at_its_line(name):
    plan = open_plan(name)
    for target in judged_by_the_region(plan):
        if target.comparator == "open":
            expected = [((1, None), "no_target")]
        elif target.comparator in ("rising", "falling"):
            up, down = ("met", "missed") if target.comparator == "rising" else ("missed", "met")
            expected = [((11, 10), up), ((9, 10), down), ((10, 10), "missed"), ((10, None), "not_computable")]
        else:
            expected = [((value * E6_OF[target.unit], None), status) for value, status in points(target)]
        for (value, previous), status in expected:
            row = status_row(plan, target, value, previous)
            assert (row["target_id"], row["status_code"], row["is_hard"]) == (target.id, status, not target.is_striven_for), (target.id, value)


OPEN_BOUNDARY = {  # "below 9 %": the target, whether the plan's gap counts the number in
    "lianjiang-2019": [("regional-cost-growth", False), ("out-of-pocket-share", False)], "jianghai-2018": [("task-13-out-of-pocket", False)],
    "huaibei-2021": [("material-cost-share", True)], "guide-2022": [("consortium-management-expense", True)]}


@pytest.mark.parametrize("name", OPEN_BOUNDARY)
def test_whether_below_counts_its_number_is_the_plans_setting(name, undone):
    from sanyi.store.plan_rows import target_rows
    plan = open_plan(name)
    assert [(target.id, plan.on(plan.last_day).value("target.below_includes_boundary")) for target in plan.targets if target.is_boundary_open] == OPEN_BOUNDARY[name]
    for includes, comparator in ((True, "≤"), (False, "<")):
        rows = target_rows(plan.changed({"target.below_includes_boundary": includes}), plan.last_day)
        assert {rows[target]["comparator"] for target, _ in OPEN_BOUNDARY[name]} == {comparator}
    rows = target_rows(plan, plan.last_day)
    assert [rows[target]["comparator"] for target, _ in OPEN_BOUNDARY[name]] == ["≤" if includes else "<" for _, includes in OPEN_BOUNDARY[name]]


def test_exactly_nine_percent_is_near_in_lianjiang_and_met_where_below_counts_the_number(undone):
    plan = open_plan("lianjiang-2019")
    target = next(target for target in plan.targets if target.id == "regional-cost-growth")
    other = plan.changed({"target.below_includes_boundary": True})
    rows = [status_row(each, target, value) for each in (plan, other) for value in (9_000_000, 8_999_999, 9_000_001)]
    assert [(row["comparator"], row["status_code"]) for row in rows] == [
        ("<", "near"), ("<", "met"), ("<", "near"), ("≤", "met"), ("≤", "met"), ("≤", "near")]
    from sanyi.web.measured import _gap_words
    notices = [_gap_words(row, next(one for one in indicators() if one.code == "IND-01"), "zh") for row in rows]
    assert [notice == "，恰为目标数" for notice in notices] == [True, False, False, True, False, False]


def test_jianghais_about_75_is_two_sided_a_floor_or_a_ceiling_as_set(undone):
    from sanyi.store.plan_rows import target_rows
    plan = open_plan("jianghai-2018")
    target = next(target for target in plan.targets if target.id == "annex-1-in-scope-ratio-2018")
    found = {reading: (target_rows(changed, plan.last_day)[target.id]["comparator"], [status_row(changed, target, value)["status_code"] for value in
             (84_900_000, 77_000_000, 73_000_000, 71_000_000, 70_900_000)])
             for reading in ("two_sided", "floor", "ceiling") for changed in [plan.changed({"target.about_reading": reading})]}
    assert found == {"two_sided": ("≈", ["missed", "met", "met", "near", "missed"]), "floor": ("≳", ["met", "met", "met", "near", "missed"]),
                     "ceiling": ("≲", ["missed", "met", "met", "met", "met"])}
    with pytest.raises(ValueError, match="two_sided, floor, ceiling"):
        status_row(plan.changed({"target.about_reading": "flor"}), target, 1)


@pytest.mark.parametrize(("name", "value_e6"), [("zhongwei-2022", 14_000_000), ("jianghai-2018", 20_000_000)])
def test_zhongweis_material_is_held_against_all_medical_income_and_jianghais_against_that_without_drugs(name, value_e6):
    plan = open_plan(name)
    given = {"finance_measures": [{"scope_code": "region", "scope_id": "region", "period": "2020", "material_expense_fen": 1_400,
                                   "drug_income_fen": 3_000, "medical_income_fen": 10_000}]}
    with DuckEngine(memory="1GB", threads=2) as engine:
        rows = play_rows(all_steps()["indicator_values_ind_06"], given, plan.on(plan.last_day), 2020, engine)
    assert [row["value_e6"] for row in rows] == [value_e6]


# ── targets on reported indicators ──

@pytest.mark.parametrize("name", [name for name in PLANS if {target.indicator for target in open_plan(name).targets} - COMPUTED])
def test_every_reported_target_is_judged_by_its_readings(name, undone):
    from sanyi.store.bulletin import target_row
    from sanyi.store.models import Account, LedgerTarget
    from sanyi.store.opening import open_ledger
    from sanyi.store.readings import Proof, take_reading
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    plan = open_plan(name)
    open_ledger(plan, "office-1", NOW)

    def standing(target, period, value):
        take_reading(name, target.indicator, target.scope, period, value, Proof("data", "统计表", "https://example.org/table"), "office-1", NOW)
        return target_row(LedgerTarget.objects.select_related("ledger").get(ledger__plan=name, entry=target.id))

    reported = [target for target in plan.targets if target.indicator not in COMPUTED]
    for number, target in enumerate(reported):
        year = 1000 + 2 * number  # of two targets on one indicator the later reading counts, so each gets later years
        if target.comparator in ("rising", "falling"):
            standing(target, str(year), 10)
            is_up = target.comparator == "rising"
            expected = [(11, "met" if is_up else "missed"), (9, "missed" if is_up else "met"), (10, "missed")]
        elif target.comparator == "open" or target.value is None:
            expected = [(1, "no_judgement")]
        else:
            expected = points(target)
        for value, status in expected:
            row = standing(target, str(year + 1), value)
            assert (row["status"], row["is_striven_for"], row["origin"]) == (status, target.is_striven_for, "reported"), (target.id, value)
            assert row["is_above"] == (target.upper is not None and value > target.upper)
            assert row["is_on_line"] == (target.comparator in ("<", "≤") and value == target.value)


# ── consortium payment: each plan's own package and shares ──

PACKAGES = {  # share of the funds raised, insurances, who bears an overrun, lead's share of a surplus (ppm)
    "haikou-2018": (850_000, ["resident"], "own", 700_000), "zhongwei-2022": (850_000, ["resident"], "shared", 700_000),
    "lianjiang-2019": (1_000_000, ["employee", "resident"], "shared", 700_000), "hainan-2022": (1_000_000, ["employee", "resident"], "shared", 700_000),
    "jianghai-2018": (1_000_000, ["resident"], "shared", 700_000), "lijiang-2022": (1_000_000, ["resident"], "shared", 700_000),
    "huaibei-2021": (1_000_000, ["resident"], "undecided", 700_000), "guide-2022": (1_000_000, ["resident"], "undecided", 500_000)}
SHARES = ("budget_share_ppm", "budget_insurance_types", "overrun_rule", "surplus_lead_share_ppm")


@pytest.mark.parametrize("name", PACKAGES)
def test_the_shares_that_run_are_the_plans_own_and_not_the_demonstrations(name):
    plan = open_plan(name)
    entries = [plan.on(plan.last_day).entry(f"consortium.{share}") for share in SHARES]
    assert {entry.place.pack for entry in entries} == {name}
    share, insurances, overrun, lead = PACKAGES[name]
    assert [sorted(entry.value) if entry.unit == "codes" else entry.value for entry in entries] == [share, insurances, overrun, lead]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_consortium_is_prepaid_by_the_plans_own_share(name):
    share, insurances, _, _ = PACKAGES[name]
    plan = open_plan(name).changed({f"fund.raised_per_head_fen.{insurance}": 100_000 for insurance in ("resident", "employee")})
    months = [{"consortium_id": "A", "insurance_code": insurance, "month": 202000 + month, "person_count": 200}
              for insurance in ("resident", "employee") for month in range(1, 13)]
    made = play_rows(all_steps()["consortium_budgets"], {"consortium_person_months": months,
                     "consortia": [{"consortium_id": "L", "kind_code": "loose"}]}, plan.on(plan.last_day), 2020, None)
    assert [(row["consortium_id"], row["insurance_code"], row["budget_fen"]) for row in made] == [("A", each, 20 * share) for each in insurances]


def settled(plan, spent, score=None):
    given = {"consortium_budgets": [{**KEY, "budget_fen": 1_000_000}], "consortia": [{"consortium_id": "A", "lead_institution_id": "H1"}],
             "consortium_liabilities": [{**KEY, "place_code": "lead", "care_code": "visit", "fund_fen": spent}],
             "appraisals": [{"institution_id": "H1", "year": 2020, "score_e4": score}] if score is not None else []}
    return play_rows(all_steps()["consortium_settlements"], given, plan, 2020, None)[0]


@pytest.mark.parametrize("name", PACKAGES)
def test_surplus_and_overrun_are_split_by_the_plans_own_shares(name):
    _, _, overrun, lead = PACKAGES[name]
    day = open_plan(name).on(open_plan(name).last_day)
    over, held, kept = settled(day, 1_100_000), settled(day, 900_000), settled(day, 900_000, 1_000_000)
    held_over = 100_000 if overrun == "undecided" else 0  # and without evidence of a reasonable part the consortium bears all that is decided
    assert (over["overrun_fen"], over["borne_fen"], over["fund_borne_fen"], over["overrun_held_fen"]) == (100_000, 100_000 - held_over, 0, held_over)
    assert (held["outcome_code"], held["held_fen"], held["kept_fen"]) == ("held", 100_000, 0)  # no surplus before the appraisal
    assert (kept["kept_fen"], kept["lead_fen"], kept["members_fen"]) == (100_000, lead // 10, 100_000 - lead // 10)


# ── Wanshan's appraisal under Wanshan's own plan ──

@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title_en)
def test_wanshans_scheme_gives_the_worked_scores_under_its_own_plan(example):
    made = play_rows(all_steps()["appraisals"], example.given, open_plan("wanshan-2021").changed(example.values).on(date(2021, 12, 31)), 2020, None)
    assert [{name: row[name] for name in asked} for row, asked in zip(made, example.expect, strict=True)] == [dict(asked) for asked in example.expect]


@pytest.mark.parametrize("veto", ["hospital_outbreak", "major_medical_accident", "major_safety_accident", "major_fire", "major_public_opinion"])
def test_each_of_wanshans_five_vetoes_gives_the_lowest_band_with_a_bulletin_and_nothing_without(veto):
    plan, event = open_plan("wanshan-2021").on(date(2021, 12, 31)), {"institution_id": "H1", "year": 2021, "kind_code": "veto", "event_code": veto}
    bands = [play_rows(all_steps()["appraisals"], {"appraisal_scores": [], "appraisal_events": [{**event, "points_e4": 0, "grade_code": None,
             "document_number": number}]}, plan, 2021, None)[0]["band_code"] for number in ("通报1号", "")]
    assert bands == ["poor", None]


def test_wanshans_stages_follow_the_fixing_of_indicators():
    tasks = {task.id: task for task in open_plan("wanshan-2021").tasks}
    assert [tasks[f"stage-{number}"].needs for number in (1, 2, 3, 4)] == [(), ("stage-1",), ("stage-1",), ("stage-1",)]


# ── who leads ──

def numbered(name):
    return [task for task in open_plan(name).tasks if task.number and not task.parent]


LEADS = {
    "lianjiang-2019": {"health-bureau": 19, "finance-bureau": 2, "insurance-bureau": 5, "personnel-bureau": 3},
    "jianghai-2018": {"health-bureau": 19, "social-affairs-bureau": 6, "development-bureau": 2, "finance-bureau": 2, "finance-office": 1,
                      "food-drug-bureau": 1, "reform-office": 1},
    "zhongwei-2022": {"medical-reform-section": 9, "planning-finance-section": 5, "planning-information-section": 2, "office-personnel-section": 2,
                      "office": 2, "disease-control-primary-section": 1, "legal-section": 1},
    "xingtai-2021": {"health-commission": 6}}


@pytest.mark.parametrize("name", LEADS)
def test_the_tasks_are_led_by_whom_the_text_lists_first(name):
    assert Counter(task.lead for task in numbered(name)) == LEADS[name]


def test_lianjiangs_leads_stand_in_blocks_and_its_eleven_departments_are_named():
    leads = {int(task.number): task.lead for task in numbered("lianjiang-2019")}
    assert [leads[number] for number in (1, 11, 12, 13, 14, 18, 19, 21, 22, 29)] == [
        "health-bureau", "health-bureau", "finance-bureau", "finance-bureau", "insurance-bureau", "insurance-bureau", "personnel-bureau",
        "personnel-bureau", "health-bureau", "health-bureau"]
    named = {unit for task in numbered("lianjiang-2019") for unit in (task.lead, *task.co_leads, *task.units)}
    roles = {unit.id: unit.role for unit in open_plan("lianjiang-2019").organisation.units}
    assert len({unit for unit in named if unit.endswith(("-bureau", "-office", "-department", "-federation"))}) == 11 and named <= set(roles)


def test_a_lead_the_text_does_not_name_is_marked_as_our_reading():
    inferred = {name: {task.id for task in open_plan(name).tasks if task.lead_basis == "inferred" and not task.parent}
                for name in ("guide-2022", "beijing-2021", "xingtai-2021")}
    assert {"task-15", "project-1", "project-2"} == {id for id in inferred["guide-2022"] if id.startswith(("task", "project"))}
    assert {task.id for task in numbered("beijing-2021")} - inferred["beijing-2021"] == {"task-23", "task-25"}  # Party committees, named in the text
    assert {task.id for task in numbered("xingtai-2021")} <= inferred["xingtai-2021"]


def test_hainans_tasks_stand_in_its_chapters_and_huaibeis_absent_ones_are_not_invented():
    chapters = Counter(task.number.partition(".")[0] for task in numbered("hainan-2022"))
    assert [chapters[chapter] for chapter in "一二三四五六七"] == [5, 3, 5, 3, 4, 6, 3]
    assert {int(task.number) for task in numbered("huaibei-2021")} == set(range(1, 25)) - {1, 2, 6, 7, 8, 10, 11, 12, 13, 15}


def test_lijiangs_tasks_name_twenty_one_bodies_besides_the_counties():
    plan = open_plan("lijiang-2022")
    named = {unit for task in numbered("lijiang-2022") for unit in (task.lead, *task.co_leads, *task.units)}
    assert len(named - {"county-governments", "reform-leading-group"}) == 21 and "county-governments" in named
    assert named <= {unit.id for unit in plan.organisation.units}


# ── when it is due ──

DUE = {
    "zhongwei-2022": {"task-01": "2022-06-30", "task-03": "2022-06-30", "task-07": "2022-07-31"},
    "lianjiang-2019": {"supervision-platform": "2019-12-31"}, "wanshan-2021": {"stage-3": "2021-07-10"},
    "haikou-2018": {"phase-1-start": "2018-12-31", "lead-hospital-frame": "2018-12-31", "phase-2-linkage": "2019-12-31",
                    "phase-3-integration": "2020-12-31"},
    "jianghai-2018": {"task-03-tcm-rooms": "2018-12-31", "task-03-community-centres": "2019-12-31", "task-06": "2020-12-31",
                      "hospital-finance-opinion": "2018-04-30", "staff-appraisal-plan": "2018-04-30", "stage-1": "2018-04-30",
                      "stage-2": "2018-12-31", "stage-3": "2020-12-31", "stage-4-summary-2018": "2018-12-31", "stage-4-summary-2020": "2020-12-31"},
    "huaibei-2021": {"move-infectious-hospital": "2022-10-31", "drg-trial-run": "2022-12-31", "annual-salary-for-heads": "2022-12-31"},
    "guide-2022": {"project-1": "2024-10-31", "project-2": "2022-12-31", "chest-pain-centre": "2022-12-31", "stroke-and-trauma-centres": "2023-12-31",
                   "maternal-and-child-centres": "2024-12-31", "minimally-invasive-surgery": "2022-12-31", "pain-service": "2023-12-31",
                   "primary-test-county-diagnosis": "2024-12-31", "consortium-platform": "2024-12-31"}}


@pytest.mark.parametrize("name", DUE)
def test_the_ledger_holds_the_deadlines_of_the_text(name, undone):
    from sanyi.store.models import Account, Item
    from sanyi.store.opening import open_ledger
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    open_ledger(open_plan(name), "office-1", NOW)
    items = {item.entry: str(item.due) for item in Item.objects.filter(ledger__plan=name)}
    assert {entry: items[entry] for entry in DUE[name]} == DUE[name]


def test_zhongweis_ledger_holds_all_columns_of_its_task_table(undone):
    from sanyi.store.models import Account, Item
    from sanyi.store.opening import open_ledger
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    open_ledger(open_plan("zhongwei-2022"), "office-1", NOW)
    tasks = {task.id: task for task in numbered("zhongwei-2022")}
    items = Item.objects.filter(ledger__plan="zhongwei-2022", entry__in=tasks)
    assert Counter(str(item.due) for item in items) == {"2022-06-30": 2, "2022-07-31": 1, "2022-12-31": 19}
    for item in items:
        bodies = {part: [body.unit for body in item.bodies.order_by("position") if body.part == part] for part in ("lead", "co_lead", "unit")}
        assert item.leaders and item.leaders.split("、") == list(tasks[item.entry].leaders)
        assert bodies["lead"] == [tasks[item.entry].lead] and bodies["unit"] == list(tasks[item.entry].units) and item.zh


def test_zhongweis_five_rescue_centres_are_followed_one_by_one(undone):
    from sanyi.store.models import Account, Item
    from sanyi.store.opening import open_ledger
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    plan = open_plan("zhongwei-2022")
    open_ledger(plan, "office-1", NOW)
    centres = Item.objects.filter(ledger__plan="zhongwei-2022", parent__entry="rescue-centres")
    assert {item.entry.removesuffix("-centre").replace("-", "_") for item in centres} == set(plan.on(plan.last_day).value("rescue.centres"))
    assert {(str(item.due), item.lead, item.parent.parent.entry) for item in centres} == {("2022-12-31", "medical-reform-section", "task-14")}


def test_jianghais_six_documents_are_owed_by_whom_and_when_annex_2_says():
    documents = {each.id: each for each in open_plan("jianghai-2018").documents}
    relative = {"modern-hospital-plan": "health-medical-section", "consumables-purchase-plan": "health-general-office",
                "drug-supply-plan": "food-drug-bureau", "supervision-plan": "health-medical-section"}
    assert all(documents[id].issuer == issuer and documents[id].due_after_months == 3 and documents[id].due_after for id, issuer in relative.items())
    fixed = {"hospital-finance-opinion": ("finance-bureau", ("health-general-office",)), "staff-appraisal-plan": ("health-general-office", ("organisation-department",))}
    assert all((documents[id].issuer, documents[id].co_issuers, documents[id].due) == (*who, date(2018, 4, 30)) for id, who in fixed.items())


def test_beijings_blanked_years_follow_their_setting(undone):
    from sanyi.store.plan_rows import target_rows
    plan = open_plan("beijing-2021")
    for changed, year in ((plan, 2025), (plan.changed({"goal.target_year": 2030}), 2030), (plan.changed({"goal.target_year": 2030}).changed({"goal.target_year": 2027}), 2027)):
        dues = [entry.due for entry in (*changed.targets, *changed.goals) if entry.due_year_setting == "goal.target_year"]
        assert dues == [date(year, 12, 31)] * 12
        assert Counter(row["due"] for row in target_rows(changed, NOW.date()).values())[date(year, 12, 31)] == 7


def test_lijiangs_hospitals_disclose_their_finances_every_half_year(undone):
    from sanyi.store.models import Account, Item
    from sanyi.store.opening import open_ledger
    Account.objects.get_or_create(name="office-1", defaults={"role": "office", "unit": "", "password": "!"})
    open_ledger(open_plan("lijiang-2022"), "office-1", NOW)
    item = Item.objects.get(ledger__plan="lijiang-2022", entry="publish-finance-every-half-year")
    assert (item.every, item.due, item.due_source) == ("half_year", date(2023, 6, 30), "period")


# ── the figures of the targets, written down a second time from the obligations ──

SCALE = {"ppm": (10_000, " %"), "fen": (100, ""), "count": (1, ""), "days": (1, "")}


def figure(target) -> str:
    """A target as the obligation prints it: `strive ≥ 65 %`, `= 3–5`, `rising`."""
    soft = "strive " if target.is_striven_for else ""
    if target.value is None or target.unit == "flag":
        return soft + ("reach" if target.unit == "flag" else target.comparator)
    scale, sign = SCALE.get(target.unit, (10_000, ""))
    numbers = [f"{Decimal(number) / scale:f}" for number in (target.value, target.upper) if number is not None]
    return f"{soft}{target.comparator} {'–'.join(number.rstrip('0').rstrip('.') if '.' in number else number for number in numbers)}{sign}"


ANNEX_1 = {  # Jianghai, annex 1: baseline, 2018, 2020
    "JH-101": ("7.82", "< 9 %", "< 9 %"), "JH-102": ("8.6", "< 9 %", "< 8 %"), "JH-103": ("3.1", "< 8 %", "< 7 %"),
    "JH-104": ("33.65", "< 30 %", "< 27 %"), "JH-105": ("18.78", "< 18", "< 15"), "JH-107": ("2.84", "≥ 2", "≥ 3"),
    "JH-108": ("100", "≥ 98 %", "≥ 98 %"), "JH-109": ("84.9", "≈ 75 %", "≈ 75 %"), "JH-110": ("72", "> 50 %", "> 55 %"),
    "JH-111": ("1.93", "≤ 4.8", "≤ 6"), "JH-112": ("1.42", "= 2.8", "= 2.8"), "JH-113": ("1.32", "= 1", "= 1"), "JH-114": ("1.43", "= 3.5", "= 3.5"),
    "JH-115": ("7.7", "≈ 30 %", "> 30 %"), "JH-116": ("38.07", "≈ 30 %", "> 30 %"), "JH-118": ("0.61", "≤ 4.5 %", "≤ 3.2 %"),
    "JH-119": ("6.04", "≤ 4 %", "≤ 2.4 %"), "JH-120": ("38.63", "≤ 12 %", "≤ 10 %"), "JH-121": ("51.6", "≥ 55", "≥ 65"),
    "JH-122": ("41.06", "> 38 %", "> 40 %", "42.04", "> 38 %", "> 40 %"), "JH-123": ("99.62", "≥ 95 %", "> 95 %"), "JH-124": (None, "< 27 %", "< 25 %"),
    "JH-125": ("79.26", "> 79", "> 79"), "JH-126": ("2.98", "≤ 3", "≤ 3"), "JH-127": ("0", "≤ 10", "≤ 10"), "JH-128": ("2.56", "≤ 8", "≤ 8")}


def rows_of(target) -> set:
    """The obligations a target cites, parts of one (JH-122.a) as the whole."""
    return {each.partition(".")[0] for each in target.obligations}


def test_jianghais_annex_1_stands_row_by_row_with_its_baselines():
    targets = [target for target in open_plan("jianghai-2018").targets if target.id.startswith("annex-1-")]
    for row, cells in ANNEX_1.items():
        cited = sorted((target for target in targets if row in rows_of(target)), key=lambda target: (target.baseline or 0, target.due))
        assert [(figure(target), target.due.year) for target in cited] == [
            (cell, year) for start in range(0, len(cells), 3) for cell, year in zip(cells[start + 1:start + 3], (2018, 2020), strict=True)], row
        for baseline, pair in zip(cells[::3], (cited[:2], cited[2:])):
            scale = SCALE.get(pair[0].unit, (10_000, ""))[0]
            assert {target.baseline for target in pair} == {None if baseline is None else int(Decimal(baseline) * scale)}, row
    assert {figure(target) for target in targets if {"JH-106", "JH-117"} & rows_of(target)} == {"open"}
    assert len({row for target in targets for row in rows_of(target) if "JH-101" <= row <= "JH-128"}) == 28


FIGURES = {
    "lianjiang-2019": {
        "LJ-01": ["< 0 %", "< 0 %"], "LJ-02": ["< 9 %"], "LJ-03": ["≈ 75 %"], "LJ-04": ["< 25 %"], "LJ-05": ["= 100 %"], "LJ-06": ["≈ 90 %"],
        "LJ-13": ["reach"] * 3, "LJ-14": ["= 2"], "LJ-16": ["= 100 %"], "LJ-30": ["strive = 50 %"] * 2, "LJ-40": ["= 100 %"], "LJ-64": ["= 33"],
        "LJ-66": ["= 4", "= 5"]},
    "haikou-2018": {"HK-01": ["≈ 90 %"], "HK-02": ["strive = 65 %"], "HK-04": ["= 100 %"], "HK-30": ["= 1"], "HK-64": ["rising"] * 2},
    "jianghai-2018": {
        "JH-01": ["= 1.8"], "JH-02": ["= 1", "= 2.8", "= 3", "= 3.5"], "JH-06": ["= 100 %", "= 3"], "JH-07": ["= 100 %"], "JH-11": ["strive ≈ 30 %"] * 2,
        "JH-17": ["≈ 100 %"], "JH-19": ["= 20"], "JH-33": ["strive ≤ 9 %"] * 3, "JH-34": ["strive < 27 %"], "JH-52": ["= 100 %"], "JH-55": ["≈ 100 %"],
        "JH-65": ["strive ≥ 40 %"], "JH-71": ["= 100 %"], "JH-72": ["≥ 2", "≥ 3"], "JH-73": ["≥ 45 %"], "JH-75": ["≥ 100 %"], "JH-86": ["= 100 %"]},
    "zhongwei-2022": {
        "ZW-01": ["≥ 15 %"], "ZW-02": ["≥ 25 %"], "ZW-03": ["≥ 33 %"], "ZW-04": ["≤ 7 %"], "ZW-05": ["≤ 20"], "ZW-08": ["strive = 2"],
        "ZW-09": ["= 10", "= 11", "= 2"], "ZW-11": ["≥ 1–2"], "ZW-12": ["≥ 15", "≥ 20"], "ZW-13": ["= 10", "= 30"], "ZW-30": ["≥ 55 %", "≥ 85 %"],
        "ZW-39": ["≥ 1"], "ZW-44": ["= 12", "= 2", "open", "strive reach"], "ZW-45": ["= 10", "= 12"]},
    "lijiang-2022": {
        "LI-02": ["strive = 1", "strive = 1–2", "strive = 2–3"], "LI-03": ["strive reach"] * 2, "LI-04": ["≥ 1–2"], "LI-05": ["≥ 90 %"],
        "LI-06": ["strive = 1", "strive = 1–2", "strive = 3"], "LI-08": ["≥ 90 %"], "LI-09": ["= 100 %", "= 50 %", "= 50 %", "strive open", "≥ 2"],
        "LI-10": ["≥ 65 %"], "LI-16": ["= 10", "= 2", "= 5", "≥ 25", "≥ 7"], "LI-18": ["≥ 50 %"], "LI-20": ["≥ 3", "≥ 4", "≥ 5"], "LI-28": ["≈ 2"],
        "LI-31": ["≥ 1", "≥ 10", "≥ 3", "≥ 5"], "LI-39": ["= 4"]},
    "sichuan-2021": {
        "SC-01": ["strive ≈ 1.5", "strive ≈ 2"], "SC-02": ["strive ≈ 25 %", "strive ≈ 30 %"], "SC-03": ["strive ≈ 40 %", "strive ≈ 60 %"],
        "SC-05": ["rising"], "SC-06": ["= 100 %", "strive = 80 %"]},
    "hainan-2022": {"HN-03": ["= 100 %"] * 2, "HN-09": ["= 3–5", "= 50", "open"], "HN-15": ["= 100 %"], "HN-27": ["= 3–5", "open"]},
    "huaibei-2021": {
        "HB-01": ["≥ 94 %"], "HB-02": ["rising"], "HB-03": ["≤ 50 %"], "HB-04": ["≥ 5"], "HB-05": ["falling"], "HB-06": ["= 2"], "HB-07": ["= 1"],
        "HB-08": ["reach"], "HB-09": ["= 2–4", "reach"], "HB-10": ["≥ 80 %"], "HB-12": ["≥ 10 %", "≥ 20 %"], "HB-14": ["≈ 2"], "HB-15": ["= 3–5"],
        "HB-18": ["≥ 40 %"]},
    "guide-2022": {
        "GD-02": ["strive = 60 %"], "GD-03": ["strive = 60 %"], "GD-04": ["strive ≥ 90 %"], "GD-07": ["= 4", "= 6"], "GD-08": ["= 5"], "GD-09": ["= 5"],
        "GD-13": ["= 5"], "GD-21": ["= 10"], "GD-23": ["≤ 10 %"], "GD-24": ["≤ 10 %"], "GD-30": ["≈ 2"], "GD-32": ["= 100 %"], "GD-37": ["falling"],
        "GD-42": ["= 3", "= 3", "= 5"], "GD-43": ["= 100 %"], "GD-46": ["≥ 100 %"]},
    "xingtai-2021": {"XT-01": ["= 5.37"], "XT-02": ["= 3.36"], "XT-03": ["= 3.64"], "XT-04": ["= 0.45"], "XT-06": ["= 1"], "XT-18": ["= 100 %"]},
    "beijing-2021": {
        "BJ-01": ["≥ 10"], "BJ-05": ["rising"], "BJ-07": ["strive = 2–3", "≥ 50"], "BJ-09": ["= 1–2"], "BJ-10": ["strive ≥ 10"], "BJ-24": ["= 70 %"]}}


@pytest.mark.parametrize("name", FIGURES)
def test_the_targets_carry_the_figures_of_their_obligations(name):
    targets = open_plan(name).targets
    found = {row: sorted(figure(target) for target in targets if row in rows_of(target)) for row in FIGURES[name]}
    assert found == FIGURES[name]
