"""Practitioner: a member of staff; people of an institution see their own institution's."""
from django.db.models import Q

from sanyi.store.organisation.tables import Staff
from sanyi.store.organisation.words import PROFESSIONS, TITLES
from sanyi.web import clock
from sanyi.web.access import ORGANISATION
from sanyi.web.api.organisation import seen_by
from sanyi.web.fhir.naming import concept, fhir_id, identifier
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored


def shaped(row: Staff, is_alone: bool) -> Json:
    """One member of staff."""
    today = clock.today()
    return {"id": fhir_id(row.code), "identifier": identifier("staff", row.code), "active": row.from_on <= today and (row.to_on is None or row.to_on >= today),
            "name": [{"text": row.name}] if row.name else None,
            "qualification": [{"code": concept(kind, code, words.get(code))} for kind, code, words in (("profession", row.profession, PROFESSIONS), ("title", row.title, TITLES)) if code]}


PRACTITIONER = stored("Practitioner", ORGANISATION, lambda actor: seen_by("staff", actor), {
    "identifier": ("token", lambda code: Q(code=code)), "name": ("string", lambda text: Q(name__startswith=text))}, shaped, key=lambda id: Q(code=id), is_personal=False)
