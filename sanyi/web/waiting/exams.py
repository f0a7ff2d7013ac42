"""Shared diagnosis: critical values, specimens, reports and consultations that wait."""
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.store.exams.attending import CENTRE, NOTICES
from sanyi.store.exams.lists import OPEN_ALARMS, critical_of, exams_of
from sanyi.store.exams.rules import CONSULTATION_KINDS, rules_now
from sanyi.store.exams.tables import FINISHED, CriticalValue, Exam, ExamNotice
from sanyi.store.kinds import kind_of
from sanyi.web.waiting.queue import Queue, Rows
from sanyi.web.words import say
from sanyi.workflows.consultation import ASKERS, UNANSWERED
from sanyi.workflows.critical_value import CLINICIANS
from sanyi.workflows.errors import Refused
from sanyi.workflows.exam_facts import SPECIMENS
from sanyi.workflows.facts import Actor


def _item(request: HttpRequest, row: Exam) -> str:
    first = say(request, "转诊优先 · ", "referred, first · ") if row.referral_id else ""
    try:
        return first + say(request, *rules_now().words(row.item))
    except Refused:
        return first + row.item


def _exams(side: str, wanted: Callable[[Actor], Q]) -> Rows:
    return lambda actor, now: exams_of(actor).filter(wanted(actor), **{side: actor.unit}).order_by("rank", "pk")


def _queue(zh: str, en: str, roles: tuple[str, ...], side: str, wanted: Callable[[Actor], Q], place: str, all: str = "exam_work") -> Queue:
    return Queue(zh, en, roles, _exams(side, wanted), all, "exam", _item, place=place)


def _alarms(side: str, *states: str) -> Rows:
    return lambda actor, now: critical_of(actor).filter(state__in=states, **{side: actor.unit}).order_by("due_at")


def _notices(actor: Actor, now: datetime) -> QuerySet:
    return ExamNotice.objects.filter(institution=actor.unit, seen_by="", exam__in=kind_of("exam").seen_by(actor)).exclude(kind="released").order_by("-at")


def _critical(request: HttpRequest, row: CriticalValue) -> str:
    return row.text


def _consultation(request: HttpRequest, row: Any) -> str:
    return say(request, *CONSULTATION_KINDS[row.kind])


def _overdue(actor: Actor, now: datetime) -> QuerySet:
    """Both sides' directors see what nobody answers in time, and the clinicians who asked."""
    ours = Q(institution=actor.unit) | Q(expert_institution=actor.unit) if actor.role == "director" else Q(institution=actor.unit)
    return kind_of("consultation").seen_by(actor).filter(ours, state__in=UNANSWERED, due_at__lt=now).order_by("due_at", "pk")


QUEUES = (
    Queue("危急值", "Critical values", CLINICIANS, _alarms("institution", *OPEN_ALARMS), "critical_values", "critical_value", _critical, whose="exam.person", is_alarm=True),
    Queue("未通知临床的危急值", "Critical values to tell", CENTRE, _alarms("centre", "raised", "escalated"), "critical_values", "critical_value", _critical, whose="exam.person",
          place="institution", is_alarm=True),
    Queue("标本拒收与报告更正", "Rejected specimens, corrected reports", ("doctor", "family_doctor", "nurse"), _notices, "exams", "exam",
          lambda request, row: say(request, *NOTICES[row.kind]), whose="exam.person", due="at", key="exam_id", is_deadline=False),
    _queue("待采集标本", "Specimens to take", ("nurse", "family_doctor"), "institution", lambda actor: Q(state__in=("requested", "rejected"), kind__in=SPECIMENS), "centre", "exams"),
    _queue("待送出标本", "Specimens to send", ("nurse",), "institution", lambda actor: Q(state="sampled"), "centre", "exams"),
    _queue("待核收标本", "Specimens to receive", ("technician",), "centre", lambda actor: Q(state__in=("sampled", "in_transit")), "institution"),
    _queue("待检查检验", "To be performed", ("technician",), "centre", lambda actor: Q(state="received") | Q(state__in=("requested", "scheduled")) & ~Q(kind__in=SPECIMENS), "institution"),
    _queue("待报告", "Reports to write", CENTRE, "centre", lambda actor: Q(state="performed") | Q(state__in=("claimed", "correcting"), claimed_by=actor.name), "institution"),
    _queue("待审核与发布", "Reports to verify and release", CENTRE, "centre", lambda actor: Q(state="verified") | Q(state="reported") & ~Q(done_by=actor.name), "institution"),
    Queue("超时报告", "Overdue reports", ("director",), lambda actor, now: exams_of(actor).filter(centre=actor.unit, due_at__lt=now).exclude(state__in=FINISHED).order_by("due_at", "pk"),
          "exam_work", "exam", _item, place="institution"),
    Queue("会诊邀请", "Consultations asked of us", ("doctor",), lambda actor, now: kind_of("consultation").seen_by(actor).filter(Q(expert="") | Q(expert=actor.name), expert_institution=actor.unit,
          state__in=UNANSWERED).order_by("due_at"), "consultations", "consultation", _consultation, place="institution"),
    Queue("超时未答复的会诊", "Consultations overdue", ("director", *ASKERS), _overdue, "consultations", "consultation", _consultation, whose="person", place="expert_institution", is_alarm=True),
    Queue("已出意见的会诊，待评价办结", "Consultations answered, to be closed", ASKERS, lambda actor, now: kind_of("consultation").seen_by(actor).filter(
        institution=actor.unit, state="answered").order_by("done_at"), "consultations", "consultation", _consultation, place="expert_institution", due=""))
