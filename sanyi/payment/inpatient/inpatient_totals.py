"""What each institution's cases of the year come to, by fund."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

INSTITUTION_TOTALS = Table(
    "inpatient_totals", "机构病例合计", "Institutions' cases added up", key=("institution_id", "insurance_code"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("pending_count", "待更正例数", "cases that wait for correction", "cases", minimum=0),
        whole("blocked_count", "无点值或费率例数", "cases without a point value or rate", "cases", minimum=0),
        whole("points_e4", "分值", "points", "e4", minimum=0),
        fen("standard_fen", "支付标准合计", "standards"),
        fen("cost_fen", "总费用", "whole cost"),
        fen("charged_fund_fen", "基金记账额", "charged to the fund"),
        fen("fund_pay_fen", "基金应付合计", "payable by the fund"),
    ),
)

SUMMED = Example(
    "机构本年病例合计", "An institution's cases added up",
    given={"inpatient_cases": [
        {"encounter_id": "1", "institution_id": "h", "insurance_code": "resident", "points_e4": 5, "standard_fen": 100,
         "cost_fen": 90, "fund_pay_fen": 60, "charged_fund_fen": 50, "status_code": "settled"},
        {"encounter_id": "2", "institution_id": "h", "insurance_code": "resident", "cost_fen": 40, "fund_pay_fen": 0,
         "charged_fund_fen": 20, "status_code": "pending"}]},
    expect=({"institution_id": "h", "case_count": 2, "pending_count": 1, "points_e4": 5, "standard_fen": 100, "cost_fen": 130,
             "fund_pay_fen": 60, "charged_fund_fen": 70},))


@step(makes=INSTITUTION_TOTALS, source=Source("DIP 1.0", "年度清算", "DIP-27", "S1 S5"), examples=(SUMMED,))
def inpatient_totals(inpatient_cases):
    """Add up each institution's case statements by fund; pending cases count with their cost, without a standard."""
    cases = inpatient_cases
    return cases.group_by(["institution_id", "insurance_code"]).agg(
        case_count=cases.count(), pending_count=total((cases.status_code == "pending").cast("int64")),
        blocked_count=total((cases.status_code == "blocked").cast("int64")),
        **{name: total(cases[name].fill_null(0))
           for name in ("points_e4", "standard_fen", "cost_fen", "charged_fund_fen", "fund_pay_fen")})
