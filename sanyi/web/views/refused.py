"""Rows that intake refused: counted by reason, and each with where it stood and what was expected."""
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.tables.record_tables import record_tables
from sanyi.web.access import RUN, allowed
from sanyi.web.listing import listing
from sanyi.web.opened import has, results
from sanyi.web.parts import chart
from sanyi.web.trailed import reads
from sanyi.web.words import name_of, say

REFUSED = "refused_rows"
Row = dict[str, Any]


@allowed(*RUN)
@reads("refused_rows")
def refused(request: HttpRequest) -> HttpResponse:
    """How many rows were refused, why, and which."""
    if not has(REFUSED):
        return render(request, "refused.html", {"is_empty": True})
    reason = results().promise(REFUSED)["reason_code"]
    counts = sorted(results().grouped(REFUSED, [reason.name]), key=lambda row: -row["row_count"])
    words = [(reason.allowed or {}).get(row[reason.name], (row[reason.name],) * 2) for row in counts]
    drawn = chart("ranked", [say(request, zh, en) for zh, en in words], [(say(request, "行", "rows"), [row["row_count"] for row in counts])],
                  say(request, "行", "rows"), labels=True) if counts else None
    return render(request, "refused.html", {"chart": drawn, "list": listing(request, REFUSED, adapt=_in_words(request.language))})


def _in_words(language: str) -> Callable[[Row], Row]:
    """A refused row with its column called by name, and what was expected in the reader's language."""
    names = {(table.name, column.name): name_of(column, language) for table in record_tables().values() for column in table.columns}

    def adapt(row: Row) -> Row:
        called = names.get((row["table_name"], row["column_name"]))
        zh, _, en = (row["expected"] or "").partition(" / ")
        expected = en.partition(": ")[2] or (zh if language == "zh" else en)  # the particulars; the reason says the rest
        return {**row, "column_name": f"{called} ({row['column_name']})" if called else row["column_name"], "expected": expected}

    return adapt
