"""A resident's request about a contract as a kind of work."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.contract_requests.accepting import carry_out
from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.codes import is_confirmed
from sanyi.store.contracts.kind import ALL
from sanyi.store.contracts.terms import terms_in_force
from sanyi.store.kinds import EVERYTHING, NOTHING, Lock, WorkKind
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.store.persons.tables import Person
from sanyi.workflows.contract_request import ContractRequestFacts
from sanyi.workflows.facts import OF_AN_INSTITUTION, Actor


def _facts(row: ContractRequest, actor: Actor, now: datetime) -> ContractRequestFacts:
    return ContractRequestFacts(
        state=row.state, actor=actor, now=now, today=today_of(now), units=(row.institution,), residents=(str(row.person_id),), due=row.due, done_by=row.done_by,
        request_days=terms_in_force().request_days, is_code_confirmed=is_confirmed(row, now), contract_state=row.contract.state if row.contract else "")


def seen(actor: Actor) -> Q:
    """A resident sees the own requests, an institution what it answers and what would leave it; who looks after all sees all."""
    if actor.role in ALL:
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=actor.resident) if actor.resident.isdigit() else NOTHING
    return Q(institution=actor.unit) | Q(leaves=actor.unit) if actor.role in OF_AN_INSTITUTION and actor.unit else NOTHING


def _locks(row: ContractRequest) -> tuple[Lock, ...]:
    """The person first, as every step of the person's contracts does."""
    return ((Person, row.person_id),)


CONTRACT_REQUEST = WorkKind(
    "contract_request", ContractRequest, _facts, seen, WorkEvent, locks=_locks, units=lambda row: (row.institution,), resident=lambda row: str(row.person_id),
    institutions=lambda row: tuple(filter(None, (row.institution, row.leaves))), follows={"accept": carry_out})
