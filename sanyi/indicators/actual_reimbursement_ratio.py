"""IND-21: the share of whole bills that all funds together pay."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-21", "K")


@step(makes=values_of("IND-21"), source=SOURCE, examples=(
    worked("总费用 1 万元，各项基金付 6 千元", "6,000 of 10,000 yuan", "visit_measures", 60_000_000,
           total_fen=1_000_000, paid_fen=600_000),
    worked("上年没有门诊记录：不可计算", "No visits recorded last year: not computable", "visit_measures", None,
           total_fen=None, paid_fen=None)))
def indicator_values_ind_21(visit_measures):
    """Actual reimbursement ratio: paid by the basic fund, catastrophic insurance and medical aid / whole bills x 100."""
    rows = visit_measures
    return values(rows, "IND-21", "percent", rows.paid_fen, rows.total_fen)


INDICATOR = Indicator(
    "IND-21", "实际报销比", "Actual reimbursement ratio", "各项基金支付 ÷ 总费用 × 100",
    "paid by the basic fund, catastrophic insurance and medical aid / whole bills x 100",
    "percent", "up", SOURCE, indicator_values_ind_21)
