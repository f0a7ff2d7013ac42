"""Who attends an examination, who may see it, and what the clinic is told of it."""
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanyi.store.accounts import SYSTEM
from sanyi.store.exams.tables import FINISHED, Exam, ExamAttendant, ExamNotice, RecognitionCheck
from sanyi.store.kinds import EVERYTHING, NOTHING
from sanyi.workflows.facts import Actor

CLINICIANS, CENTRE = ("doctor", "family_doctor", "nurse"), ("doctor", "technician")
NOTICES = {"rejected": ("标本被拒收", "specimen rejected"), "correcting": ("报告更正中", "report being corrected"), "corrected": ("已发布更正报告", "corrected report released"),
           "released": ("报告已发布", "report released"), "image_gone": ("一幅图像或文件已撤下（不属于本项检查）", "an image or file was set aside: it was not of this examination")}


def attends(exam: Exam, *persons: str) -> None:
    """Let persons count as attending staff."""
    ExamAttendant.objects.bulk_create([ExamAttendant(exam=exam, person_key=person) for person in dict.fromkeys(persons) if person], ignore_conflicts=True)


def tell_clinic(exam: Exam, kind: str, now: datetime) -> None:
    """Leave a notice for the institution that asked, and for each that used the result."""
    users = RecognitionCheck.objects.filter(result=exam, decision="accepted").values_list("institution", flat=True)
    ExamNotice.objects.bulk_create([ExamNotice(exam=exam, institution=code, kind=kind, at=now) for code in dict.fromkeys((exam.institution, *users))])


def visible_exams(actor: Actor) -> Q:
    """The institution that asked, the centre, an institution that used the result; a resident what is released of the own. Level 5: who attends.

    The centre's people see what of level 5 is still to be done, and the clinic's nurses what is still to be taken: one of them has to.
    """
    if actor.name == SYSTEM:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=int(actor.resident), first_released_at__isnull=False, is_narrow=False) if actor.resident.isdecimal() else NOTHING
    if actor.role not in (*CLINICIANS, "technician", "director") or not actor.unit:
        return NOTHING
    ours = Q(institution=actor.unit) | Q(centre=actor.unit) | Q(pk__in=RecognitionCheck.objects.filter(institution=actor.unit, decision="accepted").values("result"))
    attending = Q(pk__in=ExamAttendant.objects.filter(person_key__in=actor.persons).values("exam"))
    return ours & (Q(is_narrow=False) | attending | _to_do(actor))


def _to_do(actor: Actor) -> Q:
    if actor.role == "nurse":
        return Q(institution=actor.unit, state__in=("requested", "rejected", "sampled"))
    return Q(centre=actor.unit) & ~Q(state__in=FINISHED) if actor.role in CENTRE else NOTHING


def visible_through(actor: Actor) -> Q:
    """Critical values are seen with their examination; by whoever was told, too."""
    if actor.name == SYSTEM:
        return EVERYTHING
    if actor.role not in (*CLINICIANS, "technician", "director"):
        return NOTHING
    return (Q(institution=actor.unit) | Q(centre=actor.unit)) & Q(exam__in=Exam.objects.filter(visible_exams(actor)))


def follow_attending(row: Any, actor: Actor, now: datetime, given: Any) -> None:
    """Whoever takes a step of an examination attends it from then on."""
    attends(row, *actor.persons)
