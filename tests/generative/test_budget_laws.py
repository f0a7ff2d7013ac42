"""Random budgets: the slow opinion agrees, lines make the whole to the fen, months use the version in force, and all that was paid is in some pool."""
import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from sanyi.payment.dip.dip_point_values import dip_point_values
from sanyi.payment.errors import BudgetRefused, BudgetTooSmall, PoolsDoNotSum
from sanyi.payment.fund.execution import execution
from sanyi.payment.fund.fund_budget_execution import fund_budget_execution
from sanyi.payment.fund.fund_budget_lines import fund_budget_lines
from sanyi.payment.fund.fund_budgets import fund_budgets
from sanyi.payment.fund.fund_pool_results import fund_pool_results
from sanyi.payment.fund.fund_reserve_months import fund_reserve_months
from sanyi.payment.inpatient.inpatient_pool import inpatient_budget
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan

SPEC = importlib.util.spec_from_file_location("oracle_budget", Path(__file__).parents[1] / "oracle/budget.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

YEAR = 2020
FUND = {"insurance_code": "resident"}
POOLS = ("dip_inpatient", "outpatient", "off_site", "chronic", "consortium_packages")
sums = some.integers(0, 10 ** 12)
small = some.integers(-10 ** 6, 10 ** 6)


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018")


def on_day(plan, **values):
    return plan.changed(values).on(date(YEAR, 12, 31)) if values else plan.on(date(YEAR, 12, 31))


@some.composite
def versions(draw):
    """A first version and up to four changes, some of them not allowed."""
    made = []
    for number in range(1, draw(some.integers(1, 5)) + 1):
        settled = draw(some.none() | some.integers(10 ** 7, 10 ** 12))
        made.append({**FUND, "year": YEAR, "version_number": number, "from_month": YEAR * 100 + (1 if number == 1 else draw(some.integers(1, 13))),
                     "kind_code": "initial" if number == 1 else draw(some.sampled_from(("major_epidemic", "benefit_change", "other", "initial"))),
                     "settled_last_year_fen": settled, "manual_base_fen": draw(some.integers(10 ** 7, 10 ** 12)),
                     "enrolment_change_fen": draw(small), "price_change_fen": draw(small), "benefit_change_fen": draw(small),
                     "reserves_fen": draw(some.integers(0, 10 ** 6)), "reason": draw(some.sampled_from((None, "", " ", "疫情")))})
    return made


@given(given_versions=versions(), growth=some.integers(-100_000, 300_000), chance=some.randoms(use_true_random=False))
def test_every_month_is_held_against_the_version_the_slow_opinion_names(plan, given_versions, growth, chance):
    day = on_day(plan, **{"budget.growth_ppm.resident": growth})
    made = play_rows(fund_budgets, {"budget_versions": given_versions}, day, YEAR, None)
    mixed = chance.sample(given_versions, len(given_versions))
    assert play_rows(fund_budgets, {"budget_versions": mixed}, day, YEAR, None) == made
    for version, row in zip(given_versions, made, strict=True):
        assert row["budget_fen"] == ORACLE.budget(version, growth) and bool(row["refusal_code"]) != row["is_in_force"]
    for month in range(YEAR * 100 + 1, YEAR * 100 + 13):
        found = [row["version_number"] for row in made if row["is_in_force"] and row["from_month"] <= month <= row["to_month"]]
        assert found == [ORACLE.in_force(given_versions, month, ("major_epidemic", "benefit_change"))["version_number"]]


@given(given_versions=versions(), points=some.integers(1, 10 ** 10))
def test_prices_follow_the_version_in_force_at_the_year_s_end_and_no_refused_one(plan, given_versions, points):
    day = on_day(plan, **{"budget.residual_pool": "dip_inpatient", "fund.reserve_share_ppm": 0, "payment.point_value_basis": "fund"})

    def value_of(rows):
        made = {"fund_budgets": play_rows(fund_budgets, {"budget_versions": rows}, day, YEAR, None)}
        made["fund_budget_lines"] = play_rows(fund_budget_lines, made, day, YEAR, None)
        totals = {"dip_year_totals": [{**FUND, "points_e4": points, "cost_fen": 10, "fund_fen": 7}]}
        return play_rows(dip_point_values, {**made, **totals}, day, YEAR, None)[-1]["point_value_e4"], made["fund_budgets"]

    value, made = value_of(given_versions)
    last = ORACLE.in_force(given_versions, YEAR * 100 + 12, ("major_epidemic", "benefit_change"))
    growth = plan.on(date(YEAR, 12, 31)).value("budget.growth_ppm.resident")
    assert value == ORACLE.half_up(ORACLE.Fraction(ORACLE.budget(last, growth) * 1_000_000, points))
    assert value == value_of([version for version, row in zip(given_versions, made, strict=True) if row["is_in_force"]])[0]


def test_a_budget_without_base_or_first_version_is_refused_in_both_languages(plan):
    first = {**FUND, "year": YEAR, "version_number": 1, "from_month": 202001, "kind_code": "initial"}
    for spoiled, words in (({}, "手工基数.*base by hand"), ({"kind_code": "other", "manual_base_fen": 1}, "年初预算.*initial"),
                           ({"from_month": 202002, "manual_base_fen": 1}, "202001"), ({"manual_base_fen": 1, "reserves_fen": 2}, "为负.*negative")):
        with pytest.raises(BudgetRefused, match=words):
            play_rows(fund_budgets, {"budget_versions": [{**first, **spoiled}]}, on_day(plan), YEAR, None)


pool_sums = some.dictionaries(some.sampled_from(POOLS), sums, max_size=5)


@given(whole=some.integers(0, 10 ** 13), approved=pool_sums, reserve=some.integers(0, 1_000_000), aside=some.integers(0, 1_000_000),
       residual=some.sampled_from((*POOLS, "none")), weights=some.dictionaries(some.sampled_from(POOLS), some.integers(0, 99), min_size=1),
       gone=some.integers(1, 366))
def test_lines_make_the_whole_to_the_fen_or_are_refused(plan, whole, approved, reserve, aside, residual, weights, gone):
    day = on_day(plan, **{"fund.reserve_share_ppm": reserve, "budget.set_asides": [{"set_aside": "risk_reserve", "share_ppm": aside}],
                          "budget.residual_pool": residual, "budget.pool_weights": [{"pool": name, "weight": each} for name, each in weights.items()]})
    rows = {"fund_budgets": [{**FUND, "version_number": 1, "is_in_force": True, "budget_fen": whole}],
            "fund_pools": [{**FUND, "year": YEAR, "pool_code": name, "budget_fen": amount} for name, amount in approved.items()]}
    held = sum(ORACLE.half_up(ORACLE.Fraction(whole * share, 1_000_000)) for share in (reserve, aside))
    left = whole - held - sum(approved.values())
    takers = [name for name, weight in weights.items() if weight and name not in approved]
    if held > whole or left < 0:
        with pytest.raises(BudgetTooSmall, match="[一-龥].*yuan"):
            play_rows(fund_budget_lines, rows, day, YEAR, None)
    elif left and residual == "none" and not takers:
        with pytest.raises(PoolsDoNotSum, match="budget.residual_pool"):
            play_rows(fund_budget_lines, rows, day, YEAR, None)
    else:
        lines = {row["line_code"]: row for row in play_rows(fund_budget_lines, rows, day, YEAR, None)}
        assert sum(row["budget_fen"] for row in lines.values()) == whole
        assert all(lines[name]["budget_fen"] == amount + (left if name == residual else 0) for name, amount in approved.items())
        counted = play_rows(fund_budget_lines, {**rows, "counted_days": [{"year": YEAR, "gone_days": gone, "year_days": 366}]}, day, YEAR, None)
        assert sum(row["budget_fen"] for row in counted) == ORACLE.half_up(ORACLE.Fraction(whole * gone, 366)), "closed on a day it still makes the whole"
        assert all(abs(row["budget_fen"] - ORACLE.Fraction(lines[row["line_code"]]["budget_fen"] * gone, 366)) < 2 for row in counted)


@given(spent=sums, budget=some.none() | sums, lines=some.lists(some.integers(1, 2_000_000), min_size=1, max_size=4))
def test_lines_are_reached_exactly(spent, budget, lines):
    made = execution(spent, budget, lines)
    assert (made["alert_ppm"], made["is_held"]) == ORACLE.reached(spent, budget, lines)


@pytest.mark.parametrize(("spent", "alert", "held"), [(799, None, False), (800, 800_000, False), (899, 800_000, False), (900, 900_000, False),
                                                      (999, 900_000, False), (1_000, 1_000_000, False), (1_001, 1_000_000, True)])
def test_80_90_and_100_percent_on_below_and_above(spent, alert, held):
    made = execution(spent, 1_000, (800_000, 900_000, 1_000_000))
    assert (made["alert_ppm"], made["is_held"]) == (alert, held)


CARE = ("visit", "chronic_visit", "capitated_visit", "capitation", "other_stay", "off_site_stay", "separate_drug")
HOUSES = ("H1", "H2", "X1")
months = some.integers(YEAR * 100 + 1, YEAR * 100 + 12)


def at(house, care):
    """The kind of care as an institution can give it: outside the area stays are off-site stays and nobody is settled by the head."""
    if house == "X1":
        return care if "visit" in care else "off_site_stay"
    return "other_stay" if care == "off_site_stay" else care


@some.composite
def years(draw):
    """A fund's year: stays by the month and by the day, bills of every kind, deductions, and what of it was for packaged residents."""
    stays = draw(some.lists(some.tuples(some.sampled_from(HOUSES[:2]), months, sums), max_size=4, unique_by=lambda each: each[:2]))
    by_day = draw(some.lists(some.tuples(some.sampled_from(HOUSES[:2]), months, some.integers(0, 10 ** 6)), max_size=3, unique_by=lambda each: each[:2]))
    bills = draw(some.lists(some.tuples(some.sampled_from(HOUSES), months, some.sampled_from(CARE), small), max_size=6, unique_by=lambda each: each[:3]))
    packages = draw(some.lists(some.tuples(some.sampled_from(HOUSES), months, some.sampled_from((*CARE, "dip_stay", "bed_day_stay")), some.integers(0, 10 ** 6)), max_size=4,
                               unique_by=lambda each: each[:3]))
    cleared = {house: sum(amount for its, _, amount in by_day if its == house) + draw(some.integers(0, 10 ** 9)) for house in HOUSES[:2]}
    return {
        "institutions": [{"institution_id": name, "is_in_area": name != "X1"} for name in HOUSES],
        "inpatient_prepayments": [{**FUND, "institution_id": house, "settled_month": month, "fund_pay_fen": amount} for house, month, amount in stays],
        "bed_day_sums": [{**FUND, "institution_id": house, "settled_month": month, "fund_pay_fen": amount} for house, month, amount in by_day],
        "inpatient_clearings": [{**FUND, "institution_id": house, "fund_pay_fen": due, "payable_fen": draw(some.integers(due // 2, due + due // 9))} for house, due in cleared.items()],
        "audit_deductions": [{**FUND, "institution_id": house, "place_code": place, "deducted_fen": draw(some.integers(0, 10 ** 6))} for house in HOUSES for place in ("dip", "other")],
        "fund_payments": [{**FUND, "institution_id": house, "month": month, "care_code": care, "fund_fen": amount}
                          for (house, month, care), amount in {(house, month, at(house, care)): amount for house, month, care, amount in bills}.items()],
        "consortium_payments": [{**FUND, "consortium_id": "A", "institution_id": house, "month": month, "care_code": care, "fund_fen": amount}
                                for (house, month, care), amount in {(house, month, at(house, care)): amount for house, month, care, amount in packages}.items()],
        "consortium_settlements": [{**FUND, "consortium_id": name, "kept_fen": draw(sums), "borne_fen": draw(sums)} for name in "AB"]}


def pools_by_hand(year, budgets):
    """What each pool's care was priced at in the year, one row at a time by the slow opinion."""
    found = {}
    by_day = {row["institution_id"]: 0 for row in year["inpatient_clearings"]}
    for row in year["bed_day_sums"]:
        by_day[row["institution_id"]] += row["fund_pay_fen"]
    rows = [(row["care_code"], row["institution_id"], row["fund_fen"]) for row in year["fund_payments"]]
    for row in year["inpatient_clearings"]:
        rows += [("bed_day_stay", row["institution_id"], by_day[row["institution_id"]]), ("dip_stay", row["institution_id"], row["fund_pay_fen"] - by_day[row["institution_id"]])]
    for care, house, amount in rows:
        name = ORACLE.pool(care, house == "X1", budgets)
        found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in found.items() if amount}


@given(year=years(), budgets=some.dictionaries(some.sampled_from((*POOLS, "bed_day", "capitation", "separate_drugs")), sums), chance=some.randoms(use_true_random=False))
def test_all_that_was_paid_stands_in_exactly_one_pool(plan, year, budgets, chance):
    lines = [{**FUND, "version_number": 0, "kind_code": "pool", "line_code": name, "budget_fen": amount} for name, amount in budgets.items()]
    rows = {**year, "fund_budget_lines": lines}
    results = play_rows(fund_pool_results, rows, on_day(plan), YEAR, None)
    assert {row["pool_code"]: row["priced_fen"] for row in results if row["priced_fen"]} == pools_by_hand(year, budgets)
    assert sum(row["withheld_fen"] for row in results) == sum(row["fund_pay_fen"] - row["payable_fen"] for row in year["inpatient_clearings"])
    assert sum(row["deducted_fen"] for row in results) == sum(row["deducted_fen"] for row in year["audit_deductions"])
    rows["fund_pool_results"] = results
    made = play_rows(fund_budget_execution, rows, on_day(plan), YEAR, None)
    assert play_rows(fund_budget_execution, {name: chance.sample(each, len(each)) for name, each in rows.items()}, on_day(plan), YEAR, None) == made
    whole = sum(row["paid_fen"] for row in results) + sum(row["kept_fen"] - row["borne_fen"] for row in year["consortium_settlements"])
    assert sum(row["paid_fen"] for row in made) == sum(row["paid_to_date_fen"] for row in made if row["month"] % 100 == 12) == whole
    monthly = sum(row["fund_pay_fen"] for row in year["inpatient_prepayments"]) + sum(row["fund_fen"] for row in year["fund_payments"])
    assert sum(row["paid_fen"] - row["cleared_fen"] for row in made) == monthly
    taken = sum(row["fund_fen"] for row in year["consortium_payments"]) if "consortium_packages" in budgets else 0
    assert sum(row["paid_fen"] - row["cleared_fen"] for row in made if row["pool_code"] == "consortium_packages") == taken
    for row in made:
        assert row["held_fen"] == (max(row["paid_to_date_fen"] - row["budget_fen"], 0) if row["is_held"] else 0) and (row["budget_fen"] is None or row["is_held"] == (
            row["budget_fen"] > 0 and row["paid_to_date_fen"] > row["budget_fen"]))


@given(budget=sums, first=some.integers(0, 10 ** 12), has_own=some.booleans())
def test_what_a_pool_of_its_own_pays_takes_nothing_of_the_budget_for_stays(budget, first, has_own):
    """GB-2: bed-days are taken off the budget before points share it, unless the fund has budgeted them apart."""
    lines = [{**FUND, "version_number": 0, "line_code": name, "budget_fen": budget} for name in ("dip_inpatient", *(("bed_day",) if has_own else ()))]
    left = inpatient_budget([], lines, {"bed_day": [{**FUND, "fund_pay_fen": first}], "separate_drugs": []}, "resident", YEAR * 100 + 12)
    assert left == (budget if has_own else max(budget - first, 0))


@given(opening=some.integers(-10 ** 9, 10 ** 12), raised=sums, paid=some.lists(sums, min_size=12, max_size=12), warn=some.integers(0, 12), block=some.integers(0, 12))
def test_reserve_months_are_judged_exactly(plan, opening, raised, paid, warn, block):
    assume(block <= warn)
    day = on_day(plan, **{"fund.reserve_warn_months": warn, "fund.reserve_block_months": block})
    rows = {"fund_inflows": [{**FUND, "opening_balance_fen": opening, "raised_fen": raised}],
            "fund_budget_execution": [{**FUND, "pool_code": "outpatient", "month": YEAR * 100 + month, "paid_fen": amount} for month, amount in enumerate(paid, 1)]}
    made = play_rows(fund_reserve_months, rows, day, YEAR, None)
    assert made[-1]["balance_fen"] == opening + raised - sum(paid)
    for count, row in enumerate(made, 1):
        so_far = sum(paid[:count])
        months = ORACLE.Fraction(row["balance_fen"] * count, so_far) if so_far else None
        assert row["state_code"] == ("unknown" if months is None else "block" if months < block else "warn" if months < warn else "ok")
        assert row["is_price_rise_blocked"] == (row["state_code"] == "block")
