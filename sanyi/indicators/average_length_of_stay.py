"""IND-13: how long a stay lasts."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-13", "K")


@step(makes=values_of("IND-13"), source=SOURCE, examples=(
    worked("3 次住院共 25 天", "Three stays, 25 days", "visit_measures", 8_333_333, stay_days_count=25, discharge_count=3),
    worked("没有出院：不可计算", "No discharges: not computable", "visit_measures", None, stay_days_count=0, discharge_count=0)))
def indicator_values_ind_13(visit_measures):
    """Average length of stay: days of stay / discharges."""
    rows = visit_measures
    return values(rows, "IND-13", "days", rows.stay_days_count, rows.discharge_count)


INDICATOR = Indicator(
    "IND-13", "平均住院日", "Average length of stay", "出院者占用床日 ÷ 出院人次",
    "days of stay / discharges",
    "days", "down", SOURCE, indicator_values_ind_13)
