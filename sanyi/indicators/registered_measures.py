"""What registers, orders and surveys say of each institution, as parts and wholes that consortia add up."""
from datetime import date

import ibis

from sanyi.tables.money import total
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

MEASURE = {"chronic_management": ("慢病规范管理（人）", "chronic patients managed to standard"), "contract_fee_in_place": ("签约服务费到位（分）", "contract fees received, fen"),
           "joint_purchase": ("集中采购（分）", "bought jointly, fen"), "satisfaction": ("患者满意度（分数 × 问卷）", "patients' satisfaction, points × answers")}

REGISTERED_MEASURES = Table(
    "registered_measures", "登记类监测数", "Measures from registers", key=("institution_id", "measure_code"),
    note="分子、分母按机构合计，医联体为成员之和再相除。慢病规范管理：登记满一年者全年随访达到规定次数，年内新登记者按登记后月份折算（不足一次不计）。"
         " Parts and wholes of each institution; a consortium adds its members' before it divides. A patient is managed to standard with the plan's follow-ups in the year, "
         "fewer by the months before the registration.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("measure_code", "监测指标", "measure", MEASURE),
        whole("numerator", "分子", "numerator"),
        whole("denominator", "分母", "denominator", minimum=0),
    ),
)
_H1 = {"institution_id": "H1", "year": 2020}


def _plan(name, registered, ended=None):
    return {"care_plan_id": name, "institution_id": "H1", "registered_on": registered, "ended_on": ended}


def _visits(plan, count, year=2020):
    return [{"followup_id": f"{plan}{number}{year}", "care_plan_id": plan, "followed_on": date(year, number + 1, 9)} for number in range(count)]


@step(REGISTERED_MEASURES, source=Source("三医参考规则", "B4 B8 B9", "CON-11 IND-76 IND-81", "K"), examples=(
    Example("随访四次达标、三次不达；七月登记的两次即达；上年已结案的不计；服务费到位九成，集采 950/1000，问卷加权",
            "Four follow-ups are enough and three are not; two are for one registered in July; one ended before the year is none; nine tenths of the fees are in, 950 of 1,000 bought jointly",
            values={"chronic.followups_a_year": 4},
            given={"care_plans": [_plan("P1", date(2019, 1, 1)), _plan("P2", date(2020, 1, 1)), _plan("P3", date(2020, 7, 1)), _plan("P4", date(2018, 1, 1), date(2019, 12, 31))],
                   "followups": [*_visits("P1", 4), *_visits("P2", 3), *_visits("P2", 9, 2019), *_visits("P3", 2), *_visits("P4", 4)],
                   "contract_fees": [{**_H1, "payer_code": "resident", "due_fen": 600, "received_fen": 600}, {**_H1, "payer_code": "treasury", "due_fen": 400, "received_fen": 300}],
                   "purchase_orders": [{"order_id": name, "institution_id": "H1", "ordered_on": date(year, 3, 1), "is_joint": joint, "amount_fen": amount}
                                       for name, year, joint, amount in (("1", 2020, True, 950), ("2", 2020, False, 50), ("3", 2019, False, 999))],
                   "satisfaction_surveys": [{**_H1, "kind_code": "outpatient", "answer_count": 300, "score_e4": 900_000}, {**_H1, "kind_code": "inpatient", "answer_count": 100, "score_e4": 860_000},
                                            {**_H1, "kind_code": "staff", "answer_count": 50, "score_e4": 1}]},
            expect=[{"measure_code": "chronic_management", "numerator": 2, "denominator": 3}, {"measure_code": "contract_fee_in_place", "numerator": 900, "denominator": 1_000},
                    {"measure_code": "joint_purchase", "numerator": 950, "denominator": 1_000}, {"measure_code": "satisfaction", "numerator": 356_000_000, "denominator": 400}]),
))
def registered_measures(care_plans, followups, contract_fees, purchase_orders, satisfaction_surveys, plan, year):
    """Add up chronic management, contract fees, joint purchase and patients' satisfaction by institution. Source: CON-11, IND-76, IND-81."""
    fees, surveys = contract_fees.filter(contract_fees.year == year), satisfaction_surveys
    surveys = surveys.filter(surveys.year == year, surveys.kind_code != "staff")
    orders = purchase_orders.filter(purchase_orders.ordered_on.year() == year)
    parts = (_managed(care_plans, followups, plan.value("chronic.followups_a_year"), year), _measure(fees, "contract_fee_in_place", fees.received_fen, fees.due_fen),
             _measure(orders, "joint_purchase", orders.is_joint.ifelse(orders.amount_fen, 0), orders.amount_fen),
             _measure(surveys, "satisfaction", surveys.score_e4 * surveys.answer_count, surveys.answer_count))
    return ibis.union(*parts)


def _measure(rows, name, numerator, denominator):
    rows = rows.mutate(numerator=numerator.cast("int64"), denominator=denominator.cast("int64"))
    sums = rows.group_by("institution_id").agg(numerator=total(rows.numerator), denominator=total(rows.denominator))
    return sums.select("institution_id", "numerator", "denominator", measure_code=ibis.literal(name))


def _managed(care_plans, followups, wanted, year):
    """The patients under a plan at some time of the year, and those with the follow-ups that the months since their registration ask for."""
    first, last = ibis.literal(date(year, 1, 1)), ibis.literal(date(year, 12, 31))
    patients = care_plans.filter(care_plans.registered_on <= last, care_plans.ended_on.isnull() | (care_plans.ended_on >= first))
    visits = followups.filter(followups.followed_on.year() == year)
    visits = visits.group_by("care_plan_id").agg(visit_count=visits.count())
    months = (patients.registered_on < first).ifelse(12, 13 - patients.registered_on.month()).cast("int64")
    patients = patients.mutate(months=months).left_join(visits, "care_plan_id").drop("care_plan_id_right")
    enough = patients.visit_count.fill_null(0) * 12 > wanted * patients.months - 12
    return _measure(patients, "chronic_management", enough.ifelse(1, 0), ibis.literal(1, "int64"))
