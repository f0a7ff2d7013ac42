"""What of a surplus a consortium keeps: by its appraisal, the plan's share and its cap; what returns, and what is held."""
from dataclasses import dataclass

from sanyi.payment.consortium.consortium_scores import kept_share
from sanyi.payment.inpatient.case_payment import chosen
from sanyi.terms.fen import PPM, take_rate

RULES = ("kept", "undecided")


@dataclass(frozen=True)
class Surplus:
    """A surplus and its parts: the shares that were taken of it in ppm, and in fen what is kept, returned, held."""

    keep_ppm: int | None
    retained_ppm: int
    cap_ppm: int
    kept_fen: int
    returned_fen: int
    held_fen: int


def parted_surplus(surplus_fen: int, budget_fen: int, score_e4: int | None, is_vetoed: bool, plan) -> Surplus:
    """Part a surplus by the plan's rule; it is held where nobody was appraised, or where the plan does not say whose it is.

    Raises BadChoice for an unknown rule. Source: CON-5, HK-08.
    """
    is_decided = chosen(plan, "consortium.surplus_rule", RULES) == "kept"
    keep = kept_share(score_e4, plan.value("consortium.surplus_keep_bands"), is_vetoed) if is_decided else None
    retained, cap = plan.value("consortium.retained_ppm"), plan.value("consortium.surplus_cap_ppm")
    if keep is None:
        return Surplus(None, retained, cap, 0, 0, surplus_fen)
    kept = min(take_rate(surplus_fen, keep * retained, PPM * PPM), take_rate(budget_fen, cap))
    return Surplus(keep, retained, cap, kept, surplus_fen - kept, 0)
