"""What of the region's record a caller reaches: offices what the run's pages show them, all others one person's rows on a live basis. Source: R36, R49."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest

from sanyi.runs.person_timeline import narrow_encounters
from sanyi.runs.results import Results
from sanyi.store.health.basis import check_basis, live_bases
from sanyi.store.persons.tables import Person
from sanyi.tables.levels import NARROWEST
from sanyi.web import clock
from sanyi.web.access import OWN
from sanyi.web.opened import results
from sanyi.web.own import own_unit
from sanyi.web.timeline import rules
from sanyi.workflows.access_matrix import purposes_of
from sanyi.workflows.errors import BadField, NotAllowed
from sanyi.workflows.facts import ROLES, Actor

PURPOSE = "X-Purpose"  # the header in which a program says for what it reads a person's record
READERS = tuple(dict.fromkeys((*OWN, *(role for role in ROLES if purposes_of(role)))))


@dataclass(frozen=True)
class Reach:
    """Rows of one institution (`unit`; empty: of all), or of one person (`resident`) without the encounters above the level."""

    unit: str = ""
    resident: str = ""
    without: tuple[str, ...] = ()
    level: int = NARROWEST
    purpose: str = ""


def needs_a_person(actor: Actor) -> bool:
    """Whether a caller reads the record by a basis, one person at a time."""
    return actor.role not in OWN


def reach(request: HttpRequest, named: Sequence[str]) -> Reach:
    """What a caller reaches; `named` are the residents that are asked for. Errors: BadField (nobody in particular is), NotAllowed (no live basis)."""
    actor = request.actor  # type: ignore[attr-defined]
    if not needs_a_person(actor):
        return Reach(unit=own_unit(request))
    if len(named) != 1:
        raise BadField("请以 patient 指明一名患者", "name one patient by `patient`", "patient")
    row = Person.objects.filter(resident_id=named[0], is_active=True).exclude(resident_id="").only("pk").first()
    person = row.pk if row else 0
    purpose = request.headers.get(PURPOSE) or _first_purpose(person, actor)
    _, basis = check_basis(person, purpose, actor, clock.now())
    without = () if basis.level >= NARROWEST else _narrow(results(), named[0], rules().narrowest)
    return Reach(resident=named[0], without=without, level=basis.level, purpose=purpose)


def _first_purpose(person: int, actor: Actor) -> str:
    """The first purpose on which something may be read now, as the page of the record has it."""
    mine = purposes_of(actor.role)
    if not mine:
        raise NotAllowed("您的角色不能调阅健康档案", "your role does not read health records")
    return next((each for each in mine if live_bases(person, each, actor, clock.now())), mine[0])


@lru_cache(maxsize=64)
def _narrow(opened: Results, resident: str, narrowest: tuple[str, ...]) -> tuple[str, ...]:
    """Results never change, and whoever reads one resource of a person reads the next."""
    return tuple(sorted(narrow_encounters(opened, resident, narrowest)))
