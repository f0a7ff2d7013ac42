"""Which pool of the total budget each kind of care is paid from."""
from collections.abc import Collection, Iterable, Mapping
from typing import Any

STAYS = ("dip_stay", "bed_day_stay", "other_stay", "separate_drug")
OWN_POOLS = {"bed_day_stay": "bed_day", "separate_drug": "separate_drugs", "chronic_visit": "chronic", "capitated_visit": "capitation", "capitation": "capitation"}
BY_HEAD = ("capitated_visit", "capitation")  # a head's rate pays for visits anywhere
PACKAGES = "consortium_packages"


def pool_at(care_code: str, is_off_site: bool) -> str:
    """The pool by place: stays in the area, visits in the area, or all care outside it. Source: GB-2."""
    return "off_site" if is_off_site else "dip_inpatient" if care_code in STAYS else "outpatient"


def pool_of(care_code: str, is_off_site: bool, budgeted: Collection[str]) -> str:
    """The pool of a kind of care: its own where the fund's budget has one, else that of its place.

    `budgeted` names the pools of the fund's budget. Care outside the area has its own pool only where it is paid by the head. Source: GB-2.
    """
    own = OWN_POOLS.get(care_code)
    is_own = own in budgeted and (not is_off_site or care_code in BY_HEAD)
    return own if own and is_own else pool_at(care_code, is_off_site)


def budgeted_pools(fund_budget_lines: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Each fund's pools that have a line in its budget."""
    found: dict[str, set[str]] = {}
    for row in fund_budget_lines:
        if row["kind_code"] == "pool":
            found.setdefault(row["insurance_code"], set()).add(row["line_code"])
    return found


def outside_area(institutions: Iterable[Mapping[str, Any]]) -> set[str]:
    """The institutions that lie outside the area."""
    return {row["institution_id"] for row in institutions if not row["is_in_area"]}
