"""Random policies and random years: set-based, one by one, and the slow opinion come to the same fen; arrival order changes nothing."""
import importlib.util
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.payment.benefit.benefit_bands import band_rows
from sanyi.payment.benefit.benefit_carried import benefit_carried
from sanyi.payment.benefit.benefit_claims import benefit_claims
from sanyi.payment.benefit.benefit_deductibles import benefit_deductibles
from sanyi.payment.benefit.benefit_fund_payments import benefit_fund_payments
from sanyi.payment.benefit.benefit_in_scope import benefit_in_scope
from sanyi.payment.benefit.benefit_last_stays import benefit_last_stays
from sanyi.payment.benefit.benefit_policies import policy_rows
from sanyi.payment.benefit.benefit_settlements import benefit_settlements
from sanyi.payment.benefit.benefit_years import benefit_years
from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.errors import BadBenefitPolicy, RefusedClaim
from sanyi.payment.benefit.in_scope import BillLine, in_scope_of
from sanyi.payment.benefit.ledger import BenefitLedger
from sanyi.payment.benefit.policy import Policies
from sanyi.payment.benefit.reading import CHOICES, read_policies
from sanyi.payment.benefit.recorded import claim_of
from sanyi.payment.benefit.year import settle_year
from sanyi.plans.errors import UnknownValue
from sanyi.runs.saying import expression
from sanyi.runs.steps import promise

