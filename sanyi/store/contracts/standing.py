"""How a contract stands on a day: what is closed to it, which days others hold, how much room its team has."""
from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q, QuerySet

from sanyi.plans.dues import period_end
from sanyi.store.book_tables import SettlementPeriod
from sanyi.store.contracts.tables import Contract, DoctorTeam
from sanyi.store.contracts.terms import Terms
from sanyi.store.organisation.tables import Dated, on_day
from sanyi.workflows.contract import HOLDING, TAKES_OVER, last_of_term

Words = tuple[tuple[str, str], ...]


def held(day: date) -> Q:
    """The condition of contracts that hold a day of a resident who lived on it; counted by their days, so that no late job changes a count."""
    return Q(state__in=HOLDING, from_on__lte=day, to_on__gte=day) & (Q(person__died_on=None) | Q(person__died_on__gte=day))


def last_service_on(row: Contract) -> date | None:
    """The day of the last service given under a contract, corrected lines aside."""
    return row.services.filter(corrected_by=None, corrects=None).aggregate(last=Max("given_on"))["last"]


def closed_until() -> date | None:
    """The last day of the books' last closed month or year, whichever plan's; None where nothing is closed."""
    codes = SettlementPeriod.objects.filter(state__in=("closed", "reopening")).values_list("code", flat=True)
    return max((period_end("year", date(int(code), 1, 1)) if len(code) == 4 else period_end("month", date.fromisoformat(f"{code}-01")) for code in codes), default=None)


def closed_words(row: Contract, today: date) -> Words:
    """Why team, package or resident cannot have a contract on a day."""
    person, found = row.person, []
    if not _is_true(row.team, today) or not _is_true(row.team.institution, today):
        found.append((f"团队“{row.team.name}”已停止服务", f"the team {row.team.name} has closed"))
    if not _is_true(row.package, today):
        found.append((f"服务包“{row.package.name}”已停用", f"the package {row.package.name} has closed"))
    if person.died_on or not person.is_active:
        found.append(("居民已死亡或其档案已并入他人", "the resident has died, or the row was merged into another"))
    return tuple(found)


def clashes_of(row: Contract, first: date) -> Words:
    """Other contracts of the person that hold days of this one; not the one it takes over from, which makes way."""
    last = max(row.term_on, last_of_term(first, row.years)) if row.state in ("drafted", "offered") else row.to_on
    others = Contract.objects.filter(person=row.person_id, state__in=HOLDING, from_on__lte=last, to_on__gte=first).exclude(pk=row.pk)
    if row.state in ("drafted", "offered") and row.entry in (*TAKES_OVER, "renewal"):
        others = others.exclude(pk=row.earlier_id)
    return tuple((f"与第 {each.pk} 号签约（{each.from_on} 至 {each.to_on}）重叠", f"contract no. {each.pk} holds the days {each.from_on} to {each.to_on}")
                 for each in others.order_by("pk")[:3])


def places_left(team: DoctorTeam, day: date, terms: Terms, besides: int | None = None) -> int:
    """How many more residents a team may have on a day; `besides` is a contract that makes way."""
    return capacity(team, day, terms) - of_team(team, day).exclude(pk=besides).count()


def capacity(team: DoctorTeam, day: date, terms: Terms) -> int:
    """How many residents a team may have: so many for each of its general practitioners on that day. Source: FDR-1."""
    return terms.residents_per_gp * team.members.filter(on_day(day), on_day(day, "staff__"), part="gp").values("staff").distinct().count()


def of_team(team: DoctorTeam, day: date) -> QuerySet:
    """The contracts that hold a day of a team."""
    return Contract.objects.filter(held(day), team=team)


def missing_parts(parts: Iterable[str], needed: Iterable[str]) -> list[str]:
    """The parts that a team still lacks."""
    return [part for part in needed if part not in set(parts)]


def _is_true(row: Dated, day: date) -> bool:
    return row.from_on <= day and (row.to_on is None or row.to_on >= day)
