"""Rules of packages on random cases: shared overruns, empty and split members, flows, withholdings, months, uses and sub-ledgers."""
import importlib.util
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sanyi.payment.consortium.consortium_flows import consortium_flows
from sanyi.payment.consortium.consortium_months import consortium_months
from sanyi.payment.consortium.consortium_settlements import consortium_settlements
from sanyi.payment.consortium.consortium_shares import consortium_shares
from sanyi.payment.consortium.consortium_sub_ledgers import consortium_sub_ledgers
from sanyi.payment.consortium.consortium_withholdings import consortium_withholdings
from sanyi.payment.consortium.judged_fund_uses import ALLOWED, judged_fund_uses
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan

SPEC = importlib.util.spec_from_file_location("oracle_consortium", Path(__file__).parents[1] / "oracle/consortium.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

YEAR = 2020
KEY = {"consortium_id": "A", "insurance_code": "resident"}
CAUSES = ("epidemic", "policy_change", "demography", "price", "other")
sums, parts = some.integers(0, 10 ** 10), some.integers(0, 10 ** 6)


@pytest.fixture(scope="module")
def plan():
    return open_plan("lianjiang-2019")


def on_day(plan, **values):
    return (plan.changed(values) if values else plan).on(plan.last_day)


evidence = some.lists(some.builds(lambda cause, amount, state, number: {**KEY, "year": YEAR, "cause_code": cause, "amount_fen": amount, "state_code": state,
                                                                          "document_number": number},
                                  some.sampled_from(CAUSES), some.integers(1, 10 ** 10), some.sampled_from((*["recognised"] * 6, "rejected", "pending")),
                                  some.sampled_from(("证1", "证2", "证3", ""))), max_size=3)


@given(budget=some.integers(0, 10 ** 7).map(lambda thousands: thousands * 1000), permille=some.sampled_from((50, 100, 1_000)) | some.integers(0, 1_300),
       more=some.just(0) | some.integers(-3, 3), away=sums, is_shared=some.booleans(), files=evidence)
def test_a_shared_overrun_agrees_with_the_slow_opinion_about_every_boundary(plan, budget, permille, more, away, is_shared, files):
    """The overrun lies on, just below and just above each tenth of a percent of the budget."""
    day = on_day(plan, **{"consortium.unreferred_outflow_is_shared": is_shared})
    spent = max(budget + budget * permille // 1000 + more, 0)
    away = min(away, spent)
    rows = {"consortium_budgets": [{**KEY, "budget_fen": budget}], "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_liabilities": [{**KEY, "place_code": "lead", "care_code": "visit", "fund_fen": spent - away},
                                       {**KEY, "place_code": "off_site", "care_code": "off_site_stay", "fund_fen": away}],
            "overrun_evidence": [{**row, "evidence_id": str(number)} for number, row in enumerate(files)]}
    row = play_rows(consortium_settlements, rows, day, YEAR, None)[0]
    overrun = max(spent - budget, 0)
    slow = ORACLE.overrun_shared(overrun, budget, 0 if is_shared else away, files, day.value("consortium.overrun_fund_share_bands"),
                                 day.value("consortium.reasonable_overrun_causes"))
    assert (row["borne_fen"], row["fund_borne_fen"], row["overrun_held_fen"]) == slow and sum(slow) == row["overrun_fen"] == overrun
    assert row["reasonable_fen"] == row["fund_borne_fen"] + row["reasonable_borne_fen"] <= overrun


shared_rows = some.dictionaries(some.sampled_from([f"M{number}" for number in range(6)]), some.tuples(some.integers(0, 500), some.integers(1, 1_000_000),
                                                                                                      some.sampled_from(("township", "village"))), min_size=1)


def shares(plan, members, kept, borne):
    rows = {"consortium_settlements": [{**KEY, "lead_fen": 7, "members_fen": kept, "lead_borne_fen": 3, "members_borne_fen": borne}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_members": [{"consortium_id": "A", "institution_id": name} for name in members],
            "institutions": [{"institution_id": name, "level_code": level} for name, (_, _, level) in members.items()],
            "contracted_members": [{**KEY, "institution_id": name, "month": 202001, "person_count": persons} for name, (persons, _, _) in members.items()],
            "appraisals": [{"institution_id": name, "year": YEAR, "score_e4": score} for name, (_, score, _) in members.items()]}
    return {row["institution_id"]: row for row in play_rows(consortium_shares, rows, plan, YEAR, None)}


@given(members=shared_rows, kept=sums, borne=sums, rule=some.sampled_from(("lead_members", "levels")), place=some.integers(0, 5), part=some.integers(0, 500))
def test_an_empty_member_changes_nobody_and_a_split_one_keeps_its_part(plan, members, kept, borne, rule, place, part):
    day = on_day(plan, **{"consortium.split_rule": rule})
    before = shares(day, members, kept, borne)
    assert sum(row["kept_share_fen"] for row in before.values()) == 7 + kept and sum(row["borne_share_fen"] for row in before.values()) == 3 + borne
    levels = {level for persons, _, level in members.values() if persons}
    if levels >= {level for _, _, level in members.values()} and levels:
        level = sorted(levels)[0]
        after = shares(day, {**members, "M9": (0, 900_000, level)}, kept, borne)
        assert after.pop("M9")["share_fen"] == 0 and after == before
    name = sorted(members)[place % len(members)]
    persons, score, level = members[name]
    one = min(part, persons)
    split = shares(day, {**{each: row for each, row in members.items() if each != name}, f"{name}a": (one, score, level), f"{name}b": (persons - one, score, level)}, kept, borne)
    if any(each for each, _, _ in members.values()) and all(each for each, _, own in members.values() if own == level):
        assert all(abs(split[each][column] - before[each][column]) <= 1 for each in members if each != name for column in ("kept_share_fen", "borne_share_fen"))
        assert abs(split[f"{name}a"]["kept_share_fen"] + split[f"{name}b"]["kept_share_fen"] - before[name]["kept_share_fen"]) <= 2


payments = some.lists(some.tuples(some.sampled_from("ABC"), some.sampled_from("ABC-"), some.sampled_from(("H1", "H2")), some.integers(1, 12),
                                  some.sampled_from(("visit", "dip_stay")), some.integers(-10 ** 6, 10 ** 9)), max_size=12)


def paid_rows(rows):
    return [{"consortium_id": home, "insurance_code": "resident", "institution_id": house, "month": YEAR * 100 + month, "care_code": care,
             "treating_consortium_id": there, "fund_fen": fund} for home, there, house, month, care, fund in rows]


@given(rows=payments)
def test_flows_between_consortia_cancel_out(plan, rows):
    made = {(row["consortium_id"], row["other_consortium_id"]): row for row in play_rows(consortium_flows, {"consortium_payments": paid_rows(rows)}, on_day(plan), YEAR, None)}
    assert sum(row["net_fen"] for row in made.values()) == 0
    for (own, other), row in made.items():
        assert own != other and row["net_fen"] == -made[other, own]["net_fen"] and row["outflow_fen"] == made[other, own]["inflow_fen"]
        assert row["outflow_fen"] == sum(each[5] for each in rows if each[:2] == (own, other))


@given(rows=payments, owed=some.dictionaries(some.sampled_from(("H1", "H2")), some.tuples(some.integers(0, 10 ** 10), some.integers(0, 1_200_000))))
def test_withholdings_add_up_to_what_the_factors_took(plan, rows, owed):
    positive = [row for row in rows if row[5] >= 0]
    clearings = [{"institution_id": name, "insurance_code": "resident", "fund_pay_fen": fund, "payable_fen": ORACLE.half_up(ORACLE.Fraction(fund * factor, 1_000_000))}
                 for name, (fund, factor) in owed.items()]
    made = play_rows(consortium_withholdings, {"consortium_payments": paid_rows(positive), "inpatient_clearings": clearings}, on_day(plan), YEAR, None)
    assert sum(row["withheld_fen"] for row in made) == sum(row["fund_pay_fen"] - row["payable_fen"] for row in clearings)


@given(rows=payments, persons=some.lists(some.integers(0, 10 ** 5), min_size=12, max_size=12))
def test_december_is_what_the_year_settles_from(plan, rows, persons):
    own = [row for row in rows if row[0] == "A"]
    months = [{**KEY, "month": YEAR * 100 + month, "person_count": count} for month, count in enumerate(persons, 1)]
    budget = ORACLE.budget(sum(persons), 83_000, 850_000)
    given_rows = {"consortium_budgets": [{**KEY, "left_per_head_e6": 83_000_000_000, "budget_share_ppm": 850_000, "budget_fen": budget, "monthly_prepay_fen": 5}],
                  "consortium_person_months": months, "consortium_payments": paid_rows(own),
                  "institutions": [{"institution_id": "H1", "is_in_area": True}, {"institution_id": "H2", "is_in_area": False}]}
    made = play_rows(consortium_months, given_rows, on_day(plan), YEAR, None)
    assert [row["month"] for row in made] == list(range(YEAR * 100 + 1, YEAR * 100 + 13)) and [row["is_quarter_end"] for row in made] == [False, False, True] * 4
    assert made[-1]["budget_to_date_fen"] == budget and made[-1]["paid_to_date_fen"] == sum(row[5] for row in own) and made[-1]["prepaid_to_date_fen"] == 60
    assert all(row["budget_to_date_fen"] == ORACLE.budget(sum(persons[:count]), 83_000, 850_000) for count, row in enumerate(made, 1))
    assert all(row["paid_fen"] == row["inpatient_fen"] + row["outpatient_fen"] + row["off_site_fen"] for row in made)


wishes = some.lists(some.tuples(some.sampled_from("AB"), some.sampled_from(("H1", "H2")), some.sampled_from(("kept_surplus", "basic_public_health", "essential_drug_subsidy")),
                                some.sampled_from(("performance_pay", "specialties", "debt", "medical_care", "public_health_service", "drug_zero_markup")), parts,
                                some.dates(date(2020, 12, 1), date(2021, 3, 1)), some.none() | some.just("批1")), max_size=10)
PURPOSES = {"insurance_fund": {"medical_care"}, "basic_public_health": {"public_health_service"}, "essential_drug_subsidy": {"drug_zero_markup", "primary_operation"}}
SURPLUS = {"performance_pay", "staff_training", "specialties"}


def slow_judgement(wish, left):
    """One wish at a time, by the words of the rule."""
    _, _, source, purpose, amount, day, approval = wish
    if source == "essential_drug_subsidy":
        return "not_pooled"  # this what-if pools the insurance fund and public-health money only
    mine = SURPLUS if source == "kept_surplus" else PURPOSES[source]
    others = set() if source == "kept_surplus" else PURPOSES["insurance_fund"] | PURPOSES["basic_public_health"]
    if purpose not in mine | others:
        return "purpose"
    if source == "kept_surplus" and day <= date(2020, 12, 31):
        return "early"
    if purpose not in mine and not approval:
        return "cross"
    return "over" if amount > left else "allowed" if purpose in mine else "cross_approved"


@given(wanted=wishes, kept=parts, grant=parts, chance=some.randoms(use_true_random=False))
def test_uses_are_judged_one_by_one_and_no_purse_goes_below_zero(plan, wanted, kept, grant, chance):
    day = on_day(plan, **{"consortium.pooled_funds": ["insurance_fund", "basic_public_health"]})
    uses = [{"use_id": f"U{number}", "consortium_id": who, "institution_id": house, "year": YEAR, "source_code": source, "purpose_code": purpose, "amount_fen": amount,
             "used_on": when, "approval_number": approval, "insurance_code": "resident" if source == "kept_surplus" else None}
            for number, (who, house, source, purpose, amount, when, approval) in enumerate(wanted)]
    rows = {"fund_uses": uses, "consortium_shares": [{**KEY, "institution_id": "H1", "kept_share_fen": kept}],
            "consortium_grants": [{"grant_id": "G", "consortium_id": "A", "year": YEAR, "source_code": "basic_public_health", "amount_fen": grant}]}
    made = play_rows(judged_fund_uses, rows, day, YEAR, None)
    assert play_rows(judged_fund_uses, {**rows, "fund_uses": chance.sample(uses, len(uses))}, day, YEAR, None) == made
    found, left = {row["use_id"]: row for row in made}, Counter({("A", "kept_surplus", "H1"): kept, ("A", "basic_public_health", "-"): grant})
    for number, wish in sorted(enumerate(wanted), key=lambda each: (each[1][5], f"U{each[0]}")):
        purse = (wish[0], wish[2], wish[1] if wish[2] == "kept_surplus" else "-")
        judged = slow_judgement(wish, left[purse])
        left[purse] -= wish[4] if judged in ALLOWED else 0
        assert (found[f"U{number}"]["judgement_code"], found[f"U{number}"]["left_after_fen"]) == (judged, left[purse]) and left[purse] >= 0
    ledgers = play_rows(consortium_sub_ledgers, {**rows, "judged_fund_uses": made}, day, YEAR, None)
    assert all(row["received_fen"] == row["own_use_fen"] + row["cross_use_fen"] + row["left_fen"] and row["left_fen"] >= 0 for row in ledgers)
    assert sum(row["own_use_fen"] + row["cross_use_fen"] + row["refused_fen"] for row in ledgers) == sum(wish[4] for wish in wanted)
