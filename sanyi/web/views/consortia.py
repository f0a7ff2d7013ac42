"""Consortia: budget against liability, and the year's statement of each."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.runs.explain import explain_consortium
from sanyi.runs.results import Condition, Order
from sanyi.tables.shown import shown
from sanyi.terms.fen import take_rate
from sanyi.web.access import RUN, allowed
from sanyi.web.listing import listing
from sanyi.web.names import CONSORTIA, names
from sanyi.web.opened import has, promise, results, rows, where
from sanyi.web.parts import chart, short_table, statement
from sanyi.web.show import charted
from sanyi.web.words import say

SETTLEMENTS = "consortium_settlements"
STRONG = ("budget_fen", "liability_fen", "surplus_fen", "overrun_fen", "outcome_code")
MOST = 14
HUNDREDTH_E6 = 10_000
PARTS = ("consortium_monitors", "consortium_months", "consortium_quarters", "consortium_sub_ledgers", "judged_fund_uses", "consortium_flows", "consortium_set_asides",
         "overrun_evidence", "consortium_adjustments", "consortium_agreements", "consortium_budgets", "consortium_recoveries", "consortium_person_months",
         "consortium_members")


@allowed(*RUN)
def consortia(request: HttpRequest) -> HttpResponse:
    """All consortia side by side."""
    name = SETTLEMENTS if has(SETTLEMENTS) else "consortia"
    return render(request, "consortia.html", {"chart": budget_chart(request), "list": listing(request, name)})


@allowed(*RUN)
def monitors(request: HttpRequest) -> HttpResponse:
    """Every consortium's monitored figures against the two lines."""
    name = "consortium_monitors"
    if not has(name):
        return render(request, "monitors.html", {"is_empty": True})
    alert = promise(name)["alert_code"]
    found = rows(name)
    counts = [(shown(alert, code, request.language), sum(row["alert_code"] == code for row in found), tone)
              for code, tone in (("alarm", "bad"), ("warn", "fair"), ("ok", "good"))]
    return render(request, "monitors.html", {"counts": counts, "unjudged": sum(row["alert_code"] is None for row in found), "list": listing(request, name, sort="alert_code", adapt=_rounded)})


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """A monitored figure as people read it, to two decimals; the workbook keeps them all."""
    return {**row, **{name: None if row[name] is None else take_rate(row[name], 1, HUNDREDTH_E6) * HUNDREDTH_E6 for name in ("value_e6", "warn_e6", "alarm_e6")}}


def budget_chart(request: HttpRequest) -> dict[str, Any] | None:
    """Each consortium's budget beside what it answers for."""
    found = rows(SETTLEMENTS)
    known = names(CONSORTIA)
    ids = sorted({row["consortium_id"] for row in found})
    if not ids:
        return None
    sums = {(each, column): sum(row[column] for row in found if row["consortium_id"] == each)
            for each in ids for column in ("budget_fen", "liability_fen")}
    return chart("ranked", [known.get(each, each) for each in ids],
                 [(say(request, "包干预算", "budget"), [charted("money", sums[each, "budget_fen"]) for each in ids]),
                  (say(request, "责任支出", "liability"), [charted("money", sums[each, "liability_fen"]) for each in ids])],
                 say(request, "万元", "×10,000 yuan"), labels=True, links=[reverse("consortium", args=[each]) for each in ids])


@allowed(*RUN)
def consortium(request: HttpRequest, consortium_id: str) -> HttpResponse:
    """One consortium's statement, where its money went, and how it was shared."""
    key = where(consortium_id=consortium_id)
    there = rows("consortia", key)
    if not there:
        raise Http404(f"没有医联体 {consortium_id} / there is no consortium {consortium_id}")
    settled = [{"title": shown(promise(SETTLEMENTS)["insurance_code"], row["insurance_code"], request.language),
                "lines": statement(request, SETTLEMENTS, row, ("consortium_id", "insurance_code"), STRONG, is_short=True)}
               for row in rows(SETTLEMENTS, key)]
    return render(request, "consortium.html", {
        "row": there[0], "facts": statement(request, "consortia", there[0], ("name", "consortium_id")), "settled": settled,
        "liabilities": short_table(request, "consortium_liabilities", key, without=("consortium_id",), order=(Order("fund_fen", True),), limit=MOST), "chart": _places(request, key),
        "shares": short_table(request, "consortium_shares", (*key, Condition("share_fen", "ne", 0)), ("institution_id", "role_code", "person_months_count", "score_e4", "share_fen"),
                              order=(Order("share_fen", True), Order("person_months_count", True)), limit=MOST),
        "tables": [short_table(request, name, key, without=("consortium_id",), limit=MOST) for name in PARTS]})


@allowed(*RUN)
def why(request: HttpRequest, consortium_id: str) -> HttpResponse:
    """Why the year settled as it did for one consortium."""
    return render(request, "why.html", {
        "title": names(CONSORTIA).get(consortium_id, consortium_id), "back": reverse("consortium", args=[consortium_id]),
        "explanation": explain_consortium(results(), consortium_id)})


def _places(request: HttpRequest, key: tuple[Condition, ...]) -> dict[str, Any] | None:
    """Where its residents were treated, by kind of care."""
    name = "consortium_liabilities"
    found = rows(name, key) if has(name) else []
    if not found:
        return None
    place, care = promise(name)["place_code"], promise(name)["care_code"]
    places = [code for code in place.allowed or {} if any(row["place_code"] == code for row in found)]
    kinds = [code for code in care.allowed or {} if any(row["care_code"] == code for row in found)]
    return chart("ranked", [shown(place, code, request.language) for code in places],
                 [(shown(care, kind, request.language),
                   [charted("money", sum(row["fund_fen"] for row in found if (row["place_code"], row["care_code"]) == (code, kind)))
                    for code in places]) for kind in kinds], say(request, "万元", "×10,000 yuan"), stacked=True)
