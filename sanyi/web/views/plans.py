"""All plans on this machine: what each is, what it holds, how far it is realised."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.plans import Plan
from sanyi.plans.coverage import STATE_WORDS, counted
from sanyi.tables.table import Table, date, text, whole
from sanyi.web.access import OWN, allowed
from sanyi.web.packs import broken_packs, packs
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.words import say

PLANS = Table("plans", "方案一览", "Plans", key=("plan_name",), columns=(
    text("title_zh", "方案", "plan"), text("title_en", "方案", "plan"), whole("obligation_count", "义务", "obligations"),
    whole("works_count", "已实现", "work"), whole("partly_count", "部分实现", "partly"), whole("not_yet_count", "未实现", "not yet"),
    whole("task_count", "任务", "tasks"), whole("target_count", "目标", "targets"), whole("value_count", "数值", "values"),
    whole("gap_count", "未定之处", "open points"), date("issued_on", "印发日期", "issued on", nullable=True),
    text("document_number", "文号", "document number", nullable=True), text("body_zh", "发文机关", "issued by"),
    text("body_en", "发文机关", "issued by"), text("plan_name", "名称", "name")))


@allowed(*OWN)
def plans(request: HttpRequest) -> HttpResponse:
    """The list of plans with a picture of how far each is realised."""
    rows = [_row(plan) for plan in packs().values()]
    if is_export(request):
        return plain_workbook(request, PLANS, rows)
    links = {name: lambda row: reverse("plan_of", args=[row["plan_name"]]) for name in ("title_zh", "title_en", "plan_name")}
    links["obligation_count"] = lambda row: reverse("coverage") + f"?plan_name={row['plan_name']}"
    return render(request, "plans.html", {"list": plain_listing(request, PLANS, rows, links=links), "chart": _chart(request, rows),
                                          "broken": broken_packs()})


def _row(plan: Plan) -> dict[str, Any]:
    identity, states = plan.identity, counted(plan.register)["all"]
    return {"plan_name": plan.name, "title_zh": identity.title_zh, "title_en": identity.title_en, "document_number": identity.number,
            "body_zh": identity.body_zh, "body_en": identity.body_en, "issued_on": identity.issued_on, "task_count": len(plan.tasks),
            "target_count": len(plan.targets), "value_count": len({value.id for value in plan.own_values}), "gap_count": len(plan.own(plan.gaps)),
            "obligation_count": len(plan.register), **{f"{state}_count": states[state] for state in STATE_WORDS}}


def _chart(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return chart("ranked", [row["plan_name"] for row in rows],
                 [(say(request, *words), [row[f"{state}_count"] for row in rows]) for state, words in STATE_WORDS.items()],
                 say(request, "项", "obligations"), stacked=True, colours=["#2f9e6e", "#e08a1e", "#c3ccd6"],
                 links=[reverse("coverage") + f"?plan_name={row['plan_name']}" for row in rows])
