"""One item of a ledger: what the plan asks, how it stands, what may be done now, and everything that happened to it."""
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.board import targets_of
from sanyi.store.one import allowed_steps, item as find_item, ledgers, milestones, units
from sanyi.store.posting import add_part, issue_order, list_problem, set_owner
from sanyi.store.people import owners
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.ledgers import address, frame
from sanyi.web.posted import Words, answer_post, notice, typed, whole
from sanyi.web.uploads import ACCEPT
from sanyi.web.views.readings import reading_address
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import (
    due_words, event_line, evidence_choices, evidence_line, joined, kind_words, line_badge, pair, person, state_badge, steps_of, target_line,
)
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.lines import LINES

KIND = "task"


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item; a POST takes a step, adds a proof, a part, a problem or an order, or names who looks after it."""
    if request.method != "POST":
        return _page(request, item_id)
    acts = {**work_acts(request, KIND, item_id), "part": lambda: _add_part(request, item_id), "owner": lambda: _set_owner(request, item_id),
            "problem": lambda: _list_problem(request, item_id), "order": lambda: _issue_order(request, item_id)}
    return answer_post(request, acts, reverse("ledger_item", args=[item_id]), lambda refusal: _page(request, item_id, refusal))


def found_or_404(find: Any, id: int) -> dict[str, Any]:
    """One piece of work. Raises Http404."""
    try:
        return find(id, clock.today())
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from None


def asked_date(request: HttpRequest, name: str, is_needed: bool = True) -> date | None:
    """A day from a form. Errors: BadField."""
    given = request.POST.get(name, "").strip()
    if not given and not is_needed:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadField("请填写日期，如 2026-12-31", "fill in a day such as 2026-12-31", name) from None


def _add_part(request: HttpRequest, item_id: int) -> Words:
    part = add_part(item_id, typed(request, "text", "子任务", "part"), request.POST.get("unit", ""), request.by, clock.now(),
                    asked_date(request, "due", is_needed=False), request.POST.get("measures", ""), request.POST.get("en", ""))
    return f"已细化子任务 {part.number}", f"Part {part.number} added"


def _set_owner(request: HttpRequest, item_id: int) -> Words:
    row = set_owner(item_id, whole(request, "version"), request.POST.get("owner", ""), request.by, clock.now())
    name = row.owner.name if row.owner_id else ""
    return (f"经办人：{name}", f"Looked after by {name}") if name else ("已取消经办人", "Nobody looks after it now")


def _list_problem(request: HttpRequest, item_id: int) -> Words:
    list_problem(find_item(item_id, clock.today())["plan"], typed(request, "text", "问题", "problem"), request.by, clock.now(), item_id)
    return "已列入问题清单", "Put on the problem list"


def _issue_order(request: HttpRequest, item_id: int) -> Words:
    order = issue_order(find_item(item_id, clock.today())["plan"], request.POST.get("unit", ""), typed(request, "text", "督办事项", "order"),
                        asked_date(request, "due"), request.by, clock.now(), item_id)
    return f"已下达督办单第 {order.pk} 号", f"Supervision order no. {order.pk} issued"


def _page(request: HttpRequest, item_id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    item = found_or_404(find_item, item_id)
    plan = item["plan"]
    ledger = next(each for each in ledgers() if each["plan"] == plan)
    bodies, events = units(plan), {each["milestone"]: each for each in milestones(plan)}
    leading = {item["lead"], *(each["unit"] for each in item["co_leads"])}
    is_mine = request.actor.role == "office" or request.actor.role == "lead" and request.actor.unit in leading
    log = [event_line(request, event, KIND, bodies) for event in item["events"]]
    since = request.POST.get("version", "")
    return render(request, "ledger_item.html", {
        **notice(request, refusal), **frame(request, ledger, "ledger_item"), "item": item, "title": pair(request, item), "kind": kind_words(request, item["kind"]),
        "lead": pair(request, item, "lead"), "with": joined(request, (pair(request, each) for each in item["co_leads"])), "units": joined(request, (pair(request, each) for each in item["units"])),
        "note": say(request, item["note_zh"], item["note_en"]), "state": state_badge(request, KIND, item["state"]),
        "line": line_badge(request, item["line"], item["days_late"]), "basis": due_words(request, item, events),
        "waits_for": item["due_after"] if item["line"] == "waiting" else "", "dates": address("ledger_dates", plan),
        "targets": [{**target_line(request, row), "reading_address": reading_address(plan, row["indicator"], row["scope"])} for row in targets_of(item_id)], "evidence": [evidence_line(request, row) for row in item["evidence"]],
        "evidence_kinds": evidence_choices(request, tuple(item["evidence_asked"])), 
        "evidence_asked": joined(request, (words for kind, words in evidence_choices(request) if kind in item["evidence_asked"])),
        "accept": ACCEPT, "steps": steps_of(request, KIND, item["state"], allowed_steps(KIND, item_id, request.by, clock.now()), bodies),
        "parts": [_line(request, each) for each in item["parts"]], "needs": [_line(request, each) for each in item["needs"]],
        "needed_by": [_line(request, each) for each in item["needed_by"]], "whole": _line(request, item["parent"]) if item["parent"] else None,
        "orders": [_posted(request, "order", "supervision_order", each) for each in item["orders"]],
        "problems": [_posted(request, "problem", "problem", each) for each in item["problems"]], "log": log[::-1],
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])],
        "done_by": person(request, item["done_by"]), "verified_by": person(request, item["verified_by"]), "is_mine": is_mine and not item["is_withdrawn"], "may_part": request.actor.role in ("office", "lead") and not item["is_finished"] and not item["is_withdrawn"]
        and item["kind"] != "part", "owners": owners(leading) if is_mine else [], "bodies": [(unit["entry"], pair(request, unit)) for unit in bodies],
        "obligations": item["obligations"].split(), "back": address("ledger", plan)}, status=refusal["status"] if refusal else 200)


def _line(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    return {"number": row["number"], "title": pair(request, row), "lead": pair(request, row, "lead"), "due": row["due"], "address": reverse("ledger_item", args=[row["id"]]),
            "state": state_badge(request, KIND, row["state"]), "line": line_badge(request, row["line"], row["days_late"]) if row["line"] in LINES else None,
            "measures": row["measures"], "is_finished": row["is_finished"]}


def _posted(request: HttpRequest, route: str, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "title": row["text"], "lead": pair(request, row, "unit"), "due": row["due"], "address": reverse(route, args=[row["id"]]),
            "state": state_badge(request, kind, row["state"]), "line": line_badge(request, row["line"], row["days_late"]), "is_finished": row["is_finished"]}
