"""One slot: who is booked, booking, waiting, overbooking, closing. Source: NG-12, LJ-67."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sanyi.store.appointments.booking import MAY_OVERBOOK, book, overbook, wait
from sanyi.store.appointments.closing import close_slot, reopen_slot
from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.lists import one_slot
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.appointment_parts import booking_rules, patient
from sanyi.web.my_parts import or_404
from sanyi.web.picking import picked
from sanyi.web.posted import Words, answer_post, notice, optional_whole, whole as whole_typed
from sanyi.web.trailed import says_reads
from sanyi.workflows.appointment import BOOKERS
@allowed(*SEEING)
@says_reads("slot")
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """One slot; a POST books, waits, overbooks, closes or opens it again."""
    if request.method == "POST":
        acts = {"book": lambda: _book(request, slot_id), "wait": lambda: _wait(request, slot_id), "overbook": lambda: _overbook(request, slot_id),
                "close": lambda: _close(request, slot_id), "reopen": lambda: _reopen(request, slot_id)}
        return answer_post(request, acts, request.path, lambda refusal: _slot(request, slot_id, refusal))
    return _slot(request, slot_id)
def _book(request: HttpRequest, id: int) -> Words:
    row = book(id, picked(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"))
    return f"已预约：{clock.local(row.starts_at):%Y-%m-%d %H:%M}，编号 {row.pk}", f"Booked: {clock.local(row.starts_at):%Y-%m-%d %H:%M}, number {row.pk}"
def _wait(request: HttpRequest, id: int) -> Words:
    row = wait(id, picked(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"), any_clinician=request.POST.get("any") == "yes")
    return f"已候补，编号 {row.pk}，至 {row.last_on}", f"In line, number {row.pk}, until {row.last_on}"
def _overbook(request: HttpRequest, id: int) -> Words:
    row = overbook(id, picked(request), request.POST.get("reason", ""), request.by, clock.now())
    return f"已加号，编号 {row.pk}", f"Overbooked, number {row.pk}"
def _close(request: HttpRequest, id: int) -> Words:
    count = close_slot(id, whole_typed(request, "version"), request.POST.get("reason", ""), request.by, clock.now())
    return f"已停诊；{count} 位患者已优先候补，请逐一通知", f"Closed; {count} patients stand first in line: please tell them"
def _reopen(request: HttpRequest, id: int) -> Words:
    reopen_slot(id, whole_typed(request, "version"), request.by, clock.now())
    return "已恢复开诊", "Open again"
def _slot(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: one_slot(id, request.by))
    row, role = found["slot"], request.actor.role
    if found["rows"]:
        reads_person("slot", id, residents=[each.person_id for each in found["rows"]], institutions=(row.institution,))
    return render(request, "slot.html", {
        **notice(request, refusal), **found, "at": clock.local(row.starts_at), "until": clock.local(row.ends_at), "release": clock.local(row.release_at), "name": row.clinician or row.examination,
        "house": institution_names({row.institution}).get(row.institution, row.institution), "has_begun": row.starts_at <= clock.now(),
        "may_book": role in BOOKERS, "may_overbook": found["is_host"] and role in MAY_OVERBOOK, "rows": [patient(request, each, "", False) for each in found["rows"]]},
        status=refusal["status"] if refusal else 200)
