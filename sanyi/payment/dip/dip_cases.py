"""The statement of each case: from its points to what the fund pays and what the hospital gains or loses."""
import ibis

from sanyi.payment.inpatient.case_payment import FORMS, chosen, difference, fund_pay
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, flag, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

POINTS_TO_FEN = 1_000_000  # points in 1/10,000 × yuan in 1/10,000 = 10^-8 yuan = 10^-6 fen

CASES = Table(
    "dip_cases", "病例结算单", "Case statements", key=("encounter_id",),
    note="区内机构的住院与日间手术；区外就医按实际费用支付，不按分值。Stays in the area; stays outside it are paid as charged. "
         "Pending cases have no standard and no difference.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        text("group_code", "病种编码", "group", nullable=True),
        code("layer_code", "层级", "layer", codes.LAYER),
        code("reason_code", "入组依据", "reason", codes.GROUPING_REASON),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        whole("base_points_e4", "病种基准分值", "the group's points", "e4", minimum=0),
        code("dimension_code", "启用的辅助目录", "dimension that gave the auxiliary coefficient", codes.AUXILIARY_DIMENSION,
             nullable=True),
        whole("auxiliary_e4", "辅助系数", "auxiliary coefficient", "e4", minimum=0),
        whole("coefficient_e4", "机构系数", "institution coefficient", "e4", minimum=0),
        fen("comparison_mean_fen", "对比均费", "mean compared with", nullable=True),
        code("comparison_code", "对比依据", "what is compared with", codes.COMPARISON),
        whole("ratio_ppm", "费用与均费之比", "cost to that mean", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.DEVIATION),
        flag("is_extreme", "极高费用，须专家评议", "extreme: for expert review"),
        whole("points_e4", "最终分值", "points", "e4", minimum=0),
        whole("point_value_e4", "结算点值（元/分）", "yuan a point", "e4", nullable=True, minimum=0),
        whole("budget_value_e4", "预算点值（元/分）", "yuan a point at the start of the year", "e4", nullable=True, minimum=0),
        fen("standard_fen", "支付标准", "standard: points × point value", nullable=True),
        fen("patient_fen", "个人支付", "paid by the patient"),
        fen("other_payers_fen", "大病与救助支付", "paid by catastrophic insurance and medical aid"),
        fen("fund_pay_fen", "基金应付", "payable by the fund", nullable=True),
        fen("budget_pay_fen", "按预算点值基金应付", "payable by the fund at the budget point value"),
        fen("cost_fen", "总费用", "whole cost"),
        fen("charged_fund_fen", "基金记账额", "charged to the fund"),
        fen("difference_fen", "结余或超支", "standard less cost: gained (+) or lost (−)", minimum=None, nullable=True),
        code("status_code", "状态", "status", codes.CASE_STATUS),
    ),
)


def _points(name, points_e4, **more):
    return {"encounter_id": name, "insurance_code": "resident", "group_code": "A", "base_points_e4": points_e4,
            "points_e4": points_e4, **more}


PAID = Example(
    "91分、点值112.5元：支付标准10237.50元；基金应付＝标准－个人－其他，不低于0", "91 points at 112.5 yuan", numbers=("EX-13",),
    given={"dip_point_values": [{"insurance_code": "resident", "kind_code": "settlement", "point_value_e4": 1_125_000}],
           "dip_case_groups": [{"encounter_id": name, "group_code": "A", "layer_code": "core", "reason_code": "full_key"}
                               for name in "abd"] + [{"encounter_id": name, "layer_code": "none", "reason_code": reason}
                                                     for name, reason in (("c", "no_principal_diagnosis"), ("e", "no_bill"))],
           "dip_case_points": [_points("a", 910_000), _points("b", 910_000),
                               {"encounter_id": "c", "insurance_code": "resident", "deviation_code": "none"},
                               {**_points("d", 910_000), "insurance_code": "employee"},
                               {"encounter_id": "e", "insurance_code": "resident", "deviation_code": "none"}],
           "dip_current_cases": [
               {"encounter_id": "a", "cost_fen": 1_000_000, "patient_fen": 200_000, "other_payers_fen": 23_750,
                "fund_fen": 776_250},
               {"encounter_id": "b", "cost_fen": 1_500_000, "patient_fen": 1_100_000, "fund_fen": 400_000},
               {"encounter_id": "c", "cost_fen": 500_000, "patient_fen": 100_000, "fund_fen": 400_000},
               {"encounter_id": "d", "cost_fen": 500_000, "patient_fen": 100_000, "fund_fen": 400_000}, {"encounter_id": "e"}]},
    expect=({"encounter_id": "a", "standard_fen": 1_023_750, "fund_pay_fen": 800_000, "difference_fen": 23_750,
             "status_code": "settled"},
            {"encounter_id": "b", "standard_fen": 1_023_750, "fund_pay_fen": 0, "difference_fen": -476_250,
             "status_code": "settled"},
            {"encounter_id": "c", "standard_fen": None, "fund_pay_fen": 0, "difference_fen": None, "status_code": "pending"},
            {"encounter_id": "d", "standard_fen": None, "fund_pay_fen": None, "difference_fen": None,
             "status_code": "blocked"},
            {"encounter_id": "e", "standard_fen": None, "fund_pay_fen": 0, "difference_fen": None, "status_code": "pending"}))


@step(makes=CASES, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "结算", "DIP-18 DIP-19", "S1 S2"), examples=(PAID,))
def dip_cases(dip_case_points, dip_case_groups, dip_current_cases, dip_point_values, plan):
    """Standard = points × settlement point value, half up once; the fund pays it less what patient and others paid.

    Case by case, not below 0. A case without points in a group waits for correction: nothing is paid yet.
    """
    grouped = dip_case_groups.select("encounter_id", "layer_code", "reason_code", "tier_code")
    paid = dip_current_cases.select("encounter_id", "resident_id", "patient_fen", "other_payers_fen", charged_fund_fen="fund_fen",
                                    paid_cost_fen="cost_fen")
    cases = dip_case_points.join(grouped, "encounter_id").join(paid, "encounter_id")
    cases = with_point_value(cases, dip_point_values, "budget", "budget_value_e4")
    cases = with_point_value(cases, dip_point_values, "settlement", "point_value_e4").mutate(cost_fen=ibis._.paid_cost_fen)
    status = ibis.cases((cases.deviation_code == "none", "pending"), (cases.point_value_e4.isnull(), "blocked"), else_="settled")
    cases = cases.mutate(status_code=status, budget_fen=standard(cases, "budget_value_e4"))
    cases = cases.mutate(standard_fen=(cases.status_code == "settled").ifelse(standard(cases, "point_value_e4"), ibis.null("int64")))
    form, is_pending = chosen(plan, "payment.fund_pay_form", FORMS), cases.status_code == "pending"
    return cases.mutate(
        fund_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.standard_fen, form)),
        budget_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.budget_fen, form)).fill_null(0),
        difference_fen=difference(cases, cases.standard_fen, form))


def with_point_value(cases, point_values, kind, name):
    """Give each case the point value of its fund under a name."""
    values = point_values.filter(point_values.kind_code == kind).select(value_insurance="insurance_code", **{name: "point_value_e4"})
    return cases.left_join(values, cases.insurance_code == values.value_insurance).drop("value_insurance")


def standard(cases, value):
    """Points times a point value, in fen, half up."""
    return take_rate(cases.points_e4, cases[value], POINTS_TO_FEN)
