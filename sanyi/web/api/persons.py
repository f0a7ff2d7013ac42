"""The person index for programs: masked, one at a time or by number or name; numbers in clear are the page's alone."""
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sanyi.store.persons.tables import Person
from sanyi.store.trail.reading import reads_person
from sanyi.web.access import allowed
from sanyi.web.api.answers import answer
from sanyi.web.api.asked import BIGGEST, read_asked
from sanyi.web.api.bearer import check_scope
from sanyi.web.api.calls import verbs
from sanyi.web.api.columns import IN_LISTS, columns_of, written
from sanyi.web.api.work import page_of
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.facts import Actor

PERSON_ROLES = ("office", "registrar", "doctor", "family_doctor", "nurse", "resident")
HIDDEN = "*"


@allowed(*PERSON_ROLES)
@verbs("GET")
def person_list(request: HttpRequest) -> HttpResponse:
    """A page of persons in use; staff must say whom they look for: by id, record number, region, or how the name begins."""
    check_scope(request, "read", "persons")
    columns = columns_of(Person, IN_LISTS)
    request.GET = request.GET.copy()  # type: ignore[misc]
    name = request.GET.pop("name", [""])[-1]
    asked = read_asked(request, columns)
    rows = list(asked.of(named(persons_of(request.actor), name)).values_list("name", *(column.name for column in columns)))
    page = [{**written(columns, row[1:]), "name_masked": masked(row[0])} for row in rows[:asked.size]]
    reads_person("person_list", residents=[str(row["id"]) for row in page])
    return answer(page_of(page, asked, len(rows) > asked.size))


@allowed(*PERSON_ROLES)
@verbs("GET")
def person_one(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person, masked."""
    check_scope(request, "read", "persons")
    row = find_person(request.actor, person_id)
    reads_person("person", row.pk, residents=(str(row.pk),))
    columns = columns_of(Person, IN_LISTS)
    return answer({**written(columns, tuple(getattr(row, column.name) for column in columns)), "name_masked": masked(row.name)})


def persons_of(actor: Actor) -> QuerySet[Person]:
    """The persons an actor may look up: staff everybody in use (who comes to them they cannot know before), a resident the own row."""
    rows = Person.objects.filter(is_active=True)
    if actor.role != "resident":
        return rows if actor.role in PERSON_ROLES else rows.none()
    own = actor.resident
    return rows.filter(pk=int(own)) if own.isascii() and own.isdigit() and int(own) <= BIGGEST else rows.none()


def find_person(actor: Actor, id: int) -> Person:
    """One person that an actor may look up. Errors: UnknownWork."""
    row = persons_of(actor).filter(pk=id).first() if 0 <= id <= BIGGEST else None
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的人员", f"there is no person number {id}")
    return row


def named(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    """Those whose name begins so, in characters or in pinyin. Errors: BadField."""
    if not name:
        return rows
    if len(name) > 80:
        raise BadField("姓名至多 80 字", "a name has at most 80 characters", "name")
    column = "pinyin" if name.isascii() else "name_key"
    wanted = name.lower() if name.isascii() else name
    return rows.filter(**{f"{column}__gte": wanted, f"{column}__lt": wanted + "\U0010ffff"})


def masked(name: str) -> str:
    """A name as lists show it: its first character alone."""
    return name[:1] + HIDDEN * len(name[1:])
