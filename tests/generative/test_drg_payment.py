"""Random years paid by group, by points of groups and by the day: a second opinion on every step, and the laws of the whole."""
import importlib.util
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.grouping.drg.drg_errors import NegativePrice, PricedTwice
from sanyi.plans.errors import BadChoice
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps, in_order, promise
from sanyi.tables.rows import filled

SPEC = importlib.util.spec_from_file_location("oracle_drg", Path(__file__).parents[1] / "oracle/drg.py")
oracle = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(oracle)

YEAR = 2020
SMALL = {"payment.bed_day": True, "budget.residual_pool": "dip_inpatient", "drg.trim_case_minimum": 6, "drg.trim_low_ppm": 100_000, "drg.trim_high_ppm": 900_000, "drg.stable_case_minimum": 2,
         "drg.stable_cv_maximum_ppm": 900_000, "drg.basic_share_ppm": 300_000, "drg.high_case_share_ppm": 100_000, "drg.low_ratio_ppm": 500_000,
         "drg.high_bands": [{"up_to_e4": 10_000, "limit_ppm": 1_600_000}, {"limit_ppm": 1_300_000}], "drg.as_spent_kinds": ["died", "long_stay", "transfer"],
         "drg.high_points_cap_ppm": 500_000, "drg.month_value_ceiling_e4": 3_000_000, "drg.carried_in_fen": 1_234_567, "drg.adjusted_fen": 765_431, "drg.low_mortality_ppm": 200_000,
         "bed_day.categories": ["F20"], "bed_day.minimum_days": 20, "bed_day.caps": [{"tier": "tertiary", "limit_days": 40}], "bed_day.taper_ppm": 333_333,
         "bed_day.rates": [{"category": "all", "tier": "all", "from_days": 1, "to_days": 30, "rate_fen": 411}, {"category": "all", "tier": "all", "from_days": 31, "to_days": 999, "rate_fen": 307},
                           {"category": "F20", "tier": "secondary", "from_days": 1, "to_days": 999, "rate_fen": 299}]}
PLANS = {
    "rate": {"payment.inpatient_method": "drg"},
    "published": {"payment.inpatient_method": "drg", "drg.weight_source": "published", "drg.opening_rate": "published", "drg.closing_rate": "opening",
                  "drg.base_rates": [{"insurance": "all", "tier": "all", "rate_e4": 41_234_567}, {"insurance": "resident", "tier": "tertiary", "rate_e4": 52_345_678}],
                  "drg.basic_group_tier": "secondary", "drg.missing_coefficient": "unpriced", "payment.fund_pay_form": "times_share"},
    "own": {"payment.inpatient_method": "drg", "drg.coefficient_basis": "institution", "payment.point_value_basis": "fund", "payment.fund_pay_form": "whole", "drg.basic_group_tier": "off"},
    "points": {"payment.inpatient_method": "drg_points"},
}
TIER = {"a": "tertiary", "b": "secondary", "c": "primary", "d": "primary"}
GROUPS = ("BB11", "BB15", "GZ13", "RA19")
LISTED = [{"drg_code": "BB11", "weight_e9": 2_345_678_901, "factor_e4": 11_500, "tertiary_e8": 123_456_789, "secondary_e8": 98_765_432},
          {"drg_code": "GZ13", "weight_e9": 654_321_987, "is_basic": True}, {"drg_code": "RA19", "weight_e9": 1_000_000_007, "is_unstable": True, "primary_e8": 87_654_321},
          {"drg_code": "ZZ19", "is_single_review": True}]


