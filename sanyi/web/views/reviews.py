"""Special reviews of single cases: the list with a form to apply, and one application with its steps. Source: DIP-24."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.runs.explain.explanation import NothingToExplain
from sanyi.runs.reviewed_case import case_to_review
from sanyi.store.delegations import givers_for
from sanyi.store.one import allowed_steps
from sanyi.store.special_reviews import ReviewedCase, apply_for_review, one_review, review_events, reviews
from sanyi.tables.codes import REVIEW_OUTCOME, REVIEW_REASON, REVIEWED_METHOD
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.web import clock
from sanyi.web.access import OWN, allowed
from sanyi.web.ledgers import run_plan
from sanyi.web.opened import results
from sanyi.web.own import own_unit
from sanyi.web.parts import short_table
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.trailed import reads
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, person, state_badge, steps_of
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, UnknownWork

KIND = "special_review"
MAY_APPLY = ("hospital", "bureau")


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("special_review_list")
def special_reviews(request: HttpRequest) -> HttpResponse:
    """The applications of the run's plan and year, and what is published; a POST applies for a case."""
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _apply(request)}, reverse("special_reviews"), lambda refusal: _list(request, refusal))
    return _list(request)


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("special_review", id="review_id")
def special_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One application; a POST takes a step."""
    if request.method == "POST":
        acts = {"step": work_acts(request, KIND, review_id)["step"]}  # what an account may not see it cannot act on either
        return answer_post(request, acts, reverse("special_review", args=[review_id]), lambda refusal: _one(request, review_id, refusal))
    return _one(request, review_id)


def _apply(request: HttpRequest) -> Words:
    encounter = typed(request, "encounter", "就诊编码", "encounter code", 100)
    try:
        case = ReviewedCase(**case_to_review(results(), encounter))
    except NothingToExplain as unknown:
        zh, _, en = str(unknown).partition(" / ")
        raise BadField(zh, en, "encounter") from unknown
    review = apply_for_review(run_plan(), results().year, case, request.POST.get("reason", ""), request.POST.get("text", ""),
                              request.by, clock.now())
    return f"特例单议第 {review.pk} 号已申请", f"Special review no. {review.pk} is applied for"


def _list(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        found, books = reviews(run_plan(), results().year, unit=own_unit(request)), True
    except UnknownWork:
        found, books = [], False
    rows = [_row(request, row) for row in found]
    table = _table()
    if is_export(request):
        return plain_workbook(request, table, rows)
    links = {name: lambda row: reverse("special_review", args=[row["id"]]) for name in ("id", "encounter_id")}
    return render(request, "special_reviews.html", {
        **notice(request, refusal), "list": plain_listing(request, table, rows, links=links), "has_books": books,
        "may_apply": books and request.actor.role in MAY_APPLY, "reasons": [(name, say(request, *words)) for name, words in REVIEW_REASON.items()],
        "published": short_table(request, "special_review_counts")}, status=refusal["status"] if refusal else 200)


def _table() -> Table:
    workflow = workflow_of(KIND)
    return Table(KIND, workflow.zh, workflow.en, key=("id",), columns=(
        whole("id", "编号", "no."), text("encounter_id", "就诊编码", "encounter"), text("institution_id", "申请机构", "institution"),
        code("method_code", "付费方式", "method", REVIEWED_METHOD), code("reason_code", "申请理由", "reason", REVIEW_REASON),
        fen("cost_fen", "总费用", "whole cost"), code("state_code", "状态", "state", {state.name: (state.zh, state.en) for state in workflow.states}),
        code("outcome_code", "核定结果", "outcome", REVIEW_OUTCOME, nullable=True), fen("amount_fen", "核定金额", "amount agreed", nullable=True),
        text("batch_code", "结算批次", "settlement batch", nullable=True), date("opened_on", "申请日期", "applied on"),
        text("opened_by", "申请人", "applied by")))


def _row(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    is_decided = row["state"] in ("decided", "final", "frozen")  # a single expert's answer is not shown to the other before
    return {"id": row["id"], "encounter_id": row["encounter"], "institution_id": row["unit"], "method_code": row["method"], "reason_code": row["reason"],
            "cost_fen": row["cost_fen"], "state_code": row["state"], "outcome_code": row["outcome"] if is_decided and row["outcome"] else None,
            "amount_fen": row["amount_fen"] if is_decided else None, "batch_code": row["batch"] or None,
            "opened_on": clock.today_of(row["opened_at"]), "opened_by": person(request, row["opened_by"])}


def _one(request: HttpRequest, review_id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = one_review(review_id, request.by)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    shown, since = _row(request, row), request.POST.get("version", "")
    periods = [{"entry": code, "zh": code, "en": code} for code in row["open_periods"]]
    log = [event_line(request, event, KIND) for event in review_events(review_id)]
    return render(request, "special_review.html", {
        **notice(request, refusal), "row": row, "state": state_badge(request, KIND, row["state"]), "reason": say(request, *REVIEW_REASON[row["reason"]]),
        "outcome": say(request, *REVIEW_OUTCOME[shown["outcome_code"]]) if shown["outcome_code"] else "", "amount_fen": shown["amount_fen"],
        "steps": steps_of(request, KIND, row["state"], allowed_steps(KIND, review_id, request.by, clock.now()), periods), "log": log[::-1],
        "behalf": givers_for(request.by, clock.today()), "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])],
        "opened_by": person(request, row["opened_by"])}, status=refusal["status"] if refusal else 200)
