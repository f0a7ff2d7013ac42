"""Location: where an institution is."""
from django.db.models import Q

from sanyi.store.organisation.tables import Institution
from sanyi.web.access import SIGNED_IN
from sanyi.web.fhir.naming import fhir_id, identifier, reference
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored


def shaped(row: Institution, is_alone: bool) -> Json:
    """The place of one institution; it has the institution's own id."""
    return {"id": fhir_id(row.code), "identifier": identifier("institution", row.code), "status": "active" if row.to_on is None else "inactive", "name": row.name, "mode": "instance",
            "address": {"district": row.region, "country": "CN"} if row.region else None, "managingOrganization": reference("Organization", row.code)}


LOCATION = stored("Location", SIGNED_IN, lambda actor: Institution.objects.all(), {
    "identifier": ("token", lambda code: Q(code=code)), "name": ("string", lambda text: Q(name__startswith=text)),
    "organization": ("reference", lambda code: Q(code=code)), "status": ("token", lambda code: Q(to_on=None) if code == "active" else Q(to_on__isnull=False) if code == "inactive" else Q(pk__in=()))},
    shaped, key=lambda id: Q(code=id), is_personal=False)
