"""The books of the year: proofs, balances and journal."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.web.access import RUN, allowed
from sanyi.web.listing import ahead, cell, listing
from sanyi.web.opened import has, promise, rows, where
from sanyi.web.parts import short_table

FIRST = ("entry_id", "posted_on", "fund_code", "account_code", "party_id", "debit_fen", "credit_fen", "text_zh", "text_en", "clause")
CHECKED = ("check_code", "fund_code", "comparison_count", "left_fen", "right_fen", "difference_fen", "is_ok", "detail")


@allowed(*RUN)
def books(request: HttpRequest) -> HttpResponse:
    """Whether the books hold, what each account holds, and every line of the journal."""
    if not has("journal_lines"):
        return render(request, "books.html", {"is_empty": True})
    checks = rows("book_checks")
    return render(request, "books.html", {
        "count": len(checks), "broken": [row for row in checks if not row["is_ok"]],
        "checks": short_table(request, "book_checks", columns=CHECKED),
        "balances": [_balance(row, request.language) for row in rows("account_balances", where(is_sub_ledger=False))],
        "list": listing(request, "journal_lines", ahead("journal_lines", FIRST))})


def _balance(row: dict[str, Any], language: str) -> dict[str, Any]:
    """An account's year as bookkeepers read it: a balance has a side, not a sign."""
    table, balance = promise("account_balances"), row["balance_fen"]
    side = ("借", "debit") if balance > 0 else ("贷", "credit") if balance < 0 else ("平", "nil")
    fund, account, kind = (cell(table[name], row[name], language).text for name in ("fund_code", "account_code", "class_code"))
    return {"fund": fund, "account": account, "kind": kind, "debit": row["debit_fen"], "credit": row["credit_fen"],
            "side": side[0 if language == "zh" else 1], "balance": abs(balance)}
