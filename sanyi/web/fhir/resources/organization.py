"""Organization: an institution."""
from django.db.models import Q

from sanyi.store.organisation.tables import Institution
from sanyi.store.organisation.words import KINDS
from sanyi.web import clock
from sanyi.web.access import SIGNED_IN
from sanyi.web.fhir.naming import concept, fhir_id, identifier
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored


def shaped(row: Institution, is_alone: bool) -> Json:
    """One institution, active while it is true today."""
    today = clock.today()
    return {"id": fhir_id(row.code), "identifier": identifier("institution", row.code), "active": row.from_on <= today and (row.to_on is None or row.to_on >= today),
            "type": [concept("institution-kind", row.kind, KINDS.get(row.kind)), *([concept("institution-level", row.level)] if row.level else [])], "name": row.name}


ORGANIZATION = stored("Organization", SIGNED_IN, lambda actor: Institution.objects.all(), {
    "identifier": ("token", lambda code: Q(code=code)), "name": ("string", lambda text: Q(name__startswith=text)), "type": ("token", lambda code: Q(kind=code))},
    shaped, key=lambda id: Q(code=id), is_personal=False)
