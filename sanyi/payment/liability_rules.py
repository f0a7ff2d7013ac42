"""Which payments for its residents a consortium answers for."""
from collections.abc import Mapping
from typing import Any

OWN_PLACES = ("lead", "member")
LATE_RULES = ("next_year", "reserve")


def is_self_referred(row: Mapping[str, Any], free_care) -> bool:
    """Whether a sum was spent outside the consortium without a referral, on care that one should be referred for. Source: CON-3."""
    return row["place_code"] not in OWN_PLACES and not row["is_referred"] and row["care_code"] not in free_care


def left_out(row: Mapping[str, Any], plan) -> bool:
    """Whether a sum is not held against the consortium: late care paid from the reserve, or self-referred care that does not count.

    Source: CON-3, HK-07.
    """
    rule = plan.value("consortium.late_claims")
    if rule not in LATE_RULES:
        raise ValueError(f"consortium.late_claims: {rule!r} was seen, one of {', '.join(LATE_RULES)} was expected")
    return (row["is_late"] and rule == "reserve") or (
        is_self_referred(row, plan.value("consortium.referral_free_care")) and not plan.value("consortium.unreferred_outflow_counts"))
