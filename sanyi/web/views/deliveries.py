"""Deliveries of what pharmacies gave out: the list, and one order with its steps. Source: HK-19."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.db.models import Q
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.kinds import find_work
from sanyi.store.one import allowed_steps, events
from sanyi.store.prescriptions.looking import deliveries_for
from sanyi.store.trail.reading import reads_person
from sanyi.store.who import actor_of
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export
from sanyi.web.posted import answer_post, notice
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trailed import reads
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.prescription import DOCTORS

KIND = "delivery_order"
WHO = ("pharmacist", "nurse", "director", "supervisor", *DOCTORS)
TONES = {"received": "good", "returned": "watch", "cancelled": "none"}
LISTED = Table("deliveries", "药品配送单", "Deliveries", key=("id",), columns=(
    whole("id", "编号", "no."), date("ordered_on", "下单日期", "ordered on"), whole("prescription_id", "处方编号", "prescription"), text("institution", "药房", "pharmacy"),
    code("state", "状态", "state", {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}), text("carrier", "配送单位", "carrier", nullable=True),
    text("waybill", "运单号", "waybill", nullable=True)))


def _searched(text: str) -> Q:
    number = Q(prescription_id=int(text)) if text.isdecimal() and len(text) < 10 else Q()
    return Q(carrier__icontains=text) | Q(waybill__icontains=text) | Q(institution=text) | number


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "ordered_on": clock.local(row["created_at"]).date(), "carrier": row["carrier"] or None, "waybill": row["waybill"] or None}


@allowed(*WHO)
@require_safe
@reads("delivery_list")
def deliveries(request: HttpRequest) -> HttpResponse:
    """The deliveries one may see, newest first."""
    rows, dates = deliveries_for(request.by), {"ordered_on": "created_at"}
    if is_export(request):
        return stored_workbook(request, LISTED, rows, _searched, adapt=_row, dates=dates)
    links = {"id": lambda row: reverse("delivery", args=[row["id"]]), "prescription_id": lambda row: reverse("prescription", args=[row["prescription_id"]])}
    shown = stored_listing(request, LISTED, rows, _searched, adapt=_row, links=links, dates=dates, styles={"state": lambda row: f"mark {TONES.get(row['state'], 'fair')}"})
    return render(request, "deliveries.html", {**notice(request), "list": shown})


@allowed(*WHO)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("delivery", id="delivery_id")
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery; a POST takes a step."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, KIND, delivery_id), request.path, lambda refusal: _one(request, delivery_id, refusal))
    return _one(request, delivery_id)


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work(KIND, id, actor_of(request.by))
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    reads_person("delivery", row.pk, residents=(row.prescription.person_id,), institutions=(row.institution,))
    log = [event_line(request, event, KIND) for event in events(KIND, id)]
    return render(request, "delivery.html", {
        **notice(request, refusal), "row": row, "state": {**state_badge(request, KIND, row.state), "tone": TONES.get(row.state, "fair")}, "log": log[::-1],
        "steps": steps_of(request, KIND, row.state, allowed_steps(KIND, id, request.by, clock.now()), [])}, status=refusal["status"] if refusal else 200)
