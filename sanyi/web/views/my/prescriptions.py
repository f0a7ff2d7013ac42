"""The own prescriptions: what is left, where to fetch it, the token, the way home."""
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.kinds import find_work, kind_of
from sanyi.store.organisation.tables import Institution
from sanyi.store.persons.tables import Person
from sanyi.store.prescriptions.giving import order_delivery
from sanyi.store.prescriptions.looking import dispensings_of, lines_of
from sanyi.store.prescriptions.tables import Prescription
from sanyi.store.prescriptions.tokens import fillers, make_token
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, Due, MyPart, or_404, own_page, own_steps
from sanyi.web.posted import Words, done_or_shown, typed
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import state_badge
from sanyi.workflows.errors import Refused
from sanyi.workflows.prescribing import KINDS
from sanyi.workflows.prescription import OPEN

KIND, DELIVERY = "prescription", "delivery_order"
MOST, PLACES = 50, 30
TO_DELIVER = ("taken", "partly", "closed")


@allowed(*OWN)
@require_safe
@reads("prescription_list", purpose="view_own")
def my_prescriptions(request: HttpRequest) -> HttpResponse:
    """Every prescription with what is left of it, those that can be fetched first."""
    def show(person: Person) -> dict[str, Any]:
        found = sorted(kind_of(KIND).seen_by(request.actor).filter(person=person).order_by("-pk")[:MOST], key=lambda row: row.state not in OPEN)
        names = institution_names({row.institution for row in found})
        return {"subject": "prescription_list", "institutions": sorted(names), "rows": [
            {**_head(request, row, names), "lines": lines_of(row, clock.today()), "is_open": row.state in OPEN} for row in found]}

    return own_page(request, "my_prescriptions.html", show)


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("prescription", id="prescription_id", purpose="view_own")
def my_prescription(request: HttpRequest, prescription_id: int) -> HttpResponse:
    """One prescription; a POST lets it circulate, makes a new token, or has it brought home."""
    delivery = int(request.POST["delivery"]) if request.POST.get("delivery", "").isdecimal() else 0
    acts = {**(work_acts(request, DELIVERY, delivery) if delivery else work_acts(request, KIND, prescription_id)), "deliver": lambda: _deliver(request, prescription_id)}
    return done_or_shown(request, acts, request.path, lambda refusal: _one(request, prescription_id, refusal))


def _deliver(request: HttpRequest, id: int) -> Words:
    order = order_delivery(id, typed(request, "place", "送达地点", "where to", 150), request.by, clock.now())
    return f"已下单，配送单第 {order.pk} 号", f"Ordered: delivery no. {order.pk}"


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    row: Prescription = or_404(lambda: find_work(KIND, id, request.actor))

    def show(person: Person) -> dict[str, Any]:
        names = institution_names({row.institution, row.pharmacy} - {""})
        deliveries = list(row.deliveries.order_by("-pk"))
        return {"subject": KIND, "subject_id": id, "institutions": tuple(names), **_head(request, row, names), "row": row, "lines": lines_of(row, clock.today()), "token": _token(request, row),
                "pharmacy": names.get(row.pharmacy, row.pharmacy), "places": _places(row) if row.state in ("signed", "circulating") else [], "steps": own_steps(request, KIND, id, row.state),
                "given": [{**each, "where": institution_names({each["institution"]}).get(each["institution"], each["institution"])} for each in dispensings_of(row)],
                "may_order": bool(row.pharmacy) and row.state in TO_DELIVER and not any(each.state in ("ordered", "packed", "handed_over", "delivered") for each in deliveries),
                "deliveries": [{"id": each.pk, "version": each.version, "place": each.place, "state": state_badge(request, DELIVERY, each.state), "steps": own_steps(request, DELIVERY, each.pk, each.state)}
                               for each in deliveries]}

    return own_page(request, "my_prescription.html", show, refusal)


def _head(request: HttpRequest, row: Prescription, names: dict[str, str]) -> dict[str, Any]:
    return {"id": row.pk, "who": names.get(row.institution, row.institution), "kind": say(request, *KINDS[row.kind]), "state": state_badge(request, KIND, row.state), "on": row.prescribed_on,
            "until": row.valid_to, "is_circulating": row.state == "circulating"}


def _token(request: HttpRequest, row: Prescription) -> dict[str, Any] | None:
    """The token while it circulates."""
    try:
        text, until = make_token(row.pk, request.by, clock.now())
    except Refused:
        return None
    return {"text": text, "until": clock.local(until)}


def _places(row: Prescription) -> list[dict[str, str]]:
    """Where the prescription may be fetched today."""
    return list(Institution.objects.filter(code__in=fillers(row.institution, clock.today())).order_by("name").values("code", "name", "kind")[:PLACES])


def _due(request: HttpRequest, person: Person) -> list[Due]:
    """What can be fetched, and parcels to confirm."""
    own = kind_of(KIND).seen_by(request.actor).filter(person=person)
    found = own.filter(state__in=("signed", "circulating"), valid_to__gte=clock.today())
    return [(_fetch(request, row.valid_to), reverse("my_prescription", args=[row.pk])) for row in found] + [
        (say(request, "药已送达，请签收", "Your medicine has arrived: confirm it"), reverse("my_prescription", args=[row.pk])) for row in own.filter(deliveries__state="delivered")]


def _fetch(request: HttpRequest, until: date) -> str:
    return say(request, f"有处方可取药，{until:%m-%d} 前有效", f"A prescription can be fetched until {until:%m-%d}")


PRESCRIPTIONS = MyPart(60, ("我的处方", "My prescriptions"), ("取药码、还剩多少", "token, and what is left"),
                       (("prescriptions/", "my_prescriptions", my_prescriptions), ("prescriptions/<int:prescription_id>/", "my_prescription", my_prescription)), _due)
