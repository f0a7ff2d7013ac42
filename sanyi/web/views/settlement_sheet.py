"""An institution's settlement sheet: month by month and in all, printable, and as a workbook. Source: EX-25, EX-26."""
import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanyi.payment.books.accounts import FUND
from sanyi.payment.books.sheets import totals
from sanyi.reports.workbook import MEDIA_TYPE, Field, write_workbook
from sanyi.store import book_rows
from sanyi.tables.shown import kind_of, shown as words_of
from sanyi.web.access import OWN, allowed
from sanyi.web.book_pages import chosen_book, found, frame, shown
from sanyi.web.book_tables import SHEETS
from sanyi.web.plain_list import is_export
from sanyi.web.words import name_of, say

SHOWN = tuple(name for name in SHEETS.names if name not in ("institution_id", "name", "fund_code"))


@allowed(*OWN)
@require_safe
def sheet(request: HttpRequest, batch_id: int, institution_id: str) -> HttpResponse:
    """The sheet of one institution in a batch; a hospital's account sees its own alone."""
    row = found(book_rows.batch, batch_id)
    rows = book_rows.sheets_of(batch_id, institution_id)
    if not rows or request.actor.role == "hospital" and request.actor.unit != institution_id:
        raise Http404("没有这张结算单 / there is no such sheet")
    if is_export(request):
        return _workbook(request, rows)
    funds = [_fund(request, fund, [each for each in rows if each["fund_code"] == fund]) for fund in dict.fromkeys(each["fund_code"] for each in rows)]
    return shown(request, "settlement_sheet.html", {
        **frame(request, chosen_book(request, row["book"]), ""), "row": row, "funds": funds, "institution_id": institution_id, "name": rows[0]["name"],
        "title": say(request, f"结算单 {rows[0]['name']}", f"Settlement sheet of {rows[0]['name']}")})


def _fund(request: HttpRequest, fund: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One fund's lines with their totals; columns that nobody filled are left out."""
    used = [name for name in SHOWN if any(row[name] is not None for row in rows)]
    summed = totals({name: row[name] for name in used} for row in rows if "-" in row["period"]) if len(rows) > 1 else {}
    cells = [[row["period"], *(words_of(SHEETS[name], row[name], request.language) for name in used)] for row in rows]
    return {"title": say(request, *FUND[fund]), "headings": [say(request, "期间", "Period"), *(name_of(SHEETS[name], request.language) for name in used)], "rows": cells,
            "total": [say(request, "各月合计", "All months"), *(words_of(SHEETS[name], summed.get(name), request.language) if name in summed else "" for name in used)] if summed else []}


def _workbook(request: HttpRequest, rows: list[dict[str, Any]]) -> FileResponse:
    fields = [Field("period", say(request, "期间", "Period"), "text"), Field("fund_code", name_of(SHEETS["fund_code"], request.language), "text"),
              *(Field(name, name_of(SHEETS[name], request.language), kind_of(SHEETS[name])) for name in SHOWN)]
    spool = tempfile.NamedTemporaryFile(suffix=".xlsx")
    title = say(request, "结算单", "Settlement sheet")
    write_workbook(Path(spool.name), title, fields, ({**row, "fund_code": say(request, *FUND[row["fund_code"]])} for row in rows))
    return FileResponse(spool, as_attachment=True, filename=f"{title} {rows[0]['institution_id']}.xlsx", content_type=MEDIA_TYPE)
