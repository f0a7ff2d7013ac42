"""Vouchers: made with a reason, approved by another person. Source: DIP-27, R11."""
from typing import Any
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.payment.books.accounts import FUND
from sanyi.payment.books.vouchers import VOUCHERS
from sanyi.store import book_rows
from sanyi.store.vouchers import draft_voucher
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import OWN, allowed
from sanyi.web.book_pages import chosen_book, found, frame, listed, no_book, own_rows, shown, work
from sanyi.web.book_tables import VOUCHERS_LIST
from sanyi.web.own import own_unit
from sanyi.web.plain_list import is_export, plain_workbook
from sanyi.web.posted import Words, answer_post, typed
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.workflows.take import fen_of


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def vouchers(request: HttpRequest) -> HttpResponse:
    """The list; a POST makes a voucher, once however often its form is sent."""
    book = chosen_book(request)
    if book is None:
        return no_book(request)
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _add(request, book)}, request.get_full_path(), lambda refusal: _list(request, book, refusal))
    return _list(request, book)


def _list(request: HttpRequest, book: dict[str, Any], refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = [{**row, "state_code": row["state"]} for row in own_rows(request, book_rows.vouchers(book["id"]), "institution_id")]
    if is_export(request):
        return plain_workbook(request, VOUCHERS_LIST, rows)
    links = {"number": lambda row: reverse("settlement_voucher", args=[row["id"]]),
             "settled_by": lambda row: reverse("settlement_batch", args=[row["settled_by"]]) if row["settled_by"] else ""}
    return shown(request, "settlement_vouchers.html", {
        **frame(request, book, "settlement_vouchers"), "list": listed(request, VOUCHERS_LIST, rows, links), "key": request.POST.get("key") or uuid.uuid4().hex,
        "kinds": [(kind.code, say(request, kind.zh, kind.en)) for kind in VOUCHERS.values()], "funds": [(code, say(request, *words)) for code, words in FUND.items()],
        "periods": [row["period"] for row in book_rows.periods(book["id"]) if row["state"] in ("open", "reopened")],
        "title": say(request, "记账凭证", "Vouchers")}, refusal)


def _add(request: HttpRequest, book: dict[str, Any]) -> Words:
    amount = fen_of(request.POST.get("amount", "").strip())
    row = draft_voucher(book["plan"], book["year"], request.POST.get("period", ""), request.POST.get("kind", ""), request.POST.get("fund", ""),
                        request.POST.get("institution", "").strip(), amount, typed(request, "reason", "理由", "reason"), request.by, clock.now(),
                        key=f"page|made|{request.user.pk}|{request.POST.get('key', '')[:40]}")
    return f"凭证 {row.number} 已制单，待他人审批", f"Voucher {row.number} is made and waits for another person"


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """One voucher."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, "voucher", voucher_id), request.path, lambda refusal: _one(request, voucher_id, refusal))
    return _one(request, voucher_id)


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row = found(book_rows.voucher, id)
    if own_unit(request) not in ("", row["institution_id"]):
        raise Http404("没有这张凭证 / there is no such voucher")
    kind = VOUCHERS[row["kind_code"]]
    return shown(request, "settlement_voucher.html", {
        **frame(request, chosen_book(request, row["book"]), ""), **work(request, "voucher", row), "row": row, "kind_words": say(request, kind.zh, kind.en),
        "fund": say(request, *FUND[row["fund_code"]]), "amount": yuan(row["amount_fen"]), "title": say(request, f"记账凭证 {row['number']}", f"Voucher {row['number']}")}, refusal)
