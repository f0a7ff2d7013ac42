"""Rows that intake refused: counted by reason, and each with where it stood and what was expected."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.web.listing import listing
from sanyi.web.opened import has, results
from sanyi.web.parts import chart
from sanyi.web.words import say

REFUSED = "refused_rows"


def refused(request: HttpRequest) -> HttpResponse:
    """How many rows were refused, why, and which."""
    if not has(REFUSED):
        return render(request, "refused.html", {"is_empty": True})
    reason = results().promise(REFUSED)["reason_code"]
    counts = sorted(results().grouped(REFUSED, [reason.name]), key=lambda row: -row["row_count"])
    words = [(reason.allowed or {}).get(row[reason.name], (row[reason.name],) * 2) for row in counts]
    drawn = chart("ranked", [say(request, zh, en) for zh, en in words], [(say(request, "行", "rows"), [row["row_count"] for row in counts])],
                  say(request, "行", "rows"), labels=True) if counts else None
    return render(request, "refused.html", {"chart": drawn, "list": listing(request, REFUSED)})
