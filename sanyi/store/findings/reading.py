"""Which images, curves and documents somebody may read: those of a report that the same person may read. Source: NG-01, R49."""
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q, QuerySet

from sanyi.store.exams.attending import CENTRE, CLINICIANS
from sanyi.store.exams.lists import previous_results
from sanyi.store.exams.tables import Exam
from sanyi.store.files import file_path
from sanyi.store.findings.tables import ExamFile
from sanyi.store.kinds import find_work
from sanyi.store.tenancy import in_hand
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.facts import Actor

OUT = Q(at__lte=F("exam__released_at"))  # part of what was given out; what is added to a correction waits for its release


def files_of(exams: Sequence[Exam] | QuerySet, actor: Actor) -> QuerySet:
    """Files of some examinations that an actor sees: the centre's people all, the clinic's what it sent itself, everybody else what was given out with the report."""
    ours = Q(exam__centre=actor.unit) if actor.unit and actor.role in CENTRE else Q(pk__in=())
    sent = Q(institution=actor.unit, exam__institution=actor.unit) if actor.unit and actor.role in CLINICIANS else Q(pk__in=())
    return ExamFile.objects.filter(OUT | ours | sent, exam__in=exams, aside_at=None).select_related("device").order_by("pk")


def readable_files(exam: Exam, actor: Actor) -> list[ExamFile]:
    """Those of one examination, as they came."""
    return list(files_of([exam], actor))


def files_before(exam: Exam, actor: Actor) -> dict[int, list[ExamFile]]:
    """Of the earlier results that an actor may see beside an examination: their files that were given out, by examination, newest first."""
    ids = [each["id"] for each in previous_results(exam, actor)]
    found: dict[int, list[ExamFile]] = {id: [] for id in ids}
    with in_hand((exam.person_id,)):
        for each in ExamFile.objects.filter(OUT, exam__in=ids, aside_at=None).select_related("exam").order_by("pk"):
            found[each.exam_id].append(each)
    return {id: files for id, files in found.items() if files}


def find_file(exam_id: int, file_id: int, actor: Actor) -> tuple[ExamFile, Path]:
    """A file of an examination one sees, or of an earlier one beside it. Errors: UnknownWork, in the same words whether it is not there or not for the actor."""
    exam: Exam = find_work("exam", exam_id, actor)
    found = files_of([exam], actor).filter(pk=file_id).first()
    if found is None and actor.role != "resident":
        found = next((each for files in files_before(exam, actor).values() for each in files if each.pk == file_id), None)
    if found is None or not (path := file_path(Path(settings.VAR), found.sha256)).is_file():
        raise UnknownWork(f"没有编号为 {file_id} 的图像或文件", f"there is no file number {file_id}")
    return found, path
