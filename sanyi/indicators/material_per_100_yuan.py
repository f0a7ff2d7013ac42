"""IND-06: what health material costs for each 100 yuan of income, from anything but drugs where the plan leaves them out."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-06", "K")


@step(makes=values_of("IND-06"), source=SOURCE, examples=(
    worked("材料 14 元，收入 100 元其中药品 30 元", "14 yuan of material; income 100, 30 of it drugs", "finance_measures", 20_000_000,
           material_expense_fen=1400, drug_income_fen=3000, medical_income_fen=10_000),
    Example("计划不剔除药品：收入 100 元全计", "A plan that keeps drugs in: all 100 yuan of income",
            {"finance_measures": [{"scope_code": "region", "scope_id": "region", "period": "2020", "material_expense_fen": 1400,
                                   "drug_income_fen": 3000, "medical_income_fen": 10_000}]},
            [{"value_e6": 14_000_000, "denominator": 10_000}], values={"target.material_income_base": "medical_income"}),
    worked("全是药品收入：不可计算", "Nothing but drugs: not computable", "finance_measures", None,
           material_expense_fen=5, drug_income_fen=100, medical_income_fen=100)))
def indicator_values_ind_06(finance_measures, plan):
    """Material per 100 yuan of income: material expense / (medical income - drug income) x 100 yuan.

    A plan that does not leave drugs out (`target.material_income_base`) divides by the whole medical income. Source: ZW-05.
    """
    rows = finance_measures
    keeps_drugs = plan.value("target.material_income_base") == "medical_income"
    income = rows.medical_income_fen if keeps_drugs else rows.medical_income_fen - rows.drug_income_fen
    return values(rows, "IND-06", "yuan_per_100", rows.material_expense_fen, income)


INDICATOR = Indicator(
    "IND-06", "百元医疗收入（不含药品）消耗的卫生材料", "Material per 100 yuan of income",
    "卫生材料支出 ÷（医疗收入 − 药品收入）× 100 元；计划定为不剔除药品的，不减药品收入",
    "material expense / (medical income - drug income) x 100 yuan; a plan may keep drug income in",
    "yuan_per_100", "down", SOURCE, indicator_values_ind_06)
