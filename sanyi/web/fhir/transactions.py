"""FHIR's transaction: several resources made at once, all of them or none; the lines of one prescription are judged and written together. Source: R36, R37."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from sanyi.store.together import all_or_none
from sanyi.web import clock
from sanyi.web.access import SIGNED_IN, allowed
from sanyi.web.api.bodies import body_of
from sanyi.web.api.calls import verbs
from sanyi.web.fhir.naming import listed
from sanyi.web.fhir.resource import Json, Resource
from sanyi.web.fhir.views import fhir_answer, known_resource, new_body, read_one, with_type
from sanyi.web.trailed import says_reads
from sanyi.workflows.errors import BadField, UnknownWork

MOST = 50


@dataclass(frozen=True)
class Entry:
    """One resource to be made: its place in the bundle, what it is, its body, and the name that other entries call it by."""

    place: int
    known: Resource
    body: Json
    name: str

    @property
    def group(self) -> tuple[str, object]:
        """Entries of one group are made by one act; each of the others is a group of its own."""
        group = self.body.get("groupIdentifier")
        value = group.get("value") if isinstance(group, dict) and self.known.create_together else None
        return self.known.type, str(value) if value else self.place


@allowed(*SIGNED_IN)
@says_reads("fhir")
@verbs("POST")
def transaction(request: HttpRequest) -> HttpResponse:
    """Make every resource of a Bundle, or none of them; answers in the bundle's order. Errors: BadField, NotAllowed, and those of each type's own door."""
    entries = _entries(request, body_of(request))
    made = all_or_none(lambda: _made(request, entries), "fhir", request.by, clock.now())  # type: ignore[attr-defined]
    return fhir_answer({"resourceType": "Bundle", "type": "transaction-response", "entry": [_answered(request, each, *made[each.place]) for each in entries]})


def _entries(request: HttpRequest, body: Json) -> list[Entry]:
    if body.get("resourceType") != "Bundle" or body.get("type") != "transaction":
        raise BadField("应为 type 为 transaction 的 Bundle", "it must be a Bundle of type transaction", "type")
    rows = listed(body, "entry")
    if not 1 <= len(rows) <= MOST or len(rows) != len(body["entry"]):
        raise BadField(f"一次 1 至 {MOST} 项", f"a transaction has 1 to {MOST} entries", "entry")
    entries = [_entry(request, place, row) for place, row in enumerate(rows)]
    names = [each.name for each in entries if each.name]
    if len(set(names)) != len(names):
        raise BadField("fullUrl 不得重复", "no fullUrl may stand twice", "entry.fullUrl")
    return entries


def _entry(request: HttpRequest, place: int, row: Json) -> Entry:
    """Only what makes something new: a condition that is not understood is refused, never left out."""
    asked, body, name, at = row.get("request"), row.get("resource"), row.get("fullUrl", ""), f"entry.{place}"
    if not isinstance(asked, dict) or set(asked) != {"method", "url"} or asked["method"] != "POST":
        raise BadField("此处只能新建：request 为 {method: POST, url: 类型}", "things are only made here: request is {method: POST, url: type}", f"{at}.request")
    if not isinstance(body, dict) or not isinstance(name, str) or not isinstance(asked["url"], str):
        raise BadField("缺少 resource", "resource is missing", f"{at}.resource")
    known = known_resource(request, asked["url"], "act")
    return Entry(place, known, _named(place, lambda: new_body(known, body)), name if name.startswith("urn:") else "")


def _made(request: HttpRequest, entries: Sequence[Entry]) -> dict[int, tuple[str, bool]]:
    """The id of each by its place, and whether it is new. Patients come first, for others are about them."""
    made: dict[int, tuple[str, bool]] = {}
    named: dict[str, str] = {}
    for group in _groups(sorted(entries, key=lambda each: each.known.type != "Patient")):
        found = _named(group[0].place, lambda: _made_together(request, group[0].known, [_referring(each.body, named) for each in group]))  # noqa: B023  (called at once)
        for each, one in zip(group, found, strict=True):
            made[each.place] = one
            named[each.name] = f"{each.known.type}/{one[0]}"
    return made


def _made_together(request: HttpRequest, known: Resource, bodies: Sequence[Json]) -> Sequence[tuple[str, bool]]:
    if known.create_together:
        return [(id, True) for id in known.create_together(request, bodies)]
    assert known.create is not None
    return [known.create(request, body) for body in bodies]


def _groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    groups: dict[tuple[str, object], list[Entry]] = {}
    for each in entries:
        groups.setdefault(each.group, []).append(each)
    return list(groups.values())


def _referring(body: Any, named: Mapping[str, str]) -> Any:
    """A body whose references name what was made, where they named an entry."""
    if isinstance(body, dict):
        return {name: named.get(value, value) if name == "reference" and isinstance(value, str) and value else _referring(value, named) for name, value in body.items()}
    return [_referring(each, named) for each in body] if isinstance(body, list) else body


def _named(place: int, do: Any) -> Any:
    """What is wrong with an entry says which it is."""
    try:
        return do()
    except BadField as bad:
        raise BadField(f"第 {place + 1} 项：{bad.zh}", f"entry {place + 1}: {bad.en}", f"entry.{place}.resource.{bad.field}") from bad


def _answered(request: HttpRequest, entry: Entry, id: str, is_new: bool) -> Json:
    row = read_one(request, entry.known, id)
    if row is None:
        raise UnknownWork(f"没有 {entry.known.type}/{id}", f"there is no {entry.known.type}/{id}")
    return {"resource": with_type(entry.known, row), "response": {"status": "201 Created" if is_new else "200 OK", "location": f"{entry.known.type}/{row['id']}"}}
