"""Visits and stays counted once for all indicators: by month, institution, home district, type and insurance."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

GROUP = ("settled_month", "institution_id", "district_id", "type_code", "insurance_code")
SUMS = ("encounter_count", "stay_days_count", "total_fen", "in_scope_fen", "fund_fen", "paid_fen")
OF_A_CASE = ("settled_month", "institution_id", "type_code", "insurance_code")
ROW = ("resident_id", *OF_A_CASE, *SUMS)
NO_DISTRICT = "-"
VISIT_FACTS = Table(
    "visit_facts", "诊疗汇总", "Visits and stays in sums", key=GROUP,
    columns=(
        month(),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("district_id", "居民所在区县", "the patients' home district, - where unknown"),
        code("type_code", "就诊类型", "type", codes.ENCOUNTER_TYPE),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("encounter_count", "人次", "visits or stays", "encounters", minimum=0),
        whole("stay_days_count", "住院天数", "days of stay", "days", minimum=0),
        fen("total_fen", "总费用", "whole bills"),
        fen("in_scope_fen", "范围内费用", "amount in scope"),
        fen("fund_fen", "统筹基金支付", "paid by the basic fund"),
        fen("paid_fen", "各项基金支付", "paid by the basic fund, catastrophic insurance and medical aid"),
    ),
)
STAY_FACTS = VISIT_FACTS.called("last_year_stay_facts", "上年住院汇总", "Last year's stays in sums")
PEOPLE = {"residents": [{"resident_id": "P1", "region_id": "v1"}, {"resident_id": "P2", "region_id": "nowhere"}],
          "region_districts": [{"region_id": "v1", "district_id": "d1"}]}


def _case(name: str, person: str, **more) -> dict:
    return {"encounter_id": name, "resident_id": person, "institution_id": "H1", **more}


def _bill(name: str, total_fen: int, case: str) -> dict:
    return {"settlement_id": name, "encounter_id": case, "total_fen": total_fen, "in_scope_fen": total_fen - 100,
            "fund_fen": 500, "catastrophic_fen": 20, "aid_fen": 3}


@step(makes=VISIT_FACTS, source=Source(obligation="B9"), examples=(
    Example("同组两次就诊、其中一次分两单结算", "Two visits of one group, one of them settled in two bills",
            {**PEOPLE, "encounters": [_case("E1", "P1"), _case("E2", "P1"), _case("E3", "P2")],
             "settlements": [_bill("S1", 1000, "E1"), _bill("S2", 2000, "E2"), _bill("S3", 300, "E2")]},
            [{"district_id": "-", "encounter_count": 1, "total_fen": 0, "fund_fen": 0, "paid_fen": 0},
             {"district_id": "d1", "encounter_count": 2, "total_fen": 3300, "fund_fen": 1500, "paid_fen": 1569}]),))
def visit_facts(encounters, settlements, residents, region_districts):
    """Counts and sums of the year's visits and stays; a case without a bill counts with no money."""
    return facts(encounters, settlements, residents, region_districts)


@step(makes=STAY_FACTS, source=Source(obligation="B9"), examples=(
    Example("只有上年的住院，没有门诊，也没有前年", "Last year's stays only, no visits, no earlier years",
            {**PEOPLE, "history_encounters": [
                _case("E1", "P1", type_code="inpatient", stay_days=4, settled_month=201907),
                _case("E2", "P1", type_code="outpatient", settled_month=201907),
                _case("E3", "P1", type_code="inpatient", settled_month=201807)]},
            [{"settled_month": 201907, "encounter_count": 1, "stay_days_count": 4}]),))
def last_year_stay_facts(history_encounters, history_settlements, residents, region_districts, year):
    """The same for the stays of the year before, of which the record keeps no visits."""
    first = (year - 1) * 100
    stays = history_encounters.filter(history_encounters.settled_month > first,
                                      history_encounters.type_code.isin(codes.STAY_TYPES))
    return facts(stays, history_settlements.filter(history_settlements.settled_month > first), residents, region_districts)


def facts(encounters, settlements, residents, region_districts) -> ibis.Table:
    """Lay cases and bills under each other and add them up: a case may have several bills, or none."""
    bills = settlements.select("encounter_id", "total_fen", "in_scope_fen", "fund_fen",
                               paid_fen=settlements.fund_fen + settlements.catastrophic_fen + settlements.aid_fen)
    paid = bills.inner_join(encounters.select("encounter_id", "resident_id", *OF_A_CASE), "encounter_id")
    paid = paid.mutate(encounter_count=0, stay_days_count=0).select(*ROW)
    cases = encounters.mutate(encounter_count=1, stay_days_count=encounters.stay_days, **_nothing(SUMS[2:])).select(*ROW)
    both = cases.cast(dict.fromkeys(SUMS, "int64")).union(paid.cast(dict.fromkeys(SUMS, "int64")))
    homes = residents.select("resident_id", "region_id").inner_join(region_districts, "region_id")
    placed = both.left_join(homes.select("resident_id", home=homes.district_id), "resident_id")
    placed = placed.mutate(district_id=placed.home.fill_null(NO_DISTRICT))
    return placed.group_by(GROUP).agg(**{name: total(placed[name]) for name in SUMS})


def _nothing(names) -> dict:
    return {name: ibis.literal(0, "int64") for name in names}
