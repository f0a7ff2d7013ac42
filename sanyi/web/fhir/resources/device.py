"""Device: an institution's device, until when it is calibrated. Source: NG-01…NG-03."""
from django.db.models import Q, QuerySet

from sanyi.store.devices.registering import SEE_ALL, devices_seen
from sanyi.store.devices.tables import Device
from sanyi.store.exams.rules import KINDS
from sanyi.web.fhir.naming import concept, day, identifier, reference, whole_id
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor


def shaped(row: Device, is_alone: bool) -> Json:
    """One device; its calibration is a property of two days."""
    days = [each for each in (day(row.calibrated_on), day(row.calibrated_until)) if each]
    held = [{"type": concept("device-property", "calibration", ("校准有效期", "calibration")), "valueCode": [{"text": "/".join(days)}]}] if days else []
    return {"id": str(row.pk), "identifier": identifier("device", row.code), "status": "inactive" if row.is_retired else "active", "serialNumber": row.serial, "type": concept("exam-kind", row.kind, KINDS.get(row.kind)),
            "deviceName": [{"name": row.name, "type": "user-friendly-name"}], "owner": reference("Organization", row.institution), "property": held}


def _seen(actor: Actor) -> QuerySet[Device]:
    return Device.objects.filter(devices_seen(actor))


DEVICE = stored("Device", (*OF_AN_INSTITUTION, *SEE_ALL), _seen, {
    "identifier": ("token", lambda text: Q(code=text)), "organization": ("reference", lambda code: Q(institution=code)), "type": ("token", lambda code: Q(kind=code)),
    "status": ("token", lambda code: Q(is_retired=code == "inactive") if code in ("active", "inactive") else Q(pk__in=()))},
    shaped, is_personal=False, refers={"organization": ("owner", "Organization")})
