"""No fen is lost or made: under each of the twelve plans all that a package holds, spends, keeps, bears and owes is somewhere, by consortium, fund and source."""
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.payment.books.journal_lines import journal_lines
from sanyi.payment.consortium.consortium_budgets import consortium_budgets
from sanyi.payment.consortium.consortium_months import consortium_months
from sanyi.payment.consortium.consortium_quarters import consortium_quarters
from sanyi.payment.consortium.consortium_recoveries import consortium_recoveries
from sanyi.payment.consortium.consortium_set_asides import consortium_set_asides
from sanyi.payment.consortium.consortium_settlements import consortium_settlements
from sanyi.payment.consortium.consortium_shares import consortium_shares
from sanyi.payment.consortium.consortium_sub_ledgers import consortium_sub_ledgers
from sanyi.payment.consortium.consortium_withholdings import consortium_withholdings
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan, plan_names

LEADS, FUNDS, HOUSES = {"A": "H0", "B": "H1"}, ("resident", "employee"), ("H0", "H1", "H2", "X1")
CHAIN = (consortium_budgets, consortium_set_asides, consortium_recoveries, consortium_withholdings, consortium_months, consortium_quarters, consortium_settlements,
         consortium_shares, consortium_sub_ledgers)
CARE = ("visit", "chronic_visit", "dip_stay", "bed_day_stay", "other_stay", "off_site_stay")
CAUSES = ("epidemic", "policy_change", "price", "other")
money = some.integers(0, 10 ** 9)
CHOICES = {"consortium.liability_basis": ("priced", "payable"), "consortium.late_claims": ("next_year", "reserve"), "consortium.unreferred_outflow_counts": (True, False),
           "consortium.unreferred_outflow_is_shared": (True, False), "consortium.retained_ppm": (1_000_000, 900_000, 333_333),
           "consortium.surplus_cap_ppm": (1_000_000, 100_001), "consortium.split_rule": ("lead_members", "levels"), "consortium.budget_shares": ([{"insurance": "none", "share_ppm": 0}], [{"insurance": "employee", "share_ppm": 600_001}]),
           "consortium.budget_insurance_types": (["resident"], ["employee", "resident"])}


