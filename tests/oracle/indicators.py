"""A second, slow opinion: where visits and stays take place, encounter by encounter; what groups of institutions earn, month by month; no shared code."""
from fractions import Fraction
from math import floor

PRIMARY = ("1", "community", "township", "village")
STAYS = ("inpatient", "day_surgery")


def percent_e6(part: int, whole: int) -> int | None:
    """Part of whole in millionths of a percent, half away from zero; nothing where there is no whole."""
    size = floor(Fraction(abs(part) * 10**8, whole) + Fraction(1, 2)) if whole else None
    return size if part >= 0 or size is None else -size


def district_of(regions: dict, name: str | None) -> str | None:
    while name in regions:
        if regions[name]["level_code"] == "district":
            return name
        name = regions[name]["parent_region_id"]
    return None


def shares(world: dict, people: set[str] | None, places: set[str]) -> dict:
    """IND-41, 42, 43, 47 and 20 of the year for a scope: its people (None: all) and its institutions inside the area."""
    institutions = {row["institution_id"]: row for row in world["institutions"]}
    bills = {row["encounter_id"]: 0 for row in world["encounters"]}
    scope = dict(bills)
    for bill in world["settlements"]:
        if bill["encounter_id"] in bills:
            bills[bill["encounter_id"]] += bill["fund_fen"]
            scope[bill["encounter_id"]] += bill["in_scope_fen"]
    theirs = [case for case in world["encounters"] if people is None or case["resident_id"] in people]
    inside = [case for case in theirs if institutions[case["institution_id"]]["is_in_area"]]
    here = [case for case in world["encounters"] if case["institution_id"] in places]
    stays = [case for case in here if case["type_code"] in STAYS]
    visits = [case for case in here if case["type_code"] not in STAYS]
    primary = [case for case in visits if institutions[case["institution_id"]]["level_code"] in PRIMARY]

    def fund(cases: list) -> int:
        return sum(bills[case["encounter_id"]] for case in cases)

    def stay_count(cases: list) -> int:
        return sum(case["type_code"] in STAYS for case in cases)

    return {"IND-41": percent_e6(stay_count(inside), stay_count(theirs)), "IND-42": percent_e6(len(inside), len(theirs)),
            "IND-43": percent_e6(len(primary), len(visits)), "IND-47": percent_e6(fund(inside), fund(theirs)),
            "IND-20": percent_e6(fund(stays), sum(scope[case["encounter_id"]] for case in stays))}


def members(world: dict, word: str) -> set[str]:
    """Who belongs to a group inside the area: the plans' words spelled out one by one."""
    seats = {row["region_id"]: row["level_code"] for row in world["regions"]}
    found = set()
    for one in world["institutions"]:
        is_public, level, seat = one["ownership_code"] == "public", one["level_code"], seats.get(one["region_id"])
        is_hospital = one["kind_code"] not in ("primary", "station")
        belongs = {"public_hospitals": is_public and is_hospital, "hospital": is_hospital, "tertiary": level[0] == "3", "secondary": level[0] == "2",
                   "secondary_and_above": level[0] in "23", "secondary_and_below_public": is_public and level[0] != "3",
                   "city_hospital": is_public and is_hospital and seat == "city",
                   "county_hospital": is_public and is_hospital and seat in ("district", "town", "village"),
                   "county_general_hospital": is_public and one["kind_code"] == "general" and seat in ("district", "town", "village")}
        if one["is_in_area"] and belongs[word]:
            found.add(one["institution_id"])
    return found


def stays(world: dict, places: set[str]) -> dict:
    """IND-13 of the year for some institutions: days of stay per discharge."""
    here = [case for case in world["encounters"] if case["institution_id"] in places and case["type_code"] in STAYS]
    return {"IND-13": percent_e6(sum(case["stay_days"] for case in here), 100 * len(here))}


def finance(world: dict, places: set[str], year: int) -> dict:
    """IND-01, 03, 04, 05, 11, 12 and 32 of a year for some institutions; growth over months that have a counterpart."""
    months = {(row["institution_id"], row["month"]): row for row in world["monthly_finance"] if row["institution_id"] in places}
    own = [row for (_, month), row in months.items() if month // 100 == year]
    pairs = [(months[name, month], months[name, month - 100]) for name, month in months if month // 100 == year and (name, month - 100) in months]

    def total(name: str, rows: list) -> int:
        return sum(row[name] for row in rows)

    now, before = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    earned = total("outpatient_income_fen", own) + total("inpatient_income_fen", own)
    goods = sum(total(f"{name}_income_fen", own) for name in ("drug", "material", "examination", "laboratory"))
    all_now, all_before = (total("outpatient_income_fen", rows) + total("inpatient_income_fen", rows) for rows in (now, before))
    spent = total("expense_fen", own)
    return {"IND-01": percent_e6(all_now - all_before, all_before),
            "IND-03": growth_e6(*(mean_e4(total("outpatient_income_fen", rows), total("visit_count", rows)) for rows in (now, before))),
            "IND-04": growth_e6(*(mean_e4(total("inpatient_income_fen", rows), total("discharge_count", rows)) for rows in (now, before))),
            "IND-05": percent_e6(total("drug_income_fen", own) - total("herbal_income_fen", own), earned),
            "IND-11": percent_e6(earned - goods, earned), "IND-12": percent_e6(total("staff_expense_fen", own), spent),
            "IND-32": percent_e6(total("fiscal_subsidy_fen", own), spent)}


def mean_e4(fen: int, count: int) -> int | None:
    """A mean in ten-thousandths of a fen, half up."""
    return floor(Fraction(fen * 10**4, count) + Fraction(1, 2)) if count else None


def growth_e6(now: int | None, before: int | None) -> int | None:
    return None if now is None or not before else percent_e6(now - before, before)
