"""IND-06: what health material costs for each 100 yuan of income from anything but drugs."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-06", "K")


@step(makes=values_of("IND-06"), source=SOURCE, examples=(
    worked("材料 14 元，收入 100 元其中药品 30 元", "14 yuan of material; income 100, 30 of it drugs", "finance_measures", 20_000_000,
           material_expense_fen=1400, drug_income_fen=3000, medical_income_fen=10_000),
    worked("全是药品收入：不可计算", "Nothing but drugs: not computable", "finance_measures", None,
           material_expense_fen=5, drug_income_fen=100, medical_income_fen=100)))
def indicator_values_ind_06(finance_measures):
    """Material per 100 yuan of income: material expense / (medical income - drug income) x 100 yuan."""
    rows = finance_measures
    return values(rows, "IND-06", "yuan_per_100", rows.material_expense_fen, rows.medical_income_fen - rows.drug_income_fen)


INDICATOR = Indicator(
    "IND-06", "百元医疗收入（不含药品）消耗的卫生材料", "Material per 100 yuan of income",
    "卫生材料支出 ÷（医疗收入 − 药品收入）× 100 元",
    "material expense / (medical income - drug income) x 100 yuan",
    "yuan_per_100", "down", SOURCE, indicator_values_ind_06)
