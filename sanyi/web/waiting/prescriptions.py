"""Prescriptions that wait for the pharmacist, for the doctor, at the counter, on their way."""
from django.db.models import Q
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.store.prescriptions.tables import Prescription
from sanyi.web.waiting.queue import Queue, seen
from sanyi.web.words import say
from sanyi.workflows.prescribing import KINDS
from sanyi.workflows.prescription import DOCTORS


def _what(request: HttpRequest, row: Prescription) -> str:
    return f"{say(request, *KINDS[row.kind])} · {row.diagnosis}"


QUEUES = (
    Queue("待审处方", "To be reviewed", ("pharmacist",), lambda actor, now: kind_of("prescription").seen_by(actor).filter(state="checked").order_by("pk"), "prescriptions", "prescription", _what,
          place="institution", due="created_at", asked="?state=checked", is_deadline=False),
    Queue("待接方", "To be taken", ("pharmacist",), lambda actor, now: kind_of("prescription").seen_by(actor).filter(Q(state="signed", institution=actor.unit) | Q(state="circulating", pharmacy="")).order_by(
        "pk"), "prescriptions", "prescription", _what, due="valid_to", asked="?state=signed"),
    Queue("待发药", "To be given out", ("pharmacist",), seen("prescription", "pharmacy", "taken", "partly"), "prescriptions", "prescription", _what, due="valid_to", asked="?state=taken"),
    Queue("待配送", "Deliveries", ("pharmacist",), seen("delivery_order", "institution", "ordered", "packed", "handed_over"), "deliveries", "delivery", lambda request, row: row.place,
          whose="prescription.person", due="created_at", is_deadline=False),
    Queue("药师退回", "Returned by the pharmacist", DOCTORS, lambda actor, now: kind_of("prescription").seen_by(actor).filter(state="returned", created_by=actor.name).order_by("pk"), "prescriptions",
          "prescription", _what, due="", asked="?state=returned"),
    Queue("待签名", "To be signed", DOCTORS, lambda actor, now: kind_of("prescription").seen_by(actor).filter(state__in=("written", "approved"), created_by=actor.name).order_by("pk"), "prescriptions",
          "prescription", _what, due="valid_to", asked="?state=approved"),
    Queue("待第二医师签名", "To be signed by a second doctor", (*DOCTORS, "director"), lambda actor, now: kind_of("prescription").seen_by(actor).filter(
        institution=actor.unit, state="insisted").exclude(created_by=actor.name).order_by("pk"), "prescriptions", "prescription", _what, due="", asked="?state=insisted"))
