"""Random regions: the slow opinion agrees from encounters to percentages, and long division is exact."""
import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.indicators.groups import GROUPS
from sanyi.indicators.visit_measures import PEOPLE
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps
from sanyi.terms.fen import ratio

CHECKOUT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("oracle_indicators", CHECKOUT / "tests/oracle/indicators.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

REGIONS = [{"region_id": "c", "level_code": "city", "parent_region_id": None},
           *({"region_id": f"d{place}", "level_code": "district", "parent_region_id": "c"} for place in (1, 2)),
           *({"region_id": f"t{place}", "level_code": "town", "parent_region_id": f"d{place}"} for place in (1, 2))]
PLACES = {"institutions": [{"institution_id": "H1", "level_code": "3A", "is_in_area": True},
                           {"institution_id": "H2", "level_code": "township", "is_in_area": True},
                           {"institution_id": "H3", "level_code": "village", "is_in_area": True},
                           {"institution_id": "H4", "level_code": "3A", "is_in_area": False}],
          "consortia": [{"consortium_id": "M1", "region_id": "d1"}, {"consortium_id": "M2", "region_id": "d2"}],
          "consortium_members": [{"consortium_id": "M1", "institution_id": "H1"}, {"consortium_id": "M2", "institution_id": "H3"},
                                 {"consortium_id": "M1", "institution_id": "H2", "from_on": date(2019, 1, 1), "to_on": date(2020, 12, 30)}],
          "residents": [{"resident_id": "P1", "region_id": "t1"}, {"resident_id": "P2", "region_id": "d2"},
                        {"resident_id": "P3", "region_id": "c"}], "regions": REGIONS}
SCOPES = {("region", "region"): (None, {"H1", "H2", "H3"}), ("consortium", "M1"): ({"P1"}, {"H1"}),
          ("consortium", "M2"): ({"P2"}, {"H3"})}
case = some.fixed_dictionaries({
    "resident_id": some.sampled_from(("P1", "P2", "P3")), "institution_id": some.sampled_from(("H1", "H2", "H3", "H4")),
    "type_code": some.sampled_from(("outpatient", "emergency", "inpatient", "day_surgery", "internet")),
    "insurance_code": some.sampled_from(("resident", "employee")), "settled_month": some.sampled_from((202001, 202012))})
bill = some.tuples(some.integers(0, 12), some.integers(0, 10**9), some.integers(0, 10**9))
CHAIN = ("region_districts", "consortium_districts", "visit_facts", "visit_measures")
INDICATORS = ("indicator_values_ind_20", "indicator_values_ind_41", "indicator_values_ind_42", "indicator_values_ind_43",
              "indicator_values_ind_47")


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(2020, 12, 31))


def played(names, world: dict, engine, plan) -> dict:
    """Run steps one after the other, each on what came before."""
    tables = dict(world)
    for name in names:
        tables[name] = play_rows(all_steps()[name], tables, plan, 2020, engine)
    return tables


def world_of(cases: list, payments: list) -> dict:
    encounters = [{**row, "encounter_id": f"E{place}"} for place, row in enumerate(cases)]
    settlements = [{"settlement_id": f"S{place}", "encounter_id": f"E{of}", "in_scope_fen": scope, "fund_fen": min(scope, fund),
                    "settled_month": encounters[of]["settled_month"]}
                   for place, (of, scope, fund) in enumerate(payments) if of < len(encounters)]
    return {**PLACES, "encounters": encounters, "settlements": settlements}


@settings(max_examples=10)
@given(cases=some.lists(case, max_size=12), payments=some.lists(bill, max_size=10))
def test_the_slow_opinion_agrees(engine, plan, cases, payments):
    world = world_of(cases, payments)
    tables = played((*CHAIN, *INDICATORS), world, engine, plan)
    made = {(row["scope_code"], row["scope_id"], row["indicator_code"]): row["value_e6"]
            for name in INDICATORS for row in tables[name] if row["period"] == "2020"}
    for scope, (people, places) in SCOPES.items():
        for code, value in ORACLE.shares(world, people, places).items():
            assert made.get((*scope, code)) == value, (scope, code)


@settings(max_examples=5)
@given(cases=some.lists(case, min_size=1, max_size=12), seed=some.randoms())
def test_row_order_changes_nothing_and_a_visit_in_the_area_never_lowers_the_share(engine, plan, cases, seed):
    before, mixed, more = (played((*CHAIN, "indicator_values_ind_42"), world_of(rows, []), engine, plan) for rows in (
        cases, seed.sample(cases, len(cases)), [*cases, {**cases[0], "institution_id": "H1", "type_code": "outpatient"}]))
    assert mixed["indicator_values_ind_42"] == before["indicator_values_ind_42"]
    whole = [{row["period"]: row["value_e6"] for row in tables["indicator_values_ind_42"] if row["scope_code"] == "region"}
             for tables in (before, more)]
    assert whole[1]["2020"] >= whole[0]["2020"]


numbers = some.one_of(some.integers(-10**6, 10**6), some.integers(-9 * 10**14, 9 * 10**14))


