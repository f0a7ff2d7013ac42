"""The year's clearing: what each institution is still owed, or owes."""
from collections import defaultdict

from sanyi.payment.inpatient.inpatient_totals import INSTITUTION_TOTALS
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

CLEARINGS = Table(
    "inpatient_clearings", "年终清算", "Annual clearings", key=("institution_id", "insurance_code"),
    note="清算额为负即应收回。A negative clearing is a receivable. Empty where clearing is blocked.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("pending_count", "待更正例数", "cases that wait for correction", "cases", minimum=0),
        whole("points_e4", "分值", "points", "e4", minimum=0),
        fen("standard_fen", "支付标准合计", "standards"),
        fen("cost_fen", "总费用", "whole cost"),
        fen("charged_fund_fen", "基金记账额", "charged to the fund"),
        fen("fund_pay_fen", "基金应付合计", "payable by the fund"),
        fen("banded_fen", "按结余超支分担规则应付", "payable after surplus and overrun bands"),
        whole("appraisal_factor_ppm", "考核系数", "appraisal factor", "ppm", minimum=0),
        fen("payable_fen", "考核后应付", "payable after the appraisal, half up"),
        fen("audit_deduction_fen", "审核扣款", "deducted by audit"),
        fen("prepaid_fen", "已预付", "prepaid"),
        fen("clearing_fen", "清算额", "clearing: payable less deductions less prepaid", minimum=None, nullable=True),
        flag("is_blocked", "清算中止", "clearing is blocked"),
    ),
)

