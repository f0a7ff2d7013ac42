"""IND-11: the share of medical income that comes from work rather than goods and machines."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-11", "K")


def _service_income(rows):
    goods = rows.drug_income_fen + rows.material_income_fen
    return rows.medical_income_fen - goods - rows.examination_income_fen - rows.laboratory_income_fen


@step(makes=values_of("IND-11"), source=SOURCE, examples=(
    worked("100 元中药品 30、材料 10、检查 15、化验 12", "Of 100 yuan: 30 drugs, 10 material, 15 examination, 12 laboratory", "finance_measures", 33_000_000,
           medical_income_fen=10_000, drug_income_fen=3000, material_income_fen=1000,
           examination_income_fen=1500, laboratory_income_fen=1200),
    worked("没有医疗收入：不可计算", "No medical income: not computable", "finance_measures", None, medical_income_fen=0)))
def indicator_values_ind_11(finance_measures):
    """Medical-service income share: (medical income - drugs - material - examination - laboratory) / medical income x 100."""
    rows = finance_measures
    return values(rows, "IND-11", "percent", _service_income(rows), rows.medical_income_fen)


INDICATOR = Indicator(
    "IND-11", "医疗服务收入占比", "Medical-service income share",
    "（医疗收入 − 药品 − 卫生材料 − 检查 − 化验收入）÷ 医疗收入 × 100",
    "(medical income - drugs - material - examination - laboratory) / medical income x 100",
    "percent", "up", SOURCE, indicator_values_ind_11)
