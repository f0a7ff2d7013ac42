"""IND-20: the share of the in-scope amount of stays that the basic fund pays."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-20", "K")


@step(makes=values_of("IND-20"), source=SOURCE, examples=(
    worked("范围内 1 万元，基金付 7 千元", "7,000 of 10,000 yuan", "visit_measures", 70_000_000,
           stay_in_scope_fen=1_000_000, stay_fund_fen=700_000),
    worked("没有住院费用：不可计算", "No stays billed: not computable", "visit_measures", None,
           stay_in_scope_fen=0, stay_fund_fen=0)))
def indicator_values_ind_20(visit_measures):
    """In-scope reimbursement ratio: basic fund paid for stays / in-scope amount of stays x 100 (catastrophic insurance and aid excluded)."""
    rows = visit_measures
    return values(rows, "IND-20", "percent", rows.stay_fund_fen, rows.stay_in_scope_fen)


INDICATOR = Indicator(
    "IND-20", "住院政策范围内报销比", "In-scope reimbursement ratio",
    "住院统筹基金支付 ÷ 住院政策范围内费用 × 100（不含大病保险和医疗救助）",
    "basic fund paid for stays / in-scope amount of stays x 100 (catastrophic insurance and aid excluded)",
    "percent", "up", SOURCE, indicator_values_ind_20)
