"""What appointments, recognition, shared diagnosis and remote consultation come to at each institution, as parts and wholes."""
from datetime import date

import ibis

from sanyi.tables.money import total
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

MEASURE = {
    "appointments_kept": ("预约履约（人次）", "appointments kept"), "referral_appointments": ("转诊内预约（人次）", "appointments inside a referral"),
    "results_recognised": ("结果互认（次）", "results recognised"), "recognition_saved": ("互认节省（分）", "saved by recognition, fen"), "reports_in_time": ("共享诊断按时报告（份）", "shared reports in time"),
    "critical_at_once": ("危急值首级确认（次）", "critical values read back at the first stage"), "consultations_given": ("远程会诊完成（次）", "remote consultations given")}

SHARED_CARE_MEASURES = Table(
    "shared_care_measures", "协同服务监测数", "Measures of shared care", key=("institution_id", "measure_code"),
    note="分子、分母按机构合计。履约：已就诊 ÷（已就诊＋爽约），按接诊机构；互认：采用 ÷ 查到可互认结果，按开立机构；按时报告：按时 ÷ 已发布（期限可考的），按诊断中心；危急值：第一级确认 ÷ 有危急值，按申请机构；"
         "会诊：已办结 ÷（已办结＋未接受），按会诊机构；节省：分母为采用次数。 Parts and wholes of each institution, of the year.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("measure_code", "监测指标", "measure", MEASURE),
        whole("numerator", "分子", "numerator", minimum=0),
        whole("denominator", "分母", "denominator", minimum=0),
    ),
)
_ON = date(2020, 3, 1)


def _visit(name, status, channel="own", on=_ON):
    return {"appointment_id": name, "institution_id": "H1", "status_code": status, "channel_code": channel, "appointed_on": on}


def _check(name, decision, saved=0, on=_ON):
    return {"check_id": name, "institution_id": "C1", "decision_code": decision, "saved_fen": saved, "checked_on": on}


def _exam(name, in_time, stage=None, on=_ON):
    return {"exam_id": name, "from_institution_id": "C1", "to_institution_id": "H1", "is_in_time": in_time, "critical_stage_number": stage, "released_on": on}


def _asked(name, status, on=_ON):
    return {"consultation_id": name, "to_institution_id": "H1", "status_code": status, "asked_on": on}


@step(SHARED_CARE_MEASURES, source=Source("三医参考规则", "B7 B9", "NG-01 NG-05 NG-12 NG-17 JH-96 HK-29 JH-18", "K"), examples=(
    Example("上年的不计；取消的不算履约；重复检查不进互认率；期限不明的不进按时率；两级才确认的不算首级",
            "Another year does not count; cancelled is neither kept nor missed; a repeat is no recognition; a report without a deadline is not judged; the second stage is not the first",
            given={"appointments": [_visit("1", "served"), _visit("2", "served", "referral"), _visit("3", "no_show"), _visit("4", "cancelled", "referral"), _visit("5", "served", on=date(2019, 1, 1))],
                   "recognition_decisions": [_check("1", "accepted", 600), _check("2", "accepted", 400), _check("3", "declined"), _check("4", "repeat"), _check("5", "accepted", 9, date(2021, 1, 1))],
                   "shared_examinations": [_exam("1", True, 1), _exam("2", False, 2), _exam("3", None), _exam("4", True, 0), _exam("5", True, 1, date(2019, 1, 1))],
                   "remote_consultations": [_asked("1", "closed"), _asked("2", "declined"), _asked("3", "closed", date(2019, 5, 5))]},
            expect=[{"institution_id": "C1", "measure_code": "critical_at_once", "numerator": 1, "denominator": 3},
                    {"institution_id": "C1", "measure_code": "recognition_saved", "numerator": 1_000, "denominator": 2}, {"institution_id": "C1", "measure_code": "results_recognised", "numerator": 2, "denominator": 3},
                    {"institution_id": "H1", "measure_code": "appointments_kept", "numerator": 2, "denominator": 3},
                    {"institution_id": "H1", "measure_code": "consultations_given", "numerator": 1, "denominator": 2},
                    {"institution_id": "H1", "measure_code": "referral_appointments", "numerator": 1, "denominator": 3},
                    {"institution_id": "H1", "measure_code": "reports_in_time", "numerator": 2, "denominator": 3}]),
))
def shared_care_measures(appointments, recognition_decisions, shared_examinations, remote_consultations, year):
    """Add up what was kept, recognised, reported, read back and given in the year, by institution. Source: NG-01, NG-05, NG-12, NG-17, JH-96."""
    came = appointments.filter(appointments.appointed_on.year() == year, appointments.status_code.isin(("served", "no_show")))
    found = recognition_decisions.filter(recognition_decisions.checked_on.year() == year, recognition_decisions.decision_code != "repeat")
    used = found.filter(found.decision_code == "accepted")
    exams = shared_examinations.filter(shared_examinations.released_on.year() == year)
    judged, critical = exams.filter(exams.is_in_time.notnull()), exams.filter(exams.critical_stage_number.notnull())
    asked = remote_consultations.filter(remote_consultations.asked_on.year() == year)
    return ibis.union(
        _counted(came, "institution_id", "appointments_kept", came.status_code == "served"), _counted(came, "institution_id", "referral_appointments", came.channel_code == "referral"),
        _counted(found, "institution_id", "results_recognised", found.decision_code == "accepted"), _measure(used, "institution_id", "recognition_saved", used.saved_fen),
        _counted(judged, "to_institution_id", "reports_in_time", judged.is_in_time), _counted(critical, "from_institution_id", "critical_at_once", critical.critical_stage_number == 1),
        _counted(asked, "to_institution_id", "consultations_given", asked.status_code == "closed"))


def _counted(rows, place, name, is_part):
    return _measure(rows, place, name, is_part.ifelse(1, 0))


def _measure(rows, place, name, part):
    rows = rows.mutate(place=rows[place], part=part.cast("int64"))
    sums = rows.group_by(institution_id=rows.place).agg(numerator=total(rows.part), denominator=rows.count())
    return sums.select("institution_id", "numerator", "denominator", measure_code=ibis.literal(name))
