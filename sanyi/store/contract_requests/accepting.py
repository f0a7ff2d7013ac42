"""What a team accepts is done in the same transaction: the contract is drawn up and signed, or ends; never two in force."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.contract_requests.closing import close_requests
from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.drafting import drafted
from sanyi.store.log import today_of
from sanyi.store.tenancy import in_hand
from sanyi.workflows.facts import SYSTEM, Actor, Given


def carry_out(row: ContractRequest, actor: Actor, now: datetime, given: Given) -> None:
    """Draw up and sign what was asked, or end what is in force; other requests about it close. Errors: those of the contract's steps, and then nothing is accepted."""
    with in_hand((row.person_id,), (row.institution, row.leaves)):
        close_requests(Q(person=row.person_id), "accepted", now)
        _end(row, now) if row.kind == "end" else _sign(row, actor, now)


def _end(row: ContractRequest, now: datetime) -> None:
    _act(row.contract, "end", {"reason": row.reason, "to_on": today_of(now)}, now)


def _sign(row: ContractRequest, actor: Actor, now: datetime) -> None:
    """The resident's request, confirmed by code, is the signature."""
    groups = list(row.contract.groups.values_list("group", flat=True)) if row.contract else []
    first = row.from_on if row.from_on and row.from_on > today_of(now) else None
    made = drafted(row.person_id, row.team.code, row.package.code, actor, now, first, groups=groups, district=row.district.code if row.district else "",
                   city=row.city.code if row.city else "", is_change=row.kind == "package" or row.contract is not None and row.kind == "transfer" and row.team_id == row.contract.team_id, request=row.pk)
    ContractRequest.objects.filter(pk=row.pk).update(made=made)
    row.made = made
    _act(made, "sign_on_request", {"request": row.pk}, now)


def _act(row, step: str, given: Given, now: datetime) -> None:
    from sanyi.store.act import act
    act("contract", row.pk, row.version, step, given, SYSTEM, now)
