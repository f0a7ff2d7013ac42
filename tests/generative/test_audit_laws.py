"""Random bills: the slow opinion finds the same lines and the same fen, and the rules keep their laws."""
import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.audit import rules
from sanyi.audit.hits import HITS
from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps
from sanyi.tables.rows import filled

CHECKOUT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("oracle_audit", CHECKOUT / "tests/oracle/audit.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

ITEMS = [{"item_code": "D", "class_code": "drug", "sex_code": "female", "price_limit_fen": 300},
         {"item_code": "S", "class_code": "treatment", "sex_code": "male", "price_limit_fen": None},
         {"item_code": "A", "class_code": "treatment", "sex_code": None, "price_limit_fen": 250},
         {"item_code": "B", "class_code": "examination", "sex_code": None, "price_limit_fen": 100}]
POINTS = [{"point_id": "1", "rule_code": "AUD-12", "item_code": "A", "other_item_code": "B"},
          {"point_id": "2", "rule_code": "AUD-12", "item_code": "S", "other_item_code": "B"},
          {"point_id": "3", "rule_code": "AUD-13", "item_code": "A", "limit_count": 1},
          {"point_id": "4", "rule_code": "AUD-13", "item_code": "B", "limit_count": 2}]
line = some.fixed_dictionaries({
    "encounter_id": some.sampled_from(("E1", "E2", "E3", "E4")), "item_code": some.sampled_from("DSAB"),
    "quantity_e3": some.sampled_from((-1000, 500, 1000, 1000, 3000)), "unit_price_fen": some.sampled_from((100, 251, 400)),
    "in_scope_fen": some.integers(-50, 997), "charged_on": some.sampled_from((date(2020, 1, 3), date(2020, 1, 4)))})
bills = some.lists(line, max_size=40).map(lambda rows: [{**row, "line_number": place} for place, row in enumerate(rows, 1)])
ORACLES = {"audit_hits_aud_01": lambda world: ORACLE.other_sex(world, True),
           "audit_hits_aud_02": lambda world: ORACLE.other_sex(world, False),
           "audit_hits_aud_12": ORACLE.charged_twice, "audit_hits_aud_13": ORACLE.daily_limit,
           "audit_hits_aud_26": ORACLE.over_price}


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(2020, 12, 31))


def world_of(lines: list[dict]) -> dict:
    return {"charge_lines": lines, "charge_items": ITEMS, "knowledge_points": POINTS,
            "encounters": [{"encounter_id": "E1", "resident_id": "P1"}, {"encounter_id": "E2", "resident_id": "P2"},
                           {"encounter_id": "E3", "resident_id": "P1"}, {"encounter_id": "E4", "resident_id": "P2"},
                           {"encounter_id": "E9", "resident_id": "P2"}],
            "residents": [{"resident_id": "P1", "sex_code": "female"}, {"resident_id": "P2", "sex_code": "male"}]}


def hits(name: str, world: dict, engine, plan) -> dict:
    if "watched_lines" in all_steps()[name].tables:
        world = {**world, "watched_lines": play_rows(all_steps()["watched_lines"], world, plan, 2020, engine)}
    rows = play_rows(all_steps()[name], world, plan, 2020, engine)
    return {(row["encounter_id"], row["line_number"]): row["amount_fen"] for row in rows}


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=10)
@given(lines=bills)
def test_the_slow_opinion_finds_the_same_lines_and_fen(name, engine, plan, lines):
    world = world_of(lines)
    assert hits(name, world, engine, plan) == ORACLES[name](world)


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=4)
@given(lines=bills, seed=some.randoms())
def test_row_order_and_an_unrelated_case_change_nothing(name, engine, plan, lines, seed):
    mixed = seed.sample(lines, len(lines))
    other = [{**row, "encounter_id": "E9"} for row in lines]
    before = hits(name, world_of(lines), engine, plan)
    after = hits(name, world_of(mixed + other), engine, plan)
    assert {key: fen for key, fen in after.items() if key[0] != "E9"} == before


@settings(max_examples=6)
@given(lines=bills, more=some.integers(1, 3))
def test_a_wider_limit_never_hits_more(engine, plan, lines, more):
    world = world_of(lines)
    wider = {**world, "knowledge_points": [{**row, "limit_count": row.get("limit_count", 0) + more} for row in POINTS]}
    before, after = (hits("audit_hits_aud_13", each, engine, plan) for each in (world, wider))
    assert all(before.get(key, 0) >= fen for key, fen in after.items())


a_hit = some.fixed_dictionaries({
    "rule_code": some.sampled_from(("AUD-12", "AUD-13", "AUD-26")), "case": some.integers(0, 3), "line_number": some.integers(0, 3),
    "counted_fen": some.integers(0, 900), "standing_code": some.sampled_from(("definite", "agreed", "suspect", "cleared"))})
paid = some.lists(some.tuples(some.integers(0, 4), some.integers(0, 1500), some.integers(0, 1000)), max_size=6)


