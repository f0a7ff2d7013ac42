"""A second, slow opinion on where visits and stays take place: encounter by encounter, exact fractions, no shared code."""
from fractions import Fraction
from math import floor

PRIMARY = ("1", "community", "township", "village")
STAYS = ("inpatient", "day_surgery")


def percent_e6(part: int, whole: int) -> int | None:
    return floor(Fraction(part * 10**8, whole) + Fraction(1, 2)) if whole else None


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
