"""Who bears an overrun: the consortium alone, the consortium and the fund by bands, or nobody until it is decided."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sanyi.payment.inpatient.case_payment import chosen
from sanyi.terms.fen import PPM, take_rate

RULES = ("own", "shared", "undecided")


@dataclass(frozen=True)
class Overrun:
    """An overrun and its parts in fen: reasonable, borne by the fund, borne by the consortium, held until decided."""

    reasonable_fen: int = 0
    fund_share_ppm: int = 0
    fund_borne_fen: int = 0
    borne_fen: int = 0
    held_fen: int = 0


def shared_overrun(overrun_fen: int, budget_fen: int, unshared_fen: int, evidence: Iterable[Mapping[str, Any]], plan) -> Overrun:
    """Part an overrun by the plan's rule; `unshared_fen` is what of it can never be reasonable.

    Raises BadChoice for an unknown rule. Source: CON-7, HK-10.
    """
    rule = chosen(plan, "consortium.overrun_rule", RULES)
    if rule == "own" or not overrun_fen:
        return Overrun(borne_fen=overrun_fen)
    counted = [row for row in evidence if row["cause_code"] in plan.value("consortium.reasonable_overrun_causes") and row["document_number"]]
    if rule == "undecided" or any(row["state_code"] == "pending" for row in counted):
        return Overrun(held_fen=overrun_fen)
    recognised = sum(row["amount_fen"] for row in counted if row["state_code"] == "recognised")
    reasonable = min(recognised, max(overrun_fen - unshared_fen, 0))
    share = fund_share(overrun_fen, budget_fen, plan.value("consortium.overrun_fund_share_bands"))
    borne_by_fund = take_rate(reasonable, share)
    return Overrun(reasonable, share, borne_by_fund, overrun_fen - borne_by_fund)


def fund_share(overrun_fen: int, budget_fen: int, bands: Iterable[Mapping[str, int]]) -> int:
    """The fund's share by the whole overrun's ratio to the budget; a boundary belongs to the lower band, above the last it is 0.

    Source: CON-7.
    """
    for band in sorted(bands, key=lambda band: band["maximum_overrun_ppm"]):
        if overrun_fen * PPM <= band["maximum_overrun_ppm"] * budget_fen:
            return band["fund_share_ppm"]
    return 0
