"""Images, curves and documents of an examination: sent by the institution that asked, the centre, or a device of theirs; kept whole, set aside where they are somebody else's. Source: NG-01, NG-02, NG-04."""
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from sanyi.store.devices.known import devices_known
from sanyi.store.evidence import shown_name
from sanyi.store.exams.attending import CENTRE, CLINICIANS, attends, tell_clinic
from sanyi.store.exams.ordering import checked_choice
from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import Exam
from sanyi.store.files import keep_file
from sanyi.store.findings.formats import PICTURES, recognised
from sanyi.store.findings.tables import ExamFile
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.teaching.withdrawing import withdraw_taught
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.device_facts import device_block
from sanyi.workflows.errors import GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean

CLOSED = ("released", "cancelled")  # what a released report said, it said of the images of then: a correction opens it again
MOST_FILES = 500
ASIDE = {"wrong_person": ("不是本人的", "of somebody else"), "wrong_exam": ("不是本项检查的", "of another examination"), "bad_quality": ("质量不合格", "of bad quality")}


def attach_file(exam: int, name: str, chunks: Iterable[bytes], by: By, now: datetime, view: str = "", device: str = "") -> ExamFile:
    """Keep a file as part of an examination; what it is, its content says. `device`: its code, where a device sends.

    Errors: UnknownWork, NotAllowed, BadField (of no kind that is kept), TooLarge, GuardRefused (examination_is_open, device_fits, once, most_files). The file is on the disk before its row is written.
    """
    with refusals_recorded(by, subject="exam", subject_id=exam, step="attach", now=now):
        _open_exam(exam, by, device, now)  # asked before a byte is written; asked again with the row
        kept_as, content = recognised(chunks)
        sha256, size = keep_file(Path(settings.VAR), content)
        with transaction.atomic():
            row, actor, device_id = _open_exam(exam, by, device, now, is_locked=True)
            if ExamFile.objects.filter(exam=row, aside_at=None).count() >= MOST_FILES:
                raise GuardRefused(f"一项检查至多 {MOST_FILES} 个文件", f"an examination has at most {MOST_FILES} files", "most_files")
            with or_refused("本项检查已有同一份文件", "this examination has the very same file already", "once"):
                made = ExamFile.objects.create(exam=row, format=kept_as, name=shown_name(name), view=clean(view)[:100], sha256=sha256, size=size, device_id=device_id, institution=actor.unit, by=actor.name, at=now)
            attends(row, *actor.persons)
            said = {"exam": row.pk, "format": kept_as, "size": size, "device": device}
            write_line(made, "exam_file", "attach", actor.name, now, "", said, actor.persons, **_concerned(made, actor), open_names=set(said))
    return made


def set_aside(file: int, exam: int, reason: str, by: By, now: datetime) -> ExamFile:
    """Nobody reads it any more; of a released report the clinic is told, and no case is taught with it. Errors: UnknownWork, NotAllowed, BadField, GuardRefused (after the release: only what is somebody else's)."""
    with refusals_recorded(by, subject="exam", subject_id=exam, step="set_aside", now=now), transaction.atomic():
        row, actor = _mine(exam, by, is_locked=True)
        found = ExamFile.objects.select_for_update().filter(pk=file, exam=row, aside_at=None).first()
        if found is None:
            raise UnknownWork(f"没有编号为 {file} 的图像或文件", f"there is no file number {file}")
        if not may_set_aside(row, found, actor):
            raise NotAllowed("只能撤下本机构上传的，或由诊断中心撤下", "it is set aside by who sent it, or by the centre")
        if checked_choice(reason, ASIDE, "reason") not in reasons_aside(row):
            raise GuardRefused("报告已发布，图像质量问题应先更正报告", "the report is out: correct it first", "examination_is_open")
        gone = {"aside_at": now, "aside_by": actor.name, "aside_reason": reason}
        write_change(found, "exam_file", "set_aside", actor.name, now, gone, {"exam": row.pk, "reason": reason}, actor.persons, **_concerned(found, actor), open_names={"exam", "reason"})
        if found.format in PICTURES:
            withdraw_taught(row, actor, now)
        if row.first_released_at is not None:
            tell_clinic(row, "image_gone", now)
    return found


def may_attach(exam: Exam, actor: Actor) -> bool:
    """Whether an actor may send files of an examination that is seen."""
    return exam.state not in CLOSED and _is_hand(exam, actor)


def reasons_aside(exam: Exam) -> tuple[str, ...]:
    """Why a file of an examination may be set aside now: what is out keeps images of bad quality until it is corrected."""
    return tuple(reason for reason in ASIDE if reason != "bad_quality" or exam.state not in CLOSED)


def may_set_aside(exam: Exam, file: ExamFile, actor: Actor) -> bool:
    """Whether an actor may set a file aside that is seen: who sent it, or the centre."""
    return _is_hand(exam, actor) and actor.unit in (exam.centre, file.institution)


def _is_hand(exam: Exam, actor: Actor) -> bool:
    return actor.role in CLINICIANS and actor.unit == exam.institution or actor.role in CENTRE and actor.unit == exam.centre


def _mine(id: int, by: By, is_locked: bool = False) -> tuple[Exam, Actor]:
    actor = actor_of(by)
    row: Exam = find_work("exam", id, actor, is_locked)
    if not _is_hand(row, actor):
        raise NotAllowed("图像和曲线由申请机构的医护或诊断中心的医技人员上传", "clinicians of the institution that asked and the centre's people send images and curves")
    return row, actor


def _open_exam(id: int, by: By, device: str, now: datetime, is_locked: bool = False) -> tuple[Exam, Actor, int | None]:
    row, actor = _mine(id, by, is_locked)
    if row.state in CLOSED:
        raise GuardRefused("报告已发布或申请已取消；发布后须先更正报告", "the report is out, or the order was cancelled; what is out is corrected first", "examination_is_open")
    return row, actor, fitting_device(row, actor, device, now)


def fitting_device(exam: Exam, actor: Actor, code: str, now: datetime, without: Collection[str] = ()) -> int | None:
    """The row of a device by which something is sent; None where none is named. `without`: analytes that are not sent. Errors: GuardRefused."""
    if not code:
        return None
    known = devices_known(actor.unit, exam.kind)
    if block := device_block(known, code, exam.kind, actor, today_of(now), rules_now().is_lapse_refused, without):
        raise GuardRefused(*block, guard="device_fits")
    return known[code].id


def _concerned(file: ExamFile, actor: Actor) -> dict[str, Any]:
    exam = kind_of("exam")
    return {"actor": actor, "residents": (exam.resident(file.exam),), "institutions": exam.institutions(file.exam)}
