"""A slow second opinion on Haikou's consortia: one person, one month, one bill at a time, in plain Python."""
from collections import Counter
from datetime import date
from fractions import Fraction
from math import floor

STAYS = ("inpatient", "day_surgery")


def half_up(exact: Fraction) -> int:
    """Round half away from zero."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def owner_of(resident, day, tables, kinds=("tight",), newborn_days=90):
    """Who counts a living resident on a month's first day: (consortium, institution, insurance), or None."""
    insured = {row["insurance_code"] for row in tables["insured_months"]
               if row["resident_id"] == resident["resident_id"] and row["year"] == day.year
               and row["from_month"] <= day.month <= row["to_month"]}
    if not insured or (resident["died_on"] and resident["died_on"] < day):
        return None
    found = []
    for contract in tables["contracts"]:
        age = (contract["start_on"] - resident["born_on"]).days
        starts = resident["born_on"] if 0 <= age <= newborn_days else contract["start_on"]
        is_near = contract["start_on"].year <= day.year  # a contract of a later year makes nobody count in this one
        if contract["resident_id"] == resident["resident_id"] and is_near and starts <= day <= contract["end_on"]:
            institution = {row["team_id"]: row["institution_id"] for row in tables["teams"]}[contract["team_id"]]
            for consortium in tables["consortia"]:
                if consortium["kind_code"] in kinds and belongs(institution, consortium, day, tables):
                    found.append((-contract["signed_on"].toordinal(), contract["contract_id"],
                                  consortium["kind_code"] != "tight", consortium["consortium_id"], institution))
    if not found:
        return None
    best = min(found)
    return best[3], best[4], "employee" if "employee" in insured else "resident"


def belongs(institution, consortium, day, tables):
    """Whether an institution is in a consortium on a day; the lead always is while the consortium stands."""
    if not (consortium["start_on"] <= day and (consortium["end_on"] is None or day <= consortium["end_on"])):
        return False
    listed = [row for row in tables["consortium_members"]
              if row["consortium_id"] == consortium["consortium_id"] and row["institution_id"] == institution]
    if not listed:
        return institution == consortium["lead_institution_id"]
    return any(row["from_on"] <= day and (row["to_on"] is None or day <= row["to_on"]) for row in listed)


def owned_months(tables, year):
    """Every counted person-month: (resident, month) to its owner."""
    found = {}
    for resident in tables["residents"]:
        for month in range(1, 13):
            owner = owner_of(resident, date(year, month, 1), tables)
            if owner:
                found[resident["resident_id"], year * 100 + month] = owner
    return found


def visit_kind(row, owners, tables, insurances):
    """What kind of visit a bill is: by the head where its month is owned under its fund and that fund pays heads, else by its disease."""
    owner = owners.get((row["resident_id"], row["settled_month"]))
    if owner and owner[2] == row["insurance_code"] and row["insurance_code"] in insurances:
        return "capitated_visit"
    return "chronic_visit" if row["encounter_id"] in {each["encounter_id"] for each in tables.get("chronic_visits", ())} else "visit"


def liabilities(tables, year, by_head=()):
    """What the funds paid for each consortium's residents: (consortium, insurance, place, care, referred, late) to (cases, fen).

    `by_head` names the insurances that pay visits by the head.
    """
    owners = owned_months(tables, year)
    encounters = {row["encounter_id"]: row for row in tables["encounters"]}
    in_area = {row["institution_id"]: row["is_in_area"] for row in tables["institutions"]}
    priced = {row["encounter_id"] for row in tables["inpatient_cases"]}
    bills = [(row, "bed_day_stay" if row["method_code"] == "bed_day" else "dip_stay", row["fund_pay_fen"] or 0) for row in tables["inpatient_cases"]]
    for row in tables["settlements"]:
        if row["encounter_id"] not in priced:
            is_stay = encounters[row["encounter_id"]]["type_code"] in STAYS
            care = visit_kind(row, owners, tables, by_head) if not is_stay else "other_stay" if in_area[row["institution_id"]] else "off_site_stay"
            bills.append((row, care, row["fund_fen"]))
    cases, sums = Counter(), Counter()
    for row, care, amount in bills:
        owner = owners.get((row["resident_id"], row["settled_month"]))
        if owner and owner[2] == row["insurance_code"]:
            referred = encounters[row["encounter_id"]]["referral_id"] is not None
            place = place_of(owner[0], row["institution_id"], date(year, row["settled_month"] % 100, 1), tables, in_area)
            late = encounters[row["encounter_id"]]["discharged_on"].year < year
            cases[owner[0], owner[2], place, care, referred, late] += 1
            sums[owner[0], owner[2], place, care, referred, late] += amount
    return {key: (cases[key], sums[key]) for key in cases}


