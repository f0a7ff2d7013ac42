"""IND-41: the share of residents' stays that take place inside the area."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import AREAS, values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-41", "K")


@step(makes=values_of("IND-41"), source=SOURCE, examples=(
    worked("区内 900 人次，区外 100 人次", "900 inside, 100 outside", "visit_measures", 90_000_000, "EX-57",
           people_stay_count=1000, people_in_area_stay_count=900),
    worked("没有住院：不可计算", "No stays: not computable", "visit_measures", None,
           people_stay_count=0, people_in_area_stay_count=0)))
def indicator_values_ind_41(visit_measures):
    """In-county hospitalisation: stays of the scope's people inside the area / all their stays x 100."""
    rows = visit_measures
    return values(rows, "IND-41", "percent", rows.people_in_area_stay_count, rows.people_stay_count, AREAS)


INDICATOR = Indicator(
    "IND-41", "县域内住院率", "In-county hospitalisation", "县域居民在区内住院人次 ÷ 县域居民全部住院人次 × 100",
    "stays of the scope's people inside the area / all their stays x 100",
    "percent", "up", SOURCE, indicator_values_ind_41, line="in_county_admission")
