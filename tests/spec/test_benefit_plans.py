"""What each plan and each place's practice makes of benefits: continuous deductible, catastrophic insurance for the poor, later stays, the day a policy starts."""
from dataclasses import replace
from datetime import date

import pytest

from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.ledger import BenefitLedger
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.policy import NO_LIMIT
from sanyi.payment.benefit.year import settle_year
from sanyi.runs.packs import open_plan

YEAR_END = date(2020, 12, 31)


def policies(name, **changes):
    return read_policies(open_plan(name).changed({key.replace("__", "."): value for key, value in changes.items()}).on(YEAR_END), 2020)


def stay(name, level, day, inside, **more):
    on = date.fromisoformat(day)
    return Claim(name, "P1", "resident", "stay", level, on, inside, inside, encounter_id=name, institution_id=level, admitted_on=on, discharged_on=on, **more)


def test_lianyungang_level_one():
    """EX-31, and a student's 10 points more but 90 % above 100,000 yuan."""
    terms = policies("benefit-lianyungang")
    one, = settle_year([stay("1", "1", "2020-03-01", 1_500_000)], terms).settled
    assert one.fund_fen == 1_209_000
    student, = settle_year([stay("1", "1", "2020-03-01", 12_000_000, person="student")], terms).settled
    assert student.base_fen == (1_000_000 - 20_000) * 90 // 100 + 9_000_000 * 95 // 100 + 2_000_000 * 90 // 100
    refused = settle_year([stay("1", "3A", "2020-03-01", 1_500_000)], terms).refused
    assert [reason.code for _, reason in refused] == ["no_policy"]


@pytest.mark.parametrize(("place", "deductibles"), [
    ("benefit-huaibei", [80_000, 70_000, 60_000]), ("benefit-beijing", [80_000, 40_000, 40_000]), ("benefit-zhanjiang", [80_000, 80_000, 80_000])])
def test_later_stays_of_the_year(place, deductibles):
    stays = [stay(str(number), "3A", f"2020-0{number}-01", 1_000_000) for number in (1, 2, 3)]
    assert [one.deductible_fen for one in settle_year(stays, policies(place)).settled] == deductibles


def test_huaibei_stops_at_200_yuan_and_never_raises_a_lower_deductible():
    stays = [stay(str(number), "2B", f"2020-0{number}-01", 1_000_000) for number in range(1, 7)]
    assert [one.deductible_fen for one in settle_year(stays, policies("benefit-huaibei")).settled] == [40_000, 30_000, 20_000, 20_000, 20_000, 20_000]
    low = [stay(str(number), "township", f"2020-0{number}-01", 1_000_000) for number in (1, 2)]
    assert [one.deductible_fen for one in settle_year(low, policies("benefit-huaibei")).settled] == [10_000, 10_000]


def test_a_referral_pays_the_difference_up_and_nothing_down():
    """EX-55 by the demonstration's levels: 500 in the county, 300 more in the city, nothing on coming back."""
    trip = [stay("1", "2A", "2020-03-01", 1_000_000), stay("2", "3A", "2020-03-02", 1_000_000, referral_from="2A", direction="up"),
            stay("3", "2A", "2020-03-05", 1_000_000, referral_from="3A", direction="down")]
    terms = policies("haikou-2018")
    assert [one.deductible_fen for one in settle_year(trip, terms).settled] == [50_000, 30_000, 0]
    alone = [replace(each, referral_from=None) for each in trip]
    assert sum(one.deductible_fen for one in settle_year(alone, terms).settled) == 50_000 + 70_000 + 30_000


