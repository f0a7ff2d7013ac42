"""The monthly bulletin: on a page, as Word and as a workbook, all three from the same parts."""
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from urllib.parse import urlencode

from sanyi.reports.bulletin_parts import Bulletin, Part, bulletin_parts
from sanyi.reports.bulletin_word import shown, write_word
from sanyi.reports.bulletin_workbook import write_bulletin_workbook
from sanyi.runs.results import BadQuestion
from sanyi.store.board import bulletin_with_events
from sanyi.web import clock
from sanyi.web.access import RUN, allowed
from sanyi.web.ledgers import chosen, closed, frame, run_plan
from sanyi.reports.workbook import MEDIA_TYPE
from sanyi.web.posted import notice
from sanyi.web.words import say

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@allowed(*RUN)
def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of a month (`?month=2026-11`, this month without it), as things stand today."""
    found = chosen(request)
    if found is None:
        return closed(request, "bulletin", notice(request))
    month = _month(request)
    made = _made(request, found["plan"], month)

    def at(route: str, day: date) -> str:
        return reverse(route) + "?" + urlencode({**({} if found["plan"] == run_plan() else {"plan": found["plan"]}), "month": f"{day:%Y-%m}"})

    before, after = month - timedelta(days=1), (month + timedelta(days=31)).replace(day=1)
    return render(request, "bulletin.html", {
        **notice(request), **frame(request, found, "bulletin"), "bulletin": made, "parts": [_shown(part) for part in made.parts], "month": f"{month:%Y-%m}",
        "before": at("bulletin", before), "after": at("bulletin", after) if after <= clock.today() else "", "word": at("bulletin_word", month),
        "workbook": at("bulletin_workbook", month)})


@allowed(*RUN)
def bulletin_word(request: HttpRequest) -> HttpResponse:
    """The bulletin as a Word document."""
    return _file(request, write_word, ".docx", WORD)


@allowed(*RUN)
def bulletin_workbook(request: HttpRequest) -> HttpResponse:
    """The bulletin as a workbook."""
    return _file(request, write_bulletin_workbook, ".xlsx", MEDIA_TYPE)


def _file(request: HttpRequest, write: Callable[[Path, Bulletin], None], ending: str, content_type: str) -> HttpResponse:
    found = chosen(request)
    if found is None:
        return closed(request, "bulletin", notice(request))
    month = _month(request)
    spool = tempfile.NamedTemporaryFile(suffix=ending)
    write(Path(spool.name), _made(request, found["plan"], month))
    title = say(request, f"月度通报 {month:%Y-%m}", f"bulletin {month:%Y-%m}")
    return FileResponse(spool, as_attachment=True, filename=f"{title} {found['plan']}{ending}", content_type=content_type)


def _made(request: HttpRequest, plan: str, month: date) -> Bulletin:
    return bulletin_parts(bulletin_with_events(plan, month, clock.today()), request.language)


def _month(request: HttpRequest) -> date:
    """The first day of the month asked for. Raises BadQuestion."""
    text = request.GET.get("month", "") or f"{clock.today():%Y-%m}"
    try:
        if len(text) != 7 or not 1990 <= int(text[:4]) <= 2200:
            raise ValueError(text)
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadQuestion(f"month={text[:20]}：月份应如 2026-11 / a month is like 2026-11") from None
    if month > clock.today():
        raise BadQuestion(f"month={text}：这个月还没有到 / that month has not come yet")
    return month


def _shown(part: Part) -> dict[str, Any]:
    styles = ["number" if column.kind in ("whole", "share") else "wraps what" if column.width > 30 else "wraps" if column.kind == "text" else "" for column in part.columns]
    return {"name": part.name, "title": part.title, "nothing": part.nothing, "count": "" if part.name == "by_lead" else len(part.rows),
            "headings": [(column.title, "number" if column.kind in ("whole", "share") else "") for column in part.columns],
            "rows": [[(shown(column.kind, value), style) for column, value, style in zip(part.columns, row, styles)] for row in part.rows]}
