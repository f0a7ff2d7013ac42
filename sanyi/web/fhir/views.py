"""FHIR's calls: what the server can do, search, read and create. Source: R36, R37."""
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from sanyi.store.trail.reading import reads_person
from sanyi.web.access import SIGNED_IN, allowed
from sanyi.web.api.answers import FHIR, answer
from sanyi.web.api.bearer import check_scope
from sanyi.web.api.bodies import body_of
from sanyi.web.api.calls import verbs
from sanyi.web.fhir import all_resources
from sanyi.web.fhir.asked import Asked, read_search
from sanyi.web.fhir.capability import capability
from sanyi.web.fhir.including import included
from sanyi.web.fhir.naming import FITS, plain_id, trimmed
from sanyi.web.fhir.resource import Found, Json, Resource
from sanyi.web.trailed import says_reads
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork


@allowed(*SIGNED_IN)
@verbs("GET")
def metadata(request: HttpRequest) -> HttpResponse:
    """What this server can do."""
    return fhir_answer(capability(all_resources()))


@allowed(*SIGNED_IN)
@says_reads("fhir")
@verbs("GET", "POST")
def resources(request: HttpRequest, type: str) -> HttpResponse:
    """Search one type; a POST creates one where people create it."""
    if request.method == "POST":
        return _created(request, type)
    return _searched(request, known_resource(request, type, "read"), request.GET)


@allowed(*SIGNED_IN)
@says_reads("fhir")
@verbs("POST")
def search_posted(request: HttpRequest, type: str) -> HttpResponse:
    """Search with the parameters in the body, so that no name stands in an address."""
    return _searched(request, known_resource(request, type, "read"), request.POST)


@allowed(*SIGNED_IN)
@says_reads("fhir")
@verbs("GET")
def resource(request: HttpRequest, type: str, id: str) -> HttpResponse:
    """Read one."""
    known = known_resource(request, type, "read")
    row = read_one(request, known, plain_id(id)) if FITS.fullmatch(id) else None
    if row is None:
        raise UnknownWork(f"没有 {type}/{id[:64]}", f"there is no {type}/{id[:64]}")
    return fhir_answer(with_type(known, row))


def read_one(request: HttpRequest, known: Resource, id: str) -> Json | None:
    """One row that the caller may see, or none; the trail hears of it."""
    found = known.read(request, id)
    if found is None:
        return None
    _tell(known, found, id)
    return found.rows[0]


def new_body(known: Resource, body: Json) -> Json:
    """A body that may become a new resource of a type. Errors: NotAllowed (it is not made here), BadField."""
    if known.create is None:
        raise NotAllowed(f"{known.type} 不能由此新建", f"a {known.type} is not made here")
    if body.get("resourceType") != known.type:
        raise BadField(f"resourceType 应为 {known.type}", f"resourceType must be {known.type}", "resourceType")
    if "id" in body or "meta" in body and set(body["meta"] if isinstance(body["meta"], dict) else {}) - {"profile"}:
        raise BadField("新建时不带 id 和 meta", "what is new has neither id nor meta", "id")
    return body


def known_resource(request: HttpRequest, type: str, verb: str) -> Resource:
    """A type that the caller may read (`read`) or make (`act`), by role and token. Errors: UnknownWork, NotAllowed."""
    known = all_resources().get(type)
    if known is None:
        raise UnknownWork(f"没有资源类型 {type[:40]}", f"there is no resource type {type[:40]!r}")
    check_scope(request, verb, type)
    if request.actor.role not in (known.roles if verb == "read" else known.creators):  # type: ignore[attr-defined]
        raise NotAllowed(f"您的角色不能这样使用 {type}", f"your role may not do this with {type}")
    return known


def _searched(request: HttpRequest, known: Resource, query: Any) -> HttpResponse:
    asked = read_search(query, known.params, known.furthest, known.sorts)
    found = Found([]) if asked.is_count else known.search(request, asked.where, (asked.page - 1) * asked.size, asked.size + 1, asked.sorting)
    shown = found.first(asked.size)
    _tell(known, shown)
    besides = included(request, known, asked, shown.rows, known_resource)
    for resource, each in besides:
        _tell(resource, each)
    base = request.build_absolute_uri("/fhir/")
    total = known.count(request, asked.where) if asked.wants_total else None
    entries = [{"fullUrl": f"{base}{known.type}/{row['id']}", "resource": with_type(known, row), "search": {"mode": "match"}} for row in shown.rows]
    entries += [{"fullUrl": f"{base}{other.type}/{row['id']}", "resource": with_type(other, row), "search": {"mode": "include"}} for other, each in besides for row in each.rows]
    return fhir_answer({"resourceType": "Bundle", "type": "searchset", "link": _links(asked, f"{base}{known.type}", len(found.rows) > asked.size),
                  **({} if total is None else {"total": total}), **({"entry": entries} if entries else {})})


def _links(asked: Asked, address: str, has_more: bool) -> list[Json]:
    def link(relation: str, page: int) -> Json:
        return {"relation": relation, "url": f"{address}?{urlencode({**asked.given, '_count': asked.size, '_page': page}, doseq=True)}"}
    return [link("self", asked.page), *([link("next", asked.page + 1)] if has_more else []), *([link("previous", asked.page - 1)] if asked.page > 1 else [])]


def _created(request: HttpRequest, type: str) -> HttpResponse:
    known = known_resource(request, type, "act")
    body = new_body(known, body_of(request, known.most_bytes))
    assert known.create is not None
    id, is_new = known.create(request, body)
    row = read_one(request, known, id)
    if row is None:
        raise UnknownWork(f"没有 {type}/{id}", f"there is no {type}/{id}")
    said = fhir_answer(with_type(known, row), 201 if is_new else 200)
    said.headers["Location"] = request.build_absolute_uri(f"/fhir/{type}/{row['id']}")
    return said


def _tell(known: Resource, found: Found, id: str = "") -> None:
    """The trail hears of every reading of personal data, before the answer leaves. Source: R42."""
    if known.is_personal:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", known.type).lower()
        residents, institutions = [resident for resident, _ in found.whose if resident], [code for _, codes in found.whose for code in codes if code]
        reads_person(f"fhir_{name}", id, tuple(dict.fromkeys(residents)), tuple(dict.fromkeys(institutions)), found.purpose)


def with_type(known: Resource, row: Json) -> Json:
    """A row as it leaves."""
    return {"resourceType": known.type, **trimmed(row)}


def fhir_answer(body: Json, status: int = 200) -> HttpResponse:
    """An answer as FHIR has it."""
    return answer(body, status, FHIR)
