"""The books of the year: proofs, balances and journal."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.web.listing import listing
from sanyi.web.opened import has, rows, where
from sanyi.web.parts import short_table

CHECKED = ("check_code", "fund_code", "comparison_count", "left_fen", "right_fen", "difference_fen", "is_ok", "detail")
BALANCES = ("fund_code", "account_code", "class_code", "debit_fen", "credit_fen", "before_closing_fen", "balance_fen")


def books(request: HttpRequest) -> HttpResponse:
    """Whether the books hold, what each account holds, and every line of the journal."""
    if not has("journal_lines"):
        return render(request, "books.html", {"is_empty": True})
    checks = rows("book_checks")
    return render(request, "books.html", {
        "count": len(checks), "broken": [row for row in checks if not row["is_ok"]],
        "checks": short_table(request, "book_checks", columns=CHECKED),
        "balances": short_table(request, "account_balances", where(is_sub_ledger=False), columns=BALANCES),
        "list": listing(request, "journal_lines")})