def stay(number, year, chance):
    """One stay with its group, drawn by chance."""
    name, institution = f"{year}-{number:03}", chance.choice("aaabbc" if year < YEAR else "aaabbcd")
    group, status = chance.choice([(name, "grouped") for name in (*GROUPS, *GROUPS, "NEW1" if year == YEAR else "BB15")] + [("0000", "ungrouped"), (None, "refused")])
    cost = chance.choice((0, -7, 1)) if chance.random() < .04 else chance.randint(20_000, 900_000) * (3 if group == "BB11" else 1)
    fund = max(cost, 0) * chance.randint(30, 90) // 100
    other = max(cost - fund, 0) // 7
    return ({"encounter_id": name, "institution_id": institution, "tier_code": TIER[institution], "resident_id": name, "insurance_code": chance.choice(("resident", "resident", "employee")),
             "settled_month": year * 100 + chance.randint(1, 6), "cost_fen": cost, "fund_fen": fund, "patient_fen": max(cost - fund - other, 0), "other_payers_fen": other,
             "stay_days": chance.choice((0, 1, 3, 5, 9, 25, 45, 61, 70)), "has_died": chance.random() < .08, "principal_diagnosis_code": chance.choice(("F20.000", "J18.900", None)),
             "fault_code": "no_bill" if chance.random() < .03 else None},
            {"encounter_id": name, "drg_code": group, "status_code": status})


def decision(row, chance):
    """What a panel decided of a case: in another year or for another method now and then."""
    outcome = chance.choice(("as_spent", "adjusted_standard", "regroup", "refused"))
    return {"encounter_id": row["encounter_id"], "method_code": chance.choice(("drg", "drg", "drg", "dip")), "outcome_code": outcome, "year": chance.choice((YEAR, YEAR, YEAR - 1)),
            "amount_fen": chance.randint(1, 999_999) if outcome in ("as_spent", "adjusted_standard") else None, "group_code": chance.choice(("BB11", "ZZ19")) if outcome == "regroup" else None}


def changes(chance, budget):
    """A total budget of the resident fund and two changes of it, one often refused; or none."""
    first = {"insurance_code": "resident", "year": YEAR, "version_number": 1, "from_month": YEAR * 100 + 1, "kind_code": "initial", "manual_base_fen": 3 * budget}
    later = [{**first, "version_number": number, "from_month": YEAR * 100 + chance.randint(1, 7), "kind_code": chance.choice(("benefit_change", "benefit_change", "other")),
              "benefit_change_fen": chance.randint(-budget, budget), "reason": chance.choice(("待遇", "待遇", None))} for number in (2, 3)]
    return [first, *later] if chance.random() < .7 else []


