"""IND-53: the mean weight of the cases a place treats."""
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.scopes import by_place
from sanyi.indicators.values import values, values_of
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.fen import E4
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-53", "K")
PLACE = {"institutions": [{"institution_id": "H1", "is_in_area": True}]}


def _case(name: str, points_e4: int, group: str | None = "G") -> dict:
    return {"encounter_id": name, "institution_id": "H1", "group_code": group, "base_points_e4": points_e4,
            "deviation_code": "normal" if points_e4 else "none"}


@step(makes=values_of("IND-53"), source=SOURCE, examples=(
    Example("权重 0.8 和 1.3：平均 1.05；未入组的、病种没有权重的不计",
            "Weights 0.8 and 1.3: 1.05; a case without a group, or in a group without a weight, does not count",
            {**PLACE, "dip_case_points": [_case("E1", 800_000), _case("E2", 1_300_000), _case("E3", 0, None),
                                         _case("E4", 0, "new group without history")]},
            [{"scope_code": scope, "period": period, "value_e6": 1_050_000}
             for scope, period in (("institution", "2020"), ("region", "2020"), ("region", "2020-01"))],
            values={"dip.score_scale": 100}),
    Example("没有入组病例：没有数值", "No grouped case: no value", {**PLACE, "dip_case_points": [_case("E1", 0, None)]}, [])))
def indicator_values_ind_53(dip_case_points, institutions, consortium_members, scope_members, plan, year):
    """Case-mix index: weights (points before coefficients, divided by the scale) summed over grouped cases / their number.

    Cases without a group, and those of a group without history and so without a weight, are left out.

    One version of the DIP catalogue serves the whole year, so years of different catalogues are not compared.
    """
    cases = dip_case_points.filter(dip_case_points.group_code.notnull() & (dip_case_points.deviation_code != "none"))
    sums = cases.group_by("institution_id", month=cases.settled_month).agg(points_e4=total(cases.base_points_e4), weighed=cases.count())
    rows = by_place(sums, institutions, consortium_members, scope_members, ("points_e4", "weighed"), year)
    return values(rows, "IND-53", "index", rows.points_e4, rows.weighed * plan.value("dip.score_scale") * E4)


INDICATOR = Indicator(
    "IND-53", "病例组合指数（CMI）", "Case-mix index", "Σ 病例权重 ÷ 有权重的入组病例数（按当年 DIP 目录的基准分值）",
    "sum of case weights / grouped cases with a weight (base points of the year's DIP catalogue)",
    "index", "up", SOURCE, indicator_values_ind_53)