TOTALS = {"institution_id": "h", "insurance_code": "resident", "case_count": 9, "fund_pay_fen": 1_000_000}
CLEARED = Example(
    "应付100万分×考核系数0.98，减扣款、减预付；无考核结果系数为1", "Clearing with and without an appraisal",
    given={"inpatient_totals": [TOTALS, {**TOTALS, "institution_id": "i"},
                                      {**TOTALS, "institution_id": "j", "blocked_count": 1, "fund_pay_fen": 0}],
           "inpatient_prepayments": [
               {"institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "prepaid_fen": 500_000},
               {"institution_id": "h", "insurance_code": "resident", "settled_month": 202002, "prepaid_fen": 400_000},
               {"institution_id": "i", "insurance_code": "resident", "settled_month": 202001, "prepaid_fen": 1_100_000}],
           "appraisals": [{"institution_id": "h", "year": 2020, "factor_ppm": 980_000},
                          {"institution_id": "i", "year": 2019, "factor_ppm": 500_000}],
           "audit_deductions": [
               {"institution_id": "h", "insurance_code": "resident", "place_code": "dip", "deducted_fen": 10_000},
               {"institution_id": "h", "insurance_code": "resident", "place_code": "other", "deducted_fen": 7}]},
    expect=({"institution_id": "h", "appraisal_factor_ppm": 980_000, "payable_fen": 980_000, "audit_deduction_fen": 10_000,
             "prepaid_fen": 900_000, "clearing_fen": 70_000, "is_blocked": False},
            {"institution_id": "i", "appraisal_factor_ppm": PPM, "payable_fen": 1_000_000, "audit_deduction_fen": 0,
             "prepaid_fen": 1_100_000, "clearing_fen": -100_000, "is_blocked": False},
            {"institution_id": "j", "appraisal_factor_ppm": PPM, "payable_fen": 0, "audit_deduction_fen": 0, "prepaid_fen": 0,
             "clearing_fen": None, "is_blocked": True}))


BANDED = Example(
    "应付1万元：记账8499元据实付；8500元至1万元结余留用；超支至115%由基金分担七成；再多不付", "Bands of what was charged to what is payable",
    values={"payment.surplus_bands": True, "payment.band_keep_from_ppm": 850_000, "payment.band_share_to_ppm": 1_150_000, "payment.band_share_ppm": 700_000},
    given={"inpatient_totals": [{**TOTALS, "institution_id": name, "charged_fund_fen": charged} for name, charged in (
        ("a", 849_999), ("b", 850_000), ("c", 1_000_000), ("d", 1_100_000), ("e", 1_150_000), ("f", 9_000_000))]},
    expect=tuple({"institution_id": name, "banded_fen": banded, "payable_fen": banded} for name, banded in (
        ("a", 849_999), ("b", 1_000_000), ("c", 1_000_000), ("d", 1_070_000), ("e", 1_105_000), ("f", 1_105_000))))

NO_CASES = Example(
    "按上年月均预付而本年没有病例的，全部收回", "Prepaid by last year's average, and no case this year: all of it is due back",
    given={"inpatient_prepayments": [{"institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "prepaid_fen": 900}]},
    expect=({"institution_id": "h", "case_count": 0, "payable_fen": 0, "prepaid_fen": 900, "clearing_fen": -900, "is_blocked": False},))


@step(makes=CLEARINGS, exact=True, source=Source("DIP 1.0", "年度清算", "DIP-27 DIP-28", "S1 S5 K"), examples=(CLEARED, BANDED, NO_CASES))
def inpatient_clearings(inpatient_totals, inpatient_prepayments, appraisals, audit_deductions, plan, year):
    """Clearing = payable by the fund × appraisal factor − deducted by audit − prepaid; an institution's missing factor is 1.

    Where the plan has surplus bands, what is payable follows from what was charged against it first.
    """
    bands = [plan.value(f"payment.band_{name}") for name in ("keep_from_ppm", "share_to_ppm", "share_ppm")] if plan.value("payment.surplus_bands") else None
    factors = {row["institution_id"]: row["factor_ppm"] for row in appraisals if row["year"] == year}
    prepaid = _summed(inpatient_prepayments, "prepaid_fen")
    deducted = _summed((row for row in audit_deductions if row["place_code"] == "dip"), "deducted_fen")
    return [_row(totals, factors.get(totals["institution_id"], PPM), deducted[_fund(totals)], prepaid[_fund(totals)], bands)
            for totals in [*inpatient_totals, *_without_cases(inpatient_totals, prepaid)]]


def _without_cases(inpatient_totals, prepaid):
    """Totals of none for an institution that was prepaid by last year's average and had no case: all of it comes back."""
    seen, none = set(map(_fund, inpatient_totals)), dict.fromkeys(INSTITUTION_TOTALS.names, 0)
    return [{**none, "institution_id": institution, "insurance_code": insurance} for institution, insurance in sorted(set(prepaid) - seen)]


def _fund(row):
    return row["institution_id"], row["insurance_code"]


def _summed(rows, column):
    sums = defaultdict(int)
    for row in rows:
        sums[_fund(row)] += row[column]
    return sums


def banded(payable_fen, charged_fen, bands):
    """What is payable once surplus and overrun are shared: little charged is paid as charged, a small surplus is kept, an overrun shared.

    `bands`: the share of the payable sum from which a surplus is kept, the share up to which an overrun is shared, the fund's part of it.
    Source: DIP-28.
    """
    if bands is None:
        return payable_fen
    keep_from_ppm, share_to_ppm, share_ppm = bands
    if charged_fen * PPM < payable_fen * keep_from_ppm:
        return charged_fen
    over = min(charged_fen, take_rate(payable_fen, share_to_ppm, PPM)) - payable_fen
    return payable_fen + take_rate(max(0, over), share_ppm, PPM)


def _row(totals, factor_ppm, deducted_fen, prepaid_fen, bands):
    due = banded(totals["fund_pay_fen"], totals["charged_fund_fen"], bands)
    payable = take_rate(due, factor_ppm, PPM)
    blocked = totals["blocked_count"] > 0
    kept = {name: totals[name] for name in CLEARINGS.names if name in totals}
    return {**kept, "banded_fen": due, "appraisal_factor_ppm": factor_ppm, "payable_fen": payable, "audit_deduction_fen": deducted_fen,
            "prepaid_fen": prepaid_fen, "clearing_fen": None if blocked else payable - deducted_fen - prepaid_fen,
            "is_blocked": blocked}
