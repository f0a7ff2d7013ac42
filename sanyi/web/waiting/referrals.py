"""Referrals that wait: for an answer, for the patient, for feedback, for the way back, for the insurance."""
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.store.organisation.lists import institution_names
from sanyi.store.referrals.tables import Referral
from sanyi.web.names import diagnosis_words
from sanyi.web.waiting.queue import Queue, seen
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import Actor
from sanyi.workflows.referral import RECEIVERS, SENDERS, TREATING
from sanyi.workflows.referral_facts import DECLINE_REASONS, DIRECTIONS, URGENCIES

STATES = {state.name: (state.zh, state.en) for state in workflow_of("referral").states}


def _what(request: HttpRequest, row: Referral) -> str:
    return " · ".join((diagnosis_words(row.reason), say(request, *DIRECTIONS[row.direction]), *([say(request, *URGENCIES[row.urgency])] if row.urgency != "routine" else [])))


def _overdue(actor: Actor, now: datetime) -> QuerySet:
    """What is late at either side, and what those above were told of until it is done: a reminder starts its clock anew."""
    return kind_of("referral").seen_by(actor).filter(Q(institution=actor.unit) | Q(receiver=actor.unit), Q(due_at__lt=now) | Q(escalation__gt=0, due_at__isnull=False))


def _above(request: HttpRequest, row: Referral) -> str:
    return " · ".join((_what(request, row), *([say(request, f"已提醒 {row.escalation} 次", f"escalated {row.escalation} times")] if row.escalation else [])))


def _news(actor: Actor, now: datetime) -> QuerySet:
    """What came of the own requests by others' hands and nobody here took note of: a doctor's own, at the desk everybody's."""
    rows = kind_of("referral").seen_by(actor).filter(institution=actor.unit, news_at__isnull=False)
    return rows if actor.role == "registrar" else rows.filter(created_by=actor.name)


def _came(request: HttpRequest, row: Referral) -> str:
    """What came of it; of a refusal why, and where else."""
    why = (say(request, *DECLINE_REASONS[row.decline_reason]), institution_names({row.alternative}).get(row.alternative, "") if row.alternative else "") if row.state == "declined" and row.decline_reason else ()
    return " · ".join(filter(None, (say(request, *STATES[row.state]), *why, _what(request, row))))


def _queue(zh: str, en: str, roles: tuple[str, ...], side: str, *states: str, all: str = "referrals", place: str = "", due: str = "due_at") -> Queue:
    other = place or ("institution" if side == "receiver" else "receiver")
    return Queue(zh, en, roles, seen("referral", side, *states), all, "referral", _what, place=other, due=due, asked=f"?state={states[0]}")


QUEUES = (
    _queue("待答复的转诊", "Referrals to answer", RECEIVERS, "receiver", "submitted"),
    Queue("待确认的急诊转诊", "Emergencies to confirm", RECEIVERS, lambda actor, now: kind_of("referral").seen_by(actor).filter(
        Q(institution=actor.unit) | Q(receiver=actor.unit), state="recorded").exclude(recorded_by=actor.unit), "referrals", "referral", _what, place="receiver", asked="?state=recorded"),
    _queue("等待到诊", "Patients expected", ("registrar", "nurse", *TREATING), "receiver", "accepted", due="expected_at"),
    _queue("待反馈诊疗结果", "Feedback owed", TREATING, "receiver", "arrived"),
    _queue("待定是否转回", "To be sent back or closed", TREATING, "receiver", "treated"),
    _queue("上级医院提出转回，待接回", "Offered back to us", SENDERS, "institution", "down_offered", all="referrals_out"),
    _queue("已接回，待随访办结", "Taken over, to be followed up", SENDERS, "institution", "taken_over", all="referrals_out"),
    Queue("转出结果，待知悉", "What came of our referrals", SENDERS, _news, "referrals_out", "referral", _came, place="receiver", due="news_at", is_deadline=False),
    Queue("未发出的转诊", "Referrals not sent yet", SENDERS, lambda actor, now: kind_of("referral").seen_by(actor).filter(
        institution=actor.unit, state__in=("draft", "consented"), created_by=actor.name), "referrals_out", "referral", _what, place="receiver", asked="?state=draft"),
    Queue("超时的转诊", "Overdue referrals", ("director",), _overdue, "referrals", "referral", _above, place="institution", is_alarm=True),
    _queue("待备案的转外", "Off-site referrals to file", ("bureau",), "", "filing_asked", place="institution"))
