"""Proofs that parts sum to wholes and that each sum follows from the row it stands in."""
from collections import Counter, defaultdict

from sanyi.payment.books.comparison import Comparison, by_key, summed
from sanyi.payment.consortium.consortium_budgets import package
from sanyi.terms.fen import PPM, take_rate

CONSORTIUM = ("consortium_id", "insurance_code")
INSTITUTION = ("institution_id", "insurance_code")


def part_proofs(tables):
    """Compare budgets, settlements, shares, recoveries, subsidies, clearings and inflows with their parts."""
    for proof in (_inflows, _budgets, _quarters, _quotas, _liabilities, _settlements, _shares, _recoveries, _subsidies, _prepayments, _clearings):
        yield from proof(tables)


def _row(check, table, row, key, fund, *pairs):
    for column, right in pairs:
        yield Comparison(check, fund, table, "|".join(str(row[name]) for name in key), column, row[column] or 0, right)


def _inflows(tables):
    for row in tables["fund_inflows"]:
        yield from _row("inflow", "fund_inflows", row, ("insurance_code",), row["insurance_code"],
                        ("raised_fen", take_rate(row["person_months_count"], row["raised_per_head_fen"], 12)),
                        ("reserve_fen", take_rate(row["raised_fen"], row["reserve_share_ppm"])))


def _budgets(tables):
    persons = summed(tables["consortium_person_months"], "person_count", *CONSORTIUM)
    heads = by_key(tables["fund_inflows"], "insurance_code")
    for row in tables["consortium_budgets"]:
        fund, months = row["insurance_code"], persons[row["consortium_id"], row["insurance_code"]]
        head = heads.get((fund,), row)["raised_per_head_fen"]
        yield from _row("budget", "consortium_budgets", row, CONSORTIUM, fund,
                        ("person_months_count", months), ("raised_per_head_fen", head),
                        ("raised_fen", take_rate(months, head, 12)),
                        ("set_aside_fen", row["raised_fen"] - package(months, row["left_per_head_e6"], PPM)),
                        ("budget_fen", package(months, row["left_per_head_e6"], row["budget_share_ppm"])),
                        ("monthly_prepay_fen", take_rate(row["budget_fen"], row["prepay_share_ppm"], 12 * PPM)))


def _quarters(tables):
    """Each package's quarters against its year, and each quarter against the one before it."""
    yield from _quarter_rows(tables)
    found = {column: summed(tables["consortium_quarters"], column, *CONSORTIUM) for column in ("earned_fen", "paid_fen", "difference_fen")}
    for row in tables["consortium_settlements"]:
        key = (row["consortium_id"], row["insurance_code"])
        wholes = row["budget_fen"], row["residents_paid_fen"] - row["left_out_fen"], row["quota_left_fen"]
        for (column, parts), whole in zip(found.items(), wholes, strict=True):
            yield Comparison("quarter", key[1], "consortium_quarters", "|".join(key), column, parts[key], whole)


def _quarter_rows(tables):
    """Each quarter's sums: its parts, its advances, and what is there so far."""
    earned, paid, advances = Counter(), Counter(), by_key(tables["consortium_budgets"], *CONSORTIUM)
    for row in sorted(tables["consortium_quarters"], key=lambda row: row["month"]):
        key = (row["consortium_id"], row["insurance_code"])
        earned[key] += row["earned_fen"]
        paid[key] += row["paid_fen"]
        yield from _row("quarter", "consortium_quarters", row, (*CONSORTIUM, "month"), key[1],
                        ("advance_fen", 3 * advances[key]["monthly_prepay_fen"] if key in advances else 0),
                        ("paid_fen", row["inpatient_fen"] + row["outpatient_fen"] + row["off_site_fen"]),
                        ("difference_fen", row["earned_fen"] - row["paid_fen"]), ("earned_to_date_fen", earned[key]),
                        ("paid_to_date_fen", paid[key]), ("balance_to_date_fen", earned[key] - paid[key]))


def _quotas(tables):
    """Memorandum accounts hold nothing once the year is settled."""
    for row in tables["account_balances"]:
        if row["class_code"] == "memorandum":
            place = " ".join(row[name] for name in ("fund_code", "account_code", "party_id"))
            yield Comparison("quarter", row["fund_code"], "account_balances", place, "balance_fen", row["balance_fen"], 0)


