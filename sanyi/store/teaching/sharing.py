"""Teaching cases: written of a released report without anybody's identity, published by a second person, read by the members of the centre's consortia. Source: HK-27."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sanyi.store.exams.attending import CENTRE
from sanyi.store.exams.ordering import checked_text
from sanyi.store.exams.tables import Exam
from sanyi.store.files import file_path, keep_file
from sanyi.store.findings.formats import PICTURES
from sanyi.store.findings.reading import OUT
from sanyi.store.findings.tables import ExamFile
from sanyi.store.kinds import find_work
from sanyi.store.log import stale, today_of, write_change, write_line
from sanyi.store.organisation.tables import Institution, Membership, on_day
from sanyi.store.persons.tables import Person
from sanyi.store.teaching.stripping import stripped
from sanyi.store.teaching.tables import TeachingCase, TeachingImage, TeachingReading, TeachingSource
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor

READERS = OF_AN_INSTITUTION
STATES = {"draft": ("草稿", "draft"), "published": ("已发布", "published"), "withdrawn": ("已撤回", "withdrawn")}
DIGITS = re.compile(r"\d{7,}")  # what is that long is a number of a person, a phone, a card or an order
DAYS = re.compile(r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}")
TEXTS = ("title", "topic", "story", "findings", "lesson")
BAND = 10


@dataclass(frozen=True)
class CaseWanted:
    """What is taught of which examination; `images` are files of it on which nobody can be recognised, as `is_clean` says."""

    exam: int
    title: str
    topic: str
    story: str
    findings: str
    lesson: str
    images: Sequence[int] = ()
    is_clean: bool = False


def write_case(wanted: CaseWanted, by: By, now: datetime) -> TeachingCase:
    """Draft a case of an examination that the own centre has released; whatever names the person is refused. Errors: NotAllowed, UnknownWork, BadField, GuardRefused."""
    with refusals_recorded(by, subject="teaching_case", step="write", now=now), transaction.atomic():
        actor = check_roles(by, CENTRE)
        exam: Exam = find_work("exam", wanted.exam, actor, True)  # locked: an image that is set aside meanwhile takes its cases with it
        if exam.centre != actor.unit:
            raise NotAllowed("教学病例由出报告的诊断中心编写", "a case is written by the centre that reported it")
        _check_taught(exam)
        texts = {name: checked_text(getattr(wanted, name), name, name, name != "story") for name in TEXTS}
        for name, text in texts.items():
            _check_nobody(name, text, exam.person, exam)
        if len(texts["title"]) > 100 or len(texts["topic"]) > 100:
            raise BadField("标题和学习清单至多 100 字", "title and reading list are at most 100 characters", "title")
        if wanted.images and not wanted.is_clean:
            raise BadField("请确认所选图像上没有姓名、编号等身份信息", "say that nothing on the images names anybody", "is_clean")
        files = list(ExamFile.objects.filter(OUT, exam=exam, aside_at=None, format__in=PICTURES, pk__in=wanted.images).order_by("pk"))
        if len(files) != len(set(wanted.images)):
            raise BadField("只能选用本项检查已发布的 PNG、JPEG 图像", "images are PNG or JPEG, of this examination, and out with its report", "images")
        row = TeachingCase.objects.create(institution=actor.unit, kind=exam.kind, sex=exam.person.sex, age_band=_band(exam.person, now), created_by=actor.name, created_at=now, **texts)
        TeachingSource.objects.create(case=row, exam=exam)
        TeachingImage.objects.bulk_create([TeachingImage(case=row, format=each.format, sha256=_kept_bare(each), position=place) for place, each in enumerate(files, 1)])
        write_line(row, "teaching_case", "write", actor.name, now, "", {"kind": row.kind, "images": len(files)}, actor.persons, actor=actor, institutions=(actor.unit,), open_names={"kind", "images"})
    return row


def publish_case(id: int, version: int, by: By, now: datetime) -> TeachingCase:
    """Open a draft to the members: by another of the centre's people, who has looked that it names nobody. Errors: NotAllowed, UnknownWork, StaleVersion, GuardRefused."""
    def judged(row: TeachingCase, actor: Actor) -> dict[str, Any]:
        if row.state != "draft":
            raise GuardRefused("只有草稿可以发布", "only a draft is published", "is_draft")
        if row.created_by == actor.name or actor.name in _same_person(row.created_by, actor):
            raise GuardRefused("编写人不能自行发布，须由他人核对没有身份信息", "somebody else publishes it, having seen that it names nobody", "published_by_another")
        _check_taught(row.source.exam)
        return {"state": "published", "published_by": actor.name, "published_at": now}
    return _stepped(id, version, "publish", CENTRE, judged, by, now)


def withdraw_case(id: int, version: int, by: By, now: datetime) -> TeachingCase:
    """Nobody reads it any more: by the centre's people or its director. Errors: NotAllowed, UnknownWork, StaleVersion, GuardRefused."""
    def judged(row: TeachingCase, actor: Actor) -> dict[str, Any]:
        if row.state == "withdrawn":
            raise GuardRefused("已撤回", "it was withdrawn already", "is_there")
        return {"state": "withdrawn"}
    return _stepped(id, version, "withdraw", (*CENTRE, "director"), judged, by, now)


