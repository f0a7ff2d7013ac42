"""IND-32: how much of an institution's expense the government's direct subsidy covers."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-32", "K")


@step(makes=values_of("IND-32"), source=SOURCE, examples=(
    worked("补助 1500 万元，总支出 1 亿元：15.0%", "15 million of 100 million yuan: 15.0 %", "finance_measures", 15_000_000, "EX-51",
           fiscal_subsidy_fen=1_500_000_000, expense_fen=10_000_000_000),
    worked("1499 万元：14.99%", "14.99 million: 14.99 %", "finance_measures", 14_990_000, "EX-51",
           fiscal_subsidy_fen=1_499_000_000, expense_fen=10_000_000_000),
    worked("没有支出：不可计算", "No expense: not computable", "finance_measures", None, fiscal_subsidy_fen=7, expense_fen=0)))
def indicator_values_ind_32(finance_measures):
    """Fiscal subsidy share: direct fiscal subsidy income / total expenditure x 100."""
    rows = finance_measures
    return values(rows, "IND-32", "percent", rows.fiscal_subsidy_fen, rows.expense_fen)


INDICATOR = Indicator(
    "IND-32", "财政直接补助收入占总支出比例", "Fiscal subsidy share", "财政直接补助收入 ÷ 总支出 × 100",
    "direct fiscal subsidy income / total expenditure x 100",
    "percent", "up", SOURCE, indicator_values_ind_32)