def _settlements(tables):
    budgets = by_key(tables["consortium_budgets"], *CONSORTIUM)
    recovered = summed(tables["consortium_recoveries"], "recovered_fen", *CONSORTIUM)
    for row in tables["consortium_settlements"]:
        key = (row["consortium_id"], row["insurance_code"])
        kept = min(take_rate(row["surplus_fen"], (row["keep_ppm"] or 0) * row["retained_ppm"], PPM * PPM),
                   take_rate(row["budget_fen"], row["cap_ppm"]))
        yield from _row("settlement", "consortium_settlements", row, CONSORTIUM, key[1],
                        ("budget_fen", budgets[key]["budget_fen"] if key in budgets else 0),
                        ("audit_recovery_fen", recovered[key]),
                        ("liability_fen", row["residents_paid_fen"] - row["left_out_fen"] - row["withheld_fen"] + row["adjustment_fen"]),
                        ("quota_left_fen", row["budget_fen"] - row["residents_paid_fen"] + row["left_out_fen"]),
                        ("net_liability_fen", row["liability_fen"] - row["audit_recovery_fen"]),
                        ("surplus_fen", max(row["budget_fen"] - row["liability_fen"], 0)),
                        ("overrun_fen", max(row["net_liability_fen"] - row["budget_fen"], 0)), ("kept_fen", kept),
                        ("returned_fen", row["surplus_fen"] - row["kept_fen"] - row["held_fen"]),
                        ("held_fen", row["surplus_fen"] if row["keep_ppm"] is None else 0),
                        ("lead_fen", take_rate(row["kept_fen"], row["lead_share_ppm"])),
                        ("members_fen", row["kept_fen"] - row["lead_fen"]),
                        ("borne_fen", row["overrun_fen"] - row["fund_borne_fen"] - row["overrun_held_fen"]),
                        ("reasonable_fen", row["fund_borne_fen"] + row["reasonable_borne_fen"]),
                        ("fund_borne_fen", take_rate(row["reasonable_fen"], row["fund_share_ppm"])),
                        ("lead_borne_fen", take_rate(row["borne_fen"], row["borne_lead_share_ppm"])),
                        ("members_borne_fen", row["borne_fen"] - row["lead_borne_fen"]))


def _liabilities(tables):
    spent = summed(tables["consortium_liabilities"], "fund_fen", *CONSORTIUM)
    for row in tables["consortium_settlements"]:
        key = (row["consortium_id"], row["insurance_code"])
        yield Comparison("settlement", key[1], "consortium_liabilities", "|".join(key), "fund_fen = residents_paid_fen", spent[key],
                         row["residents_paid_fen"])


def _shares(tables):
    for row in tables["consortium_shares"]:
        yield from _row("shares", "consortium_shares", row, (*CONSORTIUM, "institution_id"), row["insurance_code"],
                        ("share_fen", row["kept_share_fen"] - row["borne_share_fen"]))
    for whole, part in (("kept_fen", "kept_share_fen"), ("borne_fen", "borne_share_fen")):
        parts = summed(tables["consortium_shares"], part, *CONSORTIUM)
        wholes = summed(tables["consortium_settlements"], whole, *CONSORTIUM)
        for key in sorted({**parts, **wholes}):
            yield Comparison("shares", key[1], "consortium_shares", "|".join(key), f"{part} = {whole}", parts[key], wholes[key])


def _recoveries(tables):
    parts = summed(tables["consortium_recoveries"], "recovered_fen", "insurance_code")
    wholes = summed(tables["audit_deductions"], "deducted_fen", "insurance_code")
    for key in sorted({**parts, **wholes}):
        yield Comparison("recovery", key[0], "consortium_recoveries", key[0], "recovered_fen = deducted_fen", parts[key],
                         wholes[key])


def _subsidies(tables):
    for row in tables["drug_subsidies"]:
        yield from _row("subsidy", "drug_subsidies", row, ("institution_id",), "city_treasury",
                        ("subsidy_fen", take_rate(row["drug_sales_fen"], row["subsidy_share_ppm"])),
                        ("city_fen", take_rate(row["subsidy_fen"], row["city_share_ppm"])))
        yield from _row("subsidy", "drug_subsidies", row, ("institution_id",), "district_treasury",
                        ("district_fen", row["subsidy_fen"] - row["city_fen"]))


def _prepayments(tables):
    """Each advance by its own row; last year's average month is the same all year."""
    averages = defaultdict(set)
    for row in tables["inpatient_prepayments"]:
        base = row["last_year_fen" if row["basis_code"] == "last_year" else "fund_pay_fen"]
        yield from _row("clearing", "inpatient_prepayments", row, (*INSTITUTION, "settled_month"), row["insurance_code"],
                        ("prepaid_fen", take_rate(base or 0, row["rate_ppm"] or 0) + (row["advance_fen"] or 0)))
        averages[row["institution_id"], row["insurance_code"]].add(row["last_year_fen"] or 0)
    for key, seen in sorted(averages.items()):
        yield Comparison("clearing", key[1], "inpatient_prepayments", "|".join(key), "last_year_fen", max(seen), min(seen))


def _clearings(tables):
    prepaid = summed(tables["inpatient_prepayments"], "prepaid_fen", *INSTITUTION)
    deducted = summed((row for row in tables["audit_deductions"] if row["place_code"] == "dip"), "deducted_fen", *INSTITUTION)
    cleared = {(row["institution_id"], row["insurance_code"]) for row in tables["inpatient_clearings"]}
    for row in tables["inpatient_clearings"]:
        key = (row["institution_id"], row["insurance_code"])
        due = row["payable_fen"] - row["audit_deduction_fen"] - row["prepaid_fen"]
        yield from _row("clearing", "inpatient_clearings", row, INSTITUTION, key[1],
                        ("payable_fen", take_rate(row["banded_fen"], row["appraisal_factor_ppm"])),
                        ("audit_deduction_fen", deducted[key]), ("prepaid_fen", prepaid[key]),
                        ("clearing_fen", 0 if row["is_blocked"] else due))
    for key, amount in sorted(prepaid.items()):
        if key not in cleared:
            yield Comparison("clearing", key[1], "inpatient_prepayments", "|".join(key), "prepaid_fen", amount, 0)
