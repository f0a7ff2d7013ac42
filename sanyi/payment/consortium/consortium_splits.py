"""How a consortium's result is split between its lead hospital and its members."""
from sanyi.payment.inpatient.case_payment import chosen
from sanyi.terms.fen import PPM, ratio

BASES = ("plan", "agreement")
RULES = ("lead_members", "levels")


def lead_shares(consortia, agreements, plan, year) -> dict[str, tuple[int, int]]:
    """Each consortium's lead share of a surplus and of an overrun, ppm: by its agreement of the year where the plan leaves it to one.

    Source: CON-6, HK-09, LJ-28.
    """
    agreed = {row["consortium_id"]: (row["lead_share_ppm"], row["overrun_lead_share_ppm"]) for row in agreements if row["year"] == year}
    ruled = (_county_share(plan) if by_levels(plan) else plan.value("consortium.surplus_lead_share_ppm")), plan.value("consortium.overrun_lead_share_ppm")
    is_agreed = chosen(plan, "consortium.income_split_basis", BASES) == "agreement"
    return {row["consortium_id"]: agreed.get(row["consortium_id"], ruled) if is_agreed else ruled for row in consortia}


def by_levels(plan) -> bool:
    """Whether a surplus is split between county, town and village, and not only between the lead and all members."""
    return chosen(plan, "consortium.split_rule", RULES) == "levels"


def level_weights(plan) -> dict[str, int]:
    """The weights of county, town and village, such as 6 : 3 : 1."""
    return {row["tier"]: row["weight"] for row in plan.value("consortium.level_weights")}


def tier_of(level_code: str) -> str:
    """The tier of a primary institution in that split."""
    return "village" if level_code == "village" else "town"


def _county_share(plan) -> int:
    weights = level_weights(plan)
    return ratio(weights["county"], sum(weights.values()), PPM)
