"""Family-doctor contracts that wait: offers, renewals, residents to be told of a merger."""
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.http import HttpRequest

from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.tables import Contract
from sanyi.store.contracts.terms import leavers_since, terms_in_force
from sanyi.store.kinds import kind_of
from sanyi.store.log import today_of
from sanyi.web.waiting.queue import Queue, seen
from sanyi.web.words import say
from sanyi.workflows.contract import HOLDING, TEAM
from sanyi.workflows.contract_request import OPEN, WANTED
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import Actor


def _ending(actor: Actor, now: datetime) -> QuerySet:
    rows, today = kind_of("contract").seen_by(actor).filter(institution=actor.unit, state="active"), today_of(now)
    try:
        last = today + timedelta(days=terms_in_force().renewal_days)
    except Refused:
        return rows.none()
    return rows.filter(to_on__lte=last).exclude(later__state__in=("drafted", "offered", "signed")).order_by("to_on", "pk")


def _left(actor: Actor, now: datetime) -> QuerySet:
    """Who left a team of the institution by transfer within the days that the plan sets, with the institution that has them now; what was undone is no loss."""
    rows = kind_of("contract").seen_by(actor).filter(institution=actor.unit)
    since = leavers_since(now)
    if since is None:
        return rows.none()
    found = rows.filter(later__entry="transfer", later__state__in=HOLDING, later__signed_on__gte=since)
    return found.annotate(gone_to=F("later__institution"), gone_on=F("later__from_on")).order_by("-gone_on", "-pk")


def _what(request: HttpRequest, row: Contract) -> str:
    return row.package.name


def _asked(request: HttpRequest, row: ContractRequest) -> str:
    return say(request, *WANTED[row.kind])


QUEUES = (
    Queue("居民网上申请，待核实或受理", "Residents' requests to confirm or answer", TEAM, seen("contract_request", "institution", *OPEN), "contract_requests", "contract_request", _asked, due="due"),
    Queue("待居民签约", "Offers not signed yet", TEAM, seen("contract", "institution", "drafted", "offered"), "contracts", "contract", _what, due="due", asked="?state=offered"),
    Queue("即将到期，可续签", "Ending soon, to be renewed", (*TEAM, "director"), _ending, "contracts", "contract", _what, due="to_on", asked="?state=active&sort=to_on"),
    Queue("居民已转签到其他团队", "Residents who left by transfer", (*TEAM, "director"), _left, "contracts", "contract", _what, due="gone_on", place="gone_to", is_deadline=False),
    Queue("机构合并转来，待告知居民", "Passed on by a merger, residents to tell", TEAM, lambda actor, now: kind_of("contract").seen_by(actor).filter(
        institution=actor.unit, succession__isnull=False, told_at=None, state__in=("signed", "active")), "contracts", "contract", _what, due="to_on"))
