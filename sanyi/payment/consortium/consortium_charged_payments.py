"""What the fund paid as charged for a consortium's residents: the part of its payments that no price of a stay changes."""
from datetime import date

import ibis

from sanyi.payment.fund.fund_payments import CHARGED_CARE, charged_bills, chronic_of, heads_of, stays_and_referrals, tests_of
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

GRAIN = ("consortium_id", "insurance_code", "institution_id", "month", "care_code", "is_referred", "is_late")
BILL = ("resident_id", *GRAIN[1:], "fund_fen")

CHARGED = Table(
    "consortium_charged_payments", "医联体居民按实际支付的基金", "Fund payments as charged for each consortium's residents", key=GRAIN,
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("institution_id", "就诊机构", "institution that treated", references="institutions.institution_id"),
        whole("month", "结算月份", "month the bill was settled", "yyyymm", minimum=190001),
        code("care_code", "服务类别", "kind of care", CHARGED_CARE),
        flag("is_referred", "经转诊", "came by referral"),
        flag("is_late", "上年就诊、本年结算", "care of an earlier year, settled in this one"),
        whole("case_count", "人次", "cases", "cases", minimum=0),
        fen("fund_fen", "基金支付", "paid by the fund", minimum=None),
    ),
)


def _bill(number, institution, fund, month=202003, resident="P1"):
    return {"settlement_id": number, "encounter_id": number, "resident_id": resident, "institution_id": institution,
            "insurance_code": "resident", "fund_fen": fund, "settled_month": month}


@step(CHARGED, source=Source("海府办〔2018〕251号", "二(二)", "HK-07 CON-3 CON-10", "SEED"), examples=(
    Example("已按病种计价的住院不在此列；签约期外的、未签约居民的账单不列；区外、转诊、上年就诊分列",
            "A priced stay is not here, nor a bill outside the contract or of another's resident; off-site, referred and last year's care stand apart",
            given={"institutions": [{"institution_id": name, "is_in_area": name != "X1"} for name in ("H1", "H2", "H3", "X1")],
                   "contracted_spans": [{"resident_id": "P1", "consortium_id": "A", "insurance_code": "resident", "from_month": 202001, "to_month": 202006}],
                   "encounters": [{"encounter_id": "1", "type_code": "inpatient"}, {"encounter_id": "3", "type_code": "inpatient", "referral_id": "R1"},
                                  {"encounter_id": "7", "discharged_on": date(2019, 12, 31)}],
                   "settlements": [_bill("1", "H1", 7_000), _bill("2", "H2", 100), _bill("3", "X1", 50_000), _bill("4", "H3", 40),
                                   _bill("5", "H1", 60, month=202007), _bill("6", "H1", 80, resident="P2"), _bill("7", "H3", 9), _bill("8", "H3", 2)],
                   "inpatient_cases": [{"encounter_id": "1"}]},
            expect=[{"institution_id": "H2", "care_code": "visit", "is_referred": False, "is_late": False, "case_count": 1, "fund_fen": 100},
                    {"institution_id": "H3", "care_code": "visit", "is_referred": False, "is_late": False, "case_count": 2, "fund_fen": 42},
                    {"institution_id": "H3", "care_code": "visit", "is_referred": False, "is_late": True, "case_count": 1, "fund_fen": 9},
                    {"institution_id": "X1", "care_code": "off_site_stay", "is_referred": True, "is_late": False, "case_count": 1, "fund_fen": 50_000}]),
))
def consortium_charged_payments(contracted_spans, settlements, encounters, institutions, inpatient_cases, separate_drugs, pre_admission_tests,
                                chronic_visits, plan, year):
    """Add up the bills paid as charged of contracted residents by consortium, institution, month, care and referral; fen.

    A bill counts for the consortium its month is contracted to, where the fund that paid is the one the month counts under.
    Source: HK-07, CON-3, CON-10.
    """
    bills = charged_bills(settlements, stays_and_referrals(encounters), institutions, inpatient_cases, separate_drugs, tests_of(pre_admission_tests, plan),
                          chronic_of(chronic_visits, plan), heads_of(contracted_spans, plan))
    return of_contracted(with_late(bills, encounters, year), contracted_spans)


def with_late(bills, encounters, year):
    """Bills with the mark of those whose care was in an earlier year."""
    late = encounters.filter(encounters.discharged_on < ibis.literal(date(year, 1, 1))).select("encounter_id", is_late=ibis.literal(True))
    marked = bills.left_join(late, "encounter_id").drop("encounter_id_right")
    return marked.mutate(is_late=marked.is_late.fill_null(False)).select(*BILL)


def of_contracted(bills, spans):
    """The bills of contracted residents, in the month they count for, added up by institution."""
    owned = bills.join(spans.select("resident_id", "consortium_id", "from_month", "to_month", counted_code="insurance_code"), "resident_id")
    owned = owned.filter((owned.insurance_code == owned.counted_code) & (owned.month >= owned.from_month) & (owned.month <= owned.to_month))
    return owned.group_by(*GRAIN).agg(case_count=owned.count(), fund_fen=total(owned.fund_fen))
