"""What the stays paid by the day come to, by institution, fund and month."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

BED_DAY_SUMS = Table(
    "bed_day_sums", "床日付费合计", "Stays paid by the day added up", key=("institution_id", "insurance_code", "settled_month"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("stay_days", "住院天数", "days", "days", minimum=0),
        fen("standard_fen", "支付标准合计", "standards"),
        fen("fund_pay_fen", "基金应付合计", "payable by the fund"),
    ),
)


@step(makes=BED_DAY_SUMS, chosen_by=codes.BY_BED_DAY, source=Source("三医参考规则", "B3", "GB-5", "DEF"), examples=(
    Example("一家机构的床日病例合计", "An institution's stays by the day added up",
            given={"bed_day_cases": [{"encounter_id": name, "institution_id": "h", "insurance_code": "resident", "stay_days": 20, "settled_month": 202003, "standard_fen": standard,
                                      "fund_pay_fen": pay} for name, standard, pay in (("a", 800, 700), ("b", None, 0))]},
            expect=({"settled_month": 202003, "case_count": 2, "stay_days": 40, "standard_fen": 800, "fund_pay_fen": 700},)),
))
def bed_day_sums(bed_day_cases):
    """Add up the stays paid by the day. Source: GB-5."""
    return bed_day_cases.group_by(["institution_id", "insurance_code", "settled_month"]).agg(
        case_count=bed_day_cases.count(), stay_days=total(bed_day_cases.stay_days),
        standard_fen=total(bed_day_cases.standard_fen), fund_pay_fen=total(bed_day_cases.fund_pay_fen))
