"""The books of the year: proofs, balances and journal."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.web.listing import listing
from sanyi.web.opened import has
from sanyi.web.parts import short_table


def books(request: HttpRequest) -> HttpResponse:
    """Whether the books hold, what each account holds, and every line of the journal."""
    if not has("journal_lines"):
        return render(request, "books.html", {"is_empty": True})
    return render(request, "books.html", {
        "checks": short_table(request, "book_checks"), "balances": short_table(request, "account_balances"),
        "list": listing(request, "journal_lines")})