@pytest.mark.parametrize(("runs_on", "deductibles"), [(True, [50_000, 30_000, 0, 40_000]), (False, [50_000, 80_000, 0, 40_000])])
def test_a_chain_of_referrals_reaches_over_new_year(runs_on, deductibles):
    """JH-21: up in January pays the difference to what was borne in December, coming back none; a later stay is the second of the new year. Posted claim by claim."""
    trip = [stay("1", "2A", "2019-12-28", 1_000_000), stay("2", "3A", "2020-01-03", 1_000_000, referral_from="2A", direction="up"),
            stay("3", "2A", "2020-01-08", 1_000_000, referral_from="3A", direction="down"), stay("4", "2A", "2020-05-01", 1_000_000)]
    ledger = BenefitLedger(policies("haikou-2018", benefit__referral_runs_over_new_year=runs_on))
    for claim in trip:
        ledger = ledger.post(claim)
    assert [ledger.balance(claim.settlement_id)["deductible_fen"] for claim in trip] == deductibles


def test_lianjiang_lets_the_deductible_run_on_in_a_loose_consortium_and_haikou_does_not():
    assert policies("lianjiang-2019").choices.loose_referral_is_continuous
    assert not policies("haikou-2018").choices.loose_referral_is_continuous


def test_jianghai_extends_catastrophic_insurance_and_favours_the_poor():
    """JH-38: employees are in; the poor have half the deductible, 5 points more in each band, and no cap."""
    by_key = policies("jianghai-2018", **{"benefit__catastrophic_includes_employees": True}).periods[0].terms
    plain, poor = by_key["employee", "stay", "3A", "ordinary", "local"], by_key["employee", "stay", "3A", "poor", "local"]
    assert plain.catastrophic_bands and poor.catastrophic_deductible_fen * 2 == plain.catastrophic_deductible_fen
    assert [band.ratio_ppm - 50_000 for band in poor.catastrophic_bands] == [band.ratio_ppm for band in plain.catastrophic_bands]
    assert poor.catastrophic_cap_fen == NO_LIMIT and plain.catastrophic_cap_fen < NO_LIMIT
    without = policies("jianghai-2018", **{"benefit__catastrophic_includes_employees": False}).periods[0].terms
    assert not without["employee", "stay", "3A", "ordinary", "local"].catastrophic_bands


def test_aid_goes_by_the_class_at_settlement():
    """BEN-8: the same person, poor until June."""
    early, late = stay("1", "2A", "2020-03-01", 1_000_000, person="poor"), stay("2", "2A", "2020-09-01", 1_000_000)
    one, two = settle_year([early, late], policies("haikou-2018")).settled
    assert one.aid_fen > 0 and two.aid_fen == 0


@pytest.mark.parametrize(("way", "part"), [("local", 100), ("filed", 100), ("referred", 90), ("emergency", 90), ("unfiled", 65)])
def test_off_site_care_is_paid_a_part(way, part):
    """BEN-9."""
    one, = settle_year([stay("1", "3A", "2020-03-01", 1_080_000, way=way)], policies("haikou-2018")).settled
    assert one.fund_fen == 1_000_000 * 60 * part // 10_000


def test_a_policy_holds_from_its_day_on(tmp_path):
    """A pack that raises the deductible from July: claims of June and July settle by their own day, whatever day the plan is opened on."""
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "pack.toml").write_text(
        'id = "later"\nkind = "what_if"\ntitle_zh = "七月起"\ntitle_en = "From July"\nbody_zh = "试"\nbody_en = "Trial"\nextends = "haikou-2018"\n', "utf-8")
    (tmp_path / "later" / "values.toml").write_text('''
[[value]]
name = "benefit.repeat_stay"
value = { rule = "none" }
unit = "table"
document = "试"
clause = "1"
obligation = "BEN-4"
confidence = "DEF"
from = 2020-07-01
zh = "七月起不递减"
en = "Not less from July"
''', "utf-8")
    terms = policies(str(tmp_path / "later"))
    assert [policy.since for policy in terms.periods] == [date(2019, 1, 1), date(2020, 7, 1)]
    stays = [stay(str(number), "3A", day, 1_000_000) for number, day in enumerate(("2020-05-01", "2020-06-30", "2020-07-01"), 1)]
    assert [one.deductible_fen for one in settle_year(stays, terms).settled] == [80_000, 70_000, 80_000]
