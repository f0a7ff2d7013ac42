"""IND-02: how much the area's medical cost per resident has grown in a year."""
from sanyi.indicators.growth import mean_growth
from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import values, values_of
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-02", "K")


def _finance(**fen: int) -> list[dict]:
    return [{"scope_code": "region", "scope_id": "region", "period": "2020", **fen}]


def _people(year: int, value: int, region: str = "city") -> dict:
    return {"region_id": region, "year": year, "statistic_code": "permanent_residents", "value": value}


GROWN = _finance(now_outpatient_income_fen=110_000, before_outpatient_income_fen=100_000)


@step(makes=values_of("IND-02"), source=SOURCE, examples=(
    Example("费用增 10%，人口增 10%：人均不变", "Cost and people both up 10 %: nothing per head",
            {"finance_measures": GROWN, "statistics": [_people(2019, 100), _people(2020, 110), _people(2020, 60, "district")]},
            [{"value_e6": 0}]),
    Example("人口不变：人均也增 10%", "As many people: 10 % per head",
            {"finance_measures": GROWN, "statistics": [_people(2019, 100), _people(2020, 100)]}, [{"value_e6": 10_000_000}]),
    Example("没有上年人口：不可计算", "Last year's people unknown: not computable",
            {"finance_measures": GROWN, "statistics": [_people(2020, 100)]}, [{"value_e6": None}])))
def indicator_values_ind_02(finance_measures, statistics):
    """Growth of medical cost per head: growth of comparable medical income / permanent residents x 100.

    The whole region is the place with most permanent residents of those the statistics name.
    """
    people = statistics.filter(statistics.statistic_code == "permanent_residents")
    largest = people.group_by("year").agg(people_count=people.value.max())
    yearly = finance_measures.filter(finance_measures.scope_code == "region", finance_measures.period.length() == 4)
    rows = yearly.mutate(year=yearly.period.cast("int64"), year_before=yearly.period.cast("int64") - 1)
    rows = rows.left_join(largest.rename(now_people="people_count"), "year").drop("year_right")
    rows = rows.left_join(largest.rename(year_before="year", before_people="people_count"), "year_before")
    return values(rows, "IND-02", "percent_growth", *mean_growth(
        rows.now_outpatient_income_fen + rows.now_inpatient_income_fen, rows.now_people,
        rows.before_outpatient_income_fen + rows.before_inpatient_income_fen, rows.before_people), ("region",))


INDICATOR = Indicator(
    "IND-02", "人均医疗费用增幅", "Growth of medical cost per head", "（本期医疗收入 ÷ 本期常住人口）与上年同期相比的增幅 × 100",
    "growth of comparable medical income / permanent residents on a year before x 100",
    "percent_growth", "down", SOURCE, indicator_values_ind_02)
