"""Tests done as an outpatient shortly before a stay, which belong to the stay: what of each visit's bill moves to it."""
from datetime import date

import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

TESTS = Table(
    "pre_admission_tests", "住院前检查并入住院", "Tests before admission, moved to the stay", key=("visit_id",),
    note="并入部分从门诊支付中减去，合计不变。What is moved is taken off the outpatient payment: the whole stays the same.",
    columns=(
        text("visit_id", "门诊就诊编码", "visit", references="encounters.encounter_id"),
        text("encounter_id", "住院就诊编码", "stay", references="encounters.encounter_id"),
        fen("cost_fen", "并入费用", "cost of the tests"),
        fen("fund_fen", "其中统筹基金", "of it paid by the fund"),
        fen("other_payers_fen", "其中大病与救助", "of it paid by catastrophic insurance and medical aid"),
        fen("patient_fen", "其中个人", "of it paid by the patient"),
    ),
)
HOSPITAL = [{"institution_id": "h", "is_in_area": True}, {"institution_id": "far", "is_in_area": False}]


def _visit(name, day, **more):
    return {"encounter_id": name, "resident_id": "r", "institution_id": "h", "type_code": "outpatient", "principal_diagnosis_code": "K35.800",
            "admitted_on": date(2020, 3, day), "discharged_on": date(2020, 3, day), **more}


def _bill(name, **more):
    return {"settlement_id": name, "encounter_id": name, "total_fen": 10_001, "fund_fen": 5_000, "aid_fen": 1_000, "cash_fen": 4_001, **more}


def _line(name, number, kind, amount):
    return {"encounter_id": name, "line_number": number, "class_code": kind, "amount_fen": amount}


MOVED = Example(
    "入院前7天内、同一机构、同一诊断类目的检查化验并入住院；药费仍在门诊；各方支付按比例", "Tests within 7 days before, at the same institution, for the same category",
    values={"dip.merge_tests": True},
    given={"institutions": HOSPITAL,
           "encounters": [_visit("stay", 10, type_code="inpatient"), _visit("later", 20, type_code="inpatient"), _visit("a", 3), _visit("b", 2),
                          _visit("c", 10), _visit("d", 9, institution_id="far"), _visit("e", 9, principal_diagnosis_code="J18.900"),
                          _visit("f", 11), _visit("g", 9, insurance_code="employee"), _visit("h", 9)],
           "settlements": [*(_bill(name) for name in ("a", "b", "c", "d", "e", "f", "g")), _bill("h"), {**_bill("h"), "settlement_id": "h2"}],
           "charge_lines": [_line("a", 1, "examination", 5_000), _line("a", 2, "laboratory", 1_000), _line("a", 3, "drug", 4_001),
                            *(_line(name, 1, "examination", 500) for name in "bdegh"), _line("c", 1, "drug", 10_001),
                            _line("f", 1, "laboratory", 99_999)]},
    expect=({"visit_id": "a", "encounter_id": "stay", "cost_fen": 6_000, "fund_fen": 3_000, "other_payers_fen": 600, "patient_fen": 2_400},))


@step(makes=TESTS, chosen_by=("dip.merge_tests", True), source=Source("DIP 1.0", "病例范围", "DIP-20 LJ-45 JH-41", "SEED DEF"), examples=(MOVED,))
def pre_admission_tests(encounters, settlements, charge_lines, institutions, plan):
    """Find visits whose tests belong to the person's next stay at the same institution, and share their bill out.

    The visit is under the same insurance, at most the plan's days before admission (or on its day), for the same category of disease;
    it has one bill. The tests are its lines of the plan's classes, at most the bill; each payer's part is rounded half up, the
    patient's is the rest. Later is told by admission, then by the encounter's code.
    """
    return moved_tests(encounters, settlements, charge_lines, institutions, plan)


def moved_tests(encounters, settlements, charge_lines, institutions, plan):
    """What of the visits' bills moves to the stays that follow, of a year or of the years before."""
    pairs = _pairs(encounters, institutions, plan.value("dip.merge_window_days"))
    lines = charge_lines.filter(charge_lines.class_code.isin(plan.value("dip.merge_classes")))
    lines = lines.semi_join(pairs, lines.encounter_id == pairs.visit_id)
    tests = lines.group_by("encounter_id").agg(tests_fen=total(lines.amount_fen))
    paid = settlements.semi_join(pairs, settlements.encounter_id == pairs.visit_id)
    paid = paid.group_by("encounter_id").agg(
        bill_count=paid.count(), total_fen=total(paid.total_fen), paid_fund_fen=total(paid.fund_fen),
        paid_others_fen=total(paid.catastrophic_fen + paid.aid_fen))
    found = pairs.join(tests, pairs.visit_id == tests.encounter_id, rname="test_{name}")
    found = found.mutate(is_tested=True).join(paid, found.visit_id == paid.encounter_id, rname="bill_{name}")
    found = found.filter((found.bill_count == 1) & (found.tests_fen > 0))
    found = found.mutate(cost_fen=ibis.least(found.tests_fen, found.total_fen))
    found = found.mutate(fund_fen=take_rate(found.cost_fen, found.paid_fund_fen, found.total_fen),
                         other_payers_fen=take_rate(found.cost_fen, found.paid_others_fen, found.total_fen))
    found = found.mutate(other_payers_fen=ibis.least(found.other_payers_fen, found.cost_fen - found.fund_fen))
    return found.mutate(patient_fen=found.cost_fen - found.fund_fen - found.other_payers_fen)


def _pairs(encounters, institutions, window_days):
    """Each visit with the next stay that it comes before closely enough."""
    inside = institutions.filter(institutions.is_in_area).select("institution_id")
    own = encounters.semi_join(inside, "institution_id")
    own = own.mutate(match_key=own.resident_id + "|" + own.institution_id + "|" + own.insurance_code + "|" + own.principal_diagnosis_code.substr(0, 3))
    stays = own.filter(own.type_code.isin(codes.STAY_TYPES)).select("match_key", "encounter_id", stay_on="admitted_on")
    visits = own.filter(own.type_code.isin(codes.VISIT_TYPES)).select(visit_key="match_key", visit_id="encounter_id", visited_on="admitted_on")
    near = visits.join(stays, visits.visit_key == stays.match_key)
    near = near.filter((near.visited_on <= near.stay_on) & (near.stay_on <= near.visited_on + ibis.interval(days=window_days)))
    place = ibis.row_number().over(ibis.window(group_by="visit_id", order_by=["stay_on", "encounter_id"]))
    return near.mutate(place=place).filter(ibis._.place == 0).select("visit_id", "encounter_id")