def placed(drawn: list[dict]) -> list[dict]:
    """Hits with the columns of their cases, one for each key."""
    rows = {}
    for hit in drawn:
        case = hit["case"]
        rows[hit["rule_code"], case, hit["line_number"]] = {
            **{name: value for name, value in hit.items() if name != "case"}, "encounter_id": f"E{case}",
            "institution_id": f"H{case % 2}", "insurance_code": ("resident", "employee")[case // 2],
            "type_code": ("inpatient", "outpatient", "day_surgery", "inpatient")[case]}
    return list(rows.values())


@settings(max_examples=20)
@given(drawn=some.lists(a_hit, max_size=12), payments=paid,
       points=some.dictionaries(some.sampled_from(("E0", "E2")), some.none() | some.integers(0, 600)))
def test_deductions_agree_and_never_exceed_what_the_fund_paid(engine, plan, drawn, payments, points):
    found = placed(drawn)
    settled = [{"settlement_id": f"S{place}", "encounter_id": f"E{case}", "in_scope_fen": scope, "fund_fen": min(fund, scope)}
               for place, (case, scope, fund) in enumerate(payments)]
    places = {"H0": True, "H1": False}
    rows = play_rows(all_steps()["audit_deductions"], {
        "audit_hits": found, "settlements": settled,
        "inpatient_cases": [{"encounter_id": name, "fund_pay_fen": amount} for name, amount in points.items()],
        "institutions": [{"institution_id": name, "is_in_area": inside} for name, inside in places.items()]}, plan, 2020, engine)
    made = {(row["institution_id"], row["insurance_code"], row["place_code"]): row["deducted_fen"] for row in rows}
    assert made == ORACLE.deductions(found, settled, places, points)
    assert sum(amount for key, amount in made.items() if key[2] == "dip") <= sum(amount or 0 for amount in points.values())
    assert sum(made.values()) <= sum(bill["fund_fen"] for bill in settled)


TWO = some.sampled_from
a_found = some.fixed_dictionaries({"rule": TWO(("AUD-13", "AUD-29")), "encounter_id": TWO(("E1", "E2")), "line_number": some.integers(0, 2), "amount_fen": TWO((500, 600)), "seen_value": TWO(("3", None))})
a_change = TWO((None, None, "amount_fen", "seen_value", "institution_id", "line_count", "one line"))


def as_found(drawn: list[dict]) -> list[dict]:
    """Hits of a rule that refuses and of one that only suspects, one a key, with every column of a hit."""
    rows = [filled(HITS, [{**{name: value for name, value in hit.items() if name != "rule"}, "rule_code": hit["rule"], "action_code": "refuse" if hit["rule"] == "AUD-13" else "review"}])[0] for hit in drawn]
    return list({(row["rule_code"], row["encounter_id"], row["line_number"]): row for row in rows}.values())


@some.composite
def findings_and_decisions(draw):
    """Hits, and decisions about findings like them: some exactly theirs, some of a content that has changed since."""
    hits, decisions = as_found(draw(some.lists(a_found, max_size=8))), []
    for number, (rule, case) in enumerate(draw(some.lists(TWO(sorted({(hit["rule_code"], hit["encounter_id"]) for hit in hits}) or [("AUD-13", "E1")]), max_size=4))):
        own, change = [hit for hit in hits if (hit["rule_code"], hit["encounter_id"]) == (rule, case)], draw(a_change)
        own = own[1:] if change == "one line" else own
        status, on = draw(TWO(("cleared", "appealable", "final"))), date(2020, 1, draw(some.integers(1, 2)))
        for place, hit in enumerate(own):
            other = {change: {"amount_fen": 501, "seen_value": "9", "institution_id": "H9", "line_count": 7}[change]} if place == 0 and change in ("amount_fen", "seen_value", "institution_id", "line_count") else {}
            decisions.append({**hit, "decision_id": f"D{number}", "line_count": len(own), "status_code": status, "decided_on": on, "agreed_fen": draw(some.integers(0, 700)), **other})
    return hits, decisions


@settings(max_examples=25)
@given(drawn=findings_and_decisions())
def test_what_people_decided_stands_where_the_finding_is_the_same_and_nowhere_else(engine, plan, drawn):
    found, decisions = drawn
    given_rows: dict = {"audit_hits_aud_13": [hit for hit in found if hit["rule_code"] == "AUD-13"], "audit_hits_aud_29": [hit for hit in found if hit["rule_code"] == "AUD-29"]}
    rows = play_rows(all_steps()["audit_hits"], {**given_rows, "audit_decisions": decisions}, plan, 2020, engine)
    assert {(row["rule_code"], row["encounter_id"], row["line_number"]): (row["standing_code"], row["counted_fen"], row["decision_id"]) for row in rows} == ORACLE.standings(found, decisions)
    assert [{name: row[name] for name in HITS.names} for row in rows] == sorted(found, key=lambda row: tuple(row[name] for name in HITS.key)), "what the rules found is never changed"


def test_every_line_rule_has_a_slow_opinion():
    case_rules = {"AUD-29", "AUD-32", "AUD-37"}
    assert {rule.step.name for rule in rules() if rule.code not in case_rules} == set(ORACLES)
