"""Requests about contracts as plain rows, for pages."""
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.lists import open_choices
from sanyi.store.contracts.tables import Contract, DoctorTeam
from sanyi.store.contracts.terms import Terms, terms_in_force
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.log import today_of
from sanyi.store.organisation.tables import on_day
from sanyi.store.who import By, actor_of
from sanyi.workflows.contract_request import OPEN, WANTED
from sanyi.workflows.errors import GuardRefused
from sanyi.workflows.facts import Actor

MOST_OWN = 10


def requests_for(actor: Actor) -> QuerySet:
    """The requests that an actor may see, with the columns of the list."""
    return kind_of("contract_request").seen_by(actor).annotate(
        resident=F("person__name"), team_name=F("team__name"), package_name=F("package__name"))


def searched(text: str) -> Q:
    """The free search: the resident by name or pinyin, the team, the number."""
    found = Q(person__name__icontains=text) | Q(person__pinyin__istartswith=text) | Q(team__name__icontains=text)
    return found | Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else found


def one_request(id: int, by: By) -> ContractRequest:
    """One request as an account may see it. Errors: UnknownWork."""
    return find_work("contract_request", id, actor_of(by))


def own_requests(resident: str) -> list[ContractRequest]:
    """A resident's latest requests, what waits first."""
    rows = ContractRequest.objects.filter(person_id=resident).select_related("team__institution", "package", "district", "city", "contract__team").order_by("-pk")[:MOST_OWN]
    return sorted(rows, key=lambda row: row.state not in OPEN)


def requests_of(contract: int) -> list[ContractRequest]:
    """What waits about a contract."""
    return list(ContractRequest.objects.filter(contract=contract, state__in=OPEN).order_by("pk"))


def just_answered(resident: str, now: datetime) -> list[ContractRequest]:
    """What was answered within as many days as a team has to answer: news for the resident."""
    terms = _terms()
    since = now - timedelta(days=terms.request_days if terms else 0)
    return list(ContractRequest.objects.filter(person_id=resident, done_at__gt=since).exclude(state__in=(*OPEN, "withdrawn")).select_related("team").order_by("-pk"))


def askable(resident: str, today: date) -> list[str]:
    """The kinds of request that would fit now: none where one that was signed waits for its first day, or online requests are not open."""
    terms = _terms()
    if terms is None or terms.request_days < 1 or Contract.objects.filter(person_id=resident, state="signed").exists():
        return []
    held = Contract.objects.filter(person_id=resident, state="active").first()
    asked = set(ContractRequest.objects.filter(person_id=resident, state__in=OPEN).values_list("kind", flat=True))
    if held is None:
        return [] if "first" in asked else ["first"]
    is_late = today >= held.to_on - timedelta(days=terms.renewal_days)
    return [kind for kind in WANTED if kind != "first" and kind not in asked and (kind != "renewal" or is_late)]


def ask_choices(today: date) -> dict[str, list[tuple[str, str]]]:
    """The packages and the hospitals of a combination that may be wished."""
    return {name: found for name, found in open_choices(today, "").items() if name != "team"}


def team_places(today: date) -> list[tuple[str, str]]:
    """The institutions that have a team."""
    rows = DoctorTeam.objects.filter(on_day(today), on_day(today, "institution__")).order_by("institution__code")
    return list(rows.values_list("institution__code", "institution__name").distinct())


def teams_of(institution: str, today: date) -> list[tuple[str, str, list[str]]]:
    """The teams of an institution, each with its code, name and the names of its members, the leader first."""
    teams = DoctorTeam.objects.filter(on_day(today), on_day(today, "institution__"), institution__code=institution).order_by("code")
    return [(team.code, team.name, list(team.members.filter(on_day(today)).order_by("-is_leader", "pk").values_list("staff__name", flat=True))) for team in teams]


def _terms() -> Terms | None:
    try:
        return terms_in_force()
    except GuardRefused:
        return None
