"""The obligations register: where each obligation of each plan is done, shown by which test, and what is lacking."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.plans import Obligation, Plan
from sanyi.plans.coverage import KIND_WORDS, STATE_WORDS, counted, part_words
from sanyi.tables.table import Table, code, text
from sanyi.web.access import OWN, allowed
from sanyi.web.packs import packs
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.standing import held, standing_words
from sanyi.web.words import say

PARTS = 6  # of an obligation's parts on a line; its own page shows them all


@allowed(*OWN)
def coverage(request: HttpRequest) -> HttpResponse:
    """Every obligation of every plan, with totals by kind and state of what is shown."""
    table, ledgers = _table(), {name: held(name) for name in packs()}
    rows = [{**_row(plan, obligation, request.language), "standing": standing_words(request, obligation, there) if there else ""}
            for name, plan in packs().items() for there in (ledgers[name],) for obligation in plan.register]
    if is_export(request):
        return plain_workbook(request, table, rows)
    links = {"obligation_code": lambda row: reverse("obligation", args=[row["plan_name"], row["obligation_code"]])}
    columns = [name for name in table.names if name != "tests" and (name != "standing" or any(ledgers.values()))]
    shown = [each for name, plan in packs().items() for each in plan.register if request.GET.get("plan_name") in (None, "", name)]
    return render(request, "coverage.html", {"list": plain_listing(request, table, rows, links=links, columns=columns),
                                             "totals": totals(request, shown)})


def totals(request: HttpRequest, register: list[Obligation]) -> list[dict[str, Any]]:
    """Counts by kind and state, and the share that works, as lines of a small table."""
    return [{"title": say(request, *KIND_WORDS[kind]) if kind != "all" else say(request, "合计", "all"), "is_all": kind == "all",
             "states": [{"count": states[state], "style": style} for state, style in (("works", "good"), ("partly", "fair"), ("not_yet", "none"))],
             "all": sum(states.values())} for kind, states in counted(register).items()]


def _table() -> Table:
    names = {name: (plan.identity.title_zh, plan.identity.title_en) for name, plan in packs().items()}
    return Table("obligations", "义务台账", "Obligations register", key=("obligation_code",), columns=(
        text("obligation_code", "编号", "number"), code("plan_name", "方案", "plan", {name: (name, name) for name in names}),
        code("kind_code", "类别", "kind", KIND_WORDS), text("summary_zh", "要求", "requirement"), text("summary_en", "要求", "requirement"),
        code("state_code", "状态", "state", STATE_WORDS), text("standing", "台账进展", "in the ledger", nullable=True), text("realised", "由什么实现", "realised by"),
        text("missing_zh", "尚缺", "lacking", nullable=True), text("missing_en", "尚缺", "lacking", nullable=True),
        text("clause", "条款", "clause"), text("tests", "测试", "tests", nullable=True)))


def _row(plan: Plan, obligation: Obligation, language: str) -> dict[str, Any]:
    parts = [part_words(part, language) for part in obligation.realised]
    return {"obligation_code": obligation.id, "plan_name": plan.name, "kind_code": obligation.kind, "summary_zh": obligation.zh,
            "summary_en": obligation.en, "state_code": obligation.state, "missing_zh": obligation.missing_zh, "missing_en": obligation.missing_en,
            "realised": "；".join(parts[:PARTS]) + ("…" if len(parts) > PARTS else ""), "clause": obligation.source.clause,
            "tests": "\n".join(obligation.tests)}
