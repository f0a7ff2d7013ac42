"""One booking, or one turn in the waiting list: confirm, move, give up, take what is offered."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sanyi.store.appointments.booking import move
from sanyi.store.appointments.lists import one_appointment, one_turn, slots_on_offer
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, or_404, own_page, own_steps, soonest
from sanyi.web.posted import Words, done_or_shown, whole
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import state_badge

OTHERS = 12


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("appointment", id="appointment_id", purpose="view_own")
def my_booking(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One appointment; a POST confirms it, gives it up, or moves it."""
    acts = {**work_acts(request, "appointment", appointment_id), "move": lambda: _move(request, appointment_id)}
    return done_or_shown(request, acts, request.path, lambda refusal: _booking(request, appointment_id, refusal))


def _move(request: HttpRequest, id: int) -> Words:
    row = move(id, whole(request, "version"), whole(request, "slot"), request.by, clock.now())
    return f"已改到 {soonest(row.starts_at)}", f"Moved to {soonest(row.starts_at)}"


def _booking(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: one_appointment(id, request.by))
    row, slot = found["row"], found["slot"]

    def show(person: Person) -> dict[str, Any]:
        steps = own_steps(request, "appointment", id, row.state)
        others = slots_on_offer(clock.now()).filter(queue=slot.queue, common_free_count__gt=0).exclude(pk=slot.pk).order_by("starts_at")[:OTHERS] if any(
            step["name"] == "move" for step in steps) else []
        return {"subject": "appointment", "subject_id": id, "institutions": (row.institution,), "row": row, "at": clock.local(row.starts_at), "until": clock.local(row.ends_at), "cancel_by": clock.local(row.cancel_by),
                "where": institution_names({row.institution}).get(row.institution, row.institution), "name": slot.staff.name if slot.staff else slot.examination,
                "department": slot.department.name if slot.department else "", "state": state_badge(request, "appointment", row.state), "moved_to": found["moved_to"],
                "steps": [step for step in steps if step["name"] != "move"], "others": [(each.pk, clock.local(each.starts_at), each.clinician or each.examination) for each in others]}

    return own_page(request, "my_booking.html", show, refusal)


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("waiting", id="waiting_id", purpose="view_own")
def my_turn(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """One turn; a POST takes what is offered, or leaves the list."""
    return done_or_shown(request, work_acts(request, "waiting", waiting_id), request.path, lambda refusal: _turn(request, waiting_id, refusal))


def _turn(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: one_turn(id, request.by))
    row = found["row"]

    def show(person: Person) -> dict[str, Any]:
        return {"subject": "waiting", "subject_id": id, "institutions": (row.institution,), "row": row, "place": found["place"], "state": state_badge(request, "waiting", row.state),
                "where": institution_names({row.institution}).get(row.institution, row.institution), "name": row.staff.name if row.staff else row.examination or (row.department.name if row.department else ""),
                "at": row.slot and clock.local(row.slot.starts_at), "until": row.expires_at and clock.local(row.expires_at), "steps": own_steps(request, "waiting", id, row.state)}

    return own_page(request, "my_turn.html", show, refusal)
