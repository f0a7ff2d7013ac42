"""IND-12: the share of expense that goes to staff."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-12", "K")


@step(makes=values_of("IND-12"), source=SOURCE, examples=(
    worked("总支出 100 元，人员 38 元", "38 of 100 yuan", "finance_measures", 38_000_000,
           expense_fen=10_000, staff_expense_fen=3800),
    worked("没有支出：不可计算", "No expense: not computable", "finance_measures", None, expense_fen=0)))
def indicator_values_ind_12(finance_measures):
    """Staff cost share: staff expense / whole expense x 100."""
    rows = finance_measures
    return values(rows, "IND-12", "percent", rows.staff_expense_fen, rows.expense_fen)


INDICATOR = Indicator(
    "IND-12", "人员经费占比", "Staff cost share", "人员经费 ÷ 总支出 × 100",
    "staff expense / whole expense x 100",
    "percent", "up", SOURCE, indicator_values_ind_12)
