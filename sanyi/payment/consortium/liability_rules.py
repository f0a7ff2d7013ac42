"""Which payments for its residents a consortium answers for."""
from collections.abc import Callable, Mapping
from typing import Any

from sanyi.payment.inpatient.case_payment import chosen

OWN_PLACES = ("lead", "member")
LATE_RULES = ("next_year", "reserve")


def is_self_referred(row: Mapping[str, Any], free_care) -> bool:
    """Whether a sum was spent outside the consortium without a referral, on care that one should be referred for. Source: CON-3."""
    return row["place_code"] not in OWN_PLACES and not row["is_referred"] and row["care_code"] not in free_care


def counting(plan) -> Callable[[Mapping[str, Any]], bool]:
    """Give the plan's test of whether a sum is held against the consortium: not late care that the reserve pays, nor, where the plan
    leaves it out, self-referred care.

    The plan is read once, for the test is asked of every row. Raises BadChoice for an unknown rule. Source: CON-3, HK-07.
    """
    pays_reserve = chosen(plan, "consortium.late_claims", LATE_RULES) == "reserve"
    free_care, all_count = plan.value("consortium.referral_free_care"), plan.value("consortium.unreferred_outflow_counts")
    return lambda row: not (pays_reserve and row["is_late"]) and (all_count or not is_self_referred(row, free_care))
