"""IND-47: the share of the basic fund's spending on residents that stays inside the area."""
from sanyi.indicators.examples import worked
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import AREAS, values, values_of
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-47", "K")


@step(makes=values_of("IND-47"), source=SOURCE, examples=(
    worked("1000 元中 750 元在区内", "750 of 1,000 yuan inside", "visit_measures", 75_000_000,
           people_fund_fen=100_000, people_in_area_fund_fen=75_000),
    worked("没有支出：不可计算", "Nothing paid: not computable", "visit_measures", None,
           people_fund_fen=0, people_in_area_fund_fen=0)))
def indicator_values_ind_47(visit_measures):
    """In-county fund share: basic fund paid for the scope's people inside the area / all paid for them x 100 (pharmacies excluded)."""
    rows = visit_measures
    return values(rows, "IND-47", "percent", rows.people_in_area_fund_fen, rows.people_fund_fen, AREAS)


INDICATOR = Indicator(
    "IND-47", "县域内基金支出占比", "In-county fund share", "居民在区内就诊的统筹基金支出 ÷ 居民全部统筹基金支出 × 100",
    "basic fund paid for the scope's people inside the area / all paid for them x 100 (pharmacies excluded)",
    "percent", "up", SOURCE, indicator_values_ind_47, line="in_county_fund")
