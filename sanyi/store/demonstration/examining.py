"""Examinations ordered at a clinic and reported by the hospital, results recognised or not, critical values, consultations."""
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sanyi.store.demonstration.cast import Cast
from sanyi.store.demonstration.pictures import grey_picture, heartbeat
from sanyi.store.devices.controls import run_control
from sanyi.store.devices.registering import register_device
from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
from sanyi.store.exams.ordering import ExamWanted, accept_result, order_exam
from sanyi.store.exams.rules import keep_rules
from sanyi.store.exams.tables import CriticalValue, Exam
from sanyi.store.findings.attaching import attach_file
from sanyi.store.findings.formats import curve_bytes
from sanyi.store.findings.measuring import measure
from sanyi.store.teaching.sharing import CaseWanted, publish_case, write_case
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
    devices = _devices(cast)
    done = [_ordered(cast, person, ITEMS[nth % len(ITEMS)], cast.ago(1 + nth)) for nth, person in enumerate([cast.star, *cast.some(RELEASED - 1)])]
    for exam in done:
        _brought(cast, exam, "released", devices)
    _panel(cast)
    _tissue(cast)
    _teach(cast, done)
    for nth, state in enumerate(OPEN * 2):
        item = "hb" if state in ("sampled", "in_transit", "received") else ITEMS[nth % len(ITEMS)]
        _brought(cast, _ordered(cast, cast.some(1)[0], item, cast.now - (2 + nth) * HOUR, urgency="urgent" if nth % 3 == 0 else "routine"), state)
    _rejected(cast)
    _recognised(cast)
    _critical(cast)
    _consult(cast)


def _ordered(cast: Cast, person: int, item: str, at: datetime, by: str = "family-doctor", **more: Any) -> Exam:
    return order_exam(ExamWanted(person, item, cast.place["hospital"], **{"question": "协助诊断", **more}), cast.by[by], at)


def _devices(cast: Cast) -> dict[str, str]:
    """What the hospital examines with, by kind: calibrated, one of them soon over; a fortnight of controls on the analyser."""
    today, found = cast.now.date(), {}
    for kind, code, name, days in (("imaging", "CT01", "64 排 CT", 200), ("ecg", "ECG01", "十二导联心电图机", 20), ("laboratory", "LAB01", "全自动生化分析仪", 120), ("pathology", "PATH01", "病理切片扫描仪", 300)):
        row = register_device({"code": code, "kind": kind, "serial": f"SN-{code}", "name": name, "calibrated_on": today - 60 * DAY, "calibrated_until": today + days * DAY}, cast.by["technician"], cast.now - 60 * DAY)
        found[kind] = code
        for nth in range(12 if kind == "laboratory" else 0):
            run_control(row.pk, "k", "质控品 水平1", f"4.{cast.chance.randrange(90, 111):03d}", "4.1", "0.01", cast.by["technician"], cast.now - (12 - nth) * DAY)
    return found


def _sent(cast: Cast, row: Exam, devices: Mapping[str, str], at: datetime) -> None:
    """An image of an imaging examination, the curve of an ECG."""
    if row.kind == "imaging":
        attach_file(row.pk, "image.png", [grey_picture(row.pk)], cast.by["technician"], at, "示例图", devices["imaging"])
    elif row.kind == "ecg":
        attach_file(row.pk, "ecg.json", [curve_bytes({"samples_per_second": 250, "leads": heartbeat(row.pk)})], cast.by["technician"], at, "静息", devices["ecg"])


def _panel(cast: Cast) -> None:
    """Two blood counts of one person, the second lower: each value beside the one before."""
    for days, values in ((20, {"wbc": "6.2", "rbc": "4.6", "hb": "138", "plt": "232"}), (3, {"wbc": "11.4", "rbc": "3.4", "hb": "88", "plt": "240"})):
        row = _brought(cast, _ordered(cast, cast.star, "cbc", cast.ago(days)), "claimed")
        measure(row.pk, values, cast.by["technician"], row.claimed_at + MINUTE, "LAB01")
        _brought_on(cast, row)


def _brought_on(cast: Cast, row: Exam) -> None:
    for nth, (name, by, given) in enumerate((("report", "doctor", {"findings": "见各项数值。", "conclusion": "请结合临床。"}), ("verify", "doctor-2", {}), ("release", "doctor-2", {})), 2):
        row = cast.step("exam", row, name, by, row.claimed_at + nth * MINUTE, **given)


def _tissue(cast: Cast) -> None:
    """Two specimens: one fixed in time, one too late."""
    for days, minutes in ((6, 25), (2, 95)):
        row = _ordered(cast, cast.some(1)[0], "biopsy", cast.ago(days), "doctor")
        at = row.created_at
        row = cast.step("exam", row, "sample", "doctor", at + 5 * MINUTE, barcode=f"P{row.pk:06d}", sampled_at=at + 5 * MINUTE)
        row = cast.step("exam", row, "fix", "doctor", at + 120 * MINUTE, fixed_at=at + (5 + minutes) * MINUTE)
        row = cast.step("exam", row, "receive", "technician", at + 180 * MINUTE, received_at=at + 180 * MINUTE, lowest_e1=180, highest_e1=240)
        cast.step("exam", row, "section", "technician", at + 300 * MINUTE, sectioned_at=at + 290 * MINUTE, blocks_count=2, slides_count=4)


def _teach(cast: Cast, done: list[Exam]) -> None:
    """A case of a chest examination, published by a second doctor."""
    exam = next(each for each in done if each.item == "ct_chest")
    images = list(exam.files.values_list("pk", flat=True))
    row = write_case(CaseWanted(exam.pk, "正常胸部 CT 的读片顺序", "影像入门", "体检", SAID["ct_chest"][0], "由肺窗到纵隔窗，逐层对照，左右对比。", images, True), cast.by["doctor"], cast.now - DAY)
    publish_case(row.pk, row.version, cast.by["doctor-2"], cast.now - DAY)


def _brought(cast: Cast, row: Exam, state: str, devices: Mapping[str, str] | None = None, **report: str) -> Exam:
    """Take an examination the straight way to a state, half an hour after it was ordered and on; with devices their images and curves come along."""
    at, (findings, conclusion) = row.created_at, SAID.get(row.item, ("见数值。", "请结合临床。"))
    value = {"value": cast.chance.choice(FIGURES[row.item])} if row.item in FIGURES else {}
    said = {"findings": findings, "conclusion": conclusion, **value, **report}
    lab = (("sampled", "sample", "clinic-nurse", {"barcode": f"B{row.pk:06d}", "sampled_at": at + 5 * MINUTE}),
           ("in_transit", "send", "clinic-nurse", {"sent_at": at + 20 * MINUTE, "carrier": "标本车 1"}),
           ("received", "receive", "technician", {"received_at": at + 60 * MINUTE, "lowest_e1": 30, "highest_e1": 58}))
    ways = (*(lab if row.kind in LABORATORY else ()), ("performed", "perform", "technician", {"performed_at": at + 70 * MINUTE, **({"device": devices[row.kind]} if devices else {})}), ("claimed", "claim", "doctor", {}),
            ("reported", "report", "doctor", said), ("verified", "verify", "doctor-2", {}), ("released", "release", "doctor-2", {}))
    names = [way[0] for way in ways]
    if devices and row.kind not in LABORATORY:
        _sent(cast, row, devices, at + 70 * MINUTE)
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
