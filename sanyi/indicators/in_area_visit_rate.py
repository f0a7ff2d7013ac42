"""IND-42: the share of residents' visits and stays that take place inside the insurance area."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import AREAS, values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-42", "K")


@step(makes=values_of("IND-42"), source=SOURCE, examples=(
    worked("10 次就诊 9 次在区内", "Nine of ten inside", "visit_measures", 90_000_000,
           people_encounter_count=10, people_in_area_count=9),
    worked("三分之二：四舍五入到百万分之一", "Two thirds: half up to a millionth", "visit_measures", 66_666_667,
           people_encounter_count=3, people_in_area_count=2),
    worked("上年没有门诊记录：不可计算", "No visits recorded last year: not computable", "visit_measures", None,
           people_encounter_count=None, people_in_area_count=None)))
def indicator_values_ind_42(visit_measures):
    """In-area visit rate: visits and stays of the scope's people inside the insurance area / all of theirs x 100."""
    rows = visit_measures
    return values(rows, "IND-42", "percent", rows.people_in_area_count, rows.people_encounter_count, AREAS)


INDICATOR = Indicator(
    "IND-42", "辖区内就诊率", "In-area visit rate", "居民在统筹区内就诊（门诊＋住院）人次 ÷ 居民全部就诊人次 × 100",
    "visits and stays of the scope's people inside the insurance area / all of theirs x 100",
    "percent", "up", SOURCE, indicator_values_ind_42)
