"""IND-05: the share of medical income that drugs make up, herbal pieces left out."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-05", "K")


@step(makes=values_of("IND-05"), source=SOURCE, examples=(
    worked("药品 35 元其中饮片 5 元，医疗收入 100 元", "35 yuan of drugs, 5 of them herbal pieces, of 100", "finance_measures", 30_000_000,
           drug_income_fen=3500, herbal_income_fen=500, medical_income_fen=10_000),
    worked("没有医疗收入：不可计算", "No medical income: not computable", "finance_measures", None,
           drug_income_fen=0, medical_income_fen=0)))
def indicator_values_ind_05(finance_measures):
    """Drug share of income: (drug income - herbal pieces) / medical income x 100."""
    rows = finance_measures
    return values(rows, "IND-05", "percent", rows.drug_income_fen - rows.herbal_income_fen, rows.medical_income_fen)


INDICATOR = Indicator(
    "IND-05", "药占比（不含中药饮片）", "Drug share of income", "（药品收入 − 中药饮片收入）÷ 医疗收入 × 100",
    "(drug income - herbal pieces) / medical income x 100",
    "percent", "down", SOURCE, indicator_values_ind_05)
