"""A small made-up year for the books, and a slow second opinion on what each fund must hold at its end."""
import random

YEAR = 2020
INSURANCES = ("resident", "employee")


def sources(seed, plan):
    """Source tables of a year that hang together: inflows, payments, prepayments, clearings, deductions, settlements."""
    chance = random.Random(seed)
    hospitals = [f"H{number}" for number in range(4)]
    cases, prepayments, clearings, deductions, payments = [], [], [], [], []
    for house in hospitals:
        for insurance in INSURANCES:
            key = {"institution_id": house, "insurance_code": insurance}
            mine = [{**key, "encounter_id": f"{house}{insurance}{number}", "fund_pay_fen": chance.randrange(10 ** 6),
                     "cost_fen": chance.randrange(10 ** 6), "charged_fund_fen": chance.randrange(10 ** 6),
                     "standard_fen": chance.randrange(10 ** 6), "settled_month": 202001 + number // 2, "budget_pay_fen": chance.randrange(10 ** 6)}
                    for number in range(3)]
            cases += mine
            dip, other = chance.randrange(9_999), chance.randrange(9_999)
            deductions += [{**key, "place_code": "dip", "deducted_fen": dip}, {**key, "place_code": "other", "deducted_fen": other}]
            paid = []
            for month in (202001, 202002):
                base, average, by_last_year = sum(case["budget_pay_fen"] for case in mine if case["settled_month"] == month), 70_000 + len(house + insurance), house == "H3"
                advance = average * (house == "H1" and month == 202001)
                paid.append(((average if by_last_year else base) * 9 + 5) // 10 + advance)
                prepayments.append({**key, "settled_month": month, "fund_pay_fen": base, "last_year_fen": average, "basis_code": "last_year" if by_last_year else "current",
                                    "rate_ppm": 900_000, "advance_fen": advance, "prepaid_fen": paid[-1]})
                payments += [{**key, "month": month, "care_code": care, "fund_fen": chance.choice((0, chance.randrange(10 ** 5)))}
                             for care in ("visit", "off_site_stay", "other_stay")]
            whole = {name: sum(case[name] for case in mine)
                     for name in ("fund_pay_fen", "cost_fen", "charged_fund_fen", "standard_fen")}
            factor = chance.choice((1_000_000, 980_000, 900_000))
            payable = (whole["fund_pay_fen"] * factor * 2 + 1_000_000) // 2_000_000
            clearings.append({**key, **whole, "case_count": 3, "banded_fen": whole["fund_pay_fen"], "appraisal_factor_ppm": factor, "payable_fen": payable,
                              "audit_deduction_fen": dip, "prepaid_fen": sum(paid), "is_blocked": False,
                              "clearing_fen": payable - dip - sum(paid)})
    inflows = []
    for insurance in INSURANCES:
        months, head = chance.randrange(1, 10 ** 6), plan.value(f"fund.raised_per_head_fen.{insurance}")
        raised = (months * head * 2 + 12) // 24
        inflows.append({"insurance_code": insurance, "person_months_count": months, "raised_per_head_fen": head,
                        "raised_fen": raised, "reserve_share_ppm": 50_000, "reserve_fen": (raised * 50_000 + 500_000) // 1_000_000,
                        "opening_balance_fen": chance.randrange(-10 ** 6, 10 ** 9)})
    sales = [{"institution_id": name, "drug_sales_fen": amount, "subsidy_share_ppm": 300_000, "city_share_ppm": 550_000,
              "subsidy_fen": (subsidy := (amount * 3 + 5) // 10), "city_fen": (city := (subsidy * 55 + 50) // 100),
              "district_fen": subsidy - city, "budget_year": YEAR + 1, "district_region_id": "D", "level_code": "township"}
             for name in hospitals for amount in [chance.randrange(10 ** 7)]]
    spent = [{"consortium_id": name, "insurance_code": "resident", "institution_id": house, "month": 202000 + month, "place_code": place,
              "care_code": "visit", "is_referred": False, "is_late": chance.random() < 0.2, "fund_fen": chance.randrange(-99, top)}
             for name, top in (("A", 10 ** 5), ("B", 10 ** 8)) for place, house in (("lead", "H0"), ("off_site", "H3")) for month in (1, 2, 5, 12)]
    return {"inpatient_cases": cases, "inpatient_prepayments": prepayments, "inpatient_clearings": clearings, "audit_deductions": deductions,
            "fund_payments": payments, "fund_inflows": inflows, "drug_subsidies": sales,
            "consortium_person_months": [{"consortium_id": name, "insurance_code": "resident", "month": 202000 + month,
                                          "person_count": chance.randrange(500)} for name in "AB" for month in (1, 2)],
            "consortium_payments": spent, "consortium_liabilities": answered_for(spent),
            "consortium_adjustments": [{"adjustment_id": "J", "consortium_id": "A", "insurance_code": "resident", "year": YEAR,
                                        "amount_fen": chance.randrange(-999, 999)}],
            "bed_day_sums": [{**{name: row[name] for name in ("institution_id", "insurance_code")}, "settled_month": 202001, "fund_pay_fen": row["fund_pay_fen"] // 3}
                             for row in clearings[::2]],
            "budget_versions": [], "counted_days": [], "overrun_evidence": [], "consortium_agreements": [],
            "institutions": [{"institution_id": name, "is_in_area": name != "H3", "level_code": "township"} for name in hospitals],
            "fund_pools": [{"insurance_code": insurance, "year": YEAR, "pool_code": pool, "budget_fen": chance.randrange(10 ** 7)}
                           for insurance in INSURANCES for pool in ("dip_inpatient", "outpatient", "off_site")][:-1],
            "contracted_findings": [{"institution_id": house, "insurance_code": insurance, "consortium_id": group,
                                     "concerned_fen": chance.randrange(1, 999)}
                                    for house in hospitals for insurance in INSURANCES for group in ("-", "A", "B")],
            "contracted_members": [{"consortium_id": name, "insurance_code": "resident", "institution_id": house, "month": 202001,
                                    "person_count": chance.randrange(1, 99)} for name, house in (("A", "H2"), ("A", "H3"), ("B", "H3"))],
            "consortia": [{"consortium_id": "A", "lead_institution_id": "H0"}, {"consortium_id": "B", "lead_institution_id": "H1"}],
            "consortium_members": [{"consortium_id": name, "institution_id": house}
                                   for name, house in (("A", "H2"), ("A", "H3"), ("B", "H3"))],
            "appraisals": [{"institution_id": house, "year": YEAR, "score_e4": chance.randrange(700_000, 1_000_000)}
                           for house in hospitals]}


def answered_for(spent):
    """What each consortium answers for by place: all its months together."""
    names = ("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late")
    keys = sorted({tuple(row[name] for name in names) for row in spent})
    return [{**dict(zip(names, key)), "fund_fen": sum(row["fund_fen"] for row in spent if tuple(row[name] for name in names) == key)} for key in keys]


def quota_left(tables, consortium, last_month):
    """What a memorandum account holds for a consortium after a month: earned so far less spent so far, in whole quarters."""
    def of(name, column):
        return sum(row[column] for row in tables[name] if row["consortium_id"] == consortium and row["month"] <= last_month)
    budget = next(row for row in tables["consortium_budgets"] if row["consortium_id"] == consortium)
    return (of("consortium_person_months", "person_count"), budget["left_per_head_e6"], budget["budget_share_ppm"]), of("consortium_payments", "fund_fen")


def carried(tables, insurance):
    """What a fund carries on: all that came in less all that went out less the reserve, from the sources alone."""
    def of(name, column, **only):
        return sum(row[column] or 0 for row in tables[name] if row["insurance_code"] == insurance
                   and all(row[key] == value for key, value in only.items()))
    came = of("fund_inflows", "opening_balance_fen") + of("fund_inflows", "raised_fen")
    back = of("audit_deductions", "deducted_fen") + of("consortium_shares", "borne_share_fen")
    out = of("fund_payments", "fund_fen") + of("inpatient_clearings", "payable_fen") + of("consortium_shares", "kept_share_fen")
    return came + back - out - of("fund_inflows", "reserve_fen")


def pools_paid(tables, insurance):
    """What care cost a fund: all it paid as charged and owed by points, less what came back."""
    def of(name, column):
        return sum(row[column] for row in tables[name] if row["insurance_code"] == insurance)
    return of("fund_payments", "fund_fen") + of("inpatient_clearings", "payable_fen") - of("audit_deductions", "deducted_fen")


def cash(tables, insurance):
    """What a fund has in the bank at year end: nothing but what was really paid in and out."""
    def of(name, column):
        return sum(row[column] or 0 for row in tables[name] if row["insurance_code"] == insurance)
    return (of("fund_inflows", "opening_balance_fen") + of("fund_inflows", "raised_fen") - of("fund_payments", "fund_fen")
            - of("inpatient_prepayments", "prepaid_fen") - of("inpatient_clearings", "clearing_fen"))
