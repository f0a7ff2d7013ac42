"""Appointments: the desk's day, one appointment, one turn in the waiting list. Source: NG-12, LJ-67."""
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sanyi.matching.masking import mask_name
from sanyi.store.act import act
from sanyi.store.appointments.booking import move
from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.lists import day_of, notices_for, one_appointment, one_turn
from sanyi.store.appointments.telling import KINDS, told
from sanyi.store.one import allowed_steps
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.appointment_parts import STATES, TONES, patient
from sanyi.web.my_parts import or_404
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows.appointment import DESK
from sanyi.workflows.waiting import PLACES
@allowed(*SEEING)
@says_reads("appointment_day")
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: HttpRequest) -> HttpResponse:
    """The institution's day: a column for each clinician or examination, its slots one after another, one click to check in; a POST checks in or tells."""
    if request.method == "POST":
        return answer_post(request, {"check_in": lambda: _check_in(request), "told": lambda: _told(request)}, request.get_full_path(), lambda refusal: _day(request, refusal))
    return _day(request)
def _check_in(request: HttpRequest) -> Words:
    row = act("appointment", whole_typed(request, "id"), whole_typed(request, "version"), "check_in", {}, request.by, clock.now())
    return f"已签到：{clock.local(row.starts_at):%H:%M} 第 {row.queue_number} 号", f"Checked in: {clock.local(row.starts_at):%H:%M}, number {row.queue_number}"
def _told(request: HttpRequest) -> Words:
    told(whole_typed(request, "id"), request.by, clock.now())
    return "已登记：患者已获知", "Noted: the patient was told"
def _day(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    day, words, is_today = _chosen_day(request), request.GET.get("who", "").strip()[:50], False
    is_today, groups = day == clock.today(), day_of(request.actor, day)
    rows = [row for group in groups for slot in group["slots"] for row in slot["rows"]]
    reads_person("appointment_day", day, residents=[row.person_id for row in rows], institutions=(request.actor.unit,))
    for group in groups:
        group["slots"] = [{**each, "at": clock.local(each["slot"].starts_at), "rows": [patient(request, row, words, is_today) for row in each["rows"]]} for each in group["slots"]]
    calls = notices_for(request.actor)[:20] if request.actor.role in DESK else []
    return render(request, "appointments.html", {
        **notice(request, refusal), "groups": groups, "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "who": words,
        "counts": [(say(request, *STATES["appointment"][state]), sum(row.state == state for row in rows)) for state in TONES if any(row.state == state for row in rows)],
        "calls": [_call(request, row) for row in calls]}, status=refusal["status"] if refusal else 200)
def _call(request: HttpRequest, row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": mask_name(row.person.name), "person": row.person_id, "phone": row.person.phone_masked, "words": say(request, *KINDS[row.kind]), "slot": row.slot,
            "when": clock.local(row.slot.starts_at) if row.slot else None, "until": clock.local(row.until) if row.until else None}
def _chosen_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()
@allowed(*SEEING)
@says_reads("appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One appointment with its steps and log; a POST takes a step."""
    return _work(request, "appointment", appointment_id, one_appointment)
@allowed(*SEEING)
@says_reads("waiting")
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """One turn in the waiting list; a POST takes a step."""
    return _work(request, "waiting", waiting_id, one_turn)
def _work(request: HttpRequest, kind: str, id: int, find: Callable[..., dict[str, Any]]) -> HttpResponse:
    if request.method == "POST":
        step = _move if kind == "appointment" and request.POST.get("step") == "move" else work_acts(request, kind, id)["step"]
        acts = {"step": (lambda: step(request, id)) if step is _move else step}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, kind, id, find, refusal))
    return _one(request, kind, id, find)
def _move(request: HttpRequest, id: int) -> Words:
    made = move(id, whole_typed(request, "version"), whole_typed(request, "given.slot"), request.by, clock.now())
    return f"已改期到 {clock.local(made.starts_at):%Y-%m-%d %H:%M}，新编号 {made.pk}", f"Moved to {clock.local(made.starts_at):%Y-%m-%d %H:%M}, number {made.pk}"
def _one(request: HttpRequest, kind: str, id: int, find: Callable[..., dict[str, Any]], refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: find(id, request.by))
    row, since = found["row"], request.POST.get("version", "")
    reads_person(kind, id, residents=(row.person_id,), institutions=(row.institution,))
    log = [event_line(request, event, kind) for event in found["events"]]
    at, names = row.slot, institution_names({row.institution, row.booker} - {""})
    return render(request, "appointment.html", {
        **notice(request, refusal), **found, "kind": kind, "at": clock.local(at.starts_at) if at else None, "name": (at or row).staff.name if (at or row).staff else row.slot.examination if at else row.examination,
        "house": names.get(row.institution, row.institution), "booker": names.get(row.booker, row.booker), "state": state_badge(request, kind, row.state),
        "place_words": say(request, *PLACES[row.place]) if row.place else "", "steps": steps_of(request, kind, row.state, allowed_steps(kind, id, request.by, clock.now()), []),
        "log": log[::-1], "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])]},
        status=refusal["status"] if refusal else 200)
