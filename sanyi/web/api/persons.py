"""The person index for programs: masked, one at a time or by number or name, never a list to leaf through; numbers of documents by POST alone."""
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sanyi.matching.masking import mask_name
from sanyi.store.persons.finding import SHORTEST, active, by_any_number, matching
from sanyi.store.persons.numbers import id_of, number_of
from sanyi.store.persons.registering import FIELDS, KEEPERS, register
from sanyi.store.persons.tables import Person
from sanyi.store.trail.reading import reads_person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.api.answers import answer
from sanyi.web.api.asked import BIGGEST, single, span_in, value_of
from sanyi.web.api.bearer import check_scope
from sanyi.web.api.bodies import body_of, typed_in
from sanyi.web.api.calls import verbs
from sanyi.web.api.columns import IN_LISTS, Shown, columns_of, written
from sanyi.web.trailed import says_reads
from sanyi.workflows.access_matrix import purposes_of
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.facts import ROLES, Actor
from sanyi.workflows.take import clean

FINDERS = ("registrar", "doctor", "family_doctor", "nurse", "technician", "pharmacist", "office")
PERSON_ROLES = tuple(dict.fromkeys((*FINDERS, *(role for role in ROLES if purposes_of(role)))))  # as the pages 人员 and 健康档案
FURTHEST = 200  # who has to leaf further has not said whom they look for
WAYS = ("id", "number", "name", "resident_id")


@allowed(*PERSON_ROLES)
@says_reads("person_list")
@verbs("GET", "POST")
def person_list(request: HttpRequest) -> HttpResponse:
    """Those who are found by `number` (their own), `name` (how it begins or is said), `id` or `resident_id`; a POST registers one."""
    if request.method == "POST":
        return _registered(request)
    check_scope(request, "read", "persons")
    given = single(request.GET)
    start, size = span_in(given, FURTHEST)
    rows = list(looked_for(request.actor, given)[start:start + size + 1])
    return _shown(rows[:size], start // size + 2 if len(rows) > size else None)


@allowed(*PERSON_ROLES)
@says_reads("person_list")
@verbs("POST")
def person_find(request: HttpRequest) -> HttpResponse:
    """Those with an identity or phone number, which no address may hold."""
    check_scope(request, "read", "persons")
    if request.actor.role not in FINDERS:
        raise NotAllowed("您的角色不能按证件号查找", "your role does not look for numbers of documents")
    return _shown(by_any_number(_one_text(body_of(request), "number"), clock.today()), None)


@allowed(*PERSON_ROLES)
@says_reads("person")
@verbs("GET")
def person_one(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person, masked."""
    check_scope(request, "read", "persons")
    row = find_person(request.actor, person_id)
    reads_person("person", row.pk, residents=(str(row.pk),), institutions=(row.institution,))
    return answer(shown(row))


def looked_for(actor: Actor, given: Mapping[str, str]) -> QuerySet[Person]:
    """The persons that a search names, as far as an actor may look. Errors: BadField: staff say whom they look for, in one way."""
    ways = [name for name in given if name in WAYS]
    if unknown := next((name for name in given if name not in WAYS), None):
        raise BadField(f"没有参数“{unknown[:40]}”", f"there is no parameter {unknown[:40]!r}", unknown[:40])
    if actor.role == "resident" and not ways:
        return persons_of(actor)
    if len(ways) != 1 or ways == ["name"] and len(given["name"].strip()) < SHORTEST:
        raise BadField(f"请以其一查找：姓名或拼音（至少 {SHORTEST} 字）、人员编号、id、记录编号", f"look by one of: name (at least {SHORTEST} signs), number, id, resident_id", "name")
    way, text = ways[0], given[ways[0]]
    if len(text) > 80:
        raise BadField("至多 80 字", "at most 80 characters", way)
    if way == "name":
        found = matching(text)
        return found if actor.role != "resident" else found & persons_of(actor)
    condition = {"id": lambda: {"pk": value_of("whole", text, "id")}, "number": lambda: {"pk": id_of(text) or 0}, "resident_id": lambda: {"resident_id": text or "-"}}
    return persons_of(actor).filter(**condition[way]()).order_by("pk")


def persons_of(actor: Actor) -> QuerySet[Person]:
    """The persons an actor may look up: staff everybody in use (who comes to them they cannot know before), a resident the own row."""
    if actor.role != "resident":
        return active() if actor.role in PERSON_ROLES else active().none()
    own = actor.resident
    return active().filter(pk=int(own)) if own.isascii() and own.isdigit() and int(own) <= BIGGEST else active().none()


def find_person(actor: Actor, id: int) -> Person:
    """One person that an actor may look up. Errors: UnknownWork."""
    row = persons_of(actor).filter(pk=id).first() if 0 <= id <= BIGGEST else None
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的人员", f"there is no person number {id}")
    return row


def person_columns() -> tuple[Shown, ...]:
    """The columns that are shown of a person; which account registered one is the trail's to tell."""
    return tuple(column for column in columns_of(Person, IN_LISTS) if column.name != "created_by")


def shown(row: Person) -> dict[str, Any]:
    """One person as programs see it: columns of levels 1 and 2, the own number, the name masked, the year of birth."""
    columns = person_columns()
    return {**written(columns, tuple(getattr(row, column.name) for column in columns)), "number": number_of(row.pk), "name_masked": mask_name(row.name),
            "born_year": row.born_on.year if row.born_on else None}


def _shown(rows: Sequence[Person], following: int | None) -> HttpResponse:
    reads_person("person_list", residents=[row.pk for row in rows], institutions=[row.institution for row in rows])
    return answer({"rows": [shown(row) for row in rows], "next": following})


def registered(request: HttpRequest, given: Mapping[str, object]) -> tuple[Person, bool]:
    """Register a person through the index's own door. Errors: as of `register`."""
    return register(given, request.by, clock.now())  # type: ignore[attr-defined]


def _registered(request: HttpRequest) -> HttpResponse:
    check_scope(request, "act", "persons")
    row, is_new = registered(request, typed_in(FIELDS, body_of(request)))
    if not is_new:
        reads_person("person", row.pk, residents=(str(row.pk),), institutions=(row.institution,))
    return answer({**shown(row), "is_new": is_new}, 201 if is_new else 200)


def _one_text(body: dict[str, Any], name: str) -> str:
    text = body.get(name)
    if list(body) != [name] or not isinstance(text, str) or not text or len(text) > 40 or clean(text) != text:
        raise BadField(f"内容应为 {{\"{name}\": 至多 40 字的文字}}", f"the content is {{\"{name}\": a text of at most 40 characters}}", name)
    return text
