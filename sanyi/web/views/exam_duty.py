"""The roster of an institution: who reports, and who answers for critical values, by day."""
from datetime import date as calendar_date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sanyi.store.exams.duty import KEEPERS, PARTS, duty_choices, duty_rows, put_on_duty, take_off
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed, whole as whole_typed
from sanyi.web.words import say
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import OF_AN_INSTITUTION

LIST = Table("exam_duty", "值班表", "Who is on duty", key=("id",), columns=(
    date("on", "日期", "day"), code("part", "值班内容", "duty", PARTS), text("staff__name", "人员", "staff"), text("staff__code", "编码", "code"), whole("id", "编号", "no.")))


@allowed(*OF_AN_INSTITUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def exam_duty(request: HttpRequest) -> HttpResponse:
    """The own institution's roster from today on; its director and desk keep it."""
    acts = {"put_on": lambda: _put_on(request), "take_off": lambda: _take_off(request)}
    return answer_post(request, acts, request.path, lambda refusal: _shown(request, refusal)) if request.method == "POST" else _shown(request)


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = duty_rows(request.actor.unit, clock.today())
    if is_export(request):
        return plain_workbook(request, LIST, rows)
    may = request.actor.role in KEEPERS
    return render(request, "exam_duty.html", {
        **notice(request, refusal), "list": plain_listing(request, LIST, rows), "rows": [{**row, "words": say(request, *PARTS[row["part"]])} for row in rows] if may else [], "may": may, "today": clock.today(),
        "parts": [(name, say(request, *words)) for name, words in PARTS.items()], "staff": duty_choices(request.actor.unit, clock.today()) if may else []}, status=refusal["status"] if refusal else 200)


def _put_on(request: HttpRequest) -> Words:
    first, last = _day(request, "from_on"), _day(request, "to_on")
    made = put_on_duty(typed(request, "staff", "人员", "staff", 100), request.POST.get("part", ""), first, last, clock.today(), request.by, clock.now())
    return f"已排班 {len(made)} 天", f"{len(made)} days are on the roster"


def _take_off(request: HttpRequest) -> Words:
    take_off(whole_typed(request, "duty"), request.by, clock.now())
    return "已撤下", "taken off the roster"


def _day(request: HttpRequest, name: str) -> calendar_date:
    try:
        return calendar_date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadField("请填写日期", "give the day", name) from None
