"""IND-53: the mean weight of the cases a place treats."""
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.scopes import by_place
from sanyi.indicators.values import values, values_of
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-53", "K")
PLACE = {"institutions": [{"institution_id": "H1", "is_in_area": True}]}


def _case(name: str, weight_e6: int | None) -> dict:
    return {"encounter_id": name, "institution_id": "H1", "weight_e6": weight_e6}


@step(makes=values_of("IND-53"), source=SOURCE, examples=(
    Example("权重 0.8 和 1.3：平均 1.05；未入组的、病种没有权重的不计",
            "Weights 0.8 and 1.3: 1.05; a case without a group, or in a group without a weight, does not count",
            {**PLACE, "inpatient_cases": [_case("E1", 800_000), _case("E2", 1_300_000), _case("E3", None)]},
            [{"scope_code": scope, "period": period, "value_e6": 1_050_000}
             for scope, period in (("institution", "2020"), ("region", "2020"), ("region", "2020-01"))]),
    Example("没有入组病例：没有数值", "No grouped case: no value", {**PLACE, "inpatient_cases": [_case("E1", None)]}, [])))
def indicator_values_ind_53(inpatient_cases, institutions, consortium_members, scope_members, year):
    """Case-mix index: weights summed over grouped cases / their number.

    Cases without a group, and those of a group without history and so without a weight, are left out.

    One version of the catalogue serves the whole year, so years of different catalogues are not compared. Source: DRG-9.
    """
    cases = inpatient_cases.filter(inpatient_cases.weight_e6.notnull())
    sums = cases.group_by("institution_id", month=cases.settled_month).agg(weight_e6=total(cases.weight_e6), weighed=cases.count())
    rows = by_place(sums, institutions, consortium_members, scope_members, ("weight_e6", "weighed"), year)
    return values(rows, "IND-53", "index", rows.weight_e6, rows.weighed * PPM)


INDICATOR = Indicator(
    "IND-53", "病例组合指数（CMI）", "Case-mix index", "Σ 病例权重 ÷ 有权重的入组病例数（按当年病种或病组目录的权重）",
    "sum of case weights / grouped cases with a weight (by the weights of the year's catalogue of groups)",
    "index", "up", SOURCE, indicator_values_ind_53)
