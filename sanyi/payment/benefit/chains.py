"""Chains of referred stays: which stay goes on from which, so that the deductible is counted once through the chain."""
from collections.abc import Sequence

from sanyi.payment.benefit.claim import Claim, Place
from sanyi.payment.benefit.policy import Choices


def places(stays: Sequence[Claim], choices: Choices, last_year: Sequence[Claim] = ()) -> dict[str, Place]:
    """The place of each stay of one person's year, by settlement; last year's stays, where given, may begin a chain but take no number.

    A stay goes on from the stay before it (by admission) where a referral brought the patient from that institution within the
    window, or where both settle parts of one stay. Chains are numbered in the order of their first settlements. Source: BEN-4.
    """
    chain_of: dict[str, str] = {}
    down: set[str] = set()
    before: Claim | None = None
    for stay in sorted((*last_year, *stays), key=_by_admission):
        is_referred = before is not None and _is_referred_from(before, stay, choices)
        if is_referred or (before is not None and stay.encounter_id == before.encounter_id):
            chain_of[stay.settlement_id] = chain_of[before.settlement_id]
        else:
            chain_of[stay.settlement_id] = stay.settlement_id
        if is_referred and stay.direction == "down":
            down.add(stay.encounter_id)
        before = stay
    encounter_of = {stay.settlement_id: stay.encounter_id for stay in (*last_year, *stays)}
    numbers: dict[str, int] = {}
    for settlement in (stay.settlement_id for stay in sorted(stays, key=lambda claim: claim.order)):
        numbers.setdefault(chain_of[settlement], len(numbers) + 1)
    return {settlement: Place(chain, numbers.get(chain, 0), encounter_of[settlement] in down)
            for settlement, chain in chain_of.items()}


def _by_admission(stay: Claim):
    return stay.admitted_on, stay.discharged_on, stay.encounter_id, stay.settlement_id


def _is_referred_from(before: Claim, stay: Claim, choices: Choices) -> bool:
    gap = (stay.admitted_on - before.discharged_on).days
    return (stay.encounter_id != before.encounter_id and stay.referral_from == before.institution_id
            and 0 <= gap <= choices.referral_window_days)