@settings(max_examples=15)
@given(pairs=some.lists(some.tuples(numbers, numbers), max_size=40))
def test_long_division_is_exact(engine, plan, pairs):
    rows = [{"scope_code": "institution", "scope_id": f"{place:03d}", "period": "2020", "expense_fen": below, "fiscal_subsidy_fen": above}
            for place, (above, below) in enumerate(pairs)]
    made = play_rows(all_steps()["indicator_values_ind_32"], {"finance_measures": rows}, plan, 2020, engine)
    expected = [ratio(above, below, 10**8) for above, below in pairs]
    held = [None if value is None or abs(value) >= 9 * 10**18 else value for value in expected]
    assert [row["value_e6"] for row in made] == held


# ── groups of institutions ──

FEN = ("outpatient_income_fen", "inpatient_income_fen", "drug_income_fen", "herbal_income_fen", "material_income_fen", "examination_income_fen",
       "laboratory_income_fen", "fiscal_subsidy_fen", "expense_fen", "staff_expense_fen", "material_expense_fen")
GROUP_INDICATORS = ("indicator_values_ind_01", "indicator_values_ind_03", "indicator_values_ind_04", "indicator_values_ind_05",
                    "indicator_values_ind_11", "indicator_values_ind_12", "indicator_values_ind_13", "indicator_values_ind_32")
FINANCE_CHAIN = ("scope_members", "finance_measures", "region_districts", "consortium_districts", "visit_facts", "visit_measures")
KINDS = {"3A": ("general", "tcm"), "3B": ("general",), "2A": ("general", "maternal_child"), "2B": ("specialty",), "1": ("general",),
         "community": ("primary",), "township": ("primary",), "village": ("station",)}
owners = some.lists(some.tuples(some.sampled_from([(level, kind) for level, kinds in KINDS.items() for kind in kinds]),
                                some.sampled_from(("public", "private")), some.sampled_from(("c", "d1", "t1", "nowhere")), some.booleans()),
                    min_size=1, max_size=6)
report = some.fixed_dictionaries({name: some.integers(0, 10**9) for name in FEN} | {
    "visit_count": some.integers(0, 30), "discharge_count": some.integers(0, 9)})
reports = some.dictionaries(some.tuples(some.integers(0, 5), some.sampled_from((201901, 201902, 202001, 202002))), report, max_size=12)
lying = some.lists(some.tuples(some.integers(0, 5), some.sampled_from(("inpatient", "day_surgery", "outpatient")), some.integers(0, 40)), max_size=8)


def world_of_groups(given: list, months: dict, cases: list) -> dict:
    institutions = [{"institution_id": f"H{number}", "level_code": level, "kind_code": kind, "ownership_code": owner, "region_id": region,
                     "is_in_area": in_area} for number, ((level, kind), owner, region, in_area) in enumerate(given)]
    return {"institutions": institutions, "regions": REGIONS,
            "monthly_finance": [{"institution_id": f"H{number}", "month": month, **row} for (number, month), row in months.items() if number < len(given)],
            "encounters": [{"encounter_id": f"E{place}", "institution_id": f"H{number}", "type_code": kind, "stay_days": days, "settled_month": 202001}
                           for place, (number, kind, days) in enumerate(cases) if number < len(given)]}


@settings(max_examples=6)
@given(given=owners, months=reports, cases=lying)
def test_the_slow_opinion_agrees_on_every_group(engine, plan, given, months, cases):
    world = world_of_groups(given, months, cases)
    tables = played((*FINANCE_CHAIN, *GROUP_INDICATORS), world, engine, plan)
    made = {(row["scope_code"], row["indicator_code"]): row["value_e6"] for name in GROUP_INDICATORS for row in tables[name]
            if row["period"] == "2020" and row["scope_id"] == "all"}
    for word in GROUPS:
        places = ORACLE.members(world, word)
        assert {row["institution_id"] for row in tables["scope_members"] if row["scope_code"] == word} == places, word
        for code, value in (ORACLE.finance(world, places, 2020) | ORACLE.stays(world, places)).items():
            assert made.get((word, code)) == value, (word, code)


@settings(max_examples=5)
@given(given=owners, months=reports, cases=lying)
def test_a_group_of_all_institutions_is_the_region(engine, plan, given, months, cases):
    every = [(("2A", "general"), "public", "d1", in_area) for *_, in_area in given]
    tables = played(FINANCE_CHAIN, world_of_groups(every, months, cases), engine, plan)
    for name, besides in (("finance_measures", ()), ("visit_measures", tuple(PEOPLE))):
        by_scope = {scope: {row["period"]: {column: value for column, value in row.items() if column not in ("scope_code", "scope_id", *besides)}
                            for row in tables[name] if row["scope_code"] == scope and len(row["period"]) == 4}
                    for scope in ("region", "public_hospitals", "secondary_and_below_public", "county_hospital", "tertiary")}
        everyone = {period: row for period, row in by_scope["region"].items() if name == "finance_measures" or period in by_scope["secondary_and_below_public"]}
        assert all(not any(value for column, value in row.items() if column != "period") for period, row in by_scope["region"].items() if period not in everyone)
        assert by_scope["public_hospitals"] == by_scope["county_hospital"] == by_scope["secondary_and_below_public"] == everyone
        assert by_scope["tertiary"] == {}
