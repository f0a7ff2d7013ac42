"""A family-doctor contract as a kind of work."""
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanyi.store.contract_requests.closing import close_requests
from sanyi.store.contracts.codes import is_confirmed
from sanyi.store.contracts.passing_on import begin, close_earlier, give_back, make_way
from sanyi.store.contracts.standing import clashes_of, closed_until, closed_words, last_service_on, places_left
from sanyi.store.contracts.tables import Contract, DoctorTeam, Succession
from sanyi.store.contracts.terms import terms_in_force
from sanyi.store.kinds import EVERYTHING, NOTHING, Follow, Lock, WorkKind, nothing_follows
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.store.organisation.tables import Posting, on_day
from sanyi.store.persons.tables import Person
from sanyi.workflows.contract import TAKES_OVER
from sanyi.workflows.contract_facts import ContractFacts
from sanyi.workflows.errors import GuardRefused
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor, Given

ALL = ("office", "bureau", "supervisor")


def _facts(row: Contract, actor: Actor, now: datetime) -> ContractFacts:
    today, terms = today_of(now), terms_in_force()
    first = max(row.from_on, today) if row.state in ("drafted", "offered") else row.from_on
    later = row.later.exclude(state="withdrawn").order_by("-id").first()
    return ContractFacts(
        state=row.state, actor=actor, now=now, today=today, units=(row.institution,), residents=(str(row.person_id),), due=row.due, done_by=row.done_by,
        entry=row.entry, years=row.years, from_on=row.from_on, to_on=row.to_on, term_on=row.term_on, signed_on=row.signed_on,
        offer_days=terms.offer_days, cooling_off_days=terms.cooling_off_days, closed=closed_words(row, today), clashes=clashes_of(row, first),
        places_left=places_left(row.team, first, terms, row.earlier_id), is_code_confirmed=is_confirmed(row, now), witnesses=_posted(row.institution, today),
        witness=row.witness, witnessed_on=today_of(row.done_at) if row.witness and row.done_at else None,
        earlier_from=row.earlier.from_on if row.earlier and row.entry in TAKES_OVER else None, requests=tuple(row.asked_by.filter(state="accepted").values_list("pk", flat=True)),
        died_on=row.person.died_on, **(_what_stands(row) if row.state in ("active", "suspended") else {}),
        later_state=later.state if later else "", later_from=later.from_on if later else None,
        successions=tuple(Succession.objects.filter(institution=row.institution, on__lte=row.from_on).order_by("pk").values_list("pk", flat=True)))


def _what_stands(row: Contract) -> dict[str, Any]:
    """What an end may not undo; asked only of what can end."""
    return {"last_service_on": last_service_on(row), "closed_until": closed_until()}


def _posted(institution: str, today: Any) -> tuple[str, ...]:
    found = Posting.objects.filter(on_day(today), on_day(today, "staff__"), institution__code=institution)
    return tuple(found.order_by("staff__code").values_list("staff__code", flat=True).distinct())


def seen(actor: Actor) -> Q:
    """A resident sees the own contracts, an institution those of its teams and those that passed from or to them; who looks after all sees all."""
    if actor.role in ALL:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=actor.resident) if actor.resident.isdigit() else NOTHING
    return Q(institution=actor.unit) if actor.role in OF_AN_INSTITUTION and actor.unit else NOTHING


def _locks(row: Contract) -> tuple[Lock, ...]:
    """The person first, so that one person's contracts change one after the other; then the one team whose room is counted (two would cross)."""
    return ((Person, row.person_id), *([(DoctorTeam, row.team_id)] if row.state in ("offered", "suspended") else []))


def _may_come_back(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
    """Another may be in force by its state though its last day is past, or this one's is; one that was suspended has left its place. Errors: GuardRefused."""
    if row.state == "suspended" and places_left(row.team, max(row.from_on, today_of(now)), terms_in_force()) <= 0:
        raise GuardRefused("该团队签约人数已达上限", "the team has as many residents as it may have", "team_has_room")
    if other := Contract.objects.filter(person=row.person_id, state="active").exclude(pk=row.pk).first():
        raise GuardRefused(f"第 {other.pk} 号签约有效，请先办结", f"contract no. {other.pk} is in force; close it first", "no_day_is_held")
    close_requests(Q(person=row.person_id, contract=None), "signed", now)


def _closes(cause: str, then: Follow = nothing_follows) -> Follow:
    """Before a contract leaves its place, or another is signed, what the resident still asks closes: no request outlives what it is about."""
    def close(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
        close_requests(Q(person=row.person_id) if cause == "signed" else Q(contract=row), cause, now)
        then(row, actor, now, given)

    return close


SIGNED = _closes("signed", make_way)
CONTRACT = WorkKind(
    "contract", Contract, _facts, seen, WorkEvent, locks=_locks, units=lambda row: (row.institution,), resident=lambda row: str(row.person_id),
    institutions=lambda row: (row.institution,), precedes={"resume": _may_come_back, "restore": _may_come_back, "sign": SIGNED, "sign_at_desk": SIGNED, "sign_on_request": SIGNED, "start": close_earlier, "pass_on": _closes("passed_on"),
                                                  **{step: _closes("over") for step in ("cancel", "end_with_death", "end", "expire", "transfer", "renew")}},
    follows={"sign": begin, "sign_at_desk": begin, "sign_on_request": begin, "cancel": give_back, "end_with_death": give_back})
