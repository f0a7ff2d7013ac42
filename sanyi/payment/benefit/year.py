"""A person's year in one insurance: its claims settled in their one order, whatever order they arrived in."""
from collections.abc import Iterable
from dataclasses import dataclass

from sanyi.payment.benefit.chains import places
from sanyi.payment.benefit.claim import Claim, Counted, Place, Settled
from sanyi.payment.benefit.errors import RefusedClaim
from sanyi.payment.benefit.policy import Policies
from sanyi.payment.benefit.settle import settle, terms_of


@dataclass(frozen=True)
class SettledYear:
    """The settlements in order with the place of each in its chain, the claims refused with their reasons, and what the year has counted."""

    settled: tuple[Settled, ...]
    places: tuple[Place, ...]
    refused: tuple[tuple[Claim, RefusedClaim], ...]
    counted: Counted


def settle_year(claims: Iterable[Claim], policies: Policies, before: Counted = Counted()) -> SettledYear:
    """Settle one person's claims of one year and insurance, on top of what was counted before; refused ones count for nothing.

    Source: BEN-2.
    """
    accepted, refused = [], []
    for claim in sorted(claims, key=lambda each: each.order):
        try:
            accepted.append((claim, terms_of(policies, claim)))
        except RefusedClaim as reason:
            refused.append((claim, reason))
    stays = places([claim for claim, _ in accepted if claim.care == "stay"], policies.choices)
    standing = [stays.get(claim.settlement_id, Place(claim.settlement_id)) for claim, _ in accepted]
    counted, settled = before, []
    for (claim, terms), place in zip(accepted, standing, strict=True):
        one, counted = settle(claim, terms, policies.choices, counted, place)
        settled.append(one)
    return SettledYear(tuple(settled), tuple(standing), tuple(refused), counted)
