"""IND-43: the share of visits in the area that primary institutions take."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import AREAS, values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-43", "K")


@step(makes=values_of("IND-43"), source=SOURCE, examples=(
    worked("100 次诊疗 65 次在基层", "65 of 100 at primary institutions", "visit_measures", 65_000_000,
           visit_count=100, primary_visit_count=65),
    worked("没有诊疗：不可计算", "No visits: not computable", "visit_measures", None, visit_count=0, primary_visit_count=0)))
def indicator_values_ind_43(visit_measures):
    """Primary share of visits: visits at primary institutions (village clinics included) / all visits in the area x 100."""
    rows = visit_measures
    return values(rows, "IND-43", "percent", rows.primary_visit_count, rows.visit_count, AREAS)


INDICATOR = Indicator(
    "IND-43", "基层诊疗量占比", "Primary share of visits", "基层医疗卫生机构（含村卫生室）诊疗人次 ÷ 区内全部诊疗人次 × 100",
    "visits at primary institutions (village clinics included) / all visits in the area x 100",
    "percent", "up", SOURCE, indicator_values_ind_43, line="primary_visits")
