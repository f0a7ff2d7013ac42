"""AUD-29: one stay split into two: back in the same hospital within days, for the same disease, unplanned."""
from datetime import date

import ibis

from sanyi.audit.hits import as_hits, hits_of
from sanyi.audit.rule import Rule
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B6 分解住院", "AUD-29", "K")


def _stay(name: str, admitted: str, discharged: str, diagnosis: str = "I63.900", **more) -> dict:
    return {"encounter_id": name, "type_code": "inpatient", "principal_diagnosis_code": diagnosis,
            "admitted_on": date.fromisoformat(admitted), "discharged_on": date.fromisoformat(discharged), **more}


FIRST = _stay("E1", "2020-03-01", "2020-03-09")
PAID = [{"settlement_id": "S2", "encounter_id": "E2", "in_scope_fen": 500_000}]


def _case(*stays: dict, **tables) -> dict:
    return {"encounters": list(stays), "settlements": PAID, **tables}


@step(makes=hits_of("AUD-29"), source=SOURCE, examples=(
    Example("出院后第 10 天同院同病再入院", "Back on the tenth day, same hospital, same disease",
            _case(FIRST, _stay("E2", "2020-03-19", "2020-03-25", "I63.801")),
            [{"encounter_id": "E2", "line_number": 0, "seen_value": "10", "allowed_value": "10", "amount_fen": 500_000}]),
    Example("第 11 天：不命中", "On the eleventh day: no hit", _case(FIRST, _stay("E2", "2020-03-20", "2020-03-25")), []),
    Example("计划再入院：不命中", "A planned readmission: no hit",
            _case(FIRST, _stay("E2", "2020-03-12", "2020-03-25", is_planned_readmission=True)), []),
    Example("另一种病：不命中", "Another disease: no hit", _case(FIRST, _stay("E2", "2020-03-12", "2020-03-25", "J18.900")), []),
    Example("上次住院在上年十二月", "The stay before was in December of last year",
            _case(_stay("E2", "2020-01-04", "2020-01-09", settled_month=202001),
                  history_encounters=[_stay("E0", "2019-12-20", "2019-12-31", settled_month=201912)]),
            [{"encounter_id": "E2", "seen_value": "4"}])))
def audit_hits_aud_29(encounters, history_encounters, settlements, plan, year):
    """Unplanned stays that begin within the plan's days after a stay in the same hospital for the same category.

    Days run from discharge to admission, the last day included. Source: AUD-29; plan value audit.readmission_days.
    """
    days = plan.value("audit.readmission_days")
    before = history_encounters.filter(history_encounters.settled_month > (year - 1) * 100 + 10)
    stays = _stays(encounters, True).union(_stays(before, False))
    ordered = ibis.window(group_by=["resident_id", "institution_id"], order_by=["admitted_on", "encounter_id"])
    followed = stays.mutate(last_discharged_on=stays.discharged_on.lag().over(ordered),
                            last_category=stays.category.lag().over(ordered))
    gaps = followed.mutate(gap_days=followed.admitted_on.delta(followed.last_discharged_on, unit="day"))
    found = gaps.filter(gaps.is_of_year, ~gaps.is_planned_readmission, gaps.gap_days.between(0, days),
                        gaps.category == gaps.last_category)
    return as_hits(found.inner_join(_in_scope(settlements, found), "encounter_id"), "AUD-29", "review",
                   finding_code=ibis.literal("early_readmission"), line_number=ibis.literal(0, "int64"),
                   item_code=ibis.null("string"), seen_value=found.gap_days.cast("string"),
                   allowed_value=ibis.literal(str(days)))


def _stays(encounters: ibis.Table, is_of_year: bool) -> ibis.Table:
    stays = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES), encounters.principal_diagnosis_code.notnull())
    return stays.select(
        "encounter_id", "resident_id", "institution_id", "insurance_code", "type_code", "settled_month", "admitted_on",
        "discharged_on", is_planned_readmission=stays.is_planned_readmission.fill_null(False),
        category=stays.principal_diagnosis_code.left(3), is_of_year=ibis.literal(is_of_year))


def _in_scope(settlements: ibis.Table, found: ibis.Table) -> ibis.Table:
    bills = settlements.semi_join(found, "encounter_id")
    return bills.group_by("encounter_id").agg(amount_fen=total(bills.in_scope_fen))


RULE = Rule(
    "AUD-29", "分解住院", "Split stay", "同一患者出院后短期内因同类疾病再次入住同一医院，且非计划再入院",
    "A patient is back in the same hospital within days for the same disease, unplanned", "management", "review",
    {"early_readmission": ("出院后第 {seen} 天同院同病再入院（{allowed} 天以内）",
                           "Back in the same hospital for the same disease {seen} after discharge (within {allowed})")},
    "days", SOURCE, audit_hits_aud_29)
