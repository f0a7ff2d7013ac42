"""Every bill of the year as a claim: the facts that decide it, and the cell of the policy it falls under."""
import ibis

from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_facts import from_referrals, off_site_days, persons, ways
from sanyi.payment.benefit.errors import REFUSAL
from sanyi.payment.benefit.one_person import as_one
from sanyi.payment.benefit.policy import CARE, PERSON, WAY
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.terms.source import Source
from sanyi.terms.step import step
from sanyi.payment.benefit.claim_examples import CLAIMED

BENEFIT_CLAIMS = Table(
    "benefit_claims", "待遇申请", "Benefit claims", key=("settlement_id",),
    note="每笔结算一行；不予计算的写明原因，不计入任何累计。One row a settlement; one that is not computed says why and counts for nothing.",
    columns=(
        text("settlement_id", "结算编码", "settlement code", references="settlements.settlement_id"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE), code("care_code", "就医类型", "care", CARE),
        code("person_code", "结算时人员类别", "class of person at settlement", PERSON), code("way_code", "就医方式", "way", WAY),
        text("level_code", "机构级别", "level of the institution", nullable=True),
        whole("policy_number", "政策编号", "cell of the policy", "", minimum=1, nullable=True, references="benefit_policies.policy_number"),
        date("settled_on", "结算日期", "settled on"), date("admitted_on", "入院日期", "admitted on"),
        date("discharged_on", "出院日期", "discharged on"), fen("total_fen", "总费用", "whole bill"),
        fen("in_scope_fen", "政策范围内费用", "amount in scope", minimum=None),
        text("referral_from_id", "由何机构转来（可连续计算起付线的）", "referred from, where the deductible may run on", nullable=True),
        text("direction_code", "转诊方向", "direction of the referral", nullable=True),
        code("refusal_code", "不予计算的原因", "why it is not computed", {name: REFUSAL[name] for name in ("reversed", "negative_amount", "no_policy")},
             nullable=True),
    ),
)


@step(BENEFIT_CLAIMS, locality="person", source=Source("三医参考规则", "B5", "BEN-1 BEN-4 BEN-8 BEN-9", "DEF"), chosen_by=CHOSEN, examples=CLAIMED)
def benefit_claims(settlements, encounters, institutions, insured_months, referrals, consortium_members, consortia,
                   settlement_reversals, off_site_filings, benefit_in_scope, benefit_policies, same_residents, plan, year):
    """Put together what decides each bill: care, level, class of person at settlement, way, referral, amount in scope.

    Codes that the person index has merged are one person, under the code that stays. Source: BEN-1, BEN-4, BEN-8, BEN-9, R30.
    """
    policies = read_policies(plan, year)
    facts = facts_of(wanted(encounters), referrals, consortium_members, consortia, off_site_filings, same_residents, policies.choices)
    claims = with_facts(settlements, facts, same_residents)
    if plan.value("benefit.in_scope_from") == "lines":
        counted = benefit_in_scope.select("encounter_id", counted_fen="in_scope_fen")
        claims = claims.left_join(counted, "encounter_id").drop("encounter_id_right")
        parts = claims.count().over(ibis.window(group_by=["encounter_id", "resident_id"]))  # billed in parts: no part has lines of its own
        claims = claims.mutate(in_scope_fen=(parts == 1).ifelse(claims.counted_fen.fill_null(claims.in_scope_fen), claims.in_scope_fen))
    return judged(claims, institutions, as_one(insured_months, same_residents), settlement_reversals, benefit_policies, policies, year)


def with_facts(settlements, facts, same_residents):
    """Each bill with what is known of its visit; a bill that names another resident's visit takes no fact of it."""
    bills = settlements.select("settlement_id", "encounter_id", "resident_id", "institution_id", "insurance_code", "settled_on",
                               "settled_month", "total_fen", "in_scope_fen")
    claims = as_one(bills, same_residents).left_join(facts, ["encounter_id", "resident_id"]).drop("encounter_id_right", "resident_id_right")
    return claims.mutate(care_code=claims.is_stay.fill_null(False).ifelse("stay", "visit"),
                         admitted_on=claims.admitted_on.fill_null(claims.settled_on),
                         discharged_on=claims.discharged_on.fill_null(claims.settled_on))


def judged(claims, institutions, insured_months, reversals, benefit_policies, policies, year):
    """Each claim with level, way, class of person at settlement, the policy's cell, and why it is not computed, if it is not."""
    claims = persons(_placed(claims, institutions, policies.choices), insured_months, year)
    return _judged(_keyed(claims, policies), reversals, benefit_policies)


def wanted(encounters):
    """The encounters that are more than a plain visit: a sixth of them, so that joins stay small."""
    return encounters.filter(encounters.type_code.isin(codes.STAY_TYPES) | encounters.referral_id.notnull() | (encounters.type_code == "emergency"))


def facts_of(encounters, referrals, members, consortia, filings, same_residents, choices):
    """What is known of the encounters that are more than a plain visit."""
    facts = encounters.select("encounter_id", "resident_id", "institution_id", "admitted_on", "discharged_on", "referral_id",
                              is_stay=encounters.type_code.isin(codes.STAY_TYPES), is_emergency=encounters.type_code == "emergency")
    facts = from_referrals(as_one(facts, same_residents), as_one(referrals, same_residents), members, consortia, choices)
    return off_site_days(facts, as_one(filings, same_residents)).drop("institution_id", "referral_id")


def _placed(claims, institutions, choices):
    """The level of the institution and the way of going there."""
    places = institutions.select("institution_id", "level_code", "is_in_area")
    claims = claims.left_join(places, "institution_id").drop("institution_id_right")
    return claims.mutate(way_code=ways(claims, choices))


def _keyed(claims, policies):
    """The cell's name, with the first day of the policy in force; none before the first policy."""
    late = policies.choices.policy_date == "discharged_on"
    day = (claims.care_code == "stay").ifelse(claims.discharged_on, claims.settled_on) if late else claims.settled_on
    spans = [(day >= policy.since, policy.since.isoformat()) for policy in reversed(policies.periods)]
    since = ibis.cases(*spans) if spans else ibis.null("string")
    return claims.mutate(policy_name=since + "|" + claims.insurance_code + "|" + claims.care_code + "|" + claims.level_code + "|"
                         + claims.person_code + "|" + claims.way_code)


def _judged(claims, reversals, benefit_policies):
    """Why a claim is not computed, if it is not; a name that no cell has gives no number."""
    known = benefit_policies.select("policy_name", "policy_number")
    claims = claims.left_join(known, "policy_name").drop("policy_name_right", "policy_name")
    taken_back = reversals.select("settlement_id", is_reversed=ibis.literal(True))
    claims = claims.left_join(taken_back, "settlement_id").drop("settlement_id_right")
    refusal = ibis.cases(
        (claims.is_reversed.notnull(), "reversed"),
        ((claims.in_scope_fen < 0) | (claims.in_scope_fen > claims.total_fen), "negative_amount"),
        (claims.policy_number.isnull(), "no_policy"))
    return claims.mutate(refusal_code=refusal)
