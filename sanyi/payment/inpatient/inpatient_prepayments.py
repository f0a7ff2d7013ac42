"""What each institution is paid in advance for a month's cases."""
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

PREPAYMENTS = Table(
    "inpatient_prepayments", "月度预结算", "Monthly prepayments", key=("institution_id", "insurance_code", "settled_month"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("points_e4", "分值", "points", "e4", minimum=0),
        whole("point_value_e4", "预算点值或费率（元）", "budget point value or base rate, yuan", "e4", nullable=True, minimum=0),
        fen("fund_pay_fen", "按年初点值或费率基金应付", "payable by the fund at the year's opening value"),
        fen("prepaid_fen", "预付额", "prepaid: that times the plan's rate, half up"),
    ),
)

PREPAID = Example(
    "当月病例按年初点值的基金应付乘预付比例", "A month's cases at the year's opening value, times the rate", values={"dip.prepay_rate_ppm": 900_000, "dip.prepay_cap_ppm": 950_000},
    given={"inpatient_cases": [
        {"encounter_id": "1", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "points_e4": 1_000_000,
         "budget_value_e4": 1_000_000, "budget_pay_fen": 600_000},
        {"encounter_id": "2", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "points_e4": 100_000,
         "budget_value_e4": 1_000_000, "budget_pay_fen": 0},
        {"encounter_id": "3", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001}]},
    expect=({"institution_id": "h", "settled_month": 202001, "case_count": 3, "points_e4": 1_100_000, "point_value_e4": 1_000_000,
             "fund_pay_fen": 600_000, "prepaid_fen": 540_000},))
CAPPED = Example(
    "预付比例不超过上限", "The rate is held to its cap", values={"dip.prepay_rate_ppm": 1_000_000, "dip.prepay_cap_ppm": 950_000},
    given={"inpatient_cases": [{"institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "budget_value_e4": 1, "budget_pay_fen": 1_001}]},
    expect=({"fund_pay_fen": 1_001, "prepaid_fen": 951},))


@step(makes=PREPAYMENTS, source=Source("医保经办实务", "月度预结算", "DIP-26 GB-4", "S5"), examples=(PREPAID, CAPPED))
def inpatient_prepayments(inpatient_cases, plan):
    """Add up what the fund would pay for each month's cases at the year's opening value, and take the plan's rate of it, up to its cap."""
    cases = inpatient_cases
    months = cases.group_by(["institution_id", "insurance_code", "settled_month"]).agg(
        case_count=cases.count(), points_e4=total(cases.points_e4), point_value_e4=cases.budget_value_e4.max(),
        fund_pay_fen=total(cases.budget_pay_fen))
    rate = min(plan.value("dip.prepay_rate_ppm"), plan.value("dip.prepay_cap_ppm"))
    return months.mutate(prepaid_fen=take_rate(months.fund_pay_fen, rate, PPM))
