"""Visits and stays by scope and period: what the institutions of a scope did, and where its people went."""
import ibis

from sanyi.indicators.groups import ALL
from sanyi.indicators.periods import by_period
from sanyi.indicators.scopes import members_on
from sanyi.indicators.values import REGION, SCOPE, SCOPE_KEY
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PLACE = {
    "visit_count": ("诊疗人次", "visits", "visits"), "primary_visit_count": ("基层诊疗人次", "visits at primary institutions", "visits"),
    "discharge_count": ("出院人次", "discharges", "stays"), "stay_days_count": ("住院天数", "days of stay", "days"),
    "stay_in_scope_fen": ("住院范围内费用", "in-scope amount of stays", "fen"),
    "stay_fund_fen": ("住院统筹基金支付", "paid by the basic fund for stays", "fen"),
    "total_fen": ("总费用", "whole bills", "fen"), "paid_fen": ("各项基金支付", "paid by all funds", "fen"),
}
PEOPLE = {
    "people_encounter_count": ("居民就诊住院人次", "visits and stays of the scope's people", "encounters"),
    "people_in_area_count": ("其中区内", "of them inside the area", "encounters"),
    "people_stay_count": ("居民住院人次", "stays of the scope's people", "stays"),
    "people_in_area_stay_count": ("其中区内住院", "of them inside the area", "stays"),
    "people_fund_fen": ("居民基金支出", "paid by the basic fund for the scope's people", "fen"),
    "people_in_area_fund_fen": ("其中区内基金支出", "of it inside the area", "fen"),
}
NEED_VISITS = ("visit_count", "primary_visit_count", "total_fen", "paid_fen", "people_encounter_count", "people_in_area_count",
               "people_fund_fen", "people_in_area_fund_fen")
VISIT_MEASURES = Table(
    "visit_measures", "诊疗指标基数", "Visits and stays by scope", key=SCOPE_KEY,
    note="Of last year the record keeps stays only: what needs visits is empty then.",
    columns=(
        code("scope_code", "范围", "scope", SCOPE), text("scope_id", "范围编码", "scope"),
        text("period", "期间", "year (2020) or month (2020-03)"),
        *(whole(name, zh, en, unit, nullable=name in NEED_VISITS) for name, (zh, en, unit) in {**PLACE, **PEOPLE}.items()),
    ),
)
_FACT = {"settled_month": 202003, "institution_id": "H1", "district_id": "d1"}


@step(makes=VISIT_MEASURES, source=Source(obligation="B9"), examples=(
    Example("区内一次基层门诊，区外一次住院", "One primary visit in the area, one stay outside it",
            {"institutions": [{"institution_id": "H1", "level_code": "township", "is_in_area": True},
                              {"institution_id": "H2", "level_code": "3A", "is_in_area": False}],
             "consortium_members": [{"consortium_id": "C1", "institution_id": "H1"}],
             "consortium_districts": [{"consortium_id": "C1", "district_id": "d1"}],
             "visit_facts": [{**_FACT, "type_code": "outpatient", "encounter_count": 1, "fund_fen": 10},
                             {**_FACT, "institution_id": "H2", "type_code": "inpatient", "encounter_count": 1, "fund_fen": 90}]},
            [{"scope_code": scope, "scope_id": name, "period": period, "visit_count": 1, "primary_visit_count": 1,
              "discharge_count": 0, "people_stay_count": people, "people_in_area_stay_count": 0, "people_fund_fen": 100 * people,
              "people_in_area_fund_fen": 10 * people}
             for scope, name, period, people in (("consortium", "C1", "2020", 1), ("institution", "H1", "2020", 0),
                                                 ("region", "region", "2020", 1), ("region", "region", "2020-03", 1))]),))
def visit_measures(visit_facts, last_year_stay_facts, institutions, consortium_members, consortium_districts, scope_members, year):
    """Counts and fen of visits and stays for the region, each consortium, each group and each institution in the area.

    A consortium's people are those who live in the districts it serves; its institutions are its members at year end.
    """
    rows = _measured(visit_facts.union(last_year_stay_facts), institutions)
    in_area = rows.filter(rows.is_in_area).group_by("institution_id", "settled_month").agg(**{name: total(rows[name]) for name in PLACE})
    parts = [_part(rows, ibis.literal("region"), ibis.literal(REGION), people=True, place=True),
             _part(in_area, ibis.literal("institution"), in_area.institution_id, place=True)]
    of_members = in_area.inner_join(members_on(consortium_members, year), "institution_id")
    parts.append(_part(of_members, ibis.literal("consortium"), of_members.consortium_id, place=True))
    of_groups = in_area.inner_join(scope_members, "institution_id")
    parts.append(_part(of_groups, of_groups.scope_code, ibis.literal(ALL), place=True))
    of_people = rows.inner_join(consortium_districts, "district_id")
    parts.append(_part(of_people, ibis.literal("consortium"), of_people.consortium_id, people=True))
    made = by_period(ibis.union(*parts), [*PLACE, *PEOPLE], year)
    is_last_year = made.period == str(year - 1)
    return made.mutate(**{name: is_last_year.ifelse(ibis.null("int64"), made[name]) for name in NEED_VISITS})


def _measured(facts: ibis.Table, institutions: ibis.Table) -> ibis.Table:
    """Turn each row of facts into every measure it adds to; what happened outside the area is not the places' doing."""
    places = institutions.select("institution_id", "is_in_area", is_primary=institutions.level_code.isin(codes.PRIMARY_LEVELS))
    rows = facts.inner_join(places, "institution_id")
    is_stay = rows.type_code.isin(codes.STAY_TYPES)
    inside, stays_inside = rows.is_in_area, rows.is_in_area & is_stay
    visits_inside = rows.is_in_area & ~is_stay
    count, fund = rows.encounter_count, rows.fund_fen
    return rows.mutate(
        visit_count=visits_inside.ifelse(count, 0), primary_visit_count=(visits_inside & rows.is_primary).ifelse(count, 0),
        discharge_count=stays_inside.ifelse(count, 0), stay_days_count=stays_inside.ifelse(rows.stay_days_count, 0),
        stay_in_scope_fen=stays_inside.ifelse(rows.in_scope_fen, 0), stay_fund_fen=stays_inside.ifelse(fund, 0),
        total_fen=inside.ifelse(rows.total_fen, 0), paid_fen=inside.ifelse(rows.paid_fen, 0),
        people_encounter_count=count, people_in_area_count=inside.ifelse(count, 0),
        people_stay_count=is_stay.ifelse(count, 0), people_in_area_stay_count=stays_inside.ifelse(count, 0),
        people_fund_fen=fund, people_in_area_fund_fen=inside.ifelse(fund, 0))


def _part(rows: ibis.Table, scope, scope_id, people: bool = False, place: bool = False) -> ibis.Table:
    """One scope's rows; measures that are not meant add nothing."""
    meant = [*(PLACE if place else ()), *(PEOPLE if people else ())]
    zero = ibis.literal(0, "int64")
    return rows.select(scope_code=scope, scope_id=scope_id, month=rows.settled_month,
                       **{name: rows[name].cast("int64") if name in meant else zero for name in (*PLACE, *PEOPLE)})