def cases_seen(actor: Actor, now: datetime) -> QuerySet[TeachingCase]:
    """The own centre's, and what is published by a centre of a consortium of one's institution; with `is_read` and `reader_count`."""
    if actor.role not in READERS or not actor.unit:
        return TeachingCase.objects.none()
    day = today_of(now)
    joined = Membership.objects.filter(on_day(day), on_day(day, "consortium__"), institution__code=actor.unit).values("consortium")
    centres = Institution.objects.filter(memberships__in=Membership.objects.filter(on_day(day), consortium__in=joined)).values("code")
    own = Q(institution=actor.unit) if actor.role in (*CENTRE, "director") else Q(institution=actor.unit, state="published")
    read = Exists(TeachingReading.objects.filter(case=OuterRef("pk"), by=actor.name))
    return TeachingCase.objects.filter(own | Q(state="published", institution__in=centres)).annotate(is_read=read, reader_count=Count("readings", distinct=True))


def open_case(id: int, actor: Actor, now: datetime) -> TeachingCase:
    """Read a case; that it was read is kept, and stands in the trail. Errors: UnknownWork."""
    row = cases_seen(actor, now).filter(pk=id).first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的教学病例", f"there is no teaching case number {id}")
    reads_person("teaching_case", id, institutions=(row.institution,), purpose="teaching", actor=actor)
    return row


def note_read(id: int, by: By, now: datetime) -> None:
    """Say that one has read a case; once. Errors: UnknownWork, GuardRefused (of a draft, or said already)."""
    with refusals_recorded(by, subject="teaching_case", subject_id=id, step="read", now=now), transaction.atomic():
        actor = actor_of(by)
        row = open_case(id, actor, now)
        if row.state != "published" or row.is_read:  # type: ignore[attr-defined]
            raise GuardRefused("只登记已发布且未读过的", "it is no published case, or was noted already", "unread")
        made = TeachingReading.objects.create(case=row, institution=actor.unit, by=actor.name, at=now)
        write_line(made, "teaching_reading", "read", actor.name, now, "", {"case": row.pk}, actor.persons, actor=actor, institutions=(actor.unit,), open_names={"case"})


def case_image(id: int, image: int, actor: Actor, now: datetime) -> tuple[TeachingImage, Path]:
    """An image of a case that one may read; of what was withdrawn nobody sees any. Errors: UnknownWork."""
    row = open_case(id, actor, now)
    found = TeachingImage.objects.filter(case=row, pk=image).first()
    if found is None or row.state == "withdrawn" or not (path := file_path(Path(settings.VAR), found.sha256)).is_file():
        raise UnknownWork(f"没有编号为 {image} 的图像", f"there is no image number {image}")
    return found, path


def _stepped(id: int, version: int, step: str, roles: tuple[str, ...], judged: Any, by: By, now: datetime) -> TeachingCase:
    with refusals_recorded(by, subject="teaching_case", subject_id=id, step=step, version=version, now=now), transaction.atomic():
        actor = check_roles(by, roles)
        row = TeachingCase.objects.select_for_update().filter(pk=id, institution=actor.unit).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的教学病例", f"there is no teaching case number {id}")
        if row.version != version:
            raise stale()
        write_change(row, "teaching_case", step, actor.name, now, judged(row, actor), {}, actor.persons, actor=actor, institutions=(actor.unit,))
    return row


def _check_taught(exam: Exam) -> None:
    if exam.state != "released" or exam.is_narrow:
        raise GuardRefused("只有已发布且非五级敏感的报告可作教学病例", "only a report that is out, and none of level 5, may be taught", "may_be_taught")


def _kept_bare(file: ExamFile) -> str:
    """The digest of a file's picture, kept without what is written beside it. Errors: BadField."""
    path = file_path(Path(settings.VAR), file.sha256)
    if not path.is_file():
        raise BadField("图像文件不在本机", "the file of an image is not on this machine", "images")
    return keep_file(Path(settings.VAR), [stripped(file.format, path.read_bytes())])[0]


def _same_person(account: str, actor: Actor) -> tuple[str, ...]:
    """The account, where it is of the same person as the actor's."""
    from sanyi.store.models import Account
    key = Account.objects.filter(name=account).values_list("person_key", flat=True).first()
    return (actor.name,) if key in actor.persons else ()


def _check_nobody(field: str, text: str, person: Person, exam: Exam) -> None:
    """A text that names the person, an institution's number, a day or somebody who asked. Errors: BadField."""
    names = [name for name in (person.name, exam.barcode) if len(name) > 1]
    if found := next((name for name in names if name in text), ""):
        raise BadField(f"“{field}”中有身份信息“{found}”", f"{field!r} names somebody: {found!r}", field)
    if found_one := DIGITS.search(text) or DAYS.search(text):
        raise BadField(f"“{field}”中有证件、电话、编号或具体日期“{found_one.group()}”", f"{field!r} holds a number or a day that tells who it is: {found_one.group()!r}", field)


def _band(person: Person, now: datetime) -> str:
    """The decade of a person's age; from ninety on one band, for few are as old."""
    if person.born_on is None:
        return ""
    today = today_of(now)
    age = today.year - person.born_on.year - ((today.month, today.day) < (person.born_on.month, person.born_on.day))
    first = min(age, 90) // BAND * BAND
    return "90+" if first >= 90 else f"{first}–{first + BAND - 1}"
