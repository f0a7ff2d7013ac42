"""Patient: a row of the person index, masked in lists."""
from django.db.models import Q

from sanyi.store.persons.tables import Person
from sanyi.web.api.persons import PERSON_ROLES, masked, persons_of
from sanyi.web.fhir.naming import day, identifier, reference
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.stored import stored, within

SEX = {"M": "male", "F": "female", "1": "male", "2": "female", "male": "male", "female": "female"}


def shaped(row: Person, is_alone: bool) -> Json:
    """One person; a list shows the first character of the name and the year of birth."""
    return {"id": str(row.pk), "active": row.is_active, "identifier": [*identifier("person", row.pk), *(identifier("resident", row.resident_id) if row.resident_id else [])],
            "name": [{"text": row.name if is_alone else masked(row.name)}] if row.name else None, "gender": SEX.get(row.sex, "unknown"),
            "birthDate": (day(row.born_on) if is_alone else str(row.born_on.year)) if row.born_on else None,
            **({"deceasedDateTime": day(row.died_on)} if is_alone and row.died_on else {"deceasedBoolean": row.died_on is not None}),
            "managingOrganization": reference("Organization", row.institution) if row.institution else None}


def _named(text: str) -> Q:
    column, wanted = ("pinyin", text.lower()) if text.isascii() else ("name_key", text)
    return Q(**{f"{column}__gte": wanted, f"{column}__lt": wanted + "\U0010ffff"})


PATIENT = stored("Patient", PERSON_ROLES, persons_of, {
    "identifier": ("token", lambda text: Q(resident_id=text) & ~Q(resident_id="") | (Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else Q(pk__in=()))),
    "name": ("string", _named), "birthdate": ("date", within("born_on")),
    "gender": ("token", lambda text: Q(sex__in=[code for code, word in SEX.items() if word == text]))},
    shaped, resident=lambda row: str(row.pk), institutions=lambda row: (row.institution,) if row.institution else ())