SPEC = importlib.util.spec_from_file_location("oracle_benefit", Path(__file__).parents[1] / "oracle/benefit.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

YEAR = 2020
TURN = date(2020, 7, 1)  # the policy changes within the year
PEOPLE = tuple(f"P{number}" for number in range(1, 11))  # a run costs the engine the same for ten as for one, so each plan meets ten years at once
HOUSES = (("V", "village", True), ("C", "2A", True), ("T", "3A", True), ("X", "3A", False), ("N", "1", True))
LEVELS = ("3A", "2A", "village")  # no policy for level 1
AMOUNTS = ("deductible_fen", "base_fen", "fund_fen", "catastrophic_fen", "aid_fen", "patient_fen")
money = some.one_of(some.integers(0, 30), some.integers(0, 3_000), some.integers(0, 40_000))
day = some.integers(0, 365).map(lambda shift: date(2020, 1, 1) + timedelta(shift))
flag = some.booleans()


class RandomPlan:
    """A plan of nothing but benefit values: one set up to the turn, another after it."""

    day = date(YEAR, 12, 31)

    def __init__(self, before, after, on=date(YEAR, 12, 31)):
        self.before, self.after, self.day = before, after, on

    def on(self, day):
        return RandomPlan(self.before, self.after, day)

    def changes(self, prefix):
        return (TURN,) if self.before is not self.after else ()

    def values(self, day):
        return self.after if day >= TURN else self.before

    def value(self, name):
        values = self.values(self.day)
        if values is None or name not in values:
            raise UnknownValue(name)
        return values[name]


def counting(basis, first, second, in_scope="settlements"):
    """Ways of counting; each is compiled for the engine once."""
    return {"benefit.deductible_basis": basis, "benefit.segment_basis": "year" if first else "stay", "benefit.bands_from": "zero" if second else "deductible",
            "benefit.policy_date": "discharged_on" if first else "settled_on", "benefit.reversal_order": "any",
            "benefit.referral_scope": "region" if second else "consortium", "benefit.referral_window_days": 7,
            "benefit.referral_deductible_is_continuous": True, "benefit.loose_referral_continuous_deductible": first, "benefit.referral_runs_over_new_year": not second or basis == "stay",
            "benefit.cap_counts_visits": first, "benefit.catastrophic_counts_visits": second, "benefit.aid_counts_visits": first,
            "benefit.in_scope_from": in_scope}


# How it is counted, and when the policy holds: all the year, from the turn on, or one before and another after it.
WAYS_OF_COUNTING = ((counting("stay", False, False), "turns"), (counting("stay", True, True), "always"), (counting("stay", True, False, "lines"), "later"),
                    (counting("year", False, True), "turns"))


def ratios(draw, count):
    """Ratios that do not rise with level."""
    return sorted(draw(some.lists(some.integers(0, 1_000_000), min_size=count, max_size=count)))


@some.composite
def numbers(draw, basis):
    """One set of values in force together."""
    values = {"benefit.off_site": [{"way": way, "factor_ppm": draw(some.integers(300_000, 1_000_000))} for way in ("filed", "referred", "emergency", "unfiled")],
              "benefit.aid": [{"person": "poor", "ratio_ppm": draw(some.integers(1, 1_000_000)), "cap_fen": draw(some.sampled_from([0, 3_000]))},
                              {"person": "disabled", "ratio_ppm": draw(some.integers(1, 1_000_000)), "cap_fen": draw(some.sampled_from([1_000, 3_000]))}],
              "benefit.repeat_stay": draw(some.sampled_from([{"rule": "none"}, {"rule": "less", "step_fen": 150, "floor_fen": 200}, {"rule": "part", "part_ppm": 500_000}]))
              if basis == "stay" else {"rule": "none"},
              "benefit.catastrophic_includes_employees": draw(flag), "benefit.catastrophic_poor_has_annual_cap": draw(flag),
              "benefit.catastrophic_poor_persons": ["poor"], "benefit.catastrophic_poor": {"deductible_ppm": 500_000, "ratio_rise_points_e4": 50_000}}
    for insurance in ("resident", "employee"):
        deductibles = sorted(draw(some.lists(some.integers(0, 1_500), min_size=3, max_size=3)), reverse=True)
        visits = sorted(draw(some.lists(some.sampled_from([0, 0, 50, 300]), min_size=3, max_size=3)), reverse=True)
        values[f"benefit.inpatient.{insurance}"] = [{"level": level, "deductible_fen": fen, "ratio_ppm": ratio}
                                                    for level, fen, ratio in zip(LEVELS, deductibles, ratios(draw, 3))]
        values[f"benefit.outpatient.{insurance}"] = [{"level": level, "deductible_fen": fen, "ratio_ppm": ratio}
                                                     for level, fen, ratio in zip(LEVELS, visits, ratios(draw, 3))]
        over = draw(some.integers(1, 9_000))
        more = [{"level": level, "over_fen": over, "ratio_ppm": ratio} for level, ratio in zip(LEVELS, ratios(draw, 3))]
        own = [{"level": level, "over_fen": over * 2, "ratio_ppm": ratio, "person": "student"} for level, ratio in zip(LEVELS, ratios(draw, 3))]
        values[f"benefit.inpatient_bands.{insurance}"] = more + own
        values[f"benefit.class_rises.{insurance}"] = [{"person": person, "care": care, "rise_ppm": draw(some.integers(0, 300_000))}
                                                      for person in ("student", "retired") for care in ("stay", "visit")]
        values[f"benefit.cap_fen.{insurance}"] = draw(some.sampled_from([0, 5_000, 30_000]))
        values[f"benefit.outpatient_cap_fen.{insurance}"] = draw(some.sampled_from([0, 500, 4_000]))
        floor_fen = draw(some.integers(0, 3_000))
        values[f"benefit.catastrophic_deductible_fen.{insurance}"] = floor_fen
        values[f"benefit.catastrophic_cap_fen.{insurance}"] = draw(some.sampled_from([0, 2_000]))
        written = draw(some.sampled_from(["widths", "above_deductible", "absolute"])) if insurance == "resident" else values["benefit.catastrophic_bands_are"]
        values["benefit.catastrophic_bands_are"] = written
        sizes = {"widths": (2_000, 5_000, draw(some.sampled_from([0, 3_000]))), "above_deductible": (0, 2_000, 7_000),
                 "absolute": (floor_fen, floor_fen + 2_000, floor_fen + 7_000)}[written]
        values[f"benefit.catastrophic_bands.{insurance}"] = [{"amount_fen": size, "ratio_ppm": ratio}
                                                             for size, ratio in zip(sizes, (500_000, 600_001, 760_000))]
    return values


@some.composite
def plans(draw):
    counted, held = draw(some.sampled_from(WAYS_OF_COUNTING))
    before, after = ({**counted, **draw(numbers(counted["benefit.deductible_basis"]))} for _ in range(2))
    return {"always": RandomPlan(after, after), "later": RandomPlan(None, after), "turns": RandomPlan(before, after)}[held]


@some.composite
def years(draw):
    """A small record: bills of two people, most of them stays that may follow each other by referral."""
    tables = {"institutions": [{"institution_id": name, "level_code": level, "is_in_area": inside} for name, level, inside in HOUSES],
              "consortia": [{"consortium_id": "F", "kind_code": "tight"}, {"consortium_id": "L", "kind_code": "loose"}],
              "consortium_members": [{"consortium_id": group, "institution_id": house, "from_on": date(2019, 1, 1), "to_on": draw(some.one_of(some.none(), day))}
                                     for group, house in (("F", "V"), ("F", "C"), ("L", "C"), ("L", "T"), ("L", "X"))],
              "off_site_filings": [{"resident_id": person, "from_on": draw(day), "to_on": draw(some.one_of(some.none(), day))} for person in PEOPLE[::3]],
              "charge_items": ITEMS, "charge_lines": [],
              "insured_months": [], "settlements": [], "encounters": [], "referrals": [], "settlement_reversals": [],
              "history_settlements": [], "history_encounters": [],
              "same_residents": [{"resident_id": PEOPLE[1], "same_as_id": PEOPLE[0]}] if draw(some.integers(0, 2)) == 0 else []}
    for person in PEOPLE:
        for insurance in ("resident", "employee"):
            for year, first in ((YEAR, 1), (YEAR, 7), (YEAR - 1, 1)):
                kind = draw(some.sampled_from(["ordinary", "poor", "poor", "disabled", "retired", "student"]))
                tables["insured_months"].append({"resident_id": person, "insurance_code": insurance, "year": year, "from_month": first,
                                                 "to_month": draw(some.sampled_from([first, 12])), "person_class_code": kind})
    last = {}
    bills = [(person, year) for person in PEOPLE for year, most in ((YEAR - 1, 2), (YEAR, 5)) for _ in range(draw(some.integers(0, most)))]
    for number, (person, year) in enumerate(bills):
        _bill(draw, tables, number, person, last, year)
    return tables


december = some.integers(15, 31).map(lambda on: date(YEAR - 1, 12, on))


def _bill(draw, tables, number, person, last, year):
    """A bill of the year or, near its end, of the year before; some stays of the year had a part billed in the year before."""
    past = "" if year == YEAR else "history_"
    kind = draw(some.sampled_from(["inpatient", "inpatient", "day_surgery", "outpatient", "emergency"]))
    house = draw(some.sampled_from(["V", "C", "C", "T", "T", "X", "N"]))
    admitted, referral = draw(december if past else day), None
    if person in last and draw(some.integers(0, 3)):
        admitted, referral = last[person][1] + timedelta(draw(some.integers(0, 9))), f"R{number}"
        tables["referrals"].append({"referral_id": referral, "resident_id": person, "direction_code": draw(some.sampled_from(["up", "down", "sideways"])),
                                    "from_institution_id": last[person][0], "to_institution_id": house,
                                    "status_code": draw(some.sampled_from(["arrived", "closed", "arrived", "rejected"]))})
    discharged = admitted + timedelta(draw(some.integers(0, 4))) if kind != "outpatient" else admitted
    last[person] = (house, discharged)
    insurance = draw(some.sampled_from(["resident", "resident", "employee"]))
    tables[f"{past}encounters"].append({"encounter_id": f"E{number}", "resident_id": person, "institution_id": house, "type_code": kind,
                                 "admitted_on": admitted, "discharged_on": discharged, "referral_id": referral})
    parts = draw(some.sampled_from([1, 1, 1, 2]))
    for part in range(parts):
        settled = min(max(discharged + timedelta(draw(some.integers(0, 40))), date(year, 1, 1)), date(year, 12, 31))
        inside = draw(money)
        name = f"S{draw(some.integers(0, 9))}{number}{part}"
        own = "history_" if past or part < parts - 1 and admitted.year < YEAR else ""
        settled = min(settled, date(YEAR - 1, 12, 31)) if own else settled
        tables[f"{own}settlements"].append({"settlement_id": name, "encounter_id": f"E{number}", "resident_id": person, "institution_id": house,
                                      "insurance_code": insurance, "settled_on": settled, "settled_month": settled.year * 100 + settled.month,
                                      "in_scope_fen": inside, "total_fen": inside + draw(some.integers(-1, 500))})
        tables["charge_lines"] += _lines(draw, f"E{number}", inside) if part == 0 and not own else []
        if draw(some.integers(0, 7)) == 0:
            tables["settlement_reversals"].append({"settlement_id": name})


ITEMS = [{"item_code": "A", "scope_share_ppm": 1_000_000, "price_limit_fen": 90}, {"item_code": "B", "scope_share_ppm": 333_333},
         {"item_code": "C", "scope_share_ppm": 0, "price_limit_fen": 2_000}, {"item_code": "D", "scope_share_ppm": 850_000, "price_limit_fen": 0}]


def _lines(draw, encounter, about):
    """A bill's lines, of items the price list has or lacks, some above their limit, some taken back."""
    drawn = draw(some.lists(some.tuples(some.sampled_from("AABBCD?"), some.integers(-about // 9, about // 2), some.integers(0, 200), some.integers(-500, 3_000)), max_size=3))
    return [{"encounter_id": encounter, "line_number": number, "item_code": item, "amount_fen": amount, "unit_price_fen": price, "quantity_e3": quantity}
            for number, (item, amount, price, quantity) in enumerate(drawn, 1)]


STEPS = (benefit_in_scope, benefit_claims, benefit_last_stays, benefit_carried, benefit_deductibles, benefit_fund_payments, benefit_settlements, benefit_years)
SQL: dict = {}


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="512MB", threads=2) as opened:
        yield opened


WIDEST = {"deductible_fen": 6, "care_cap_fen": 2, "cap_fen": 2, "catastrophic_cap_fen": 3, "aid_cap_fen": 5}  # more layers than a year has are empty ones


@pytest.fixture(autouse=True, scope="module")
def widest():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Policies, "layers", lambda policies, limit, care="": 1 if len(policies.periods) == 1 and limit in ("care_cap_fen", "cap_fen") else WIDEST[limit])
        patch.setattr(Policies, "has_visit_deductible", True)
        yield


def played(step, plan, tables, engine, policies):
    """Run a step; one in plain Python at once; what another says to the engine depends on the ways of counting, and is compiled once for each."""
    if step.exact:
        return sorted(step.function(tables["benefit_last_stays"], plan=plan, year=YEAR), key=lambda row: row["settlement_id"])
    key = (step.name, policies.choices, plan.after["benefit.in_scope_from"], tuple(policy.since for policy in policies.periods))
    if key not in SQL:
        SQL[key] = engine.sql(expression(step, plan, YEAR), step.makes)
    for name in step.tables:
        engine.show_rows(name, promise(name), tables.get(name, []))
    return engine.rows(f"SELECT * FROM ({SQL[key]}) ORDER BY {', '.join(step.makes.key)}")


def set_based(plan, tables, engine):
    policies = read_policies(plan, YEAR)
    given = {**tables, "benefit_policies": policy_rows(policies), "benefit_bands": band_rows(policies)}
    for step in STEPS[plan.after["benefit.in_scope_from"] != "lines":]:
        given[step.name] = played(step, plan, given, engine, policies)
    return given, policies


@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(plan=plans(), tables=years(), swapped=some.sets(some.integers(0, 20), max_size=5))
def test_a_persons_year_needs_no_rows_of_others(plan, tables, swapped, engine):
    """So the steps may be run on shares of the residents; some bills here name the visit of another."""
    tables = {**tables, "encounters": [{**row, "resident_id": "P1"} if number in swapped else row for number, row in enumerate(tables["encounters"])]}
    try:
        together, _ = set_based(plan, tables, engine)
    except BadBenefitPolicy:
        return
    shares = [set_based(plan, {name: [row for row in rows if row.get("resident_id", own[0]) in own] for name, rows in tables.items()}, engine)[0]
              for own in (PEOPLE[:3], PEOPLE[3:])]
    for step in STEPS[1:]:
        key = step.makes.key
        assert together[step.name] == sorted((row for given_ in shares for row in given_[step.name]), key=lambda row, key=key: [row[name] for name in key])


def one_by_one(claims, last_stays, policies):
    """Every person's year settled claim by claim, on last year's stays as far as a chain may have begun there."""
    people, last = ({}, {})
    for found, some_rows in ((people, claims), (last, last_stays)):
        for row in some_rows:
            if row["refusal_code"] != "reversed":
                found.setdefault((row["resident_id"], row["insurance_code"]), []).append(claim_of(row))
    return {person: settle_year(own, policies, last_year=settle_year(last.get(person, []), policies).settled) for person, own in people.items()}


def oracle_choices(plan):
    read = {"continuous": "benefit.referral_deductible_is_continuous", "loose": "benefit.loose_referral_continuous_deductible",
            "window_days": "benefit.referral_window_days", "over_new_year": "benefit.referral_runs_over_new_year"}
    read["in_scope_from"] = "benefit.in_scope_from"
    names = {**{field: name for field, name in CHOICES.items() if not field.endswith("_continuous")}, **read}
    return {field: plan.after[name] for field, name in names.items()}


def sums(rows):
    return {row["settlement_id"]: {name: row[name] for name in AMOUNTS} for row in rows}


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(plan=plans(), tables=years())
def test_three_ways_come_to_the_same_fen(plan, tables, engine):
    try:
        given_, policies = set_based(plan, tables, engine)
    except BadBenefitPolicy:
        return
    opinion = ORACLE.settle_all(tables, plan.values, oracle_choices(plan), YEAR)
    said = sums(given_["benefit_settlements"])
    assert said == {name: one for name, one in opinion.items() if not isinstance(one, str)}
    refused = {row["settlement_id"]: row["refusal_code"] for row in given_["benefit_claims"] if row["refusal_code"]}
    assert refused == {name: one for name, one in opinion.items() if isinstance(one, str)}
    online = one_by_one(given_["benefit_claims"], given_["benefit_last_stays"], policies)
    assert said == {one.claim.settlement_id: one.amounts for year in online.values() for one in year.settled}
    counted = {(row["resident_id"], row["insurance_code"]): row for row in given_["benefit_years"]}
    for person, year in online.items():
        if year.settled:
            assert {name: counted[person][name] for name in ("deductible_fen", "visit_deductible_fen", "segment_fen", "visit_fund_fen", "fund_fen",
                                                             "self_pay_fen", "catastrophic_fen", "aid_fen")} \
                == {name: getattr(year.counted, name) for name in ("deductible_fen", "visit_deductible_fen", "segment_fen", "visit_fund_fen",
                                                                    "fund_fen", "self_pay_fen", "catastrophic_fen", "aid_fen")}
    for row in given_["benefit_settlements"]:
        assert row["fund_fen"] + row["catastrophic_fen"] + row["aid_fen"] + row["patient_fen"] == row["total_fen"]
        assert min(row[name] for name in AMOUNTS) >= 0


def claims_of(tables, plan, year):
    """The claims of each person and insurance, put together by the slow opinion."""
    tables, people = ORACLE._as_one(tables), {}
    if year < YEAR:
        tables = {**tables, "settlements": tables["history_settlements"], "encounters": tables["history_encounters"] + tables["encounters"], "charge_lines": []}
    for bill in tables["settlements"]:
        fact = ORACLE._facts(bill, tables, oracle_choices(plan), year)
        people.setdefault((bill["resident_id"], bill["insurance_code"]), []).append(Claim(
            bill["settlement_id"], bill["resident_id"], bill["insurance_code"], "stay" if fact["is_stay"] else "visit", fact["level"],
            bill["settled_on"], bill["total_fen"], fact["in_scope_fen"], fact["person"], fact["way"], bill["encounter_id"],
            bill["institution_id"], fact["admitted_on"], fact["discharged_on"], fact["sent_from"], fact["direction"]))
    return people


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(plan=plans(), tables=years(), mixed=some.randoms(use_true_random=False))
def test_claims_and_reversals_in_any_order_end_in_the_same_year(plan, tables, mixed):
    try:
        policies = read_policies(plan, YEAR)
    except BadBenefitPolicy:
        return
    opinion = ORACLE.settle_all(tables, plan.values, oracle_choices(plan), YEAR)
    taken_back = {row["settlement_id"] for row in tables["settlement_reversals"]}
    last = claims_of(tables, plan, YEAR - 1)
    for person, claims in claims_of(tables, plan, YEAR).items():
        mixed.shuffle(claims)
        ledger, waiting = BenefitLedger(policies), []
        for claim in last.get(person, []):
            if claim.settlement_id not in taken_back:
                with suppress(RefusedClaim):
                    ledger = ledger.post(claim)
        for claim in claims:
            try:
                ledger = ledger.post(claim)
            except RefusedClaim as refused:
                assert opinion[claim.settlement_id] in (refused.code, "reversed")
                continue
            if claim.settlement_id in taken_back:
                waiting.append(claim.settlement_id)
            if waiting and mixed.random() < 0.5:
                ledger = ledger.reverse(waiting.pop(mixed.randrange(len(waiting))))
        for name in waiting:
            ledger = ledger.reverse(name)
        for claim in claims:
            ended = opinion[claim.settlement_id]
            assert ledger.balance(claim.settlement_id) in ([ended] if isinstance(ended, dict) else [{}, dict.fromkeys(AMOUNTS, 0)])


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(tables=years())
def test_a_bills_lines_are_cut_alike_in_three_ways(tables, engine):
    """BEN-1: the engine, the calculator and the slow opinion, part by part."""
    plan = RandomPlan({}, WAYS_OF_COUNTING[2][0])
    key = benefit_in_scope.name
    SQL.setdefault(key, engine.sql(expression(benefit_in_scope, plan, YEAR), benefit_in_scope.makes))
    for name in benefit_in_scope.tables:
        engine.show_rows(name, promise(name), tables[name])
    found = {row["encounter_id"]: row for row in engine.rows(f"SELECT * FROM ({SQL[key]})")}
    items = {row["item_code"]: row for row in ITEMS}
    bills: dict = {}
    for line in tables["charge_lines"]:
        item = items.get(line["item_code"], {"scope_share_ppm": 0})
        bills.setdefault(line["encounter_id"], []).append(
            (line["amount_fen"], item["scope_share_ppm"], line["unit_price_fen"], line["quantity_e3"], item.get("price_limit_fen")))
    assert found.keys() == bills.keys()
    for encounter, own in bills.items():
        typed = in_scope_of(BillLine(amount, share, price, quantity, limit) for amount, share, price, quantity, limit in own)
        assert {name: found[encounter][name] for name in vars(typed)} == vars(typed)
        assert typed.in_scope_fen == ORACLE.in_scope(own)
        assert typed.class_c_fen + typed.class_b_self_fen + typed.over_limit_fen + typed.in_scope_fen == typed.total_fen == sum(line[0] for line in own)
