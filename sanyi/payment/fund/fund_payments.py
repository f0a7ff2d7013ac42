"""What the funds pay as charged: visits, and stays that points do not price."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CHARGED_CARE = {
    "visit": ("门诊、急诊、互联网诊疗", "visits"), "chronic_visit": ("门诊慢特病", "visits for chronic diseases"),
    "capitated_visit": ("按人头付费居民的门诊", "visits of residents paid by the head"), "off_site_stay": ("区外住院", "stays outside the area"),
    "other_stay": ("区内未按病种付费的住院", "stays in the area that points do not price"),
    "capitation": ("按人头付费年终补退", "capitation: the year's difference"),
    "separate_drug": ("单独支付的药品", "drugs paid apart from the price of a stay"),
}

FUND_PAYMENTS = Table(
    "fund_payments", "按实际支付的医保基金", "Fund payments as charged",
    key=("institution_id", "insurance_code", "month", "care_code"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("month", "结算月份", "month the bills were settled", "yyyymm", minimum=190001),
        code("care_code", "服务类别", "kind of care", CHARGED_CARE),
        whole("case_count", "人次", "bills", "bills", minimum=0),
        fen("fund_fen", "基金支付", "paid by the fund", minimum=None),
    ),
)

BILL = ("encounter_id", "resident_id", "institution_id", "insurance_code", "month", "care_code", "is_referred", "fund_fen")
_HOSPITALS = [{"institution_id": "H1", "is_in_area": True}, {"institution_id": "X1", "is_in_area": False}]


def _stay(encounter, institution):
    return {"encounter_id": encounter, "institution_id": institution, "type_code": "inpatient"}


def _bill(number, encounter, institution, fund):
    return {"settlement_id": number, "encounter_id": encounter, "institution_id": institution,
            "insurance_code": "resident", "fund_fen": fund, "settled_month": 202003}


@step(FUND_PAYMENTS, source=Source("海府办〔2018〕251号", "二(二)", "HK-07 CON-10", "SEED"), examples=(
    Example("按病种付费的住院不在此列，从不重复支付", "A stay priced by points is not here: nothing is paid twice",
            given={"institutions": _HOSPITALS,
                   "encounters": [{"encounter_id": "E1", "institution_id": "H1"}, _stay("E2", "H1"), _stay("E3", "X1"),
                                  _stay("E4", "H1")],
                   "settlements": [_bill("S1", "E1", "H1", 100), _bill("S2", "E2", "H1", 9_000),
                                   _bill("S3", "E3", "X1", 20_000), _bill("S4", "E4", "H1", 500)],
                   "inpatient_cases": [{"encounter_id": "E2", "institution_id": "H1"}],
                   "separate_drugs": [{"encounter_id": name, "institution_id": "H1", "insurance_code": "resident", "settled_month": 202003, "fund_fen": 70}
                                      for name in ("E2", "E4")]},
            expect=[{"institution_id": "H1", "care_code": "other_stay", "case_count": 1, "fund_fen": 500},
                    {"institution_id": "H1", "care_code": "separate_drug", "case_count": 1, "fund_fen": 70},
                    {"institution_id": "H1", "care_code": "visit", "case_count": 1, "fund_fen": 100},
                    {"institution_id": "X1", "care_code": "off_site_stay", "case_count": 1, "fund_fen": 20_000}]),
    Example("住院前检查已并入住院的部分不再按门诊支付", "What of a visit is paid with a stay is not paid again", values={"dip.merge_tests": True},
            given={"institutions": _HOSPITALS, "encounters": [{"encounter_id": "E1", "institution_id": "H1"}],
                   "settlements": [_bill("S1", "E1", "H1", 100)],
                   "pre_admission_tests": [{"visit_id": "E1", "encounter_id": "E2", "cost_fen": 90, "fund_fen": 60, "patient_fen": 30}]},
            expect=[{"institution_id": "H1", "care_code": "visit", "case_count": 1, "fund_fen": 40}]),
))
def fund_payments(settlements, encounters, institutions, inpatient_cases, separate_drugs, pre_admission_tests, chronic_visits, contracted_spans,
                  capitation_settlements, plan, year):
    """Add up the bills paid as charged by institution, insurance, month and kind of care; fen. Source: HK-07, CON-10, GB-6."""
    bills = charged_bills(settlements, stays_and_referrals(encounters), institutions, inpatient_cases, separate_drugs,
                          tests_of(pre_admission_tests, plan), chronic_of(chronic_visits, plan), heads_of(contracted_spans, plan))
    paid = bills.group_by("institution_id", "insurance_code", "month", "care_code").agg(
        case_count=bills.count(), fund_fen=total(bills.fund_fen))
    heads = capitation_settlements.select("institution_id", "insurance_code", month=ibis.literal(year * 100 + 12, "int64"), care_code=ibis.literal("capitation"),
                                          case_count="person_count", fund_fen="difference_fen")
    return paid.select(*heads.columns).union(heads)


def stays_and_referrals(encounters):
    """The encounters that are not plain unreferred visits: a seventh of them, so that joins stay small."""
    wanted = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES) | encounters.referral_id.notnull())
    return wanted.select("encounter_id", is_stay=wanted.type_code.isin(codes.STAY_TYPES),
                         is_referred=wanted.referral_id.notnull())


def tests_of(pre_admission_tests, plan):
    """The tests that are paid with a stay and so no more with the visit; none where the plan does not move them. Source: DIP-20."""
    return pre_admission_tests if plan.value("dip.merge_tests") else None


def chronic_of(chronic_visits, plan):
    """The visits for chronic diseases; none where the plan does not tell them apart. Source: GB-2."""
    return chronic_visits if plan.value("payment.chronic_apart") else None


def heads_of(contracted_spans, plan):
    """The months in which a fund pays for residents by the head; none without capitation. Source: GB-6."""
    rated = [row["insurance"] for row in plan.value("capitation.rates")]
    return contracted_spans.filter(contracted_spans.insurance_code.isin(rated)) if plan.value("payment.capitation") and rated else None


def charged_bills(settlements, unusual, institutions, inpatient_cases, separate_drugs, tests=None, chronic=None, heads=None):
    """The bills that are not priced, less tests paid with a stay, and the drugs paid apart from a price; with their kind of care.

    Each says whether the patient came by referral. A visit by the head is that, whatever its disease.
    """
    bills = settlements.select("encounter_id", "resident_id", "institution_id", "insurance_code", "fund_fen",
                               month="settled_month")
    bills = less_tests(bills, tests)
    priced = inpatient_cases.select("encounter_id", is_priced=ibis.literal(True))
    marks = unusual.left_join(priced, "encounter_id").drop("encounter_id_right")
    marked = bills.left_join(marks, "encounter_id").drop("encounter_id_right")
    charged = marked.filter(marked.is_priced.isnull())
    outside = institutions.filter(~institutions.is_in_area).select("institution_id", is_off_site=ibis.literal(True))
    placed = charged.left_join(outside, "institution_id").drop("institution_id_right")
    care = ibis.cases((~placed.is_stay.fill_null(False), "visit"), (placed.is_off_site.notnull(), "off_site_stay"),
                      else_="other_stay")
    bills = placed.mutate(care_code=care, is_referred=placed.is_referred.fill_null(False)).select(*BILL)
    bills = _by_head(_chronic(bills, chronic), heads)
    return bills.union(_apart(separate_drugs, unusual, inpatient_cases))


def _chronic(bills, chronic):
    """Bills with visits for chronic diseases told apart."""
    if chronic is None:
        return bills
    bills = bills.left_join(chronic.select("encounter_id", "category_code"), "encounter_id").drop("encounter_id_right")
    is_chronic = (bills.care_code == "visit") & bills.category_code.notnull()
    return bills.mutate(care_code=is_chronic.ifelse("chronic_visit", bills.care_code)).select(*BILL)


def _by_head(bills, heads):
    """Bills with visits told apart that a head's rate pays for: of the month's contracted residents, under the fund they count for."""
    if heads is None:
        return bills
    spans = heads.select("resident_id", "from_month", "to_month", head_code="insurance_code")
    visits = bills.filter(bills.care_code.isin(["visit", "chronic_visit"])).join(spans, "resident_id")
    paid = visits.filter((visits.insurance_code == visits.head_code) & (visits.month >= visits.from_month) & (visits.month <= visits.to_month))
    marked = bills.left_join(paid.select("encounter_id", "head_code").distinct(), "encounter_id").drop("encounter_id_right")
    return marked.mutate(care_code=marked.head_code.notnull().ifelse("capitated_visit", marked.care_code)).select(*BILL)


def less_tests(bills, tests):
    """Bills without what of them is paid with a stay."""
    if tests is None:
        return bills
    moved = tests.select(tested_visit="visit_id", moved_fund_fen="fund_fen")
    bills = bills.left_join(moved, bills.encounter_id == moved.tested_visit).drop("tested_visit")
    return bills.mutate(fund_fen=bills.fund_fen - bills.moved_fund_fen.fill_null(0)).drop("moved_fund_fen")


def _apart(separate_drugs, unusual, inpatient_cases):
    """The drugs paid apart from the price of a priced stay."""
    priced = separate_drugs.semi_join(inpatient_cases, "encounter_id").left_join(unusual.select("encounter_id", "is_referred"), "encounter_id")
    return priced.mutate(month=priced.settled_month, care_code=ibis.literal("separate_drug"), is_referred=priced.is_referred.fill_null(False)).select(*BILL)
