"""IND-01: how much faster the area's institutions earn than a year before."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-01", "K")


def _now(rows):
    return rows.now_outpatient_income_fen + rows.now_inpatient_income_fen


def _before(rows):
    return rows.before_outpatient_income_fen + rows.before_inpatient_income_fen


@step(makes=values_of("IND-01"), source=SOURCE, examples=(
    worked("上年 100 元，本年 108 元", "100 yuan last year, 108 this year", "finance_measures", 8_000_000,
           now_outpatient_income_fen=4800, now_inpatient_income_fen=6000,
           before_outpatient_income_fen=4500, before_inpatient_income_fen=5500),
    worked("下降为负", "A fall is negative", "finance_measures", -10_000_000,
           now_outpatient_income_fen=90, before_outpatient_income_fen=100),
    worked("上年没有数据：不可计算", "Nothing a year before: not computable", "finance_measures", None,
           now_outpatient_income_fen=0, before_outpatient_income_fen=0)))
def indicator_values_ind_01(finance_measures):
    """Growth of medical cost: (medical income - that of the same months a year before) / that of the same months x 100, same institutions."""
    rows = finance_measures
    return values(rows, "IND-01", "percent_growth", _now(rows) - _before(rows), _before(rows))


INDICATOR = Indicator(
    "IND-01", "区域医疗费用增幅", "Growth of medical cost", "（本期医疗收入 − 上年同期）÷ 上年同期 × 100，同机构同月份口径",
    "(medical income - that of the same months a year before) / that of the same months x 100, same institutions",
    "percent_growth", "down", SOURCE, indicator_values_ind_01)
