"""What a referral changes for one person's bill: a stay settled twice, with the referral and without it, before anybody consents."""
from dataclasses import dataclass, replace
from datetime import date

from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.policy import Choices, Policies
from sanyi.payment.benefit.year import SettledYear, settle_year
from sanyi.terms.fen import yuan

HERE, THERE = "here", "there"


@dataclass(frozen=True)
class AskedReferral:
    """A referral that is thought of: sums in fen, `earlier_fen` what is in scope of the stay that it leaves (None: no stay).

    `common` says whether both are in one consortium: firm, loose or none.
    """

    insurance: str
    from_level: str
    to_level: str
    direction: str
    on: date
    bill_fen: int
    earlier_fen: int | None = None
    person: str = "ordinary"
    common: str = "none"


@dataclass(frozen=True)
class ReferralEffect:
    """The deductible of the stay there and what both stays leave to the patient, in fen, with the referral and without it; and it in words."""

    deductible_fen: int
    deductible_without_fen: int
    patient_fen: int
    patient_without_fen: int
    zh: str
    en: str


def referral_effect(asked: AskedReferral, policies: Policies) -> ReferralEffect:
    """Say what a referral changes. Errors: RefusedClaim where the policy has no such cell. Source: BEN-4, BEN-9, LJ-48, JH-21."""
    with_it, without = (_settled(asked, policies, is_referred) for is_referred in (True, False))
    there, alone = with_it.settled[-1], without.settled[-1]
    patient, patient_without = (sum(one.patient_fen for one in year.settled) for year in (with_it, without))
    saved = patient_without - patient
    zh = (f"按所填费用（转入机构 {yuan(asked.bill_fen)} 元）测算：{_why_zh(asked, policies.choices, with_it)}；转入机构起付线 {yuan(there.deductible_fen)} 元（不经转诊 {yuan(alone.deductible_fen)} 元）；"
          f"个人负担合计 {yuan(patient)} 元（不经转诊 {yuan(patient_without)} 元），{'少' if saved >= 0 else '多'}负担 {yuan(abs(saved))} 元。")
    en = (f"For a bill of {yuan(asked.bill_fen)} yuan there: {_why_en(asked, policies.choices, with_it)}; the deductible there is {yuan(there.deductible_fen)} yuan ({yuan(alone.deductible_fen)} "
          f"without the referral); the patient bears {yuan(patient)} yuan in all ({yuan(patient_without)} without it), {yuan(abs(saved))} {'less' if saved >= 0 else 'more'}.")
    return ReferralEffect(there.deductible_fen, alone.deductible_fen, patient, patient_without, zh, en)


def runs_on(asked: AskedReferral, choices: Choices) -> bool:
    """Whether the plan lets the deductible run on between these two."""
    if asked.common == "loose" and choices.loose_referral_is_continuous:
        return True
    return choices.referral_is_continuous and (choices.referral_scope == "region" or asked.common == "firm")


def _settled(asked: AskedReferral, policies: Policies, is_referred: bool) -> SettledYear:
    year = settle_year(_claims(asked, policies.choices, is_referred), policies)
    if year.refused:
        raise year.refused[0][1]
    return year


def _claims(asked: AskedReferral, choices: Choices, is_referred: bool) -> list[Claim]:
    there = Claim(settlement_id="2", resident_id="-", insurance=asked.insurance, care="stay", level=asked.to_level, settled_on=asked.on, total_fen=asked.bill_fen, in_scope_fen=asked.bill_fen,
                  person=asked.person, way=_way(asked, choices, is_referred), encounter_id=THERE, institution_id=THERE, admitted_on=asked.on, discharged_on=asked.on)
    if is_referred and runs_on(asked, choices):
        there = replace(there, referral_from=HERE, direction=asked.direction)
    if asked.earlier_fen is None:
        return [there]
    here = replace(there, settlement_id="1", encounter_id=HERE, institution_id=HERE, level=asked.from_level, way="local", total_fen=asked.earlier_fen, in_scope_fen=asked.earlier_fen,
                   referral_from=None, direction=None)
    return [here, there]


def _way(asked: AskedReferral, choices: Choices, is_referred: bool) -> str:
    if asked.direction != "off_site":
        return "local"
    if is_referred and asked.common == "loose" and choices.loose_referral_is_continuous:
        return "local"
    return "referred" if is_referred else "unfiled"


def _why_zh(asked: AskedReferral, choices: Choices, year: SettledYear) -> str:
    if asked.direction == "off_site":
        return "经转诊备案转外，按转外比例报销"
    if asked.earlier_fen is None:
        return "本次不是由住院转出，起付线不受转诊影响"
    if not runs_on(asked, choices):
        return "两家机构之间起付线不连续计算（不在同一紧密型医联体，或方案未规定）"
    return "下转不再付起付线" if year.places[-1].is_down else "上转只补起付线差额"


def _why_en(asked: AskedReferral, choices: Choices, year: SettledYear) -> str:
    if asked.direction == "off_site":
        return "filed as referred, it is paid at the rate of referred care outside"
    if asked.earlier_fen is None:
        return "nobody leaves a stay, so the deductible is as without it"
    if not runs_on(asked, choices):
        return "the deductible does not run on between these two"
    return "coming down bears none" if year.places[-1].is_down else "going up bears the difference alone"
