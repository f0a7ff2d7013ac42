"""Institutions: the list, and the year's statement of each."""
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.runs.explain import explain_institution
from sanyi.tables.shown import shown
from sanyi.web.access import OWN, allowed
from sanyi.web.listing import listing
from sanyi.web.opened import has, promise, results, rows, where
from sanyi.web.parts import chart, short_table, statement
from sanyi.web.show import charted
from sanyi.web.views.indicators import of_institution
from sanyi.web.words import say

CLEARINGS, PREPAYMENTS = "inpatient_clearings", "inpatient_prepayments"
STRONG = ("fund_pay_fen", "payable_fen", "clearing_fen")
PARTS = ("consortium_shares", "drug_subsidies", "fund_payments", "audit_deductions", "appraisals", "dip_institution_coefficients", "drg_institution_coefficients", "drg_indicators", "bed_day_sums", "capitation_settlements",
         "consortium_members")


@allowed(*OWN)
def institutions(request: HttpRequest) -> HttpResponse:
    """All institutions: what they are, or what the year settled for those whose stays are priced."""
    settled = listing(request, CLEARINGS) if has(CLEARINGS) and request.GET.get("all") is None else None
    return render(request, "institutions.html", {"list": settled or listing(request, "institutions"), "is_all": settled is None})


@allowed(*OWN)
def institution(request: HttpRequest, institution_id: str) -> HttpResponse:
    """One institution's statement: clearing, prepayments by month, shares, subsidies, findings, appraisal, indicators."""
    key = where(institution_id=institution_id)
    there = rows("institutions", key)
    if not there:
        raise Http404(f"没有机构 {institution_id} / there is no institution {institution_id}")
    return render(request, "institution.html", {
        "row": there[0], "facts": statement(request, "institutions", there[0], ("name", "institution_id")),
        "settled": _settled(request, key), "chart": _prepaid(request, key), "indicators": of_institution(request, institution_id),
        "prepayments": short_table(request, PREPAYMENTS, key, without=("institution_id",)),
        "cases": reverse("cases") + f"?institution_id={institution_id}", "hits": f"{reverse('table', args=['audit_hits'])}?institution_id={institution_id}",
        "tables": [part for name in PARTS if (part := short_table(request, name, key, without=("institution_id",), limit=30)) and part["rows"]]})


@allowed(*OWN)
def why(request: HttpRequest, institution_id: str) -> HttpResponse:
    """Why the year settled as it did for one institution."""
    there = rows("institutions", where(institution_id=institution_id))
    if not there:
        raise Http404(f"没有机构 {institution_id} / there is no institution {institution_id}")
    return render(request, "why.html", {"title": there[0]["name"], "explanation": explain_institution(results(), institution_id),
                                        "back": reverse("institution", args=[institution_id])})


def _settled(request: HttpRequest, key: tuple) -> list[dict]:
    if not has(CLEARINGS):
        return []
    promised = promise(CLEARINGS)
    titled = "insurance_code" if "insurance_code" in promised.names else ""
    return [{"title": shown(promised[titled], row[titled], request.language) if titled else "",
             "lines": statement(request, CLEARINGS, row, ("institution_id", titled), STRONG)} for row in rows(CLEARINGS, key)]


def _prepaid(request: HttpRequest, key: tuple) -> dict | None:
    """The months' prepayments as bars."""
    found = rows(PREPAYMENTS, key) if has(PREPAYMENTS) else []
    if not found:
        return None
    months = sorted({row["settled_month"] for row in found})
    return chart("bar", [f"{each // 100}-{each % 100:02d}" for each in months],
                 [(say(request, "月预付", "prepaid"), [charted("money", sum(row["prepaid_fen"] for row in found if row["settled_month"] == each)) for each in months])],
                 say(request, "万元", "×10,000 yuan"))
