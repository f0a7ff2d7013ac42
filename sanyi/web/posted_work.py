"""Problems and supervision orders are listed and shown alike: a list with a form to add one, and a page for each."""
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.store.one import allowed_steps, ledgers, units
from sanyi.store.items import Wanted, items
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.ledgers import address, chosen, closed, frame
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.uploads import ACCEPT
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import LINE_TONES, STATE_TONES, event_line, evidence_choices, evidence_line, line_badge, pair, person, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.lines import LINES

ROUTES = {"problem": "problems", "supervision_order": "orders"}
TITLES = {"problem": ("问题", "Problem"), "supervision_order": ("督办单", "Supervision order")}
MOST_CHOICES = 500


def posted_list(request: HttpRequest, kind: str, find: Callable[..., list[dict[str, Any]]], add: Callable[[str], Words]) -> HttpResponse:
    """The list of one kind; a POST adds one through `add`, which is given the plan."""
    route, found = ROUTES[kind], chosen(request)
    if found is None:
        return closed(request, route, notice(request))
    plan = found["plan"]
    if request.method == "POST":
        return answer_post(request, {"add": lambda: add(plan)}, address(route, plan), lambda refusal: _list(request, kind, found, find, refusal))
    return _list(request, kind, found, find)


def _list(request: HttpRequest, kind: str, found: dict[str, Any], find: Callable[..., list[dict[str, Any]]],
          refusal: dict[str, Any] | None = None) -> HttpResponse:
    plan, one = found["plan"], kind.removeprefix("supervision_")
    rows = [_row(request, row) for row in find(plan, clock.today())]
    table = _table(kind, rows)
    if is_export(request):
        return plain_workbook(request, table, rows)
    there = items(plan, Wanted(size=MOST_CHOICES), clock.today()).rows
    links = {"id": lambda row: reverse(one, args=[row["id"]]), "what": lambda row: reverse(one, args=[row["id"]]),
             "item": lambda row: reverse("ledger_item", args=[row["item_id"]]) if row["item_id"] else ""}
    styles = {"line_code": lambda row: f"mark {LINE_TONES[row['line_code']]}", "state_code": lambda row: f"mark {STATE_TONES.get(row['state_code'], 'none')}",
              "what": lambda row: "what"}
    columns = [name for name in table.names if name != "item_id"]
    return render(request, "posted_list.html", {
        **notice(request, refusal), **frame(request, found, ROUTES[kind]), "kind": kind, "is_order": kind != "problem", "today": clock.today(),
        "list": plain_listing(request, table, rows, links=links, styles=styles, columns=columns),
        "bodies": [(unit["entry"], pair(request, unit)) for unit in units(plan)],
        "items": [(row["id"], f"{row['number']} {pair(request, row)}"[:80]) for row in there]}, status=refusal["status"] if refusal else 200)


def _table(kind: str, rows: list[dict[str, Any]]) -> Table:
    workflow = workflow_of(kind)
    named = {row["unit_code"]: (row["unit_zh"], row["unit_en"]) for row in rows if row["unit_code"]}
    return Table(kind, workflow.zh, workflow.en, key=("id",), columns=(
        whole("id", "编号", "no."), text("what", "内容", "what"), code("unit_code", "责任单位", "unit", named, nullable=True),
        date("due", "期限", "due", nullable=True), code("line_code", "预警", "line", LINES), whole("days_late", "超期天数", "days late", unit="days", nullable=True),
        code("state_code", "状态", "state", {state.name: (state.zh, state.en) for state in workflow.states}), text("item", "所属任务", "task", nullable=True),
        date("opened_on", "提出日期", "opened on"), text("opened_by", "提出人", "opened by"), date("closed_on", "办结日期", "closed on", nullable=True),
        whole("item_id", "任务序号", "task row", nullable=True)))


def _row(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    local = {name: clock.today_of(row[name]) if row[name] else None for name in ("opened_at", "closed_at")}
    return {"id": row["id"], "what": row["text"], "unit_code": row["unit"], "unit_zh": row["unit_zh"], "unit_en": row["unit_en"], "due": row["due"],
            "line_code": row["line"], "days_late": row["days_late"] or None, "state_code": row["state"], "item": row["item_number"] or row["item_zh"],
            "opened_on": local["opened_at"], "opened_by": person(request, row["opened_by"]), "closed_on": local["closed_at"], "item_id": row["item_id"]}


def posted_page(request: HttpRequest, kind: str, id: int, find: Callable[[int], dict[str, Any]]) -> HttpResponse:
    """The page of one problem or order; a POST takes a step or adds a proof."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, kind, id), reverse(kind.removeprefix("supervision_"), args=[id]),
                           lambda refusal: _one(request, kind, find(id), refusal))
    return _one(request, kind, find(id))


def _one(request: HttpRequest, kind: str, row: dict[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    ledger = next(each for each in ledgers() if each["plan"] == row["plan"])
    bodies = units(row["plan"])
    log = [event_line(request, event, kind, bodies) for event in row["events"]]
    since = request.POST.get("version", "")
    user = request.actor
    return render(request, "posted_work.html", {
        **notice(request, refusal), **frame(request, ledger, ROUTES[kind]), "row": row, "kind": kind, "is_order": kind != "problem",
        "unit": pair(request, row, "unit") if row["unit"] else "", "state": state_badge(request, kind, row["state"]),
        "line": line_badge(request, row["line"], row["days_late"]), "item_title": pair(request, row, "item"),
        "steps": steps_of(request, kind, row["state"], allowed_steps(kind, row["id"], request.by, clock.now()), bodies),
        "evidence": [evidence_line(request, each) for each in row["evidence"]], "evidence_kinds": evidence_choices(request), "accept": ACCEPT,
        "is_mine": user.role == "office" or user.role == "lead" and user.unit != "" and user.unit == row["unit"], "log": log[::-1],
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])],
        "people": {name: person(request, row[name]) for name in ("opened_by", "done_by", "closed_by")},
        "title": f"{say(request, *TITLES[kind])} {row['id']}"},
        status=refusal["status"] if refusal else 200)
