"""Ordering an examination after a look at what is there: use a result, or order with a coded reason. Source: NG-17, HK-29."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from sanyi.store.crossing import tried_again
from sanyi.store.exams.attending import attends
from sanyi.store.exams.rules import URGENCIES, Rules, rules_now
from sanyi.store.exams.tables import FINISHED, Exam, ExamReport, RecognitionCheck
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution, on_day
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.first_contact import preferred_path
from sanyi.store.tenancy import in_hand
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import LONGEST_TEXT, clean

ORDERERS = ("doctor", "family_doctor")
# 医疗机构检查检验结果互认管理办法（国卫医发〔2022〕6号）: when a result that would count may be done again; the article's number was not verified.
REASONS = {
    "condition_changed": ("病情变化，结果与临床表现、诊断不符", "the condition changed; the result does not fit it"), "changes_fast": ("结果随病情变化较快", "the result changes fast"),
    "decisive": ("手术、输血等重大医疗措施前，项目意义重大", "decisive, before surgery, transfusion or the like"), "emergency": ("急诊、急救", "emergency"),
    "legal": ("司法、伤残及病退等鉴定", "a legal or disability appraisal"), "quality": ("结果质量不足以诊疗", "its quality is not sufficient"),
    "other": ("其他（须说明）", "other (say what)")}


_DONE = ("sampled_at", "performed_at", "first_released_at")  # a result is as old as its specimen or its picture, whenever it was reported


@dataclass(frozen=True)
class ExamWanted:
    """What is ordered for whom; `reason` (of REASONS) is needed where a result would count, or the item was just done."""

    person: int
    item: str
    centre: str
    urgency: str = "routine"
    question: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What a look before ordering finds: results that count here, and what else was ordered of the item lately."""

    recognisable: tuple[Exam, ...]
    repeats: tuple[Exam, ...]


def look_before_ordering(person: int, item: str, by: By, now: datetime) -> Found:
    """Find what is there of an item, wherever it was done; whose data it is goes into the trail. Errors: NotAllowed, BadField."""
    actor = check_roles(by, ORDERERS)
    with in_hand((person,)):
        found = _found(find_patient(person), rules_now(), item, actor, now)
    exams = (*found.recognisable, *found.repeats)
    reads_person("exam", "", residents=(str(person),), institutions=tuple({exam.centre for exam in exams}), purpose="recognition", actor=actor)
    return found


@tried_again
def order_exam(wanted: ExamWanted, by: By, now: datetime) -> Exam:
    """Order an examination.

    Errors: NotAllowed, BadField, GuardRefused (result_would_count, just_done: without a reason; ordered_at_once: somebody was faster).
    """
    with refusals_recorded(by, subject="exam", step="order", now=now), transaction.atomic(), in_hand((wanted.person,)):
        actor, rules = check_roles(by, ORDERERS), rules_now()
        Person.objects.select_for_update().filter(pk=wanted.person).first()  # of two orders at once the second sees the first, and says why
        person, item = find_patient(wanted.person), rules.item(wanted.item)
        centre = find_institution(wanted.centre, today_of(now), "centre")
        found = _found(person, rules, wanted.item, actor, now)
        reason, note = _why(wanted, found)
        series = Exam.objects.filter(person=person, item=wanted.item, institution=actor.unit).aggregate(last=Max("series"))["last"] or 0  # also finished: one may be corrected
        with or_refused("同一项目刚被开立，请刷新后再看", "the same item has just been ordered; look again", "ordered_at_once"):
            row = Exam.objects.create(
                state="requested", person=person, institution=actor.unit, centre=centre.code, item=wanted.item, kind=item["kind"],
                urgency=checked_choice(wanted.urgency, URGENCIES, "urgency"), question=checked_text(wanted.question, "question", "申请目的"), price_fen=item["price_fen"],
                is_narrow=item.get("is_narrow", False), referral=preferred_path(person.pk, actor.unit, "examination"), series=series + 1, created_by=actor.name, created_at=now)
        attends(row, *actor.persons)
        write_line(row, "exam", "order", actor.name, now, "", {"item": wanted.item, "centre": centre.code, "urgency": wanted.urgency, "reason": reason}, actor.persons,
                   actor=actor, open_names={"item", "centre", "urgency", "reason"} - ({"item"} if row.is_narrow else set()))
        if reason and (found.recognisable or found.repeats):
            _keep_check(row.person, actor, item, now, decision="declined" if found.recognisable else "repeat", exam=row, reason=reason, note=note,
                        result=(*found.recognisable, *found.repeats)[0])
    return row


