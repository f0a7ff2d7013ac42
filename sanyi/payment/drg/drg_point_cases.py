"""The statement of each case paid by points of its group: from its points to what the fund pays."""
import ibis

from sanyi.payment.inpatient.case_payment import FORMS, WHAT_REMAINS, WHO_PAYS, chosen, difference, fund_pay
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

POINTS_TO_FEN = 1_000_000

DRG_POINT_CASES = Table(
    "drg_point_cases", "DRG点数病例结算单", "Case statements by points of groups", key=("encounter_id",),
    note="月度按月点值预结，年度按年点值清算。Prepaid at the month's value, cleared at the year's.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        text("drg_code", "病组编码", "group"),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        whole("ratio_ppm", "费用与均费之比", "cost to the group's mean", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.CASE_DEVIATION),
        whole("points_e4", "点数", "points", "e4", minimum=0),
        whole("month_value_e4", "月度点值（元/点）", "the month's value, yuan a point", "e4", nullable=True, minimum=0),
        whole("value_e4", "年度点值（元/点）", "the year's value, yuan a point", "e4", nullable=True, minimum=0),
        fen("standard_fen", "支付标准", "standard: points × value", nullable=True),
        *WHO_PAYS,
        fen("budget_pay_fen", "按月度点值基金应付", "payable by the fund at the month's value"),
        *WHAT_REMAINS,
    ),
)
_SCORED = {"insurance_code": "resident", "settled_month": 202001, "deviation_code": "normal"}


@step(makes=DRG_POINT_CASES, chosen_by=codes.BY_DRG_POINTS, source=Source("浙江DRG点数法", "结算", "GB-4 DIP-19", "K"), examples=(
    Example("91 点 × 年度点值 112.5 元 = 10237.50 元；没有点值的中止；待更正的不支付", "91 points at 112.5 yuan; without a value: blocked; pending: not paid",
            given={"drg_case_points": [{**_SCORED, "encounter_id": "a", "points_e4": 910_000}, {**_SCORED, "encounter_id": "b", "deviation_code": "none"},
                                       {**_SCORED, "encounter_id": "c", "insurance_code": "employee", "points_e4": 910_000}],
                   "dip_current_cases": [{"encounter_id": name, "cost_fen": 1_000_000, "patient_fen": 200_000, "fund_fen": 800_000} for name in "abc"],
                   "drg_point_values": [{"insurance_code": "resident", "kind_code": "year", "period_month": 202000, "value_e4": 1_125_000},
                                        {"insurance_code": "resident", "kind_code": "month", "period_month": 202001, "value_e4": 1_000_000}]},
            expect=({"encounter_id": "a", "standard_fen": 1_023_750, "fund_pay_fen": 823_750, "budget_pay_fen": 710_000, "difference_fen": 23_750, "status_code": "settled"},
                    {"encounter_id": "b", "standard_fen": None, "fund_pay_fen": 0, "budget_pay_fen": 0, "difference_fen": None, "status_code": "pending"},
                    {"encounter_id": "c", "standard_fen": None, "fund_pay_fen": None, "budget_pay_fen": 0, "difference_fen": None, "status_code": "blocked"})),
))
def drg_point_cases(drg_case_points, dip_current_cases, drg_point_values, plan):
    """Standard = points × the year's value, half up once; at the month's value it is what is prepaid on. Source: GB-4, DIP-19."""
    paid = dip_current_cases.select("encounter_id", "resident_id", "tier_code", "patient_fen", "other_payers_fen", "cost_fen", charged_fund_fen="fund_fen")
    cases = drg_case_points.join(paid, "encounter_id")
    cases = _with_values(cases, drg_point_values)
    status = ibis.cases((cases.deviation_code == "none", "pending"), (cases.value_e4.isnull(), "blocked"), else_="settled")
    cases = cases.mutate(status_code=status)
    cases = cases.mutate(month_fen=take_rate(cases.points_e4, cases.month_value_e4, POINTS_TO_FEN),
                         standard_fen=(cases.status_code == "settled").ifelse(take_rate(cases.points_e4, cases.value_e4, POINTS_TO_FEN), ibis.null("int64")))
    form, is_pending = chosen(plan, "payment.fund_pay_form", FORMS), cases.status_code == "pending"
    return cases.mutate(
        fund_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.standard_fen, form)),
        budget_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.month_fen, form)).fill_null(0),
        difference_fen=difference(cases, cases.standard_fen, form))


def _with_values(cases, values):
    year = values.filter(values.kind_code == "year").select(year_insurance="insurance_code", value_e4="value_e4")
    months = values.filter(values.kind_code == "month")
    months = months.select(month_key=months.insurance_code + "|" + months.period_month.cast("string"), month_value_e4="value_e4")
    cases = cases.left_join(year, cases.insurance_code == year.year_insurance).drop("year_insurance")
    cases = cases.mutate(case_key=cases.insurance_code + "|" + cases.settled_month.cast("string"))
    return cases.left_join(months, cases.case_key == months.month_key).drop("month_key", "case_key")