@some.composite
def years(draw):
    """A year of two consortia: who is contracted, what was paid for them where, what audit and appraisal took, what evidence there is."""
    keys = [{"consortium_id": name, "insurance_code": fund} for name in LEADS for fund in FUNDS]
    pick, flag = some.sampled_from, some.booleans()
    spent = draw(some.lists(some.tuples(pick(keys), pick(HOUSES), some.integers(1, 12), pick(CARE), flag, flag, some.integers(-999, 10 ** 8)), max_size=8))
    evidence = draw(some.lists(some.tuples(pick(keys), pick(CAUSES), pick(("recognised", "pending", "rejected")), money), max_size=3))
    return {
        "consortia": [{"consortium_id": name, "lead_institution_id": lead} for name, lead in LEADS.items()],
        "consortium_members": [{"consortium_id": "A", "institution_id": "H2"}],
        "institutions": [{"institution_id": name, "is_in_area": name != "X1", "level_code": level} for name, level in zip(HOUSES, ("3A", "2A", "village", "3A"))],
        "consortium_person_months": [{**key, "month": 202000 + month, "person_count": draw(some.integers(0, 9_999))} for key in keys for month in (1, 4, 12)],
        "consortium_payments": [{**key, "institution_id": house, "month": 202000 + month, "care_code": care, "is_referred": referred, "is_late": late,
                                 "fund_fen": abs(amount) if "stay" in care else amount,  # only visits are taken back below nothing
                                 "place_code": "off_site" if house == "X1" else "lead"} for key, house, month, care, referred, late, amount in spent],
        "contracted_findings": [{"institution_id": house, "insurance_code": fund, "consortium_id": name, "concerned_fen": draw(some.integers(0, 99))}
                                for house in HOUSES for fund in FUNDS for name in ("-", "A", "B")],
        "audit_deductions": [{"institution_id": house, "insurance_code": fund, "place_code": "dip", "deducted_fen": draw(some.integers(0, 10 ** 7))} for house in HOUSES for fund in FUNDS],
        "inpatient_clearings": [{"institution_id": house, "insurance_code": fund, "fund_pay_fen": due, "payable_fen": due * draw(some.integers(90, 101)) // 100}
                                for house in HOUSES for fund in FUNDS for due in [draw(money)]],
        "consortium_adjustments": [{**keys[0], "adjustment_id": "J", "year": 2020, "amount_fen": draw(some.integers(-10 ** 6, 10 ** 6))}],
        "overrun_evidence": [{**key, "evidence_id": str(number), "year": 2020, "cause_code": cause, "state_code": state, "amount_fen": amount, "document_number": "文"}
                             for number, (key, cause, state, amount) in enumerate(evidence)],
        "consortium_grants": [{"grant_id": "G", "consortium_id": "A", "year": 2020, "source_code": "basic_public_health", "amount_fen": draw(money)}],
        "appraisals": [{"institution_id": lead, "year": 2020, "score_e4": draw(some.none() | some.integers(500_000, 1_000_000)), "veto_code": draw(pick((None, "fraud")))}
                       for lead in LEADS.values()]}


def answered_for(spent):
    """The payments by place, care and referral."""
    names = ("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late")
    sums: Counter = Counter()
    for row in spent:
        sums[tuple(row[name] for name in names)] += row["fund_fen"]
    return [{**dict(zip(names, key)), "fund_fen": amount} for key, amount in sums.items()]


def summed(rows, column):
    sums: Counter = Counter()
    for row in rows:
        sums[row["consortium_id"], row["insurance_code"]] += row[column]
    return sums


@pytest.mark.parametrize("name", plan_names())
@settings(max_examples=8)
@given(year=years(), data=some.data())
def test_what_a_package_holds_is_all_somewhere(name, year, data):
    day = open_plan(name).changed({value: data.draw(some.sampled_from(choices), label=value) for value, choices in CHOICES.items()}).on(date(2020, 12, 31))
    made = {**year, "consortium_liabilities": answered_for(year["consortium_payments"])}
    for step in CHAIN:
        made[step.name] = play_rows(step, made, day, 2020, None)
    kept, borne, asides = (summed(made[table], column) for table, column in (
        ("consortium_shares", "kept_share_fen"), ("consortium_shares", "borne_share_fen"), ("consortium_set_asides", "amount_fen")))
    spent, earned, used = summed(year["consortium_payments"], "fund_fen"), summed(made["consortium_quarters"], "earned_fen"), summed(made["consortium_quarters"], "paid_fen")
    budgets = {(row["consortium_id"], row["insurance_code"]): row for row in made["consortium_budgets"]}
    assert {fund for _, fund in budgets} == set(day.value("consortium.budget_insurance_types"))
    for row in made["consortium_settlements"]:
        key = (row["consortium_id"], row["insurance_code"])
        spared = max(min(row["audit_recovery_fen"], row["liability_fen"] - row["budget_fen"]), 0)  # recovered money that would have been an overrun
        assert row["budget_fen"] + row["overrun_fen"] + spared == row["liability_fen"] + row["surplus_fen"] and 0 in (row["surplus_fen"], row["overrun_fen"])
        assert row["surplus_fen"] == kept[key] + row["returned_fen"] + row["held_fen"] and row["overrun_fen"] == borne[key] + row["fund_borne_fen"] + row["overrun_held_fen"]
        assert min(row[column] for column in ("kept_fen", "returned_fen", "held_fen", "lead_fen", "members_fen", "borne_fen", "fund_borne_fen", "overrun_held_fen")) >= 0
        assert row["residents_paid_fen"] == spent[key] and row["fund_borne_fen"] <= row["reasonable_fen"] <= row["overrun_fen"]
        assert (earned[key], used[key]) == (row["budget_fen"], row["residents_paid_fen"] - row["left_out_fen"]) and asides[key] == budgets[key]["set_aside_fen"]
        rule = day.value("consortium.overrun_rule")
        assert rule != "own" or row["overrun_fen"] == row["borne_fen"]
        assert rule != "undecided" or row["overrun_fen"] == row["overrun_held_fen"]
    for part, whole in (("consortium_recoveries", sum(row["deducted_fen"] for row in year["audit_deductions"])),
                        ("consortium_withholdings", sum(row["fund_pay_fen"] - row["payable_fen"] for row in year["inpatient_clearings"]))):
        assert sum(row[next(column for column in ("recovered_fen", "withheld_fen") if column in row)] for row in made[part]) == whole
    assert all(row["received_fen"] == row["own_use_fen"] + row["cross_use_fen"] + row["left_fen"] for row in made["consortium_sub_ledgers"])
    balances = Counter()
    for line in journal_lines.function(**{table: made[table] if table in made and table.startswith("consortium_") else [] for table in journal_lines.tables}, year=2020):
        balances[line["fund_code"], line["account_code"], line["party_id"]] += line["debit_fen"] - line["credit_fen"]
    assert all(amount == 0 for (_, account, _), amount in balances.items() if account in ("8001", "8101")) and sum(balances.values()) == 0
