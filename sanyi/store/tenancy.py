"""For whom the database is asked now: whose rows it may show and take, whatever a query says. Source: R36, R38.

Each thread answers one request at a time, and what is set here ends with it. Nothing set shows no row of any care table.
"""
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from sanyi.workflows.facts import PLAN_ROLES, SYSTEM, Actor

CARE, MONEY = "care", "money"
EVERYWHERE = frozenset((CARE, MONEY))
REACH = {role: frozenset((MONEY,)) for role in PLAN_ROLES if role != "hospital"} | {
    "office": EVERYWHERE, "bureau": EVERYWHERE, "supervisor": EVERYWHERE, "audit_admin": frozenset((CARE,))}
UNITS, PERSONS = "\n", ","  # what parts the values of a list, as the database reads it


@dataclass(frozen=True)
class Tenant:
    """Institutions by code, residents by their row of the person index, and what is open region-wide (care, money)."""

    units: frozenset[str] = frozenset()
    persons: frozenset[int] = frozenset()
    reach: frozenset[str] = frozenset()

    def words(self) -> tuple[str, str, str]:
        """Units, persons and reach as the database is told them."""
        return UNITS.join(sorted(self.units)), PERSONS.join(map(str, sorted(self.persons))), PERSONS.join(sorted(self.reach))


NOBODY = Tenant()
_NOW: ContextVar[Tenant] = ContextVar("sanyi_tenant", default=NOBODY)


def tenant() -> Tenant:
    """Whom the database is asked for now."""
    return _NOW.get()


def tenant_of(actor: Actor | None) -> Tenant:
    """An actor's own institution, own person, or what the role reaches region-wide."""
    if actor is None:
        return NOBODY
    reach = EVERYWHERE if actor.name == SYSTEM else REACH.get(actor.role, frozenset())
    return Tenant(_units((actor.unit,)), _persons((actor.resident,)), reach)


@contextmanager
def acting_for(actor: Actor | None) -> Iterator[None]:
    """Ask the database for one actor and nobody else: what begins a request."""
    yield from _while(tenant_of(actor))


@contextmanager
def whole_region(purpose: str) -> Iterator[None]:
    """Ask for all tenants, for a purpose that is said: background work, the command line, steps that the store itself takes."""
    if not purpose:
        raise ValueError("work for the whole region says what it is for")
    yield from _while(Tenant(reach=EVERYWHERE))


@contextmanager
def in_hand(persons: Iterable[object] = (), units: Iterable[str] = ()) -> Iterator[None]:
    """Besides one's own, what a piece of work belongs to: its person's rows at every institution, and the institutions it is between.

    For a door that has judged that its actor may do so, and only as long as it works.
    """
    now = tenant()
    yield from _while(replace(now, units=now.units | _units(units), persons=now.persons | _persons(persons)))


def from_now_on(purpose: str) -> None:
    """As `whole_region`, for as long as this process lives: what begins a command."""
    _NOW.set(Tenant(reach=EVERYWHERE if purpose else frozenset()))


def _while(asked: Tenant) -> Iterator[None]:
    token = _NOW.set(asked)
    try:
        yield
    finally:
        _NOW.reset(token)


def _units(codes: Iterable[str]) -> frozenset[str]:
    """Codes that can be told apart in a list; a code with a line break is nobody's."""
    return frozenset(code for code in codes if code and UNITS not in code)


def _persons(ids: Iterable[object]) -> frozenset[int]:
    return frozenset(int(text) for id in ids if (text := str(id)).isascii() and text.isdigit() and len(text) < 19)
