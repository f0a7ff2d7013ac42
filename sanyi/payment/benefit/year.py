"""A person's year in one insurance: its claims settled in their one order, whatever order they arrived in."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

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


def settle_year(claims: Iterable[Claim], policies: Policies, before: Counted = Counted(), last_year: Iterable[Settled] = ()) -> SettledYear:
    """Settle one person's claims of one year and insurance, on top of what was counted before; refused ones count for nothing.

    A chain of referrals that began among `last_year`'s stays goes on, with the deductible they bore. Source: BEN-2, BEN-4.
    """
    accepted, refused = [], []
    for claim in sorted(claims, key=lambda each: each.order):
        try:
            accepted.append((claim, terms_of(policies, claim)))
        except RefusedClaim as reason:
            refused.append((claim, reason))
    borne = {one.claim: one.deductible_fen for one in last_year if one.claim.care == "stay" and policies.choices.referral_runs_over_new_year}
    stays = places([claim for claim, _ in accepted if claim.care == "stay"], policies.choices, list(borne))
    before = replace(before, chains_fen=MappingProxyType({**before.chains_fen, **_chains_borne(borne, stays)}))
    standing = [stays.get(claim.settlement_id, Place(claim.settlement_id)) for claim, _ in accepted]
    counted, settled = before, []
    for (claim, terms), place in zip(accepted, standing, strict=True):
        one, counted = settle(claim, terms, policies.choices, counted, place)
        settled.append(one)
    return SettledYear(tuple(settled), tuple(standing), tuple(refused), counted)


def _chains_borne(borne: Mapping[Claim, int], stays: Mapping[str, Place]) -> dict[str, int]:
    """What of each chain's deductible was borne last year."""
    chains: dict[str, int] = {}
    for claim, fen in borne.items():
        chain = stays[claim.settlement_id].chain_id
        chains[chain] = chains.get(chain, 0) + fen
    return chains
