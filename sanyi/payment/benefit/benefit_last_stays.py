"""Last year's stays of those whose chain of referrals, or whose stay itself, reaches over New Year."""
from datetime import date, timedelta

import ibis

from sanyi.payment.benefit.benefit_claims import BENEFIT_CLAIMS, facts_of, judged, wanted, with_facts
from sanyi.payment.benefit.benefit_deductibles import PERSON_YEAR
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import REMEMBERED
from sanyi.payment.benefit.one_person import as_one
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables.table import Table
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_LAST_STAYS = Table(
    "benefit_last_stays", "上年住院申请", "Last year's stays", key=("settlement_id",),
    note="只列今年有住院可能承接上年转诊链（或跨年住院）的居民；是否承接见 benefit_deductibles。"
         " Only of residents with a stay that may go on from last year's, by referral or being the same stay; benefit_deductibles says which do.",
    columns=BENEFIT_CLAIMS.columns)


@step(BENEFIT_LAST_STAYS, locality="person", source=Source("三医参考规则", "B5", "BEN-4 LJ-48 JH-21", "DEF"), chosen_by=CHOSEN, examples=REMEMBERED)
def benefit_last_stays(benefit_claims, history_settlements, history_encounters, institutions, insured_months, referrals, consortium_members,
                       consortia, settlement_reversals, off_site_filings, benefit_policies, encounters, same_residents, plan, year):
    """Put last year's stays of these residents together as claims, all of them, as later stays of a year pay less. Source: BEN-4."""
    policies = read_policies(plan, year)
    reaching = _reaching_back(benefit_claims, policies.choices, year)
    codes = _their_codes(reaching, same_residents)
    stays = wanted(history_encounters.union(encounters)).semi_join(codes, "resident_id")  # a stay settled in parts over New Year stands in this year's
    facts = facts_of(stays, referrals, consortium_members, consortia, off_site_filings, same_residents, policies.choices)
    of_last_year = history_settlements.settled_month.between((year - 1) * 100 + 1, (year - 1) * 100 + 12)
    claims = with_facts(history_settlements.filter(of_last_year).semi_join(codes, "resident_id"), facts, same_residents).semi_join(reaching, list(PERSON_YEAR))
    return judged(claims.filter(claims.care_code == "stay"), institutions, as_one(insured_months, same_residents), settlement_reversals, benefit_policies, policies, year - 1)


def _their_codes(reaching, same_residents):
    """The codes that these residents have in the record: the one that stays, and those that were merged into it."""
    merged = same_residents.select("resident_id", stays_id="same_as_id").semi_join(reaching.select(stays_id="resident_id"), "stays_id")
    return reaching.select("resident_id").union(merged.select("resident_id")).distinct()


def _reaching_back(claims, choices, year):
    """Residents with a stay referred within the window after New Year's Eve, or begun before it."""
    new_year = date(year, 1, 1)
    soon = claims.referral_from_id.notnull() & (claims.admitted_on < new_year + timedelta(choices.referral_window_days))
    reaches = (claims.care_code == "stay") & (soon | (claims.admitted_on < new_year))
    return claims.filter(reaches & ibis.literal(choices.referral_runs_over_new_year)).select(*PERSON_YEAR).distinct()
