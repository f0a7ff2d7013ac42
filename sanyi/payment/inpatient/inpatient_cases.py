"""Every stay in the area with its price, whichever way the plan pays for it: what all that follows reads."""
import ibis

from sanyi.payment.inpatient.case_payment import WHAT_REMAINS, WHO_PAYS, chosen
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4_TO_E6, E9_TO_E6
from sanyi.terms.source import Source
from sanyi.terms.step import step

METHODS = ("dip", "drg", "drg_points")

INPATIENT_CASES = Table(
    "inpatient_cases", "住院病例计价", "Priced stays", key=("encounter_id",),
    note="区内机构的住院与日间手术各一行，无论按病种分值、疾病诊断相关分组还是床日付费；区外就医按实际费用支付，不在此表。"
         " One row per stay in the area, whether paid by disease score, by diagnosis-related group or by the day; stays outside the area are "
         "paid as charged and are not listed.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        code("method_code", "付费方式", "way of paying", codes.INPATIENT_METHOD),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        text("group_code", "病种或病组编码", "group", nullable=True),
        whole("weight_e6", "病种或病组权重", "weight of the group", "e6", nullable=True, minimum=0),
        whole("ratio_ppm", "费用与对比均费或标准之比", "cost to the mean or the price it is held against", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.CASE_DEVIATION),
        whole("points_e4", "分值或点数", "points", "e4", minimum=0),
        whole("unit_value_e4", "结算点值或费率（元）", "yuan a point, a weight or a day at the year's end", "e4", nullable=True, minimum=0),
        whole("budget_value_e4", "预算点值或费率（元）", "the same at the start of the year", "e4", nullable=True, minimum=0),
        fen("standard_fen", "支付标准", "standard", nullable=True),
        *WHO_PAYS,
        fen("budget_pay_fen", "按年初点值或费率基金应付", "payable by the fund at the year's opening value"),
        *WHAT_REMAINS,
    ),
)
_CASE = {"institution_id": "h", "resident_id": "p", "insurance_code": "resident", "settled_month": 202001, "tier_code": "tertiary",
         "cost_fen": 900_000, "patient_fen": 100_000, "charged_fund_fen": 800_000}


@step(makes=INPATIENT_CASES, source=Source("三医参考规则", "B1 B2 B3", "DIP-19", "DEF"), examples=(
    Example("按病种分值付费的病例：权重 = 基准分值 ÷ 分值标度", "A case paid by disease score: weight = the group's points ÷ the scale",
            values={"dip.score_scale": 100},
            given={"dip_cases": [
                {**_CASE, "encounter_id": "a", "group_code": "A", "base_points_e4": 1_250_000, "points_e4": 1_375_000, "deviation_code": "normal",
                 "point_value_e4": 700_000, "standard_fen": 962_500, "fund_pay_fen": 862_500, "status_code": "settled"},
                {**_CASE, "encounter_id": "b", "deviation_code": "none", "status_code": "pending", "fund_pay_fen": 0}]},
            expect=({"encounter_id": "a", "method_code": "dip", "weight_e6": 1_250_000, "points_e4": 1_375_000, "unit_value_e4": 700_000,
                     "standard_fen": 962_500, "fund_pay_fen": 862_500, "status_code": "settled"},
                    {"encounter_id": "b", "method_code": "dip", "weight_e6": None, "points_e4": 0, "unit_value_e4": None, "standard_fen": None,
                     "fund_pay_fen": 0, "status_code": "pending"})),
))
def inpatient_cases(dip_cases, drg_cases, drg_point_cases, bed_day_cases, plan):
    """The stays as the plan's way of paying priced them, and those paid by the day, in one shape.

    A case without a group, or in a group without a weight, has no weight. Raises BadChoice for a way of paying that there is not.
    """
    method = chosen(plan, "payment.inpatient_method", METHODS)
    priced = {"dip": lambda: _of_dip(dip_cases, plan), "drg": lambda: _of_drg(drg_cases), "drg_points": lambda: _of_drg_points(drg_point_cases)}[method]()
    by_day = [_of_bed_day(bed_day_cases)] if plan.value("payment.bed_day") else []
    return ibis.union(priced, *by_day) if by_day else priced


def _of_dip(cases, plan):
    has_weight = cases.group_code.notnull() & (cases.deviation_code != "none")
    weight = take_rate(cases.base_points_e4, E4_TO_E6, plan.value("dip.score_scale"))
    return _shaped(cases.mutate(weight_e6=has_weight.ifelse(weight, ibis.null("int64")), unit_value_e4=cases.point_value_e4), "dip")


def _of_drg(cases):
    return _shaped(cases.mutate(group_code=cases.drg_code, weight_e6=take_rate(cases.weight_e9, 1, E9_TO_E6), points_e4=ibis.literal(0, "int64"),
                                unit_value_e4=cases.rate_e4, budget_value_e4=cases.opening_rate_e4), "drg")


def _of_drg_points(cases):
    return _shaped(cases.mutate(group_code=cases.drg_code, weight_e6=take_rate(cases.weight_e9, 1, E9_TO_E6), unit_value_e4=cases.value_e4,
                                budget_value_e4=cases.month_value_e4), "drg_points")


def _of_bed_day(cases):
    none = ibis.null("int64")
    return _shaped(cases.mutate(
        group_code=cases.category_code, weight_e6=none, ratio_ppm=none, points_e4=ibis.literal(0, "int64"), unit_value_e4=none, budget_value_e4=none,
        deviation_code=(cases.taper_days > 0).ifelse("long_stay", "normal"), budget_pay_fen=cases.fund_pay_fen), "bed_day")


def _shaped(cases, method):
    return cases.mutate(method_code=ibis.literal(method)).select(*INPATIENT_CASES.names)
