"""Two plans side by side: what both set, where they differ, what only one says."""
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sanyi.plans import Plan
from sanyi.plans.compare import SUBJECTS, VERDICTS, Pair, compare, differences, said
from sanyi.tables.table import Table, code, text
from sanyi.web.access import OWN, allowed
from sanyi.web.packs import pack, packs
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.words import name_of, say


@allowed(*OWN)
def compare_chosen(request: HttpRequest) -> HttpResponse:
    """Choose two plans; a choice leads to their own page."""
    left, right = request.GET.get("left", ""), request.GET.get("right", "")
    for name in filter(None, (left, right)):
        pack(name)
    if left in packs() and right in packs():
        return HttpResponseRedirect(reverse("compare_plans", args=[left, right]))
    return render(request, "compare.html", {"choices": _choices(request, left, right)})


@allowed(*OWN)
def compare_plans(request: HttpRequest, left: str, right: str) -> HttpResponse:
    """The pairs of two plans as a list."""
    one, other = pack(left), pack(right)
    table, rows = _table(one, other), [_row(pair, request.language) for pair in pairs_of(one, other)]
    if is_export(request):
        return plain_workbook(request, table, rows)
    return render(request, "compare.html", {
        "choices": _choices(request, left, right), "left": one, "right": other, "list": plain_listing(request, table, rows, columns=table.names[:-1]),
        "totals": _totals(request, rows), "is_family": one.name in other.family or other.name in one.family})


def pairs_of(one: Plan, other: Plan) -> tuple[Pair, ...]:
    """All pairs; of a plan and one that stands on it, only what the upper one changes."""
    if one.name in other.family or other.name in one.family:
        return differences(one, other, max(one.last_day, other.last_day))
    pairs = compare(one, other, one.last_day, other.last_day)
    return tuple(sorted(pairs, key=lambda pair: (pair.left is None or pair.right is None, pair.verdict == "same")))  # what differs first


def _table(one: Plan, other: Plan) -> Table:
    return Table("compared", "方案对照", "Plans side by side", key=("subject_code", "entry_key"), columns=(
        code("subject_code", "类别", "subject", SUBJECTS), text("about", "事项", "what"), code("verdict_code", "结果", "verdict", VERDICTS),
        text("left", one.name, one.name, nullable=True), text("left_clause", "条款（左）", "clause (left)", nullable=True),
        text("right", other.name, other.name, nullable=True), text("right_clause", "条款（右）", "clause (right)", nullable=True),
        text("entry_key", "名称", "name")))


def _row(pair: Pair, language: str) -> dict[str, Any]:
    both = (pair.left, pair.right)
    clauses = [f"{entry.source.clause} {entry.source.obligation}" if entry else "" for entry in both]
    left, right = (said(entry, language) for entry in both)
    return {"subject_code": pair.subject, "entry_key": pair.key, "about": name_of(pair.left or pair.right, language), "verdict_code": pair.verdict,
            "left": left, "left_clause": clauses[0], "right": right, "right_clause": clauses[1]}


def _choices(request: HttpRequest, left: str, right: str) -> list[dict[str, Any]]:
    return [{"name": name, "title": say(request, plan.identity.title_zh, plan.identity.title_en), "is_left": name == left,
             "is_right": name == right} for name, plan in packs().items()]


def _totals(request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"title": say(request, *words), "counts": [sum(row["subject_code"] == subject and row["verdict_code"] == verdict for row in rows)
                                                       for verdict in VERDICTS]} for subject, words in SUBJECTS.items()]
