"""What each fund's cases of each month scored, cost and were charged to the fund."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, month, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

DRG_MONTH_POINTS = Table(
    "drg_month_points", "DRG各月点数", "Points by month", key=("insurance_code", "settled_month"),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("points_e4", "总点数", "points", "e4", minimum=0),
        fen("cost_fen", "总费用", "whole cost of the cases with points"),
        fen("fund_fen", "基金记账额", "charged to the fund of it"),
    ),
)


@step(makes=DRG_MONTH_POINTS, chosen_by=codes.BY_DRG_POINTS, source=Source("浙江DRG点数法", "月度点值", "GB-4", "K"), examples=(
    Example("没有点数的病例不计费用", "A case without points does not count",
            given={"drg_case_points": [{"encounter_id": "a", "insurance_code": "resident", "settled_month": 202001, "points_e4": 500, "deviation_code": "normal"},
                                       {"encounter_id": "b", "insurance_code": "resident", "settled_month": 202001, "deviation_code": "none"}],
                   "dip_current_cases": [{"encounter_id": "a", "cost_fen": 100, "fund_fen": 70}, {"encounter_id": "b", "cost_fen": 900, "fund_fen": 700}]},
            expect=({"insurance_code": "resident", "settled_month": 202001, "case_count": 1, "points_e4": 500, "cost_fen": 100, "fund_fen": 70},)),
))
def drg_month_points(drg_case_points, dip_current_cases):
    """Add up the cases with points by fund and month. Source: GB-4."""
    scored = drg_case_points.filter(drg_case_points.deviation_code != "none").select("encounter_id", "insurance_code", "settled_month", "points_e4")
    cases = scored.join(dip_current_cases.select("encounter_id", "cost_fen", "fund_fen"), "encounter_id")
    return cases.group_by(["insurance_code", "settled_month"]).agg(
        case_count=cases.count(), points_e4=total(cases.points_e4), cost_fen=total(cases.cost_fen), fund_fen=total(cases.fund_fen))
