"""A plan's task ledger: how much is done, by whom, what is late, and every item as a list."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.board import board, figures
from sanyi.store.items import KINDS
from sanyi.store.one import milestones
from sanyi.store.opening import open_ledger
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.ledgers import address, chosen, closed, frame, plan_choices
from sanyi.web.packs import group_word, pack, packs
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.words import say
from sanyi.web.work_words import LINE_TONES, STATE_TONES, STATUS_WORDS, due_words
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.lines import LINES

LEFT = "left"
MOST_BARS = 20
SHARES = (("verified", "已核实", "verified", "#1d7f54"), ("done", "已完成待核实", "done, to be verified", "#6cbf98"), ("in_progress", "进行中", "in progress", "#3d7ebf"),
          ("not_started", "未启动", "not started", "#b9c6d3"), ("overdue", "超期", "overdue", "#c2453d"), ("exempt", "豁免", "exempt", "#e3d3a8"))


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger; a POST by the office opens one for a plan, or brings it up to a corrected plan."""
    if request.method == "POST":
        return answer_post(request, {"open": lambda: _open(request)}, address("ledger", request.POST.get("plan_name", "")),
                           lambda refusal: _page(request, refusal))
    return _page(request)


def _open(request: HttpRequest) -> Words:
    name = typed(request, "plan_name", "方案", "plan", 100)
    if name not in packs():
        raise UnknownWork(f"本机没有方案“{name[:60]}”", f"this machine has no plan {name[:60]!r}")
    opened = open_ledger(pack(name), request.by, clock.now())
    return (f"台账已建立或更新：新列入 {opened.entered}，更正 {opened.changed}，撤出 {opened.withdrawn}，恢复 {opened.restored}",
            f"The ledger is open and up to date: {opened.entered} entered, {opened.changed} changed, {opened.withdrawn} withdrawn, {opened.restored} restored")


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found, status = chosen(request), refusal["status"] if refusal else 200
    if found is None:
        return closed(request, "ledger", notice(request, refusal), status)
    rows, events = board(found["plan"], clock.today()), {each["milestone"]: each for each in milestones(found["plan"])}
    table, lines = _table(rows, found["plan"]), [_row(request, row, events) for row in rows]
    if is_export(request):
        return plain_workbook(request, table, lines)
    links = {name: lambda row: reverse("ledger_item", args=[row["item_id"]]) for name in ("number", "what_zh", "what_en")}
    styles = {"line_code": lambda row: f"mark {LINE_TONES.get(row['line_code'], 'none')}", "state_code": lambda row: f"mark {STATE_TONES.get(row['state_code'], 'none')}",
              "what_zh": lambda row: "what", "what_en": lambda row: "what"}
    columns = [name for name in table.names if name not in ("item_id", "clause", "co_leads_zh", "co_leads_en", "days_late")]
    return render(request, "ledger.html", {
        **notice(request, refusal), **frame(request, found, "ledger"), "figures": _figures(request, found["plan"], rows), "chart": _chart(request, found["plan"], rows),
        "list": plain_listing(request, table, lines, links=links, columns=columns, styles=styles), "plans": plan_choices(request),
        "to_date": sum(each["is_event"] and each["on"] is None for each in events.values()), "dates": address("ledger_dates", found["plan"])}, status=status)


def _table(rows: list[dict[str, Any]], plan: str) -> Table:
    leads = {row["lead"]: (row["lead_zh"], row["lead_en"]) for row in sorted(rows, key=lambda row: row["lead_zh"]) if row["lead"]}
    groups = {row["group"]: tuple(group_word(plan, row["group"], language) for language in ("zh", "en")) for row in rows if row["group"]}
    states = {state.name: (state.zh, state.en) for state in workflow_of("task").states}
    return Table("ledger_items", "任务台账", "Task ledger", key=("item_id",), columns=(
        text("number", "编号", "no.", nullable=True), text("what_zh", "事项", "what"), text("what_en", "事项", "what"),
        code("line_code", "预警", "line", {**LINES, LEFT: ("已撤出方案", "left the plan")}), code("state_code", "状态", "state", states),
        date("due", "期限", "due", nullable=True), whole("days_late", "超期天数", "days late", unit="days", nullable=True),
        code("lead_code", "牵头", "lead", leads, nullable=True),
        whole("evidence_count", "佐证", "evidence"), text("targets", "目标", "targets", nullable=True), text("basis", "期限依据", "deadline from", nullable=True),
        code("kind_code", "类别", "kind", KINDS), code("group_code", "领域", "group", groups, nullable=True),
        text("co_leads_zh", "配合", "with", nullable=True), text("co_leads_en", "配合", "with", nullable=True), text("clause", "条款", "clause", nullable=True),
        whole("item_id", "序号", "row")))


