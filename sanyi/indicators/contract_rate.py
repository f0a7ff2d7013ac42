"""IND-91: the share of residents who have a contract with a family-doctor team at year end."""
from datetime import date

import ibis

from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import AREAS, REGION, SCOPE_KEY, values, values_of
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-91", "K")
PLACE = {"region_districts": [{"region_id": "v1", "district_id": "d1"}],
         "consortium_districts": [{"consortium_id": "C1", "district_id": "d1"}]}


def _person(name: str, died: date | None = None, region: str = "v1") -> dict:
    return {"resident_id": name, "region_id": region, "born_on": date(1950, 1, 1), "died_on": died}


def _contract(name: str, person: str, end: date) -> dict:
    return {"contract_id": name, "resident_id": person, "start_on": date(2020, 1, 1), "end_on": end}


@step(makes=values_of("IND-91"), source=SOURCE, examples=(
    Example("4 名居民：一人在约（两份合同只计一次），一人年内到期，一人年内死亡", "Four residents: one signed (twice counts once), one ended, one died",
            {**PLACE, "residents": [_person("P1"), _person("P2"), _person("P3", date(2020, 6, 1)), _person("P4", region="elsewhere")],
             "contracts": [_contract("A", "P1", date(2020, 12, 31)), _contract("B", "P1", date(2021, 6, 30)),
                           _contract("C", "P2", date(2020, 12, 30)), _contract("D", "P3", date(2020, 12, 31))]},
            [{"scope_code": "consortium", "scope_id": "C1", "period": "2019", "numerator": 0, "denominator": 3},
             {"scope_code": "consortium", "scope_id": "C1", "period": "2020", "numerator": 1, "denominator": 2},
             {"scope_code": "region", "scope_id": "region", "period": "2019", "numerator": 0, "denominator": 4},
             {"scope_code": "region", "scope_id": "region", "period": "2020", "numerator": 1, "denominator": 3}]),))
def indicator_values_ind_91(residents, contracts, region_districts, consortium_districts, year):
    """Contract rate: living residents with a contract in force on the year's last day / living residents x 100.

    A consortium's residents are those of the districts it serves, whoever they have signed with.
    """
    people = ibis.union(*(_on(residents, contracts, each) for each in (year - 1, year)))
    people = people.left_join(region_districts, "region_id")
    of_districts = people.group_by("period", "district_id").agg(signed=total(people.signed), alive=people.count())
    served = of_districts.inner_join(consortium_districts, "district_id")
    parts = [of_districts.select("period", "signed", "alive", scope_code=ibis.literal("region"), scope_id=ibis.literal(REGION)),
             served.select("period", "signed", "alive", scope_code=ibis.literal("consortium"), scope_id=served.consortium_id)]
    both = ibis.union(*parts)
    rows = both.group_by(list(SCOPE_KEY)).agg(signed=total(both.signed), alive=total(both.alive))
    return values(rows, "IND-91", "percent", rows.signed, rows.alive, AREAS)


def _on(residents: ibis.Table, contracts: ibis.Table, year: int) -> ibis.Table:
    """The people alive on a year's last day, and whether each is signed."""
    day = ibis.date(f"{year}-12-31")
    alive = residents.filter(residents.born_on <= day, residents.died_on.isnull() | (residents.died_on > day))
    in_force = contracts.filter(contracts.start_on <= day, contracts.end_on >= day).select("resident_id", signed=1).distinct()
    signed = alive.select("resident_id", "region_id").left_join(in_force, "resident_id")
    return signed.select("region_id", period=ibis.literal(str(year)), signed=signed.signed.fill_null(0).cast("int64"))


INDICATOR = Indicator(
    "IND-91", "家庭医生签约率", "Contract rate", "年末有效签约居民数 ÷ 年末居民数 × 100",
    "living residents with a contract in force at year end / living residents x 100",
    "percent", "up", SOURCE, indicator_values_ind_91)
