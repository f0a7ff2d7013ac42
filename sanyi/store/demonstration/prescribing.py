"""Prescriptions at every stage: waiting for the pharmacist, returned, circulating, given out in parts, delivered."""
from datetime import datetime

from sanyi.store.demonstration.cast import CHEMIST, Cast
from sanyi.store.log import today_of
from sanyi.store.prescriptions.formulary import load_formulary
from sanyi.store.prescriptions.giving import Part, give_out, order_delivery
from sanyi.store.prescriptions.patients import note_allergy
from sanyi.store.prescriptions.tables import Prescription
from sanyi.store.prescriptions.tokens import make_token, take_by_token
from sanyi.store.prescriptions.writing import Script, ScriptLine, write_prescription
from sanyi.workflows.facts import SYSTEM

SCRIPTS = (("高血压", "usual", (("D001", 7, 1000, "每日一次，每次一片"),)), ("2 型糖尿病", "long", (("D004", 56, 2000, "每日两次，每次一片"),)),
           ("冠心病", "long", (("D009", 28, 1000, "每日一次"), ("D007", 28, 1000, "睡前一片"))), ("上呼吸道感染", "usual", (("D016", 12, 4000, "发热时服"),)),
           ("高血压", "long", (("D002", 28, 1000, "晨起一粒"), ("D012", 28, 1000, "晨起一片"))))
AT_THE_HOSPITAL, AT_THE_CLINIC = ("doctor", "pharmacist"), ("family-doctor", "clinic-pharmacist")  # who writes, and who reviews and gives out there
AMOUNTS = {"written": 2, "checked": 7, "returned": 3, "insisted": 1, "approved": 2, "signed": 3, "circulating": 3, "taken": 2, "partly": 3, "closed": 16, "delivered": 3}


def prescribe(cast: Cast) -> None:
    """Everything."""
    load_formulary(cast.plan.on(today_of(cast.now)), SYSTEM, cast.now)
    nth = 0
    for state, count in AMOUNTS.items():
        for _ in range(count):
            person = cast.star if state == "partly" and _ == 0 else cast.some(1)[0]
            _brought(cast, person, state, cast.ago(nth % 3 if state in ("written", "checked", "returned", "insisted", "approved") else 1 + nth % 25, 9 + nth % 8), nth)
            nth += 1
    for person, ingredient in zip(cast.some(4), ("amoxicillin", "ibuprofen", "aspirin", "levofloxacin")):
        note_allergy(person, ingredient, True, cast.by["doctor"], cast.ago(9))


def _brought(cast: Cast, person: int, state: str, at: datetime, nth: int) -> Prescription:
    diagnosis, kind, lines = SCRIPTS[nth % len(SCRIPTS)]
    writer, pharmacist = AT_THE_CLINIC if kind == "usual" and nth % 2 == 0 else AT_THE_HOSPITAL  # a hospital writes the first long one
    row = write_prescription(Script(person, kind, diagnosis, tuple(ScriptLine(*line) for line in lines), is_assessed=kind == "long", is_pregnant=False), cast.by[writer], at)
    if state == "written":
        return row
    row = cast.step("prescription", row, "check", writer, at)
    if state in ("returned", "insisted"):
        row = cast.step("prescription", row, "return", pharmacist, at, reason="dose", note="请核对用量")
        return cast.step("prescription", row, "insist", writer, at, reason="血压控制不佳，已与患者沟通") if state == "insisted" else row
    if state == "checked":
        return row
    row = cast.step("prescription", row, "approve", pharmacist, at)
    return row if state == "approved" else _signed(cast, row, state, at, writer, pharmacist)


def _signed(cast: Cast, row: Prescription, state: str, at: datetime, writer: str, pharmacist: str) -> Prescription:
    row = cast.step("prescription", row, "sign", writer, at)
    if state == "signed":
        return row
    if state in ("circulating", "delivered"):
        row = cast.step("prescription", row, "circulate", writer, at)
        if state == "circulating":
            return row
        take_by_token(make_token(row.pk, cast.by[writer], at)[0], cast.by[CHEMIST], at)
        who = CHEMIST
    else:
        row, who = cast.step("prescription", row, "take_here", pharmacist, at), pharmacist
    row.refresh_from_db()
    if state == "taken":
        return row
    first = [Part(line.position, _first(line.quantity, line.days, state), f"20260{1 + line.position}") for line in row.lines.order_by("position")]
    row = give_out(row.pk, row.version, first, cast.by[who], at)
    return _delivered(cast, row, at) if state == "delivered" else row


def _first(quantity: int, days: int, state: str) -> int:
    """A part where it is a long one or only part of it is to be given, else all."""
    return max(1, quantity // 2) if days > 28 or state == "partly" else quantity


def _delivered(cast: Cast, row: Prescription, at: datetime) -> Prescription:
    order = order_delivery(row.pk, "示例街道 12 号", cast.by[CHEMIST], at)
    order = cast.step("delivery_order", order, "pack", CHEMIST, at, note="已核对")
    cast.step("delivery_order", order, "hand_over", CHEMIST, at, carrier="同城配送", waybill=f"YD{order.pk:06d}")
    return row