@tried_again
def accept_result(person: int, item: str, result: int, by: By, now: datetime) -> RecognitionCheck:
    """Use a result instead of ordering; the item's price is saved, once. Errors: NotAllowed, BadField, UnknownWork (it does not count here, or no more), GuardRefused (used_once)."""
    with refusals_recorded(by, subject="exam", subject_id=result, step="accept_result", now=now), transaction.atomic(), in_hand((person,)):
        actor, rules = check_roles(by, ORDERERS), rules_now()
        Person.objects.select_for_update().filter(pk=person).first()  # of two at once the second sees the first
        patient = find_patient(person)
        used = next((exam for exam in _found(patient, rules, item, actor, now).recognisable if exam.pk == result), None)
        if used is None:
            raise UnknownWork("没有可互认的此项结果", "there is no such result that would count")
        if RecognitionCheck.objects.filter(person=patient, result=used, institution=actor.unit, decision="accepted").exists():
            raise GuardRefused("本机构已采用过这份结果，不重复计", "this institution has used this result already; it counts once", "used_once")
        attends(used, *actor.persons)
        return _keep_check(patient, actor, rules.item(item), now, decision="accepted", result=used, saved_fen=rules.item(item)["price_fen"])


def _keep_check(person: Person, actor: Actor, item: Mapping[str, Any], now: datetime, **said: Any) -> RecognitionCheck:
    row = RecognitionCheck.objects.create(person=person, institution=actor.unit, item=item["item"], price_fen=item["price_fen"], by=actor.name, at=now, **said)
    write_line(row, "recognition", row.decision, actor.name, now, "", {"item": row.item, "reason": row.reason, "saved_fen": row.saved_fen}, actor.persons, actor=actor,
               residents=(str(person.pk),), institutions=(row.result.centre,) if row.result else (), open_names={"item", "reason"})
    return row


def _found(person: Person, rules: Rules, item: str, actor: Actor, now: datetime) -> Found:
    """Released results of examinations done within the item's days, by institutions whose level counts; and what was ordered within the days of the alert.

    Of level 5 no other institution's is found: that it was done at all is for the attending staff.
    """
    row = rules.item(item)
    there = Exam.objects.filter(person=person, item=item).exclude(state="cancelled")
    if row.get("is_narrow"):
        there = there.filter(attendants__person_key__in=actor.persons).distinct()
    fresh = there.annotate(done=Coalesce(*_DONE)).filter(state="released", done__gte=now - timedelta(days=row["valid_days"]), first_released_at__lte=now)
    levels = dict(Institution.objects.filter(code__in=fresh.values("centre")).values_list("code", "level"))
    counts = tuple(exam for exam in fresh.order_by("-first_released_at", "-pk") if rules.is_recognised(row, levels.get(exam.centre, "")))
    lately = there.filter(Q(created_at__gte=now - timedelta(days=row["repeat_days"])) | ~Q(state__in=FINISHED)).exclude(pk__in=[exam.pk for exam in counts])
    return Found(counts, tuple(lately.order_by("-created_at", "-pk")[:20]))


def _why(wanted: ExamWanted, found: Found) -> tuple[str, str]:
    if not found.recognisable and not found.repeats:
        return "", ""
    if not wanted.reason:
        if found.recognisable:
            raise GuardRefused("已有可互认的结果：请采用，或选择不互认的原因", "there is a result that counts: use it, or say by its code why not", "result_would_count")
        raise GuardRefused("近期已开立同一项目（重复检查提醒）：请选择再次检查的原因", "the same item was ordered lately (repeat alert): say by its code why again", "just_done")
    note = checked_text(wanted.note, "note", "说明", is_needed=wanted.reason == "other")
    return checked_choice(wanted.reason, REASONS, "reason"), note


def done_at(exam: Exam) -> datetime:
    """From when a released result's days of recognition count."""
    return next(at for name in _DONE if (at := getattr(exam, name)))


def find_patient(id: int) -> Person:
    """A person who is active in the index. Errors: BadField."""
    found = Person.objects.filter(pk=id, is_active=True).first()
    if found is None:
        raise BadField(f"没有编号为 {id} 的居民", f"there is no person number {id}", "person")
    return found


def find_institution(code: str, today: date, field: str) -> Institution:
    """An institution of today. Errors: BadField."""
    found = Institution.objects.filter(on_day(today), code=code).first()
    if found is None:
        raise BadField(f"没有编码为 {code[:40]!r} 的机构", f"there is no institution with the code {code[:40]!r}", field)
    return found


def checked_choice(code: str, choices: Mapping[str, Any], field: str) -> str:
    """A code that is among the choices. Errors: BadField."""
    if code not in choices:
        raise BadField(f"{field} 应为：{'、'.join(choices)}；得到 {code[:40]!r}", f"{field} is one of: {', '.join(choices)}; got {code[:40]!r}", field)
    return code


def checked_text(text: str, field: str, zh: str, is_needed: bool = False) -> str:
    """A text without what cannot be seen. Errors: BadField."""
    cleaned = clean(text)
    if len(cleaned) > LONGEST_TEXT or is_needed and not cleaned:
        raise BadField(f"请填写“{zh}”（至多 {LONGEST_TEXT} 字）", f"fill in {field!r}, at most {LONGEST_TEXT} characters", field)
    return cleaned


def released_reports(exam: Exam) -> list[ExamReport]:
    """The versions that were given out, newest first."""
    with in_hand((exam.person_id,)):
        return list(ExamReport.objects.filter(exam=exam, release__isnull=False).select_related("release").order_by("-number"))
