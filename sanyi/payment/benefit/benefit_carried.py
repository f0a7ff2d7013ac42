"""What last year's stays bore of their deductibles, for the chains of referrals that go on this year."""
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import CARRIED
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.recorded import claim_of
from sanyi.payment.benefit.year import settle_year
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_CARRIED = Table(
    "benefit_carried", "上年已付起付线", "Deductibles borne last year", key=("settlement_id",),
    columns=(
        text("settlement_id", "结算编码", "settlement code"), text("encounter_id", "就诊编码", "encounter code"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE), date("settled_on", "结算日期", "settled on"),
        date("admitted_on", "入院日期", "admitted on"), date("discharged_on", "出院日期", "discharged on"),
        text("referral_from_id", "由何机构转来", "referred from", nullable=True), text("direction_code", "转诊方向", "direction of the referral", nullable=True),
        fen("deductible_fen", "当时承担起付线", "deductible borne then"),
    ),
)


@step(BENEFIT_CARRIED, exact=True, source=Source("三医参考规则", "B5", "BEN-4 LJ-48 JH-21", "DEF"), chosen_by=CHOSEN, examples=CARRIED)
def benefit_carried(benefit_last_stays, plan, year):
    """Settle these residents' stays of last year, claim by claim; fen. They are few. Source: BEN-4."""
    policies = read_policies(plan, year)
    people: dict = {}
    for row in benefit_last_stays:
        if row["refusal_code"] is None:
            people.setdefault((row["resident_id"], row["insurance_code"]), []).append(claim_of(row))
    return [{"settlement_id": one.claim.settlement_id, "encounter_id": one.claim.encounter_id, "resident_id": resident, "insurance_code": insurance,
             "institution_id": one.claim.institution_id, "settled_on": one.claim.settled_on, "admitted_on": one.claim.admitted_on,
             "discharged_on": one.claim.discharged_on, "referral_from_id": one.claim.referral_from, "direction_code": one.claim.direction,
             "deductible_fen": one.deductible_fen}
            for (resident, insurance), claims in people.items() for one in settle_year(claims, policies).settled]