def _row(request: HttpRequest, row: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
    others = [*row["co_leads"], *row["units"]]
    targets = "；".join(f"{say(request, target['aim'], target['aim_en'])} {say(request, *STATUS_WORDS[target['status']])}" for target in row["targets"])
    parent = f"（{row['parent_number']}）" if row["parent_number"] else ""  # a part without a number of its own says whose it is
    return {"number": row["number"] or parent, "what_zh": row["zh"], "what_en": row["en"], "lead_code": row["lead"], "due": row["due"],
            "line_code": LEFT if row["is_withdrawn"] else row["line"], "days_late": row["days_late"] or None, "state_code": row["state"],
            "evidence_count": row["evidence_count"], "targets": targets, "basis": due_words(request, row, events) if row["due_source"] else "", "kind_code": row["kind"],
            "group_code": row["group"], "co_leads_zh": "、".join(each["zh"] for each in others), "co_leads_en": ", ".join(each["en"] for each in others),
            "clause": row["clause"], "item_id": row["id"]}


def _figures(request: HttpRequest, plan: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = figures(rows)
    share = f"{found['done'] * 1000 // found['owed']:04d}" if found["owed"] else "0000"

    def figure(zh: str, en: str, count: int, tone: str, **query: str) -> dict[str, Any]:
        return {"label": say(request, zh, en), "value": f"{count:,}", "tone": tone if count else "", "address": address("ledger", plan, **query) + "#list"}

    done = {"label": say(request, "完成率", "Share done"), "value": f"{int(share[:-1])}.{share[-1]}", "unit": "%", "tone": "",
            "more": say(request, f"{found['done']} / {found['owed']} 项，其中已核实 {found['verified']}",
                        f"{found['done']} of {found['owed']}, {found['verified']} verified"), "address": address("ledger", plan) + "#list"}
    return [done, figure("超期", "Overdue", found["overdue"], "bad", line_code="overdue"), figure("红线（临期）", "Red line", found["red"], "bad", line_code="red"),
            figure("黄线", "Yellow line", found["yellow"], "", line_code="yellow"),
            figure("待上级文件", "Waiting for a date", found["waiting"], "", line_code="waiting"), figure("豁免", "Exempt", found["exempt"], "", state_code="exempt")]


def _chart(request: HttpRequest, plan: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The items of each lead by state, those that are late apart; the leads with most to do first."""
    leads: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["kind"] != "part" and not row["is_withdrawn"]:
            leads.setdefault(row["lead"], []).append(row)
    most = sorted(leads.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_BARS]
    counted = [{name: sum(_shade(row) == name for row in held) for name, *_ in SHARES} for _, held in most]
    names = [f"{count['verified'] + count['done']}/{len(held) - count['exempt']} {say(request, held[0]['lead_zh'] or '未明确牵头', held[0]['lead_en'] or 'no lead named')}"
             for (_, held), count in zip(most, counted)]
    return chart("ranked", names, [(say(request, zh, en), [count[name] for count in counted]) for name, zh, en, _ in SHARES], say(request, "项", "items"),
                 stacked=True, colours=[colour for *_, colour in SHARES],
                 links=[address("ledger", plan, lead_code=lead) + "#list" for lead, _ in most]) if most else None


def _shade(row: dict[str, Any]) -> str:
    return "overdue" if row["line"] == "overdue" else row["state"]
