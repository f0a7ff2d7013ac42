"""Examinations and critical values as plain rows for pages: what an actor sees, whose reports are readable, what waits."""
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from sanyi.store.exams.attending import CENTRE, CLINICIANS
from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import FINISHED, CriticalValue, Exam, ExamNotice, ExamReport
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.log import write_line
from sanyi.store.tenancy import in_hand
from sanyi.store.who import By, check_roles
from sanyi.workflows.facts import Actor

ALARM, EMERGENCY, REFERRED = (datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00") for year in (1900, 1901, 1902))  # critical, then emergencies, then who was sent up come before whatever is due
OPEN_ALARMS = ("raised", "told", "escalated", "acknowledged")


def exams_of(actor: Actor) -> QuerySet:
    """The examinations an actor may see, with `person_name`, `is_first` and `rank`: critical first, then emergencies, then patients who were referred up (HK-17), then by what is due."""
    critical, under_way = When(is_critical=True, then=Value(ALARM)), ~Q(state__in=FINISHED)
    first = (When(under_way, urgency="emergency", then=Value(EMERGENCY)), When(under_way, referral__isnull=False, then=Value(REFERRED)))
    return kind_of("exam").seen_by(actor).annotate(
        person_name=F("person__name"), is_first=Case(When(referral__isnull=False, then=Value(True)), default=Value(False)), rank=Case(critical, *first, When(due_at__isnull=False, then=F("due_at")), default=F("created_at")))


def critical_of(actor: Actor) -> QuerySet:
    """The critical values an actor may see, with the person's name and the item."""
    return kind_of("critical_value").seen_by(actor).annotate(person_name=F("exam__person__name"), item=F("exam__item"))


def waiting_critical(actor: Actor) -> list[dict[str, Any]]:
    """Those that nobody has acted upon yet, what goes on first first."""
    return list(critical_of(actor).filter(state__in=OPEN_ALARMS).order_by("due_at").values("id", "state", "text", "stage", "told_to", "due_at", "item", "person_name")[:50])


def critical_responses(actor: Actor, since: datetime) -> list[tuple[int | None, int]]:
    """How fast critical values raised since a moment were read back: within so many minutes (each stage of the plan's clock ends there), later (0), not yet (None)."""
    stages = list(accumulate(rules_now().critical_minutes(stage) for stage in range(1, rules_now().last_stage + 1)))
    rows = critical_of(actor).filter(created_at__gte=since).exclude(state="withdrawn").values_list("created_at", "acknowledged_at")
    there = Counter(None if read is None else next((stage for stage in stages if read - raised <= timedelta(minutes=stage)), 0) for raised, read in rows)
    return [(stage, there[stage]) for stage in (*stages, 0, None)]


def readable_reports(exam: Exam, actor: Actor) -> list[ExamReport]:
    """The versions an actor may read, newest first."""
    return list(readable_of([exam], actor).order_by("-number"))


def readable_of(exams: Sequence[Exam], actor: Actor) -> QuerySet:
    """The versions of some examinations that an actor may read: the centre's people all, everybody else what was released."""
    rows = ExamReport.objects.filter(exam__in=exams).select_related("release")
    ours = Q(exam__centre=actor.unit) if actor.unit and actor.role in CENTRE else Q(pk__in=())
    return rows.filter(Q(release__isnull=False) | ours)


def previous_results(exam: Exam, actor: Actor) -> list[dict[str, Any]]:
    """Earlier released results of the same item and person, newest first, for whoever reports it or may read it; of level 5 only those one attends."""
    rows = Exam.objects.filter(person=exam.person_id, item=exam.item, first_released_at__isnull=False).exclude(pk=exam.pk)
    if exam.is_narrow:
        rows = rows.filter(attendants__person_key__in=actor.persons).distinct()
    found = []
    with in_hand((exam.person_id,)):
        for each in rows.order_by("-first_released_at")[:10]:
            report = ExamReport.objects.filter(exam=each, release__isnull=False).order_by("-number").first()
            found.append({"id": each.pk, "centre": each.centre, "released_at": each.released_at, "report": report})
    return found


def notices_for(actor: Actor) -> list[dict[str, Any]]:
    """What the actor's institution was told and nobody has noted yet, newest first."""
    if actor.role not in CLINICIANS:
        return []
    rows = ExamNotice.objects.filter(institution=actor.unit, seen_by="", exam__in=kind_of("exam").seen_by(actor))
    return list(rows.exclude(kind="released").order_by("-at").values("id", "exam_id", "kind", "at")[:50])


def note_seen(exam: int, by: By, now: datetime) -> int:
    """Note that the clinic has seen what it was told of an examination; gives how many notices. Errors: NotAllowed, UnknownWork."""
    with transaction.atomic():
        actor = check_roles(by, CLINICIANS)
        row = find_work("exam", exam, actor)
        rows = list(ExamNotice.objects.select_for_update().filter(exam=row, institution=actor.unit, seen_by=""))
        for each in rows:
            ExamNotice.objects.filter(pk=each.pk).update(seen_by=actor.name, seen_at=now)
            write_line(each, "exam_notice", "seen", actor.name, now, "", {"kind": each.kind}, actor.persons, actor=actor, residents=(str(row.person_id),))
    return len(rows)


def unfinished(actor: Actor) -> QuerySet:
    """What the actor's centre still has to do."""
    return exams_of(actor).filter(centre=actor.unit).exclude(state__in=FINISHED)
