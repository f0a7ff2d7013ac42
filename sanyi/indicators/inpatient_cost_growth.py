"""IND-04: how much the mean inpatient cost has grown in a year."""
from sanyi.indicators.examples import worked
from sanyi.indicators.growth import mean_growth
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-04", "K")


def _growth(rows):
    return mean_growth(rows.now_inpatient_income_fen, rows.now_discharge_count,
                       rows.before_inpatient_income_fen, rows.before_discharge_count)


@step(makes=values_of("IND-04"), source=SOURCE, examples=(
    worked("上年 10 次 1000 元，本年 10 次 1050 元", "1,000 yuan for ten last year, 1,050 for ten this year", "finance_measures", 5_000_000,
           now_inpatient_income_fen=105_000, now_discharge_count=10,
           before_inpatient_income_fen=100_000, before_discharge_count=10),
    worked("上年没有人次：不可计算", "Nobody a year before: not computable", "finance_measures", None,
           now_inpatient_income_fen=105_000, now_discharge_count=10)))
def indicator_values_ind_04(finance_measures):
    """Growth of mean inpatient cost: growth of inpatient income / discharges on the same months a year before x 100."""
    rows = finance_measures
    return values(rows, "IND-04", "percent_growth", *_growth(rows))


INDICATOR = Indicator(
    "IND-04", "次均住院费用增幅", "Growth of mean inpatient cost",
    "（本期 − 上年同期）÷ 上年同期 × 100，其中每期为住院收入 ÷ 出院人次",
    "growth of inpatient income / discharges on the same months a year before x 100",
    "percent_growth", "down", SOURCE, indicator_values_ind_04)
