"""What capitation adds up to in each institution: weighted months, bundles, and what its signed residents used inside and outside."""
import ibis

from sanyi.payment.fund.fund_payments import less_tests, tests_of
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CAPITATION_SUMS = Table(
    "capitation_sums", "按人头付费合计", "Capitation added up", key=("institution_id", "insurance_code"),
    columns=(
        text("institution_id", "签约机构", "institution signed with", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("person_count", "签约人数", "residents signed", "persons", minimum=0),
        whole("signed_count", "签约人月", "person-months", "months", minimum=0),
        whole("weighted_months_e4", "加权人月", "person-months times weight", "e4", minimum=0),
        fen("bundle_months_fen", "打包金额乘月数", "yearly bundles times months"),
        fen("own_fen", "在签约机构门诊的基金支付", "paid by the fund for their visits there", minimum=None),
        fen("outside_fen", "在其他机构门诊的基金支付", "paid by the fund for their visits elsewhere", minimum=None),
    ),
)
_WHO = {"institution_id": "H", "insurance_code": "resident"}


def _visit(name, resident, institution, month, fund):
    return {"settlement_id": name, "encounter_id": name, "resident_id": resident, "institution_id": institution, "insurance_code": "resident", "settled_month": month, "fund_fen": fund}


@step(makes=CAPITATION_SUMS, locality="none", chosen_by=codes.BY_CAPITATION, source=Source("三医参考规则", "B3", "GB-6", "DEF"), examples=(
    Example("签约月份内的门诊分机构内外；住院和未签约月份不计", "Visits in signed months, inside and elsewhere; stays and other months do not count",
            given={"capitation_members": [{**_WHO, "resident_id": "P1", "signed_count": 6, "weight_e4": 20_000, "bundle_fen": 1_200}],
                   "contracted_spans": [{**_WHO, "resident_id": "P1", "consortium_id": "A", "from_month": 202001, "to_month": 202006}],
                   "encounters": [{"encounter_id": name, "type_code": "inpatient" if name == "4" else "outpatient"} for name in "1234"],
                   "settlements": [_visit("1", "P1", "H", 202001, 100), _visit("2", "P1", "X", 202006, 40), _visit("3", "P1", "X", 202007, 999), _visit("4", "P1", "X", 202002, 5_000)]},
            expect=({"person_count": 1, "signed_count": 6, "weighted_months_e4": 120_000, "bundle_months_fen": 7_200, "own_fen": 100, "outside_fen": 40},)),
))
def capitation_sums(capitation_members, contracted_spans, settlements, encounters, pre_admission_tests, plan):
    """Add up members and their visits by the institution signed with in the month of the bill. Source: GB-6."""
    who = capitation_members
    signed = who.group_by("institution_id", "insurance_code").agg(
        person_count=who.count(), signed_count=total(who.signed_count), weighted_months_e4=total(who.signed_count * who.weight_e4),
        bundle_months_fen=total(who.signed_count * who.bundle_fen))
    used = _used(contracted_spans, less_tests(settlements, tests_of(pre_admission_tests, plan)), encounters)
    sums = signed.left_join(used, [signed.institution_id == used.home_id, signed.insurance_code == used.home_insurance])
    return sums.mutate(own_fen=sums.own_fen.fill_null(0), outside_fen=sums.outside_fen.fill_null(0))


def _used(spans, settlements, encounters):
    visits = encounters.filter(encounters.type_code.isin(codes.VISIT_TYPES)).select("encounter_id")
    bills = settlements.semi_join(visits, "encounter_id").select("resident_id", "insurance_code", "settled_month", "fund_fen", treated_id="institution_id")
    homes = spans.select("resident_id", "from_month", "to_month", home_id="institution_id", home_insurance="insurance_code")
    owned = bills.join(homes, "resident_id")
    owned = owned.filter(owned.insurance_code == owned.home_insurance, owned.settled_month >= owned.from_month, owned.settled_month <= owned.to_month)
    inside = owned.treated_id == owned.home_id
    return owned.group_by("home_id", "home_insurance").agg(own_fen=total(inside.ifelse(owned.fund_fen, 0)), outside_fen=total(inside.ifelse(ibis.literal(0, "int64"), owned.fund_fen)))
