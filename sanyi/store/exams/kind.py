"""The kinds of work of shared diagnosis: what each step may know, who may see it, what follows."""
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanyi.store.accounts import SYSTEM
from sanyi.store.devices.known import devices_known
from sanyi.store.exams.attending import CLINICIANS, follow_attending, visible_exams, visible_through
from sanyi.store.exams.consulting import share_fee
from sanyi.store.exams.critical import next_to_tell
from sanyi.store.exams.reporting import keep_report, release_report, tell_of, told_attends
from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import Consultation, CriticalValue, Exam
from sanyi.store.findings.measuring import missing_and_beyond
from sanyi.store.kinds import EVERYTHING, NOTHING, WorkKind
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.store.or_refused import or_refused
from sanyi.workflows.consultation import ConsultationFacts
from sanyi.workflows.exam import EXAM
from sanyi.workflows.exam_facts import CriticalFacts, ExamFacts
from sanyi.workflows.facts import Actor, Given

DOABLE = ("requested", "scheduled", "received")
DONE = ("performed", "claimed", "reported", "verified", "released", "correcting")


def _exam_facts(row: Exam, actor: Actor, now: datetime) -> ExamFacts:
    rules = rules_now()
    can_be_done = row.state in DOABLE
    item = rules.items.get(row.item, {})  # an item that left the plan is still finished, without limits
    return ExamFacts(row.state, actor, now, today_of(now), _both(row), {"clinic": (row.institution,), "centre": (row.centre,)}, done_by=row.done_by,
                     hands=_last_hands("exam", row.pk, {"claim": ("claim", "correct"), "report": ("report",)}), kind=row.kind, is_performed=row.state in DONE,
                     is_first=row.first_released_at is None, turnaround_minutes=rules.turnaround_minutes(row.kind, row.urgency), sampled_at=row.sampled_at,
                     sent_at=row.sent_at, **rules.transport(row.kind), critical_low_e3=item.get("critical_low_e3"), critical_high_e3=item.get("critical_high_e3"),
                     fixed_at=row.fixed_at, devices=devices_known(actor.unit, row.kind) if can_be_done else {}, is_lapse_refused=rules.is_lapse_refused, **missing_and_beyond(row, rules))


def _critical_facts(row: CriticalValue, actor: Actor, now: datetime) -> CriticalFacts:
    rules = rules_now()
    is_last = row.stage >= rules.last_stage
    return CriticalFacts(row.state, actor, now, today_of(now), _both(row), {"clinic": (row.institution,), "centre": (row.centre,)}, value=row.text, due_at=row.due_at,
                         is_last=is_last, stage=row.stage, next_to="" if is_last else next_to_tell(row, now),
                         next_minutes=0 if is_last else rules.critical_minutes(row.stage + 1))


def _consultation_facts(row: Consultation, actor: Actor, now: datetime) -> ConsultationFacts:
    return ConsultationFacts(row.state, actor, now, today_of(now), _two(row), {"clinic": (row.institution,), "experts": (row.expert_institution,)},
                             hands=_last_hands("consultation", row.pk, {"accept": ("accept",)}), urgency=row.urgency)


def _last_hands(subject: str, id: int, wanted: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """The persons of the last step of each sort: what was claimed or reported before that counts no more."""
    events = WorkEvent.objects.filter(subject=subject, subject_id=id).order_by("-version")
    found = []
    for name, steps in wanted.items():
        persons = events.filter(step__in=steps).values_list("persons", flat=True).first() or ""
        found += [(name, person) for person in persons.split("\n") if person]
    return tuple(found)


def _both(row: Any) -> tuple[str, ...]:
    return (row.institution, row.centre)


def _two(row: Consultation) -> tuple[str, ...]:
    return (row.institution, row.expert_institution)


def _visible_consultations(actor: Actor) -> Q:
    """The two institutions' clinicians; a resident the own, once it is answered."""
    if actor.name == SYSTEM:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=int(actor.resident), state__in=("answered", "closed")) if actor.resident.isdecimal() else NOTHING
    if actor.role not in (*CLINICIANS, "director") or not actor.unit:
        return NOTHING
    return Q(institution=actor.unit) | Q(expert_institution=actor.unit)


def _barcode_kept(row: Exam, actor: Actor, now: datetime, given: Given) -> None:
    """A centre has a barcode once; of two who type the same at once one has it. Errors: GuardRefused."""
    with or_refused(f"条码“{given['barcode'][:40]}”已用于另一标本", f"the barcode {given['barcode'][:40]!r} is on another specimen already", "barcode_once"):
        Exam.objects.filter(pk=row.pk).update(barcode=given["barcode"])


TOLD = {"reject": tell_of("rejected"), "correct": tell_of("correcting"), "report": keep_report, "release": release_report}
EXAMS = WorkKind("exam", Exam, _exam_facts, visible_exams, WorkEvent, units=_both, institutions=_both, resident=lambda row: str(row.person_id),
                 precedes={"sample": _barcode_kept}, follows={**{step.name: follow_attending for step in EXAM.steps}, **TOLD})
CRITICAL_VALUES = WorkKind("critical_value", CriticalValue, _critical_facts, visible_through, WorkEvent, units=_both, institutions=_both,
                           resident=lambda row: str(row.exam.person_id), follows={"escalate": told_attends, "tell": told_attends})
CONSULTATIONS = WorkKind("consultation", Consultation, _consultation_facts, _visible_consultations, WorkEvent, units=_two, institutions=_two,
                         resident=lambda row: str(row.person_id), follows={"close": share_fee})
