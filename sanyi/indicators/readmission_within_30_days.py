"""IND-71: the share of stays that are unplanned readmissions within 30 days."""
from datetime import date

import ibis

from sanyi.indicators.indicator import Indicator
from sanyi.indicators.scopes import by_place
from sanyi.indicators.values import values, values_of
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-71", "K")
DAYS = 30
SENT_ON = ("transfer", "community", "died")
READMISSION_COUNTS = Table(
    "readmission_counts", "再入院计数", "Readmissions counted", key=("institution_id", "settled_month"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"), month(),
        whole("discharge_count", "出院人次", "discharges", "stays", minimum=0),
        whole("readmission_count", "30天内非计划再入院人次", "unplanned readmissions within 30 days", "stays", minimum=0),
    ),
)


def _stay(name: str, admitted: str, discharged: str, **more) -> dict:
    return {"encounter_id": name, "resident_id": "P1", "institution_id": "H1", "type_code": "inpatient",
            "admitted_on": date.fromisoformat(admitted), "discharged_on": date.fromisoformat(discharged),
            "settled_month": int(discharged[:7].replace("-", "")), **more}


FIRST = _stay("E1", "2020-02-20", "2020-03-01")


def _counted(second: dict, first: dict = FIRST) -> dict:
    return {"encounters": [first, second]}


@step(makes=READMISSION_COUNTS, source=SOURCE, examples=(
    Example("出院后第 30 天再入院", "Back on the thirtieth day", _counted(_stay("E2", "2020-03-31", "2020-04-02")),
            [{"settled_month": 202003, "discharge_count": 1, "readmission_count": 0},
             {"settled_month": 202004, "discharge_count": 1, "readmission_count": 1}]),
    Example("第 31 天：不计", "On the thirty-first day: not counted", _counted(_stay("E2", "2020-04-01", "2020-04-02")),
            [{"readmission_count": 0}, {"readmission_count": 0}]),
    Example("计划再入院：不计", "Planned: not counted",
            _counted(_stay("E2", "2020-03-05", "2020-04-02", is_planned_readmission=True)),
            [{"readmission_count": 0}, {"readmission_count": 0}]),
    Example("上次是转院：不计", "Transferred the time before: not counted",
            _counted(_stay("E2", "2020-03-05", "2020-04-02"), {**FIRST, "discharge_way_code": "transfer"}),
            [{"readmission_count": 0}, {"readmission_count": 0}])))
def readmission_counts(encounters, history_encounters, year):
    """Stays of this year and the last, and those among them that are unplanned readmissions to any hospital.

    A readmission counts at the hospital it is admitted to, in the month it is settled; a stay after a transfer is none.
    """
    known = _stays(encounters).union(_stays(history_encounters.filter(history_encounters.settled_month > (year - 2) * 100 + 10)))
    ordered = ibis.window(group_by="resident_id", order_by=["admitted_on", "encounter_id"])
    stays = known.mutate(last_on=known.discharged_on.lag().over(ordered), last_way=known.discharge_way_code.lag().over(ordered))
    gap_days = stays.admitted_on.delta(stays.last_on, unit="day")
    again = gap_days.between(0, DAYS) & ~stays.is_planned_readmission & ~stays.last_way.isin(SENT_ON)
    stays = stays.mutate(again=again.fill_null(False).ifelse(1, 0)).filter(stays.settled_month > (year - 1) * 100)
    return stays.group_by("institution_id", "settled_month").agg(
        discharge_count=stays.count(), readmission_count=total(stays.again))


def _stays(encounters: ibis.Table) -> ibis.Table:
    return encounters.filter(encounters.type_code.isin(codes.STAY_TYPES)).select(
        "encounter_id", "resident_id", "institution_id", "settled_month", "admitted_on", "discharged_on", "discharge_way_code",
        "is_planned_readmission")


@step(makes=values_of("IND-71"), source=SOURCE, examples=(
    Example("40 次出院 1 次非计划再入院", "One of forty",
            {"institutions": [{"institution_id": "H1", "is_in_area": True}],
             "readmission_counts": [{"institution_id": "H1", "settled_month": 202001, "discharge_count": 40, "readmission_count": 1}]},
            [{"scope_code": "institution", "period": "2020", "value_e6": 2_500_000},
             {"scope_code": "region", "period": "2020", "value_e6": 2_500_000},
             {"scope_code": "region", "period": "2020-01", "value_e6": 2_500_000}]),
    Example("没有出院：不可计算", "No discharges: not computable",
            {"institutions": [{"institution_id": "H1", "is_in_area": True}],
             "readmission_counts": [{"institution_id": "H1", "settled_month": 201901}]}, [{"value_e6": None}, {"value_e6": None}])))
def indicator_values_ind_71(readmission_counts, institutions, consortium_members, scope_members, year):
    """30-day readmission: unplanned readmissions within 30 days / discharges x 100."""
    counts = readmission_counts.rename(month="settled_month")
    rows = by_place(counts, institutions, consortium_members, scope_members, ("discharge_count", "readmission_count"), year)
    return values(rows, "IND-71", "percent", rows.readmission_count, rows.discharge_count)


INDICATOR = Indicator(
    "IND-71", "30天非计划再入院率", "30-day readmission", "30 天内非计划再入院人次 ÷ 出院人次 × 100（上次为转院的不计）",
    "unplanned readmissions within 30 days / discharges x 100 (a stay after a transfer is none)",
    "percent", "down", SOURCE, indicator_values_ind_71)
