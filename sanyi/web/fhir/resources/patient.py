"""Patient: a person of the index, masked; staff say whom they look for, and whoever registers people registers one."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sanyi.matching.masking import mask_name
from sanyi.store.persons.finding import SHORTEST, by_any_number, holders_of, matching
from sanyi.store.persons.numbers import id_of, number_of
from sanyi.store.persons.registering import KEEPERS
from sanyi.store.persons.tables import IDENTITY_KINDS, Person
from sanyi.web import clock
from sanyi.web.api.persons import FURTHEST, PERSON_ROLES, persons_of, registered
from sanyi.web.fhir.asked import Days, Token
from sanyi.web.fhir.naming import MASKED, SYSTEM, coded, day, identifier, listed, reference, whole_id
from sanyi.web.fhir.resource import Found, Json, Resource, Sorting, Where
from sanyi.web.fhir.stored import Within
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor

PARAMS = {"identifier": "token", "name": "string", "phone": "token", "birthdate": "date", "gender": "token"}
PERSON, RESIDENT, IDENTITY = f"{SYSTEM}person", f"{SYSTEM}resident", f"{SYSTEM}identity:"


def shaped(row: Person, actor: Actor) -> Json:
    """One person: to the resident in clear, to everybody else masked, with the year of birth."""
    is_own = actor.role == "resident" and actor.resident == str(row.pk)
    return {"id": str(row.pk), "meta": {} if is_own else MASKED, "active": row.is_active,
            "identifier": [*identifier("person", number_of(row.pk)), *(identifier("resident", row.resident_id) if row.resident_id else [])],
            "name": [{"text": row.name if is_own else mask_name(row.name)}] if row.name else None, "gender": row.sex or "unknown",
            "birthDate": (day(row.born_on) if is_own else f"{row.born_on:%Y}") if row.born_on else None, "deceasedBoolean": row.died_on is not None,
            "managingOrganization": reference("Organization", row.institution) if row.institution else None}


def _matching(request: HttpRequest, where: Where) -> QuerySet[Person]:
    """The persons a search names, in its order. Errors: BadField."""
    actor, names = request.actor, where.get("name", ())  # type: ignore[attr-defined]
    if actor.role != "resident" and not any(name in where for name in ("_id", "identifier", "name", "phone")) or len(names) > 1 or any(len(text.strip()) < SHORTEST for text in names):
        raise BadField(f"请以姓名（至少 {SHORTEST} 字）、identifier、phone 或 _id 查找", f"look by name (at least {SHORTEST} signs), identifier, phone or _id", "name")
    rows = matching(names[0]) if names else Person.objects.filter(is_active=True).order_by("pk")
    if actor.role == "resident":
        rows = rows & persons_of(actor)
    fits = {"_id": lambda id: Q(pk=whole_id(id)), "identifier": lambda token: _identified(request, token), "phone": lambda token: _phoned(request, token),
            "birthdate": _born, "gender": lambda code: Q(sex="" if code == "unknown" else code or "-")}
    for name, values in where.items():
        if name in fits:
            condition = Q(pk__in=())
            for value in values:
                condition |= fits[name](value)
            rows = rows.filter(condition)
    return rows


def _identified(request: HttpRequest, token: Token) -> Q:
    """By the own number or the record's; by the number of a document only where no address holds it."""
    if token.system.startswith(IDENTITY):
        _check_posted(request, "identifier")
        kind, _, country = token.system.removeprefix(IDENTITY).partition(":")
        return Q(pk__in=[row.pk for row in holders_of(kind, token, clock.today(), country)] if kind in IDENTITY_KINDS else ())
    by = {PERSON: Q(pk=id_of(token) or 0), RESIDENT: Q(resident_id=token or "-")}
    return by[token.system] if token.system in by else by[PERSON] | by[RESIDENT] if not token.system else Q(pk__in=())


def _born(days: Days) -> Q:
    """By years, as they are shown: the day itself is masked, and nobody learns it by asking. Source: R39."""
    if days.first and (days.first.month, days.first.day) != (1, 1) or days.last and (days.last.month, days.last.day) != (12, 31):
        raise BadField("birthdate 只能按年查找，如 1980", "birthdate goes by years, such as 1980", "birthdate")
    return Within("born_on")(days)


def _phoned(request: HttpRequest, token: Token) -> Q:
    _check_posted(request, "phone")
    return Q(pk__in=[row.pk for row in by_any_number(token, clock.today())])


def _check_posted(request: HttpRequest, name: str) -> None:
    if request.method != "POST":
        raise BadField("证件号和电话不能写在地址里，请用 POST Patient/_search", "numbers of documents and phones are not written in addresses: use POST Patient/_search", name)


def _search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
    return _found(request, list(_matching(request, where)[start:start + size]))


def _read(request: HttpRequest, id: str) -> Found | None:
    rows = list(persons_of(request.actor).filter(pk=whole_id(id)))  # type: ignore[attr-defined]
    return _found(request, rows) if rows else None


def _found(request: HttpRequest, rows: list[Person]) -> Found:
    return Found([shaped(row, request.actor) for row in rows], [(str(row.pk), (row.institution,)) for row in rows])  # type: ignore[attr-defined]


def _create(request: HttpRequest, body: Json) -> tuple[str, bool]:
    """Register; whoever certainly is there already is found, not made again."""
    kinds = [each for each in listed(body, "identifier") if str(each.get("system", "")).startswith(IDENTITY)]
    phones = [each for each in listed(body, "telecom") if each.get("system") == "phone"]
    kind, _, country = str(kinds[0]["system"]).removeprefix(IDENTITY).partition(":") if kinds else ("", "", "")  # passport:FRA
    given = {"name": coded(body, "name.0.text"), "sex": coded(body, "gender", needed=False).replace("unknown", ""), "born_on": coded(body, "birthDate", needed=False),
             "identity_kind": kind, "identity_country": country, "identity": coded(kinds[0], "value") if kinds else "",
             "phone": coded(phones[0], "value") if phones else "", "address": coded(body, "address.0.text", needed=False)}
    row, is_new = registered(request, {name: value for name, value in given.items() if value})
    return str(row.pk), is_new


PATIENT = Resource("Patient", PERSON_ROLES, PARAMS, _search, lambda request, where: _matching(request, where).count(), _read, _create, creators=KEEPERS, furthest=FURTHEST)
