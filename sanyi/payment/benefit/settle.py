"""Settling one claim: plain whole numbers, in the order deductible, bands, caps, catastrophic insurance, medical aid."""
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from sanyi.payment.benefit.bands import paid_by_bands
from sanyi.payment.benefit.claim import Claim, Counted, Part, Place, Settled
from sanyi.payment.benefit.errors import REFUSAL, RefusedClaim
from sanyi.payment.benefit.policy import Band, Choices, Policies, Terms
from sanyi.terms.fen import PPM, take_rate


def terms_of(policies: Policies, claim: Claim) -> Terms:
    """The terms that decide a claim. Errors: RefusedClaim with the reason."""
    if not 0 <= claim.in_scope_fen <= claim.total_fen:
        raise refused("negative_amount", claim.settlement_id)
    policy = policies.on(claim.policy_day(policies.choices))
    if policy is None or claim.key not in policy.terms:
        raise refused("no_policy", f"{claim.settlement_id}: {claim.policy_day(policies.choices)} {'/'.join(claim.key)}")
    return policy.terms[claim.key]


def refused(code: str, seen: str) -> RefusedClaim:
    """A refusal of one kind, with what was seen."""
    zh, en = REFUSAL[code]
    return RefusedClaim(code, f"{zh}（{seen}）", f"{en} ({seen})")


def settle(claim: Claim, terms: Terms, choices: Choices, before: Counted, place: Place) -> tuple[Settled, Counted]:
    """Settle a claim on top of what its person's year has counted; gives the settlement and what is counted after it.

    Fen throughout; each payer's sum is rounded half up once. Source: BEN-1…9.
    """
    is_stay = claim.care == "stay"
    full, deductible = _deductible(claim, terms, choices, before, place)
    payable = claim.in_scope_fen - deductible
    start = (before.segment_fen if is_stay and choices.segment_basis == "year" else 0)
    start += deductible if choices.bands_from == "zero" else 0
    parts = _parts(terms.bands, start, payable)
    base = _paid(parts)
    fund = base if is_stay else min(base, max(0, terms.care_cap_fen - before.visit_fund_fen))
    if is_stay or choices.cap_counts_visits:
        fund = min(fund, max(0, terms.cap_fen - before.fund_fen))
    self_pay = claim.in_scope_fen - fund
    counts = is_stay or choices.catastrophic_counts_visits
    above = _parts_above(terms, before.self_pay_fen, self_pay) if counts else ()
    catastrophic = min(_paid(above), max(0, terms.catastrophic_cap_fen - before.catastrophic_fen))
    aid_base = self_pay - catastrophic if is_stay or choices.aid_counts_visits else 0
    aid = min(take_rate(aid_base, terms.aid_ratio_ppm), max(0, terms.aid_cap_fen - before.aid_fen))
    settled = Settled(claim, before, full, deductible, parts, base, fund, self_pay, above, catastrophic, aid_base, aid)
    return settled, _after(settled, choices, place)


def _deductible(claim: Claim, terms: Terms, choices: Choices, before: Counted, place: Place) -> tuple[int, int]:
    """The deductible in full, and what of it this claim bears: up pays the difference to what was paid, down pays none.

    Source: BEN-4, LJ-48, JH-21.
    """
    if claim.care == "visit":
        full, paid = terms.deductible_fen, before.visit_deductible_fen
    elif choices.deductible_basis == "year":
        full, paid = terms.deductible_fen, before.deductible_fen
    else:
        full, paid = terms.repeat.deductible_fen(terms.deductible_fen, place.number), before.chains_fen.get(place.chain_id, 0)
    due = 0 if place.is_down else max(0, full - paid)
    return full, min(claim.in_scope_fen, due)


def _parts(bands: Sequence[Band], start_fen: int, amount_fen: int) -> tuple[Part, ...]:
    return tuple(Part(band.over_fen, part, band.ratio_ppm) for band, part in paid_by_bands(bands, start_fen, amount_fen))


def _parts_above(terms: Terms, counted_fen: int, self_pay_fen: int) -> tuple[Part, ...]:
    """What of the self-pay, laid on top of the year's, lies above the catastrophic deductible, band by band. Source: BEN-7."""
    if not terms.catastrophic_bands:
        return ()
    start = max(0, counted_fen - terms.catastrophic_deductible_fen)
    end = max(0, counted_fen + self_pay_fen - terms.catastrophic_deductible_fen)
    return _parts(terms.catastrophic_bands, start, end - start)


def _paid(parts: Sequence[Part]) -> int:
    """What the parts pay together, rounded once."""
    return take_rate(sum(part.part_fen * part.ratio_ppm for part in parts), 1, PPM)


def _after(settled: Settled, choices: Choices, place: Place) -> Counted:
    claim, before = settled.claim, settled.before
    is_stay = claim.care == "stay"
    if not is_stay:
        return replace(before, visit_deductible_fen=before.visit_deductible_fen + settled.deductible_fen,
                       visit_fund_fen=before.visit_fund_fen + settled.fund_fen,
                       **_counted(settled, choices.cap_counts_visits, choices.catastrophic_counts_visits))
    chain = before.chains_fen.get(place.chain_id, 0) + settled.deductible_fen
    return replace(before, stay_count=before.stay_count + 1, deductible_fen=before.deductible_fen + settled.deductible_fen,
                   segment_fen=before.segment_fen + claim.in_scope_fen - (settled.deductible_fen if choices.bands_from == "deductible" else 0),
                   chains_fen=MappingProxyType({**before.chains_fen, place.chain_id: chain}), **_counted(settled, True, True))


def _counted(settled: Settled, toward_cap: bool, toward_catastrophic: bool) -> dict[str, int]:
    """The layers that stays and (where the plan says so) visits fill together."""
    before = settled.before
    return {"fund_fen": before.fund_fen + settled.fund_fen * toward_cap,
            "self_pay_fen": before.self_pay_fen + settled.self_pay_fen * toward_catastrophic,
            "catastrophic_fen": before.catastrophic_fen + settled.catastrophic_fen,
            "aid_fen": before.aid_fen + settled.aid_fen}
