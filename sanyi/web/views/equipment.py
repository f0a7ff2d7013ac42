"""Idle equipment: what is on offer, one piece with its steps. Source: HK-29."""
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.equipment.offering import offer_equipment
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import institution_names
from sanyi.store.who import actor_of
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice, typed
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.equipment import WAYS
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION

KIND = "equipment"
WHO = ("office", "supervisor", *OF_AN_INSTITUTION)
LISTED = Table("equipment_list", "闲置设备", "Idle equipment", key=("id",), columns=(
    whole("id", "编号", "no."), text("name", "设备", "equipment"), text("tag", "资产编号", "inventory no."), text("institution", "所属机构", "owner"), code("way", "方式", "way", WAYS),
    code("state", "状态", "state", {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}), text("asker", "使用机构", "for", nullable=True), date("due", "归还日期", "back on", nullable=True)))
TONES = {"idle": "good", "held": "watch", "transferred": "none", "withdrawn": "none"}


@allowed(*WHO)
@require_http_methods(["GET", "HEAD", "POST"])
def equipment_list(request: HttpRequest) -> HttpResponse:
    """What is on offer and on its way; a director's POST offers a piece."""
    return answer_post(request, {"add": lambda: _offer(request)}, request.path, lambda refusal: _all(request, refusal)) if request.method == "POST" else _all(request)


def _offer(request: HttpRequest) -> Words:
    row = offer_equipment(typed(request, "tag", "资产编号", "inventory number", 100), typed(request, "name", "设备名称", "name", 100), request.POST.get("way", ""), request.by, clock.now(), request.POST.get("note", ""))
    return f"{row.name} 已登记为闲置", f"{row.name} is on offer"


def _searched(words: str) -> Q:
    return Q(name__icontains=words) | Q(tag__icontains=words) | Q(institution=words) | Q(asker=words)


def _all(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = kind_of(KIND).seen_by(request.actor)
    names = institution_names({code for pair in rows.values_list("institution", "asker") for code in pair})

    def adapt(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, **{side: names.get(row[side], row[side]) or None for side in ("institution", "asker")}}

    if is_export(request):
        return stored_workbook(request, LISTED, rows, _searched, adapt=adapt)
    links = {name: lambda row: reverse("equipment", args=[row["id"]]) for name in ("id", "name")}
    shown = stored_listing(request, LISTED, rows, _searched, sort="-id", adapt=adapt, links=links, styles={"state": lambda row: f"mark {TONES.get(row['state'], 'fair')}"})
    return render(request, "equipment_list.html", {**notice(request, refusal), "list": shown, "may": request.actor.role == "director", "ways": [(name, say(request, *words)) for name, words in WAYS.items()]},
                  status=refusal["status"] if refusal else 200)


@allowed(*WHO)
@require_http_methods(["GET", "HEAD", "POST"])
def equipment(request: HttpRequest, equipment_id: int) -> HttpResponse:
    """One piece; a POST takes a step."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, KIND, equipment_id), request.path, lambda refusal: _one(request, equipment_id, refusal))
    return _one(request, equipment_id)


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work(KIND, id, actor_of(request.by))
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    names = institution_names({row.institution, row.asker})
    return render(request, "equipment.html", {
        **notice(request, refusal), "row": row, "state": {**state_badge(request, KIND, row.state), "tone": TONES.get(row.state, "fair")}, "way": say(request, *WAYS[row.way]),
        "owner": names.get(row.institution, row.institution), "asker": names.get(row.asker, row.asker), "log": [event_line(request, event, KIND) for event in events(KIND, id)][::-1],
        "steps": steps_of(request, KIND, row.state, allowed_steps(KIND, id, request.by, clock.now()), [])}, status=refusal["status"] if refusal else 200)