def region(seed, history, now, is_listed):
    chance = random.Random(seed)
    before = [stay(number, chance.choice((YEAR - 3, YEAR - 2, YEAR - 1)), chance) for number in range(history)]
    current = [stay(number, YEAR, chance) for number in range(now)]
    pools = [{"insurance_code": fund, "year": YEAR, "pool_code": "dip_inpatient", "budget_fen": chance.randint(100_000, 30_000_000)} for fund in ("resident", "employee")]
    return {"dip_history_cases": [row for row, _ in before], "drg_history_groups": [{**group, "drg_code": None if group["drg_code"] == "0000" else group["drg_code"]} for _, group in before],
            "dip_current_cases": [row for row, _ in current], "drg_case_groups": [group for _, group in current], "fund_pools": pools[:chance.choice((1, 2, 2))],
            "drg_published_groups": LISTED if is_listed else [], "budget_versions": changes(chance, pools[0]["budget_fen"]),
            "special_reviews": [decision(row, chance) for row, _ in current[:len(current) // 3]],
            "encounters": [{"encounter_id": row["encounter_id"], "type_code": "inpatient", "discharge_way_code": chance.choice(("home", "transfer"))} for row, _ in current]}


GIVEN = set(region(0, 0, 0, True))
WANTED = {"rate": "drg_cases", "published": "drg_cases", "own": "drg_cases", "points": "drg_point_cases"}


class Chain:
    """The steps of one way of paying on rows in memory; each step's query is made once."""

    def __init__(self, engine, name):
        plan = open_plan("haikou-2018").changed({**SMALL, **PLANS[name]})
        self.plan, self.engine = plan.on(date(YEAR, 12, 31)), engine
        self.values = {each: self.plan.value(each) for each in plan.names() if each.startswith(("drg.", "payment.", "bed_day.", "budget.", "fund."))}
        steps = {each: step for each, step in all_steps().items() if each not in GIVEN}
        made = in_order({**steps, **{each: all_steps()[each] for each in GIVEN if each in all_steps()}}, [WANTED[name], "drg_indicators"])
        self.steps = [step for step in made if step.name.startswith(("drg_", "bed_day_", "fund_budget")) and step.name not in GIVEN]
        self.queries = {step.name: engine.sql(expression(step, self.plan, YEAR), step.makes) for step in self.steps if not step.exact}

    def run(self, given_rows):
        tables = dict(given_rows)
        for step in self.steps:
            if step.exact:
                asked = {name: filled(promise(name), tables.get(name, [])) for name in step.tables}
                besides = {name: value for name, value in (("plan", self.plan), ("year", YEAR)) if name in step.needs}
                tables[step.name] = [dict(row) for row in step.function(**asked, **besides)]
            else:
                for name in step.tables:
                    self.engine.show_rows(name, promise(name), tables.get(name, []))
                tables[step.name] = self.engine.rows(self.queries[step.name])
        return tables


@pytest.fixture(scope="module")
def chains():
    with DuckEngine(memory="1GB", threads=2) as engine:
        yield {name: Chain(engine, name) for name in PLANS}


def agrees(rows, expected, *names):
    """Each expected row's columns are those of the row with the same key."""
    found = {tuple(row[name] for name in names): row for row in rows}
    assert set(found) == {tuple(row[name] for name in names) for row in expected}
    for row in expected:
        made = found[tuple(row[name] for name in names)]
        told = {name: value for name, value in row.items() if name in made}
        assert {name: made[name] for name in told} == told


def second_opinion(tables, values, method):
    """Every table as the oracle makes it from the given rows alone."""
    given_rows = {name: filled(promise(name), tables[name]) for name in GIVEN}
    by_day = oracle.bed_days(given_rows["dip_current_cases"], values)
    agrees(tables["bed_day_cases"], by_day, "encounter_id")
    history = oracle.grouped_history(given_rows["dip_history_cases"], given_rows["drg_history_groups"], values, YEAR)
    weighed = oracle.weights(history, given_rows["drg_published_groups"], values)
    agrees(tables["drg_weights"], weighed.values(), "drg_code")
    own = oracle.institution_coefficients(history, weighed, values)
    agrees(tables["drg_institution_coefficients"], own.values(), "institution_id")
    cases = oracle.stays_of(given_rows["dip_current_cases"], given_rows["drg_case_groups"], by_day, given_rows["special_reviews"], YEAR)
    agrees(tables["drg_indicators"], [{"scope_code": scope, "scope_id": name, **row} for (scope, name), row in oracle.measures(cases, weighed, values).items()], "scope_code", "scope_id")
    if method == "points":
        scored = oracle.case_points(cases, history, weighed, own, values)
        agrees(tables["drg_case_points"], scored, "encounter_id")
        found = oracle.point_values(scored, given_rows["budget_versions"], given_rows["fund_pools"], by_day, YEAR, values)
        assert {(row["insurance_code"], row["period_month"]): row["value_e4"] for row in tables["drg_point_values"]} == found
        return agrees(tables["drg_point_cases"], oracle.point_cases(scored, found, YEAR, values), "encounter_id")
    rates = oracle.base_rates(cases, history, weighed, given_rows["budget_versions"], given_rows["fund_pools"], by_day, YEAR, values)
    assert {(row["insurance_code"], row["tier_code"], row["kind_code"]): row["rate_e4"] for row in tables["drg_rates"]} == rates
    ways = {row["encounter_id"]: row["discharge_way_code"] for row in given_rows["encounters"]}
    agrees(tables["drg_cases"], oracle.rate_cases(cases, weighed, given_rows["drg_published_groups"], own, rates, ways, values), "encounter_id")


REGIONS = {"seed": some.integers(0, 2 ** 32), "history": some.integers(0, 90), "now": some.integers(0, 60), "is_listed": some.booleans()}


@pytest.mark.parametrize("method", PLANS)
@settings(max_examples=6)
@given(**REGIONS)
def test_every_step_agrees_with_the_oracle(chains, method, seed, history, now, is_listed):
    chain = chains[method]
    second_opinion(chain.run(region(seed, history, now, is_listed)), chain.values, method)


@pytest.mark.parametrize("method", ["rate", "points"])
def test_random_regions_reach_every_branch(chains, method):
    seen = set()
    for seed in range(5):
        tables = chains[method].run(region(seed, 90, 60, seed % 2 == 0))
        for name in ("drg_cases", "drg_point_cases", "drg_case_points"):
            for row in tables.get(name, []):
                seen |= {row["deviation_code"], row.get("status_code"), row.get("reason_code")}
    wanted = {"rate": {"low", "normal", "high", "over_cap", "as_spent", "none", "settled", "pending", "blocked", "no_bill", "negative_cost", "no_weight", "refused", "ungrouped", "priced", "reviewed"},
              "points": {"low", "normal", "high", "unstable", "ungrouped", "none", "settled", "pending", "blocked", "own_cost", "points", "reviewed"}}[method]
    assert wanted <= seen


@settings(max_examples=3)
@given(**REGIONS)
def test_the_order_of_rows_does_not_matter(chains, seed, history, now, is_listed):
    rows = region(seed, history, now, is_listed)
    mixed = {name: random.Random(seed).sample(list(each), len(each)) for name, each in rows.items()}
    for method, table in (("rate", "drg_cases"), ("points", "drg_point_cases")):
        first, second = (sorted(chains[method].run(each)[table], key=lambda row: row["encounter_id"]) for each in (rows, mixed))
        assert first == second


def test_weights_have_a_mean_of_one_and_do_not_move_with_the_level_of_costs(chains):
    rows = region(5, 90, 0, False)
    doubled = {**rows, "dip_history_cases": [{**row, "cost_fen": row["cost_fen"] * 2} for row in rows["dip_history_cases"]]}
    tables, again = (chains["rate"].run(each) for each in (rows, doubled))
    weight = {row["drg_code"]: row["weight_e9"] for row in tables["drg_weights"]}
    counted = [(weight[row["drg_code"]], row["weighted_count"]) for row in tables["drg_history_sums"] if weight[row["drg_code"]] is not None]
    assert abs(sum(each * count for each, count in counted) - 10 ** 9 * sum(count for _, count in counted)) <= sum(count for _, count in counted)
    assert {row["drg_code"]: row["weight_e9"] for row in again["drg_weights"]} == weight


def test_the_closing_rate_spends_the_budget_and_the_year_s_value_does(chains):
    plain = {"drg.tier_coefficients": [{"tier": "tertiary", "coefficient_e4": 10_000}], "drg.basic_group_tier": "all", "payment.bed_day": False}
    plan = open_plan("haikou-2018").changed({**SMALL, **PLANS["rate"], **plain}).on(date(YEAR, 12, 31))
    rows = region(3, 90, 60, False)
    weighed = chains["rate"].run(rows)["drg_weights"]
    sums = [{**row, "institution_id": "a", "tier_code": "tertiary"} for row in chains["rate"].run(rows)["drg_year_sums"]]
    sums = [row for row in sums if row["insurance_code"] == "resident" and row["institution_id"] == "a"]
    lines = [{"insurance_code": "resident", "version_number": 0, "line_code": "dip_inpatient", "budget_fen": 12_345_678}]
    rates = play_rows(all_steps()["drg_rates"], {**rows, "fund_budget_lines": lines, "drg_weights": weighed, "drg_year_sums": sums}, plan, YEAR, None)
    closing = next(row for row in rates if (row["insurance_code"], row["tier_code"], row["kind_code"]) == ("resident", "tertiary", "closing"))
    weight = {row["drg_code"]: row["weight_e9"] or 0 for row in weighed}
    spent = sum(row["case_count"] * weight.get(row["drg_code"], 0) * closing["rate_e4"] for row in sums) / 10 ** 11
    assert abs(spent - closing["cost_fen"]) <= closing["weight_e9"] / 10 ** 11 + 1


@settings(max_examples=8)
@given(seed=some.integers(0, 2 ** 32))
def test_drugs_apart_agree_and_never_exceed_the_bill(seed):
    chance, days = random.Random(seed), [date(YEAR, 1, 1), date(YEAR, 6, 1), date(YEAR, 12, 31)]
    stays = [{"encounter_id": f"{number}", "institution_id": "h", "type_code": "inpatient", "insurance_code": "resident"} for number in range(12)]
    items = [{"item_code": f"D{number}", "fund_share_ppm": chance.choice((None, 700_000, 333_333)), "from_on": chance.choice(days[:2]), "to_on": chance.choice((None, days[1]))} for number in range(4)]
    lines = [{"encounter_id": chance.choice(stays)["encounter_id"], "line_number": number, "item_code": f"D{chance.randint(0, 6)}", "amount_fen": amount, "in_scope_fen": amount * chance.choice((1, 2)) // 2,
              "charged_on": chance.choice(days)} for number in range(40) for amount in [chance.choice((-500, 1, 999, 70_000))]]
    bills = [{"settlement_id": f"{number}", "encounter_id": chance.choice(stays)["encounter_id"], "in_scope_fen": scope, "fund_fen": scope * chance.randint(0, 9) // 10}
             for number in range(14) for scope in [chance.choice((0, 50_000, 200_000))]]
    rows = {"encounters": stays, "separate_drug_items": items, "charge_lines": lines, "settlements": bills, "institutions": [{"institution_id": "h", "is_in_area": True}]}
    with DuckEngine(memory="1GB", threads=1) as engine:
        made = play_rows(all_steps()["separate_drugs"], rows, open_plan("haikou-2018").on(date(YEAR, 12, 31)), YEAR, engine)
    agrees(made, oracle.drugs_apart(lines, items, stays, bills), "encounter_id")


def test_bad_price_lists_and_words_are_refused_in_both_languages():
    plan = open_plan("haikou-2018").on(date(YEAR, 12, 31))
    for rows, error in (([{"drg_code": "A"}, {"drg_code": "A"}], PricedTwice), ([{"drg_code": "A", "weight_e9": -1}], NegativePrice)):
        with pytest.raises(error, match="病组 A.*group.* A"):
            play_rows(all_steps()["drg_weights"], {"drg_published_groups": rows}, plan, YEAR, None)
    below = {"drg_rates": {"drg.opening_rate": "published", "drg.base_rates": [{"insurance": "all", "tier": "all", "rate_e4": -1}]},
             "drg_prices": {"drg.tier_coefficients": [{"tier": "primary", "coefficient_e4": -1}]}, "capitation_settlements": {"capitation.rates": [{"insurance": "resident", "rate_fen": -1}]},
             "bed_day_cases": {"bed_day.rates": [{"category": "all", "tier": "all", "from_days": 1, "to_days": 9, "rate_fen": -1}]}}
    for step, changes in below.items():
        with pytest.raises(BadChoice, match="为 -1；可用.*is -1; it may be"):
            play_rows(all_steps()[step], {}, open_plan("haikou-2018").changed(changes).on(date(YEAR, 12, 31)), YEAR, DuckEngine(memory="1GB", threads=1))
    wrong = open_plan("haikou-2018").changed({"payment.inpatient_method": "dgr"}).on(date(YEAR, 12, 31))
    with pytest.raises(BadChoice, match="payment.inpatient_method 为 'dgr'.*it may be one of: dip, drg, drg_points"):
        play_rows(all_steps()["inpatient_cases"], {}, wrong, YEAR, DuckEngine(memory="1GB", threads=1))
