"""Media: an image, a curve or a document of an examination; to make one is to send it, as a device does. The bytes are a Binary. Source: NG-01, NG-02."""
import base64
import binascii
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.store.exams.attending import CENTRE, CLINICIANS
from sanyi.store.exams.rules import KINDS
from sanyi.store.exams.tables import Exam
from sanyi.store.findings.attaching import attach_file
from sanyi.store.findings.formats import MEDIA as TYPES
from sanyi.store.findings.reading import files_of
from sanyi.store.findings.tables import ExamFile
from sanyi.store.kinds import kind_of
from sanyi.web import clock
from sanyi.web.fhir.naming import coded, concept, identifier, moment, reference, referred, whole_id
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.web.fhir.resources.diagnostic_report import READERS
from sanyi.web.fhir.resources.exam_order import START
from sanyi.web.fhir.stored import Within, of_person, stored
from sanyi.web.uploads import MOST_BYTES
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor

SENDERS = tuple(dict.fromkeys((*CLINICIANS, *CENTRE)))


def files_seen(actor: Actor) -> QuerySet:
    """The files of every examination that an actor sees, as far as the reports of the same go."""
    return files_of(Exam.objects.filter(kind_of("exam").visible(actor)), actor).select_related("exam", "device")


def shaped(row: ExamFile, is_alone: bool) -> Json:
    """One file; what its sender called it is not in lists."""
    exam = row.exam
    named: dict[str, Any] = {"title": row.view or row.name} if is_alone else {}
    return {"id": str(row.pk), "identifier": identifier("exam-file", row.pk), "status": "completed", "type": concept("exam-kind", exam.kind, KINDS.get(exam.kind)), "basedOn": [reference("ServiceRequest", f"{START}{exam.pk}")],
            "subject": reference("Patient", exam.person_id), "createdDateTime": moment(row.at), "device": reference("Device", row.device_id) if row.device_id else None,
            "content": {"contentType": TYPES[row.format], "url": f"Binary/{row.pk}", "size": row.size, "hash": base64.b64encode(bytes.fromhex(row.sha256)[:20]).decode(), **named}}


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    """Send a file: the order in `basedOn`, the content in base64, the device by its code as identifier. What it is, the content says, not its contentType."""
    exam = exam_of(body)
    data = body["content"].get("data") if isinstance(body.get("content"), dict) else None
    if not isinstance(data, str):
        raise BadField("content.data 应为 base64 内容", "content.data must be the content in base64", "content.data")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadField("content.data 不是合格的 base64", "content.data is no proper base64", "content.data") from None
    title = coded(body, "content.title", needed=False)
    made = attach_file(exam, title or "file", [content], request.by, clock.now(), coded(body, "view.text", needed=False), device_of(body))  # type: ignore[attr-defined]
    return str(made.pk), True


def exam_of(body: Json) -> int:
    """The examination whose order a body is based on. Errors: BadField."""
    id = referred(body, "basedOn.0.reference", "ServiceRequest")
    return whole_id(id.removeprefix(START)) if id.startswith(START) else -1


def device_of(body: Json) -> str:
    """The code of the sender's own device that a body names; nothing where it names none."""
    return coded(body, "device.identifier.value", needed=False)


MEDIA = stored("Media", READERS, files_seen, {
    "patient": of_person("exam__person"), "subject": of_person("exam__person"), "identifier": ("token", lambda text: Q(pk=whole_id(text))),
    "based-on": ("reference", lambda id: Q(exam_id=whole_id(id.removeprefix(START)))), "device": ("reference", lambda id: Q(device_id=whole_id(id))), "created": ("date", Within("at", is_moment=True))},
    shaped, resident=lambda row: str(row.exam.person_id), institutions=lambda row: (row.exam.institution, row.exam.centre), create=_create, creators=SENDERS, most_bytes=MOST_BYTES,
    refers={**SUBJECT, "based-on": ("basedOn", "ServiceRequest"), "device": ("device", "Device")})
