"""What each fund's cases of the year cost, what the fund paid of it, and what they scored."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

YEAR_TOTALS = Table(
    "dip_year_totals", "本年费用与分值", "The year's costs and points", key=("insurance_code",),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("cost_fen", "住院总费用", "whole cost of the cases"),
        fen("fund_fen", "统筹基金支付", "paid of it by the fund"),
        whole("points_e4", "总分值", "points", "e4", minimum=0),
    ),
)

SUMMED = Example(
    "本年病例合计", "The year's cases added up",
    given={"dip_current_cases": [{"encounter_id": "1", "insurance_code": "resident", "cost_fen": 500, "fund_fen": 300},
                                 {"encounter_id": "2", "insurance_code": "resident", "cost_fen": 900, "fund_fen": 600}],
           "dip_case_points": [{"encounter_id": "1", "points_e4": 10_000}, {"encounter_id": "2", "points_e4": 0}]},
    expect=({"insurance_code": "resident", "case_count": 2, "cost_fen": 1400, "fund_fen": 900, "points_e4": 10_000},))


@step(makes=YEAR_TOTALS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "结算点值", "DIP-18", "S1 S2"), examples=(SUMMED,))
def dip_year_totals(dip_current_cases, dip_case_points):
    """Add up the year's cases by fund."""
    cases = dip_current_cases.select("encounter_id", "insurance_code", "cost_fen", "fund_fen")
    cases = cases.join(dip_case_points.select("encounter_id", "points_e4"), "encounter_id")
    return cases.group_by("insurance_code").agg(
        case_count=cases.count(), cost_fen=total(cases.cost_fen), fund_fen=total(cases.fund_fen), points_e4=total(cases.points_e4))
