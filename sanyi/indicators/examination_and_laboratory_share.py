"""IND-07: the share of medical income that examinations and laboratory tests make up."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-07", "K")


@step(makes=values_of("IND-07"), source=SOURCE, examples=(
    worked("检查 15 元，化验 12 元，医疗收入 100 元", "15 and 12 yuan of 100", "finance_measures", 27_000_000,
           examination_income_fen=1500, laboratory_income_fen=1200, medical_income_fen=10_000),
    worked("没有医疗收入：不可计算", "No medical income: not computable", "finance_measures", None, medical_income_fen=0)))
def indicator_values_ind_07(finance_measures):
    """Examination and laboratory share: (examination + laboratory income) / medical income x 100."""
    rows = finance_measures
    return values(rows, "IND-07", "percent", rows.examination_income_fen + rows.laboratory_income_fen, rows.medical_income_fen)


INDICATOR = Indicator(
    "IND-07", "检查化验收入占比", "Examination and laboratory share", "（检查收入 ＋ 化验收入）÷ 医疗收入 × 100",
    "(examination + laboratory income) / medical income x 100",
    "percent", "down", SOURCE, indicator_values_ind_07)
