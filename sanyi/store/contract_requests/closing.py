"""What closes requests that nobody answered: their contract ends or passes on, another is signed, or their time is over."""
from datetime import datetime

from django.db.models import Q, QuerySet

from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.due import Due, take_due
from sanyi.workflows.contract_request import OPEN
from sanyi.workflows.facts import SYSTEM


def unanswered(where: Q) -> QuerySet:
    """Requests that wait for their resident or their team."""
    return ContractRequest.objects.filter(where, state__in=OPEN).order_by("pk")


def close_requests(where: Q, cause: str, now: datetime) -> None:
    """Close what waits, each with a line of its own. Inside the transaction of what closes them, before it is written: the database wants it so."""
    from sanyi.store.act import act
    for id, version in unanswered(where).values_list("pk", "version"):
        act("contract_request", id, version, "close", {"cause": cause}, SYSTEM, now)


def lapse_late(today: object, now: datetime) -> int:
    """Let what was not answered by its last day lapse; what somebody else did meanwhile is left to them. Safe to repeat."""
    return take_due(Due("contract_request", unanswered(Q(due__lt=today)), "lapse"), now).total()
