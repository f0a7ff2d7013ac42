"""Random small regions: the slow opinion agrees on every month, bill and fen, and the laws of the packages hold."""
import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.payment.consortium.consortium_budgets import consortium_budgets
from sanyi.payment.consortium.consortium_liabilities import consortium_liabilities
from sanyi.payment.consortium.consortium_charged_payments import consortium_charged_payments
from sanyi.payment.consortium.consortium_payments import consortium_payments
from sanyi.payment.consortium.consortium_set_asides import consortium_set_asides
from sanyi.payment.consortium.consortium_settlements import consortium_settlements
from sanyi.payment.consortium.consortium_shares import consortium_shares
from sanyi.payment.consortium.contracted_members import contracted_members
from sanyi.payment.consortium.contracted_spans import contracted_spans
from sanyi.payment.fund.drug_subsidies import drug_subsidies
from sanyi.payment.fund.fund_payments import fund_payments
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import promise
from sanyi.tables.rows import filled

SPEC = importlib.util.spec_from_file_location("oracle_consortium", Path(__file__).parents[1] / "oracle/consortium.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

YEAR = 2020
VISITS = ("visit", "chronic_visit", "capitated_visit")
PEOPLE, HOUSES, GROUPS = ("P1", "P2", "P3"), ("H1", "H2", "H3", "X1"), ("A", "B", "C")
days = some.builds(lambda shift: date.fromordinal(date(2019, 10, 1).toordinal() + shift), some.integers(0, 600))
month_spans = some.tuples(some.integers(1, 12), some.integers(1, 12)).map(sorted)


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="512MB", threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").changed({"payment.chronic_apart": True}).on(date(YEAR, 12, 31))


@pytest.fixture(scope="module")
def plan_by_head():
    return open_plan("haikou-2018").changed({"payment.chronic_apart": True, "payment.capitation": True}).on(date(YEAR, 12, 31))


SQL: dict[str, str] = {}


def played(step, region, plan, engine):
    """Run an engine step on given rows; its words for the engine are compiled once for each way visits are paid."""
    key = f"{step.name} {plan.value('payment.capitation')}"
    if key not in SQL:
        SQL[key] = engine.sql(expression(step, plan, YEAR), step.makes)
    for name in step.tables:
        engine.show_rows(name, promise(name), region.get(name, []))
    order = ", ".join(step.makes.key)
    return engine.rows(f"SELECT * FROM ({SQL[key]}) ORDER BY {order}")


@some.composite
def regions(draw):
    """A region of three people, three consortia and a year of contracts, insurance and bills."""
    spans = some.tuples(days, days).map(sorted)
    contracts = [{"contract_id": f"C{number}", "resident_id": draw(some.sampled_from(PEOPLE)), "signed_on": draw(days),
                  "team_id": draw(some.sampled_from(("T1", "T2", "T3"))), "start_on": start, "end_on": end}
                 for number, (start, end) in enumerate(draw(some.lists(spans, max_size=6)))]
    pairs = draw(some.sets(some.tuples(some.sampled_from(GROUPS), some.sampled_from(HOUSES[:3])), max_size=5))
    members = [{"consortium_id": group, "institution_id": house, "from_on": draw(days), "to_on": draw(some.none() | days)}
               for group, house in sorted(pairs)]
    insured = [{"resident_id": person, "insurance_code": insurance, "year": YEAR, "from_month": span[0], "to_month": span[1]}
               for person in PEOPLE for insurance in ("resident", "employee")
               for span in [draw(some.none() | month_spans)] if span]
    return {
        "residents": [{"resident_id": name, "died_on": draw(some.none() | days), "born_on": draw(some.just(date(1980, 1, 1)) | days)} for name in PEOPLE],
        "teams": [{"team_id": f"T{number}", "institution_id": f"H{number}"} for number in (1, 2, 3)],
        "institutions": [{"institution_id": name, "is_in_area": name != "X1"} for name in HOUSES],
        "consortia": [{"consortium_id": name, "kind_code": draw(some.sampled_from(("tight", "loose", "specialty"))),
                       "lead_institution_id": draw(some.sampled_from(HOUSES[:3])), "start_on": draw(days),
                       "end_on": draw(some.none() | days)} for name in GROUPS],
        "consortium_members": members, "contracts": contracts, "insured_months": insured, **draw(bills())}


@some.composite
def bills(draw):
    """Encounters with a bill each; some stays have a price."""
    encounters, settlements, priced = [], [], []
    for number in range(draw(some.integers(0, 8))):
        same = {"encounter_id": f"E{number}", "resident_id": draw(some.sampled_from(PEOPLE)),
                "institution_id": draw(some.sampled_from(HOUSES)), "settled_month": 202000 + draw(some.integers(1, 12)),
                "insurance_code": draw(some.sampled_from(("resident", "employee")))}
        kind = draw(some.sampled_from(("outpatient", "inpatient", "day_surgery", "emergency")))
        encounters.append({**same, "type_code": kind, "referral_id": draw(some.sampled_from((None, "R1"))), "discharged_on": draw(days)})
        settlements.append({**same, "settlement_id": f"S{number}", "fund_fen": draw(some.integers(0, 10 ** 6))})
        if kind in ORACLE.STAYS and same["institution_id"] != "X1" and draw(some.booleans()):
            priced.append({**same, "method_code": draw(some.sampled_from(("dip", "bed_day"))), "fund_pay_fen": draw(some.none() | some.integers(0, 10 ** 6))})
    chronic = [{"encounter_id": row["encounter_id"], "category_code": "M01"} for row in encounters if row["type_code"] not in ORACLE.STAYS and draw(some.booleans())]
    return {"encounters": encounters, "settlements": settlements, "inpatient_cases": priced, "chronic_visits": chronic}


def complete(region):
    """The same rows with every column filled."""
    return {name: filled(promise(name), rows) for name, rows in region.items()}


def months_of(spans):
    """Every (resident, month) of spans with its owner; a month met twice is a failure."""
    found = {}
    for row in spans:
        for month in range(row["from_month"], row["to_month"] + 1):
            assert (row["resident_id"], month) not in found, "a person-month is counted twice"
            found[row["resident_id"], month] = (row["consortium_id"], row["institution_id"], row["insurance_code"])
    return found


@settings(max_examples=30)
@given(region=regions(), chance=some.randoms(use_true_random=False))
def test_spans_agree_with_the_slow_opinion_in_any_row_order(engine, plan, region, chance):
    spans = played(contracted_spans, region, plan, engine)
    owned = ORACLE.owned_months(complete(region), YEAR)
    assert months_of(spans) == owned
    mixed = {name: chance.sample(rows, len(rows)) for name, rows in region.items()}
    assert played(contracted_spans, mixed, plan, engine) == spans
    for before, after in zip(spans, spans[1:]):  # runs are as long as they can be
        same = [name for name in ("resident_id", "consortium_id", "institution_id", "insurance_code")
                if before[name] == after[name]]
        assert len(same) < 4 or before["to_month"] + 1 < after["from_month"]
    counted = played(contracted_members, {"contracted_spans": spans}, plan, engine)
    assert sum(row["person_count"] for row in counted) == len(owned)


def paid_for(region, spans, plan, engine):
    """The fund's payments for contracted residents: as charged, then with the priced stays."""
    known = {**region, "contracted_spans": spans}
    charged = played(consortium_charged_payments, known, plan, engine)
    return played(consortium_payments, {**known, "consortium_charged_payments": charged}, plan, engine)


@settings(max_examples=30)
@given(region=regions())
def test_liabilities_and_payments_agree_with_the_slow_opinion(engine, plan, region):
    spans = played(contracted_spans, region, plan, engine)
    payments = paid_for(region, spans, plan, engine)
    made = played(consortium_liabilities, {"consortium_payments": payments}, plan, engine)
    keys = ("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late")
    assert {tuple(row[name] for name in keys): (row["case_count"], row["fund_fen"]) for row in made} == \
        ORACLE.liabilities(complete(region), YEAR)
    paid = played(fund_payments, region, plan, engine)
    priced = {row["encounter_id"] for row in region["inpatient_cases"]}
    assert sum(row["fund_fen"] for row in paid) == sum(
        row["fund_fen"] for row in region["settlements"] if row["encounter_id"] not in priced)
    assert sum(row["case_count"] for row in paid) + len(priced) == len(region["settlements"])


@settings(max_examples=20)
@given(region=regions())
def test_visits_by_the_head_and_for_chronic_diseases_are_told_apart_and_lose_nothing(engine, plan, plan_by_head, region):
    spans = played(contracted_spans, region, plan, engine)
    more = {**region, "contracted_spans": spans}
    by_head = [row["insurance"] for row in plan_by_head.value("capitation.rates")]
    payments = paid_for(region, spans, plan_by_head, engine)
    made = played(consortium_liabilities, {"consortium_payments": payments}, plan, engine)
    keys = ("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late")
    assert {tuple(row[name] for name in keys): (row["case_count"], row["fund_fen"]) for row in made} == ORACLE.liabilities(complete(region), YEAR, by_head)
    told, plain = ({care: sum(row["fund_fen"] for row in played(fund_payments, more, each, engine) if (row["care_code"] in VISITS) == (care == "visits"))
                    for care in ("visits", "rest")} for each in (plan_by_head, plan))
    assert told == plain
    owners, visits = ORACLE.owned_months(complete(region), YEAR), {row["encounter_id"] for row in region["encounters"] if row["type_code"] not in ORACLE.STAYS}
    heads = sum(row["fund_fen"] for row in region["settlements"] if row["encounter_id"] in visits and row["insurance_code"] in by_head
                and owners.get((row["resident_id"], row["settled_month"]), ("", "", ""))[2] == row["insurance_code"])
    assert heads == sum(row["fund_fen"] for row in played(fund_payments, more, plan_by_head, engine) if row["care_code"] == "capitated_visit")


@settings(max_examples=20)
@given(region=regions(), fund=some.integers(1, 10 ** 6))
def test_income_from_people_without_a_contract_changes_nothing_and_nothing_counts_twice(engine, plan, region, fund):
    spans = played(contracted_spans, region, plan, engine)
    before = paid_for(region, spans, plan, engine)
    stranger = {"encounter_id": "E99", "resident_id": "P99", "institution_id": "H1", "insurance_code": "resident", "settled_month": 202006}
    richer = {**region, "encounters": [*region["encounters"], {**stranger, "type_code": "outpatient", "discharged_on": date(2020, 6, 1)}],
              "settlements": [*region["settlements"], {**stranger, "settlement_id": "S99", "fund_fen": fund}]}
    assert paid_for(richer, spans, plan, engine) == before
    owners = ORACLE.owned_months(complete(region), YEAR)
    counted = [row for row in region["settlements"] if owners.get((row["resident_id"], row["settled_month"]), (None,) * 3)[2] == row["insurance_code"]]
    assert sum(row["case_count"] for row in before) == len(counted)  # each bill of a contracted resident once, priced or charged


sums = some.integers(0, 10 ** 12)
scores = some.none() | some.sampled_from((0, 699_999, 700_000, 799_999, 800_000, 899_999, 900_000, 1_000_000)) | some.integers(
    0, 1_000_000)


def settled(plan, budget, liability, score, recovered=0, veto=None):
    """One consortium's settlement."""
    key = {"consortium_id": "A", "insurance_code": "resident"}
    given_rows = {"consortium_budgets": [{**key, "budget_fen": budget}],
                  "consortium_liabilities": [{**key, "place_code": "lead", "care_code": "visit", "fund_fen": liability}],
                  "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
                  "consortium_recoveries": [{**key, "recovered_fen": recovered}],
                  "appraisals": [{"institution_id": "L", "year": YEAR, "score_e4": score, "veto_code": veto}]
                  if score is not None or veto else []}
    return play_rows(consortium_settlements, given_rows, plan, YEAR, None)[0]


@given(budget=sums, liability=sums, recovered=some.just(0) | sums, score=scores, veto=some.sampled_from((None, None, "fraud")))
def test_settlement_agrees_and_its_parts_sum(plan, budget, liability, recovered, score, veto):
    recovered = min(recovered, liability)
    row = settled(plan, budget, liability, score, recovered, veto)
    slow = ORACLE.settlement(budget, liability, recovered, score, bool(veto), plan.value("consortium.surplus_keep_bands"),
                             700_000, 700_000, lambda overrun: (overrun, 0, 0))
    assert {name: row[name] for name in slow} == slow
    assert not (row["surplus_fen"] and row["overrun_fen"])
    assert row["kept_fen"] + row["returned_fen"] + row["held_fen"] == row["surplus_fen"]
    assert budget - liability <= row["surplus_fen"] - row["overrun_fen"] <= max(budget - liability, budget - liability + recovered)
    assert row["lead_fen"] + row["members_fen"] == row["kept_fen"] and row["fund_borne_fen"] == 0


@given(budget=sums, liability=sums, more=sums, score=scores)
def test_spending_more_never_earns_more(plan, budget, liability, more, score):
    less, spent = settled(plan, budget, liability, score), settled(plan, budget, liability + more, score)
    assert spent["kept_fen"] <= less["kept_fen"] and spent["borne_fen"] >= less["borne_fen"]


@given(budget=sums, liability=sums, score=some.integers(0, 1_000_000), better=some.integers(0, 1_000_000))
def test_a_better_score_never_keeps_less(plan, budget, liability, score, better):
    low, high = sorted((score, better))
    assert settled(plan, budget, liability, low)["kept_fen"] <= settled(plan, budget, liability, high)["kept_fen"]


@given(persons=some.integers(0, 10 ** 8), head=some.integers(0, 10 ** 6), share=some.integers(0, 1_000_000), aside=some.integers(0, 500_000))
def test_budget_is_rounded_once(plan, persons, head, share, aside):
    changed = plan.plan.changed({"fund.raised_per_head_fen.resident": head, "consortium.budget_share_ppm": share, "consortium.set_asides": [
        {"set_aside": "risk_reserve", "share_ppm": aside}, {"set_aside": "family_doctor", "per_head_fen": head // 3}]}).on(date(YEAR, 12, 31))
    given_rows = {"consortium_person_months": [{"consortium_id": "A", "insurance_code": "resident", "month": 202001,
                                                "person_count": persons}]}
    row = play_rows(consortium_budgets, given_rows, changed, YEAR, None)[0]
    assert row["budget_fen"] == ORACLE.budget(persons, head, share, aside, head // 3)
    assert row["set_aside_fen"] == row["raised_fen"] - ORACLE.budget(persons, head, 1_000_000, aside, head // 3)
    parts = play_rows(consortium_set_asides, {"consortium_budgets": [row]}, changed, YEAR, None)
    assert sum(part["amount_fen"] for part in parts) == row["set_aside_fen"]


members = some.dictionaries(some.sampled_from([f"M{number}" for number in range(8)]),
                            some.tuples(some.integers(0, 500), some.none() | some.integers(0, 1_000_000)), max_size=8)


@given(members=members, kept=some.integers(0, 9_999), borne=some.integers(0, 9_999), chance=some.randoms(use_true_random=False))
def test_shares_sum_and_agree_in_any_order(plan, members, kept, borne, chance):
    key = {"consortium_id": "A", "insurance_code": "resident"}
    rows = {"consortium_settlements": [{**key, "lead_fen": 70, "members_fen": kept, "lead_borne_fen": 7,
                                        "members_borne_fen": borne}],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}],
            "consortium_members": [{"consortium_id": "A", "institution_id": name} for name in [*members, "second hospital"]],
            "institutions": [{"institution_id": name, "level_code": "community"} for name in members],
            "contracted_members": [{**key, "institution_id": name, "month": 202001, "person_count": persons}
                                   for name, (persons, _) in members.items()],
            "appraisals": [{"institution_id": name, "year": YEAR, "score_e4": score} for name, (_, score) in members.items()]}
    made = play_rows(consortium_shares, rows, plan, YEAR, None)
    mixed = {name: chance.sample(given_rows, len(given_rows)) for name, given_rows in rows.items()}
    assert play_rows(consortium_shares, mixed, plan, YEAR, None) == made
    parts = {row["institution_id"]: row["kept_share_fen"] for row in made}
    assert sum(parts.values()) == 70 + kept and sum(row["borne_share_fen"] for row in made) == 7 + borne
    weights = {name: persons * (score or 0) for name, (persons, score) in members.items()}
    if any(weights.values()):
        assert {name: parts[name] for name in members} == ORACLE.shared(kept, weights)


@settings(max_examples=20)
@given(sales=some.lists(some.tuples(some.sampled_from(("T1", "T2", "H1", "X1")), some.sampled_from((201912, 202001, 202012, 202101)),
                                    some.integers(-10 ** 9, 10 ** 10)), unique_by=lambda sale: sale[:2]))
def test_subsidies_agree_with_the_slow_opinion(engine, plan, sales):
    houses = [{"institution_id": name, "level_code": level, "ownership_code": owner, "is_in_area": True, "region_id": "town"}
              for name, level, owner in (("T1", "township", "public"), ("T2", "community", "public"), ("H1", "3A", "public"),
                                         ("X1", "village", "private"))]
    rows = {"institutions": houses, "monthly_finance": [{"institution_id": name, "month": month, "drug_income_fen": amount}
                                                        for name, month, amount in sales],
            "regions": [{"region_id": "town", "level_code": "town", "parent_region_id": "district"},
                        {"region_id": "district", "level_code": "district"}]}
    made = played(drug_subsidies, rows, plan, engine)
    slow = ORACLE.subsidies(filled(promise("monthly_finance"), rows["monthly_finance"]), houses, YEAR, 300_000, 550_000)
    assert {row["institution_id"]: (row["drug_sales_fen"], row["subsidy_fen"], row["city_fen"], row["district_fen"])
            for row in made} == slow
    assert all(row["district_region_id"] == "district" for row in made)
