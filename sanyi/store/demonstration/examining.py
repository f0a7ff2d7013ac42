"""Examinations ordered at a clinic and reported by the hospital, results recognised or not, critical values, consultations."""
from datetime import datetime, timedelta
from typing import Any

from sanyi.store.demonstration.cast import Cast
from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
from sanyi.store.exams.ordering import ExamWanted, accept_result, order_exam
from sanyi.store.exams.rules import keep_rules
from sanyi.store.exams.tables import CriticalValue, Exam
from sanyi.workflows.facts import SYSTEM

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIGURES = {"k": ("4.3", "3.1", "5.1"), "glu": ("5.6", "8.9", "6.7"), "hb": ("128", "96", "141"), "tsh": ("2.1", "7.8", "1.4")}
SAID = {"ct_chest": ("两肺纹理清晰，未见实变及结节。", "胸部 CT 平扫未见明显异常。"), "dr_chest": ("两肺野清晰，心影不大。", "心肺膈未见明显异常。"), "mri_head": ("双侧基底节小腔隙灶。", "腔隙性脑梗死（陈旧）。"),
        "us_abdomen": ("肝实质回声增强，胆囊多发结石。", "脂肪肝；胆囊结石。"), "ecg_12": ("窦性心律，ST-T 未见异常。", "正常心电图。")}
ITEMS = ("ct_chest", "k", "ecg_12", "glu", "us_abdomen", "dr_chest", "hb", "mri_head", "tsh")
OPEN = ("requested", "sampled", "in_transit", "received", "performed", "claimed", "reported", "verified")
LABORATORY = ("laboratory", "pathology")
RELEASED, ACCEPTED = 36, 14


def examine(cast: Cast) -> None:
    """Everything."""
    keep_rules(cast.plan, SYSTEM, cast.now - 60 * DAY)
    done = [_ordered(cast, person, ITEMS[nth % len(ITEMS)], cast.ago(1 + nth)) for nth, person in enumerate([cast.star, *cast.some(RELEASED - 1)])]
    for exam in done:
        _brought(cast, exam, "released")
    for nth, state in enumerate(OPEN * 2):
        item = "hb" if state in ("sampled", "in_transit", "received") else ITEMS[nth % len(ITEMS)]
        _brought(cast, _ordered(cast, cast.some(1)[0], item, cast.now - (2 + nth) * HOUR, urgency="urgent" if nth % 3 == 0 else "routine"), state)
    _rejected(cast)
    _recognised(cast)
    _critical(cast)
    _consult(cast)


def _ordered(cast: Cast, person: int, item: str, at: datetime, by: str = "family-doctor", **more: Any) -> Exam:
    return order_exam(ExamWanted(person, item, cast.place["hospital"], **{"question": "协助诊断", **more}), cast.by[by], at)


def _brought(cast: Cast, row: Exam, state: str, **report: str) -> Exam:
    """Take an examination the straight way to a state, half an hour after it was ordered and on."""
    at, (findings, conclusion) = row.created_at, SAID.get(row.item, ("见数值。", "请结合临床。"))
    value = {"value": cast.chance.choice(FIGURES[row.item])} if row.item in FIGURES else {}
    said = {"findings": findings, "conclusion": conclusion, **value, **report}
    lab = (("sampled", "sample", "clinic-nurse", {"barcode": f"B{row.pk:06d}", "sampled_at": at + 5 * MINUTE}),
           ("in_transit", "send", "clinic-nurse", {"sent_at": at + 20 * MINUTE, "carrier": "标本车 1"}),
           ("received", "receive", "technician", {"received_at": at + 60 * MINUTE, "lowest_e1": 30, "highest_e1": 58}))
    ways = (*(lab if row.kind in LABORATORY else ()), ("performed", "perform", "technician", {"performed_at": at + 70 * MINUTE}), ("claimed", "claim", "doctor", {}),
            ("reported", "report", "doctor", said), ("verified", "verify", "doctor-2", {}), ("released", "release", "doctor-2", {}))
    names = [way[0] for way in ways]
    for nth, (_, name, by, given) in enumerate(ways[:names.index(state) + 1] if state in names else ()):
        row = cast.step("exam", row, name, by, at + (75 + 5 * nth + cast.chance.randrange(90)) * MINUTE if name not in ("sample", "send") else at + 20 * MINUTE, **given)
    return row


def _rejected(cast: Cast) -> None:
    row = _brought(cast, _ordered(cast, cast.some(1)[0], "hb", cast.ago(1)), "in_transit")
    cast.step("exam", row, "reject", "technician", row.created_at + 3 * HOUR, reason="haemolysis", note="溶血明显，请重新采集")


def _recognised(cast: Cast) -> None:
    """Results of the hospital used at the clinics, and some that were not."""
    reasons = ("condition_changed", "changes_fast", "quality", "decisive", "condition_changed")
    for nth, person in enumerate(cast.some(ACCEPTED + len(reasons))):
        item, by = ("ct_chest", "us_abdomen", "mri_head", "dr_chest")[nth % 4], ("family-doctor", "family-doctor-2")[nth % 2]
        first = _brought(cast, _ordered(cast, person, item, cast.ago(5 + 2 * nth), "doctor"), "released")
        if nth < ACCEPTED:
            accept_result(person, item, first.pk, cast.by[by], first.created_at + 2 * DAY)
        else:
            _ordered(cast, person, item, first.created_at + 2 * DAY, by, reason=reasons[nth - ACCEPTED])


def _critical(cast: Cast) -> None:
    """Critical potassium: answered after some minutes, acted upon; one read back and not yet acted upon, one that waits now."""
    for nth, minutes in enumerate((4, 7, 6, 9, 15, 3, 8)):
        row = _critical_value(cast, cast.ago(3 + 4 * nth))
        row = cast.step("critical_value", row, "acknowledge", "family-doctor", row.created_at + minutes * MINUTE, read_back=row.text)
        cast.step("critical_value", row, "act", "family-doctor", row.created_at + (minutes + 12) * MINUTE, action="停保钾药，立即复查并转诊")
    row = _critical_value(cast, cast.now - 4 * HOUR)
    cast.step("critical_value", row, "acknowledge", "family-doctor", row.created_at + 5 * MINUTE, read_back=row.text)
    _critical_value(cast, cast.now - 2 * HOUR)


def _critical_value(cast: Cast, at: datetime) -> CriticalValue:
    exam = _brought(cast, _ordered(cast, cast.some(1)[0], "k", at), "reported", value="6.8", critical="血钾 6.8 mmol/L")
    return CriticalValue.objects.get(exam=exam)


def _consult(cast: Cast) -> None:
    for nth, kind in enumerate(("clinical", "imaging", "ecg", "team", "clinical", "special_clinic")):
        at = cast.ago(nth * 3)
        row = ask_consultation(ConsultationWanted(cast.some(1)[0], cast.place["hospital"], kind, "urgent" if nth % 2 == 0 else "routine", "诊断与治疗意见", "病史摘要见附件"), cast.by["family-doctor"], at)
        if nth > 0:
            row = cast.step("consultation", row, "accept", "doctor", at + HOUR, team="心血管内科")
        if nth > 1:
            row = cast.step("consultation", row, "schedule", "doctor", at + HOUR, at=at + DAY)
            row = cast.step("consultation", row, "give_opinion", "doctor", at + DAY, opinion="同意目前诊断，建议完善检查后调整用药。")
        if nth > 2:
            cast.step("consultation", row, "close", "family-doctor", at + DAY + HOUR, grade="5", note="答复及时")
