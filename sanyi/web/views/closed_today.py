"""If the year closed today: a day chosen, the clearing worked out beside the page, every institution with its reasons."""
from datetime import date
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans.code_words import code_word
from sanyi.runs.closing import BASES, Closing, open_closing
from sanyi.runs.errors import NoResults
from sanyi.runs.job import told
from sanyi.runs.what_if_words import largest, signed
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.fen import yuan
from sanyi.web.access import RUN, allowed
from sanyi.web.jobs import CLOSED, RESULTS, start, var
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import plan, results
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.show import big, charted
from sanyi.web.words import say
from sanyi.workflows.errors import BadField, NotAllowed

SHOWN, REASONS_SHOWN = 20, 3
MONEY = ("budget_fen", "liability_fen", "surplus_fen", "overrun_fen")
CLOSINGS = Table(
    "closings", "按日清算", "Clearings on a day", key=("institution_id", "insurance_code"),
    columns=(text("institution_id", "机构编码", "institution code", references="institutions.institution_id"), text("name", "机构", "institution"),
             code("insurance_code", "险种", "insurance", codes.INSURANCE), whole("case_count", "例数", "cases", "cases"), fen("charged_fund_fen", "基金记账额", "charged to the fund"),
             fen("payable_fen", "应付", "payable"), fen("audit_deduction_fen", "审核扣款", "deducted by audit"), fen("prepaid_fen", "已预付", "prepaid"),
             fen("clearing_fen", "清算额", "clearing", minimum=None, nullable=True), text("reasons", "主要原因", "largest reasons", nullable=True)))


@allowed(*RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def closed_today(request: HttpRequest) -> HttpResponse:
    """The form and the last closing; a POST by the reform office starts another."""
    if request.method == "POST":
        return answer_post(request, {"close": lambda: _started(request)}, reverse("closed_today"), lambda refusal: _page(request, refusal))
    return _page(request)


def _started(request: HttpRequest) -> Words:
    if request.actor.role != "office":
        raise NotAllowed("关账测算须由医改办发起", "closing the year on a day is started by the reform office")
    day, basis = _day(request), typed(request, "budget", "预算", "budgets")
    if basis not in BASES:
        raise BadField(f"预算只能取 {'、'.join(BASES)}", f"budgets are one of {', '.join(BASES)}", "budget")
    start(request, var() / CLOSED, "closed-today", "--on", str(day), "--budget", basis)
    return f"开始计算 {day} 的清算", f"the clearing on {day} is being worked out"


def _day(request: HttpRequest) -> date:
    try:
        day = date.fromisoformat(typed(request, "day", "关账日期", "the day"))
    except ValueError:
        raise BadField("日期应如 2020-06-30", "a day is like 2020-06-30", "day") from None
    if day.year != results().year:
        raise BadField(f"日期须在 {results().year} 年内", f"the day must lie in {results().year}", "day")
    return day


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    folder = var() / CLOSED
    job, closing = told(folder), _closing(folder)
    basis = closing.budget_basis if closing else _default_basis()
    context = {**notice(request, refusal), "job": job, "percent": round(job.done * 100), "may": request.actor.role == "office", "basis": basis,
               "bases": [(each, code_word(each, request.language)) for each in BASES], "year": results().year,
               "day": request.POST.get("day") or str(closing.day if closing else date(results().year, 12, 31))}
    if closing is None or job.is_going:
        return render(request, "closed_today.html", context, status=refusal["status"] if refusal else 200)
    rows = _rows(request, closing)
    if is_export(request):
        return plain_workbook(request, CLOSINGS, rows, "clearing_fen")
    return render(request, "closed_today.html", context | {
        "list": plain_listing(request, CLOSINGS, rows, "clearing_fen", columns=CLOSINGS.names[1:], links={"name": lambda row: reverse("institution", args=[row["institution_id"]])}),
        "closed_on": closing.day, "basis_words": code_word(closing.budget_basis, request.language), "figures": _figures(request, rows), "chart": _chart(request, rows),
        "consortia": _consortia(request, closing)}, status=refusal["status"] if refusal else 200)


def _closing(folder: Path) -> Closing | None:
    try:
        return open_closing(folder / RESULTS)
    except NoResults:
        return None


def _default_basis() -> str:
    opened = plan()
    return opened.on(date(results().year, 12, 31)).value("closing.budget_basis") if opened and "closing.budget_basis" in opened.names() else BASES[0]


def _rows(request: HttpRequest, closing: Closing) -> list[dict[str, Any]]:
    reasons, called = dict(largest(closing.reasons())), names(INSTITUTIONS, request.language)
    return [{**row, "name": called.get(row["institution_id"], row["institution_id"]),
             "reasons": _said(request, reasons.get((row["institution_id"], row["insurance_code"]), []))}
            for row in closing.results.page("inpatient_clearings", limit=None)]


def _said(request: HttpRequest, reasons: list[dict[str, Any]]) -> str:
    words = CLEARING_REASONS["reason_code"].allowed
    return say(request, "，", ", ").join(f"{say(request, *words[row['reason_code']])} {signed(row['amount_fen'])}" for row in reasons[:REASONS_SHOWN])


def _figures(request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    figures = []
    for zh, en, name in (("基金记账", "Charged to the fund", "charged_fund_fen"), ("应付", "Payable", "payable_fen"), ("已预付", "Prepaid", "prepaid_fen"), ("清算额", "To be cleared", "clearing_fen")):
        fen = sum(row[name] or 0 for row in rows)
        value, unit = big(fen, request.language)
        figures.append({"label": say(request, zh, en), "value": value, "unit": unit, "tone": "bad" if fen < 0 else ""})
    return figures


def _chart(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The clearings that are furthest from nothing, by institution, all insurance schemes together."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["name"]] = sums.get(row["name"], 0) + (row["clearing_fen"] or 0)
    most = sorted(sums.items(), key=lambda each: (-abs(each[1]), each[0]))[:SHOWN]
    return chart("ranked", [name for name, _ in most], [(say(request, "清算额", "clearing"), [charted("money", fen) for _, fen in most])],
                 say(request, "万元", "×10,000 yuan")) if most else None


def _consortia(request: HttpRequest, closing: Closing) -> list[dict[str, Any]]:
    called = names(CONSORTIA, request.language)
    return [{"name": called.get(row["consortium_id"], row["consortium_id"]), "insurance": say(request, *codes.INSURANCE[row["insurance_code"]]),
             "money": [yuan(row[name]) for name in MONEY]} for row in closing.results.page("consortium_settlements", limit=None)]
