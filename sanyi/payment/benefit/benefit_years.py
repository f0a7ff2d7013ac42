"""What each person's year has counted in each insurance."""
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_YEARS = Table(
    "benefit_years", "个人年度累计", "Benefit years", key=("resident_id", "insurance_code"),
    note="起付线、分段、统筹、自付、救助的年度累计（BEN-2 的 Du、X、F、P、Q）。The year's accumulators: Du, X, F, P and Q of BEN-2.",
    columns=(
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("stay_count", "住院结算数", "settlements of stays", "", minimum=0), whole("visit_count", "门诊结算数", "settlements of visits", "", minimum=0),
        fen("total_fen", "总费用", "whole bills"), fen("in_scope_fen", "政策范围内费用", "in scope"),
        fen("deductible_fen", "住院已付起付线（Du）", "deductible of stays (Du)"), fen("visit_deductible_fen", "门诊已付起付线", "deductible of visits"),
        fen("segment_fen", "分段累计（X）", "counted through the bands (X)"), fen("visit_fund_fen", "门诊统筹支付", "paid for visits"),
        fen("fund_fen", "计入封顶线的统筹支付（F）", "paid by the fund, toward the cap (F)"),
        fen("self_pay_fen", "计入大病的范围内自付（P）", "self-pay in scope, toward catastrophic (P)"),
        fen("catastrophic_fen", "大病保险支付", "paid by catastrophic insurance"), fen("aid_fen", "医疗救助支付（Q）", "paid by medical aid (Q)"),
        fen("patient_fen", "个人负担", "left to the patient"),
    ),
)
_BILL = {"resident_id": "P1", "insurance_code": "resident", "care_code": "stay", "total_fen": 1_100_000, "in_scope_fen": 1_000_000,
         "deductible_fen": 20_000, "base_fen": 784_000, "fund_fen": 784_000, "patient_fen": 316_000}


@step(BENEFIT_YEARS, locality="person", source=Source("三医参考规则", "B5", "BEN-2", "S22"), chosen_by=CHOSEN, examples=(
    Example("住院计入各层累计，门诊只计入封顶线", "A stay fills every layer, a visit only the cap",
            given={"benefit_settlements": [
                {**_BILL, "settlement_id": "1"},
                {**_BILL, "settlement_id": "2", "care_code": "visit", "total_fen": 10_000, "in_scope_fen": 10_000, "deductible_fen": 0,
                 "base_fen": 5_000, "fund_fen": 5_000, "patient_fen": 5_000}]},
            expect=[{"stay_count": 1, "visit_count": 1, "deductible_fen": 20_000, "segment_fen": 1_000_000, "visit_fund_fen": 5_000,
                     "fund_fen": 789_000, "self_pay_fen": 216_000, "patient_fen": 321_000}]),
))
def benefit_years(benefit_settlements, plan, year):
    """Add up each person's settlements by what counts toward which layer; fen. Source: BEN-2."""
    choices = read_policies(plan, year).choices
    bills = benefit_settlements
    stay = (bills.care_code == "stay").ifelse(1, 0)
    bills = bills.mutate(is_stay=stay, is_visit=1 - stay, self_pay=bills.in_scope_fen - bills.fund_fen)
    bills = bills.mutate(segment=bills.in_scope_fen - (bills.deductible_fen if choices.bands_from == "deductible" else 0))

    def of(amount, marks):
        return total(bills[amount] * bills[marks])

    def counted(amount, visits_too):
        return total(bills[amount]) if visits_too else of(amount, "is_stay")

    return bills.group_by("resident_id", "insurance_code").agg(
        stay_count=total(bills.is_stay), visit_count=total(bills.is_visit), total_fen=total(bills.total_fen),
        in_scope_fen=total(bills.in_scope_fen), deductible_fen=of("deductible_fen", "is_stay"),
        visit_deductible_fen=of("deductible_fen", "is_visit"), segment_fen=of("segment", "is_stay"),
        visit_fund_fen=of("fund_fen", "is_visit"), fund_fen=counted("fund_fen", choices.cap_counts_visits),
        self_pay_fen=counted("self_pay", choices.catastrophic_counts_visits), catastrophic_fen=total(bills.catastrophic_fen),
        aid_fen=total(bills.aid_fen), patient_fen=total(bills.patient_fen))