def place_of(own, institution, day, tables, in_area):
    """Where an institution stands as one consortium sees it."""
    homes = {row["consortium_id"]: row["lead_institution_id"] for row in tables["consortia"]
             if row["kind_code"] == "tight" and belongs(institution, row, day, tables)}
    if own in homes:
        return "lead" if homes[own] == institution else "member"
    if not in_area[institution]:
        return "off_site"
    return "other_consortium" if homes else "other_in_area"


def budget(person_months, per_head_fen, share_ppm, aside_ppm=0, aside_per_head_fen=0):
    """A package from person-months, after what is set aside of each head's funds, rounded once."""
    head = per_head_fen * (1 - Fraction(aside_ppm, 1_000_000)) - aside_per_head_fen
    return half_up(head * Fraction(person_months, 12) * Fraction(share_ppm, 1_000_000))


def settlement(budget_fen, liability_fen, recovered_fen, score_e4, is_vetoed, bands, lead_ppm, borne_lead_ppm, overrun_borne):
    """Surplus and overrun of one package, with what each party gets or bears; `overrun_borne` says who bears an overrun."""
    surplus = overrun = 0
    if liability_fen < budget_fen:
        surplus = budget_fen - liability_fen
    elif liability_fen - recovered_fen > budget_fen:
        overrun = liability_fen - recovered_fen - budget_fen
    keep = None
    if score_e4 is not None:
        keep = 0
        for band in sorted(bands, key=lambda band: band["minimum_score_e4"]):
            keep = band["keep_ppm"] if score_e4 >= band["minimum_score_e4"] else keep
    if is_vetoed:
        keep = sorted(band["keep_ppm"] for band in bands)[0]
    kept = half_up(surplus * Fraction(keep or 0, 1_000_000))
    lead = half_up(kept * Fraction(lead_ppm, 1_000_000))
    borne, fund, held = overrun_borne(overrun)
    lead_borne = half_up(borne * Fraction(borne_lead_ppm, 1_000_000))
    return {"surplus_fen": surplus, "overrun_fen": overrun, "kept_fen": kept, "lead_fen": lead, "members_fen": kept - lead,
            "returned_fen": 0 if keep is None else surplus - kept, "held_fen": surplus if keep is None else 0,
            "borne_fen": borne, "fund_borne_fen": fund, "overrun_held_fen": held,
            "lead_borne_fen": lead_borne, "members_borne_fen": borne - lead_borne}


def overrun_shared(overrun_fen, budget_fen, unshared_fen, evidence, bands, causes):
    """(borne by the consortium, by the fund, held) of an overrun whose reasonable part is shared, tried band by band."""
    counted = [row for row in evidence if row["cause_code"] in causes and row["document_number"]]
    if overrun_fen and [row for row in counted if row["state_code"] == "pending"]:
        return 0, 0, overrun_fen
    reasonable = min(sum(row["amount_fen"] for row in counted if row["state_code"] == "recognised"), max(0, overrun_fen - unshared_fen))
    rate = Fraction(0)
    if budget_fen:
        share_of_budget = Fraction(overrun_fen, budget_fen)
        for band in sorted(bands, key=lambda band: -band["maximum_overrun_ppm"]):  # from the widest down: the last that fits is the lowest
            if share_of_budget <= Fraction(band["maximum_overrun_ppm"], 1_000_000):
                rate = Fraction(band["fund_share_ppm"], 1_000_000)
    fund = half_up(reasonable * rate)
    return overrun_fen - fund, fund, 0


def shared(total_fen, weights):
    """Give out one fen at a time to whoever lacks most of an exact share; slow, for small sums."""
    whole = sum(weights.values())
    exact = {name: Fraction(total_fen * weight, whole) for name, weight in weights.items()}
    parts = {name: floor(share) for name, share in exact.items()}
    while sum(parts.values()) < total_fen:
        parts[min(parts, key=lambda name: (parts[name] - exact[name], name))] += 1
    return parts


def subsidies(finance, institutions, year, share_ppm, city_ppm):
    """Each public primary institution's subsidy: (sales, subsidy, city, district)."""
    wanted = {row["institution_id"] for row in institutions if row["ownership_code"] == "public" and row["is_in_area"]
              and row["level_code"] in ("1", "community", "township", "village")}
    sales = dict.fromkeys(wanted, 0)
    for row in finance:
        if row["institution_id"] in wanted and row["month"] // 100 == year:
            sales[row["institution_id"]] += row["drug_income_fen"]
    found = {}
    for name, amount in sales.items():
        subsidy = half_up(amount * Fraction(share_ppm, 1_000_000))
        city = half_up(subsidy * Fraction(city_ppm, 1_000_000))
        found[name] = (amount, subsidy, city, subsidy - city)
    return found
