"""Applying for the special review of a case, within the institution's quota; and what was decided, as rows of the record."""
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from sanyi.store.books import find_book, open_periods
from sanyi.store.kinds import find_work
from sanyi.store.log import today_of, write_line
from sanyi.store.models import BookEvent, SpecialReview
from sanyi.store.or_refused import or_refused
from sanyi.store.who import By, actor_of, check_roles
from sanyi.tables.codes import REVIEW_REASON, REVIEWED_METHOD
from sanyi.terms.fen import yuan
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.special_review import OPINIONS
from sanyi.workflows.take import LONGEST_TEXT, clean

NOT_COUNTED = ("withdrawn", "rejected")
HALF, SECOND = ("opined", "opined_again"), ("give_second", "give_second_again")


@dataclass(frozen=True)
class ReviewedCase:
    """The case as the run knows it: its encounter, institution and cost, the method that pays it, and the institution's quota.

    `discharge_count` is the institution's discharges of the year, `quota` how many of them it may apply for.
    """

    encounter: str
    institution: str
    cost_fen: int
    method: str
    discharge_count: int
    quota: int


def apply_for_review(plan: str, year: int, case: ReviewedCase, reason: str, text: str, by: By, now: datetime) -> SpecialReview:
    """Apply for one case. The institution itself applies; the bureau may enter an application for it.

    Errors (nothing written): NotAllowed, BadField (an unknown reason or method, no text), GuardRefused (the quota is used up, the
    case has been applied for). Source: DIP-24.
    """
    with transaction.atomic():
        actor, book = check_roles(by, ("hospital", "bureau")), find_book(plan, year, is_locked=True)
        if actor.role == "hospital" and actor.unit != case.institution:
            raise NotAllowed("只能为本机构的病例申请", "an institution applies for its own cases only")
        _check_words(reason, case.method, text)
        _check_quota(book, case)
        with or_refused("该病例已申请特例单议", "this case has been applied for already", "once"):
            review = SpecialReview.objects.create(
                book=book, encounter=case.encounter, unit=case.institution, method=case.method, reason=reason, text=clean(text),
                cost_fen=case.cost_fen, state=workflow_of("special_review").start, opened_by=actor.name, opened_at=now)
        write_line(review, "special_review", "apply", actor.name, now, "", {"encounter": case.encounter, "reason": reason, "text": review.text},
                   actor.persons)
    return review


def _check_words(reason: str, method: str, text: str) -> None:
    if reason not in REVIEW_REASON:
        raise BadField(f"申请理由应为：{'、'.join(words[0] for words in REVIEW_REASON.values())}", f"the reason is one of {', '.join(REVIEW_REASON)}", "reason")
    if method not in REVIEWED_METHOD:
        raise BadField("该病例不按病种或病组付费，不适用特例单议", "the case is paid neither by score nor by group", "method")
    if not clean(text) or len(clean(text)) > LONGEST_TEXT:
        raise BadField(f"请填写申请说明（至多 {LONGEST_TEXT} 字）", f"say why, in at most {LONGEST_TEXT} characters", "text")


def _check_quota(book, case: ReviewedCase) -> None:
    used = SpecialReview.objects.filter(book=book, unit=case.institution).exclude(state__in=NOT_COUNTED).count()
    if used >= case.quota:
        raise GuardRefused(f"已用完申请名额：出院 {case.discharge_count} 例，可申请 {case.quota} 例，已申请 {used} 例",
                           f"the quota is used up: {case.discharge_count} discharges, {case.quota} may be applied for, {used} have been", "quota")


def decided_rows(plan: str, year: int) -> list[dict]:
    """The decisions frozen into a batch, as rows of the record table special_reviews."""
    found = SpecialReview.objects.filter(book=find_book(plan, year), state="frozen").order_by("encounter")
    return [{"encounter_id": row.encounter, "institution_id": row.unit, "method_code": row.method, "reason_code": row.reason,
             "outcome_code": row.outcome, "amount_fen": row.amount_fen, "group_code": row.group or None, "decided_on": today_of(row.done_at),
             "batch_code": row.batch, "year": year} for row in found]


def reviews(plan: str, year: int, state: str = "", unit: str = "") -> list[dict]:
    """The applications of a plan's year, newest first, those of one institution where `unit` says so."""
    found = SpecialReview.objects.filter(book=find_book(plan, year)).order_by("-id")
    found = found.filter(state=state) if state else found
    found = found.filter(unit=unit) if unit else found
    return [review_row(row) for row in found]


def review_row(row: SpecialReview) -> dict:
    """One application as plain data."""
    names = ("id", "version", "encounter", "unit", "method", "reason", "text", "cost_fen", "outcome", "amount_fen", "group", "batch", "round",
             "state", "opened_by", "opened_at", "done_by", "done_at")
    return {**{name: getattr(row, name) for name in names}, "cost_yuan": yuan(row.cost_fen),
            "amount_yuan": "" if row.amount_fen is None else yuan(row.amount_fen)}


def one_review(id: int, by: By) -> dict:
    """One application as plain data, as an account may see it, with the periods it may be frozen into. Errors: UnknownWork."""
    row = find_work("special_review", id, actor_of(by))
    return {**review_row(row), "open_periods": open_periods(row.book)}


def review_events(id: int) -> list[dict]:
    """The log of one application, oldest first, with each step's words; until both experts have answered no answer is told."""
    row, workflow = find_work("special_review", id), workflow_of("special_review")
    words = {"apply": ("申请", "applied for"), **{step.name: (step.zh, step.en) for step in workflow.steps}}
    names = ("id", "at", "by", "step", "before", "after", "version", "given")
    found = list(BookEvent.objects.filter(subject="special_review", subject_id=id).order_by("version").values(*names))
    last = max((place for place, event in enumerate(found) if event["step"] in SECOND), default=-1)
    return [{**event, "step_zh": words[event["step"]][0], "step_en": words[event["step"]][1],
             "given": {} if place > last and event["step"] in OPINIONS and row.state in HALF else event["given"]} for place, event in enumerate(found)]


def published_counts(plan: str, year: int) -> dict[str, int]:
    """How many applications stand in each state, for publication."""
    found = dict(SpecialReview.objects.filter(book=find_book(plan, year)).values_list("state").annotate(count=Count("pk")).order_by())
    return {state.name: found.get(state.name, 0) for state in workflow_of("special_review").states}
