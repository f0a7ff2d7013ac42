"""Periods and batches of the posted ledger, its balances and entries; steps are taken here, two persons reopen a period. Source: DIP-26, DIP-27, R10."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store import book_rows
from sanyi.store.disputes import raise_dispute
from sanyi.web import clock
from sanyi.web.access import OWN, allowed
from sanyi.web.book_pages import chosen_book, found, frame, listed, no_book, own_rows, shown, work
from sanyi.web.book_tables import BALANCES, BATCHES, ENTRIES, PERIODS, SHEETS
from sanyi.web.own import own_unit
from sanyi.web.plain_list import is_export, plain_workbook
from sanyi.web.posted import Words, answer_post, typed
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import pair, person


@allowed(*OWN)
@require_safe
def settlement(request: HttpRequest) -> HttpResponse:
    """The periods of a book with their newest batches."""
    book = chosen_book(request)
    if book is None:
        return no_book(request)
    rows = [{**row, "state_code": row["state"], "batch_state_code": row["batch_state"] or None} for row in _own_sums(request, book_rows.periods(book["id"]), "batch")]
    if is_export(request):
        return plain_workbook(request, PERIODS, rows)
    links = {"period": lambda row: reverse("settlement_period", args=[row["id"]]),
             "batch": lambda row: reverse("settlement_batch", args=[row["batch"]]) if row["batch"] else ""}
    return shown(request, "settlement.html", {**frame(request, book, "settlement"), "list": listed(request, PERIODS, rows, links),
                                              "title": say(request, "结算期间与批次", "Settlement periods and batches")})


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def period(request: HttpRequest, period_id: int) -> HttpResponse:
    """One period: its batches, what it came to at each closing, and closing or reopening it."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, "settlement_period", period_id), request.path, lambda refusal: _period(request, period_id, refusal))
    return _period(request, period_id)


def _period(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row = found(book_rows.period, id)
    rows = [{**each, "kind_code": each["kind"], "state_code": each["state"], "run": each["run_digest"][:12]} for each in _own_sums(request, row["batches"], "id")]
    if is_export(request):
        return plain_workbook(request, BATCHES, rows)
    links = {"id": lambda each: reverse("settlement_batch", args=[each["id"]])}
    return shown(request, "settlement_period.html", {
        **frame(request, chosen_book(request, row["book"]), ""), **work(request, "settlement_period", row), "row": row,
        "list": listed(request, BATCHES, rows, links, BATCHES.names), "title": say(request, f"结算期间 {row['period']}", f"Settlement period {row['period']}")}, refusal)


def _own_sums(request: HttpRequest, rows: list[dict[str, Any]], batch: str) -> list[dict[str, Any]]:
    """Batches as an account sees them: to a hospital each comes to what its own sheets say."""
    unit = own_unit(request)
    if not unit:
        return rows
    own = book_rows.final_sums([row[batch] for row in rows if row[batch]], unit)
    return [{**row, "final_fen": own.get(row[batch])} for row in rows]


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: what it comes to, every sheet, what it corrects and why, disputes, and the steps to its payment; to a hospital only its own."""
    if request.method == "POST":
        acts = {**work_acts(request, "settlement_batch", batch_id), "dispute": lambda: _dispute(request, batch_id), "answer": lambda: _answer(request)}
        return answer_post(request, acts, request.path, lambda refusal: _batch(request, batch_id, refusal))
    return _batch(request, batch_id)


def _batch(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row = found(book_rows.batch, id)
    row = {**row, "disputes": own_rows(request, row["disputes"], "unit")}
    rows = own_rows(request, book_rows.sheets(id), "institution_id")
    row = {**row, "final_fen": sum(each["final_fen"] for each in rows)} if own_unit(request) else row
    columns = [name for name in SHEETS.names if name != "name" and any(each[name] is not None for each in rows)]
    if is_export(request):
        return plain_workbook(request, SHEETS, rows)
    links = {"institution_id": lambda each: reverse("settlement_sheet", args=[id, each["institution_id"]])}
    corrected = [{**each, "what": pair(request, each, "text")} for each in book_rows.differences(id, own_unit(request))]
    own = {each["fund_code"] for each in rows if each["institution_id"] == request.actor.unit}
    return shown(request, "settlement_batch.html", {
        **frame(request, chosen_book(request, row["book"]), ""), **work(request, "settlement_batch", row), "row": row, "made_by": person(request, row["made_by"]), "differences": corrected, "list": listed(request, SHEETS, rows, links, columns), "funds": sorted(own),
        "may_dispute": request.actor.role == "hospital" and bool(own) and row["state"] in ("drafted", "reviewed"),
        "title": say(request, f"结算批次 {id}（{row['period']} 第 {row['number']} 版）", f"Settlement batch {id} ({row['period']}, version {row['number']})")}, refusal)


def _dispute(request: HttpRequest, id: int) -> Words:
    row = raise_dispute(id, typed(request, "fund", "基金", "fund", 20), typed(request, "text", "异议", "dispute"), request.by, clock.now(),
                        key=f"page|raised|{request.user.pk}|{id}|{request.POST.get('csrfmiddlewaretoken', '')[:32]}|{len(request.POST.get('text', ''))}")
    return f"异议 {row.pk} 已提出", f"Dispute {row.pk} is raised"


def _answer(request: HttpRequest) -> Words:
    id = typed(request, "dispute", "异议", "dispute", 10)
    return work_acts(request, "dispute", int(id) if id.isascii() and id.isdigit() else -1)["step"]()


@allowed(*OWN)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The lines of a book; of one institution with ?institution=, and to a hospital its own alone."""
    book = chosen_book(request)
    if book is None:
        return no_book(request)
    institution = own_unit(request) or request.GET.get("institution", "")[:100]
    rows = [{**row, "what": pair(request, row, "text")} for row in book_rows.entries(book["id"], institution)]
    if is_export(request):
        return plain_workbook(request, ENTRIES, rows)
    links = {"batch": lambda row: reverse("settlement_batch", args=[row["batch"]]) if row["batch"] else ""}
    title = say(request, f"{institution} 明细账", f"The ledger of {institution}") if institution else say(request, "明细账", "Entries")
    return shown(request, "settlement.html", {**frame(request, book, "settlement_entries"), "list": listed(request, ENTRIES, rows, links), "title": title})


@allowed(*OWN)
@require_safe
def balances(request: HttpRequest) -> HttpResponse:
    """What each account comes to, as a whole and by party."""
    book = chosen_book(request)
    if book is None:
        return no_book(request)
    rows = own_rows(request, book_rows.balances(book["id"]), "party")
    if is_export(request):
        return plain_workbook(request, BALANCES, rows)
    links = {"party": lambda row: f"{reverse('settlement_entries')}?book={book['id']}&institution={row['party']}" if row["is_sub_ledger"] else ""}
    return shown(request, "settlement.html", {**frame(request, book, "settlement_balances"), "list": listed(request, BALANCES, rows, links),
                                              "title": say(request, "科目余额", "Balances")})
