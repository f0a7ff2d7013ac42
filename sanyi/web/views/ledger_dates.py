"""The days that deadlines count from: milestones of a plan, and the form that records when one was reached."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sanyi.store.dating import date_milestone
from sanyi.store.one import milestones
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.ledgers import address, chosen, closed, frame
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.views.ledger_item import asked_date
from sanyi.web.words import say
from sanyi.web.work_words import pair


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_dates(request: HttpRequest) -> HttpResponse:
    """Milestones, those that deadlines wait for first; a POST by the office records a day."""
    found = chosen(request)
    if found is None:
        return closed(request, "ledger_dates", notice(request))
    if request.method == "POST":
        return answer_post(request, {"date": lambda: _date(request, found["plan"])}, address("ledger_dates", found["plan"]),
                           lambda refusal: _page(request, found, refusal))
    return _page(request, found)


def _date(request: HttpRequest, plan: str) -> Words:
    day = asked_date(request, "on")
    moved = date_milestone(plan, typed(request, "milestone", "里程碑", "milestone", 100), day, request.by, clock.now(), request.POST.get("note", "")[:1000])
    return f"已登记 {day}；{len(moved)} 项期限随之确定", f"{day} recorded; {len(moved)} deadlines follow from it"


def _page(request: HttpRequest, found: dict[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = [_row(request, each, found["plan"]) for each in milestones(found["plan"])]
    rows.sort(key=lambda row: (not (row["is_event"] and not row["on"]), not row["is_event"]))
    return render(request, "ledger_dates.html", {
        **notice(request, refusal), **frame(request, found, "ledger_dates"), "rows": rows,
        "waiting": sum(row["is_event"] and not row["on"] for row in rows)}, status=refusal["status"] if refusal else 200)


def _row(request: HttpRequest, row: dict[str, Any], plan: str) -> dict[str, Any]:
    months = row["due_after_months"]
    basis = say(request, f"“{row['due_after']}”后 {months} 个月内", f"within {months} months of {row['due_after']}") if row["due_after"] else ""
    return {**row, "title": pair(request, row), "basis": basis, "waiting": address("ledger", plan, line_code="waiting") + "#list"}
