"""Measured values of an examination: entered at the centre or sent by its device, with the limits of the day; what belongs to which version of the report. Source: NG-03."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.store.exams.attending import CENTRE, attends
from sanyi.store.exams.rules import Rules, rules_now
from sanyi.store.exams.tables import Exam, ExamReport
from sanyi.store.findings.attaching import fitting_device
from sanyi.store.findings.tables import ExamMeasure, ExamMeasureSet
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.log import write_line
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.exam_facts import number_of
from sanyi.workflows.facts import Actor

OPEN = ("received", "performed", "claimed", "correcting")
FLAGS = {"": ("", ""), "L": ("偏低", "low"), "H": ("偏高", "high"), "LL": ("危急低", "critically low"), "HH": ("危急高", "critically high")}
CRITICAL = ("LL", "HH")


def measure(exam: int, values: Mapping[str, str], by: By, now: datetime, device: str = "") -> ExamMeasureSet:
    """Keep measured values by analyte; what was measured before stays, and the newest counts.

    Errors: UnknownWork, NotAllowed, BadField (no such analyte, no number), GuardRefused (it waits for verification, or is out; device_fits).
    """
    with refusals_recorded(by, subject="exam", subject_id=exam, step="measure", now=now), transaction.atomic():
        actor = actor_of(by)
        row: Exam = find_work("exam", exam, actor, True)
        if actor.role not in CENTRE or actor.unit != row.centre:
            raise NotAllowed("检验数值由诊断中心录入或由其设备上传", "measured values come from the centre or its devices")
        if row.state not in OPEN:
            raise GuardRefused("标本核收后、报告提交前才能录入数值；已发布的须先更正", "values are entered from the receipt until the report is written; what is out is corrected first", "examination_is_open")
        numbers = _numbers(row, values)
        without = rules_now().all_analytes - numbers.keys()  # of what the plan knows; a control by any other name holds back everything
        made = _keep(row, numbers, actor, now, fitting_device(row, actor, device, now, without))
    return made


def keep_value(report: ExamReport, actor: Actor, now: datetime) -> None:
    """What a report says as one number is the item's own analyte, where the plan has it as one."""
    exam, number = report.exam, number_of(report.value)
    if number is None or exam.item not in analytes_of(exam, rules_now()):
        return
    known = measured_of(exam, report.number).get(exam.item)
    if known is None or known.value_e3 != number:
        _keep(exam, {exam.item: number}, actor, now, None)


def analytes_of(exam: Exam, rules: Rules) -> dict[str, dict[str, Any]]:
    """What an examination measures, with the limits for its person; the item's critical limits are those of its own analyte."""
    item = rules.items.get(exam.item, {})
    own = {name: item[name] for name in ("critical_low_e3", "critical_high_e3") if name in item}
    return {code: {**(own if code == exam.item else {}), **row} for code, row in rules.analytes(exam.item, exam.person.sex).items()}


def measured_of(exam: Exam, number: int) -> dict[str, ExamMeasure]:
    """The values that a version of the report goes by: of each analyte the newest measured for it or for an earlier one."""
    rows = ExamMeasure.objects.filter(measured__exam=exam, measured__round__lte=number).select_related("measured__device").order_by("measured__round", "pk")
    return {row.analyte: row for row in rows}


def next_round(exam: Exam) -> int:
    """The version of the report to come."""
    last = ExamReport.objects.filter(exam=exam).order_by("-number").values_list("number", flat=True).first() or 0
    return last + (exam.state in OPEN or last == 0)


def missing_and_beyond(exam: Exam, rules: Rules) -> dict[str, tuple[str, ...]]:
    """For the report to come: the analytes of a panel that nobody has measured, and those at a critical limit."""
    if exam.state not in ("claimed", "correcting"):
        return {}
    wanted = analytes_of(exam, rules)
    if not wanted:
        return {}
    there = measured_of(exam, next_round(exam))
    return {"unmeasured": tuple(code for code in wanted if code not in there) if set(wanted) != {exam.item} else (),
            "beyond": tuple(code for code, row in there.items() if row.flag in CRITICAL and code != exam.item)}


def flag_of(value_e3: int, limits: Mapping[str, Any]) -> str:
    """Where a value lies: at or beyond a critical limit, outside the reference range, or nowhere to be said."""
    low, high = limits.get("critical_low_e3"), limits.get("critical_high_e3")
    if low is not None and value_e3 <= low:
        return "LL"
    if high is not None and value_e3 >= high:
        return "HH"
    return "L" if value_e3 < limits["low_e3"] else "H" if value_e3 > limits["high_e3"] else ""


def _numbers(exam: Exam, values: Mapping[str, str]) -> dict[str, int]:
    known = analytes_of(exam, rules_now())
    found = {}
    for code, text in values.items():
        if code not in known:
            raise BadField(f"此项目没有“{code[:40]}”；有：{'、'.join(known) or '无'}", f"this item has no {code[:40]!r}; it has: {', '.join(known) or 'none'}", code[:40])
        number = number_of(text)
        if number is None:
            raise BadField(f"“{code}”应为数值（至多三位小数），得到 {text[:40]!r}", f"{code!r} must be a number of at most three decimals; got {text[:40]!r}", code)
        found[code] = number
    if not found:
        raise BadField("请至少填写一项数值", "give one value at least", "values")
    return found


def _keep(exam: Exam, numbers: Mapping[str, int], actor: Actor, now: datetime, device: int | None) -> ExamMeasureSet:
    limits, round = analytes_of(exam, rules_now()), next_round(exam)
    made = ExamMeasureSet.objects.create(exam=exam, round=round, device_id=device, by=actor.name, at=now)
    ExamMeasure.objects.bulk_create([
        ExamMeasure(measured=made, analyte=code, value_e3=number, unit=limits[code]["unit"], low_e3=limits[code]["low_e3"], high_e3=limits[code]["high_e3"], flag=flag_of(number, limits[code]))
        for code, number in numbers.items()])
    attends(exam, *actor.persons)
    kind = kind_of("exam")
    write_line(made, "exam_measures", "measure", actor.name, now, "", {"exam": exam.pk, "analytes": sorted(numbers), "round": round}, actor.persons, actor=actor,
               residents=(kind.resident(exam),), institutions=kind.institutions(exam), open_names={"exam", "round"} | (set() if exam.is_narrow else {"analytes"}))
    return made
