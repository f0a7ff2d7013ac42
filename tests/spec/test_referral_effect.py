"""What a referral changes for the bill, said before the consent: EX-55 and its neighbours. Source: BEN-4, LJ-48, JH-21."""
from dataclasses import replace
from datetime import date

import pytest

from sanyi.payment.benefit.errors import RefusedClaim
from sanyi.payment.benefit.policy import Band, Choices, Policies, Policy, Terms
from sanyi.payment.benefit.referred import AskedReferral, referral_effect
from sanyi.plans import UnknownValue

DAY = date(2020, 3, 5)
RATE = 700_000  # ppm


def policies(**choices):
    terms = {("resident", "stay", level, "ordinary", way): Terms(deductible, (Band(0, RATE if way == "local" else RATE - 100_000 if way == "referred" else RATE - 300_000),))
             for level, deductible in (("2A", 30_000), ("3A", 80_000)) for way in ("local", "referred", "unfiled")}
    return Policies(Choices(**choices), (Policy(date(2020, 1, 1), terms),))


UP = AskedReferral("resident", "2A", "3A", "up", DAY, bill_fen=1_000_000, earlier_fen=500_000, common="firm")
DOWN = replace(UP, from_level="3A", to_level="2A", direction="down")


def borne(bill, deductible, ratio=RATE):
    """A plain second opinion: the deductible, and what the fund leaves of the rest."""
    return bill - (bill - deductible) * ratio // 1_000_000


def test_up_the_difference_and_down_nothing():
    up, down = referral_effect(UP, policies()), referral_effect(DOWN, policies())
    assert (up.deductible_fen, up.deductible_without_fen) == (50_000, 80_000) and (down.deductible_fen, down.deductible_without_fen) == (0, 30_000)
    assert up.patient_fen == borne(500_000, 30_000) + borne(1_000_000, 50_000) and up.patient_without_fen == borne(500_000, 30_000) + borne(1_000_000, 80_000)
    assert "500.00" in up.zh and "800.00" in up.zh and "差额" in up.zh and "difference" in up.en and "不再付" in down.zh


@pytest.mark.parametrize(("common", "choices", "is_continuous"), [
    ("none", {}, False), ("loose", {}, False), ("firm", {}, True), ("loose", {"loose_referral_is_continuous": True}, True), ("none", {"referral_scope": "region"}, True),
    ("firm", {"referral_is_continuous": False}, False), ("loose", {"referral_is_continuous": False, "loose_referral_is_continuous": True}, True)])
def test_where_the_deductible_runs_on_is_the_plans_to_say(common, choices, is_continuous):
    effect = referral_effect(replace(UP, common=common), policies(**choices))
    assert effect.deductible_fen == (50_000 if is_continuous else 80_000) and effect.deductible_without_fen == 80_000
    assert ("不连续" in effect.zh) != is_continuous


def test_nobody_who_leaves_no_stay_gains_by_the_deductible():
    effect = referral_effect(replace(UP, earlier_fen=None), policies())
    assert effect.deductible_fen == effect.deductible_without_fen == 80_000 and effect.patient_fen == effect.patient_without_fen == borne(1_000_000, 80_000)


def test_outside_the_area_the_referral_decides_the_rate():
    effect = referral_effect(replace(UP, direction="off_site", common="none", earlier_fen=None), policies())
    assert effect.patient_without_fen - effect.patient_fen == (1_000_000 - 80_000) * 200_000 // 1_000_000


def test_what_the_policy_has_no_cell_for_is_refused():
    with pytest.raises((RefusedClaim, UnknownValue)):
        referral_effect(replace(UP, to_level="village"), policies())
