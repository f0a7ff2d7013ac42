"""Beginning a contract: a first one, a renewal of one that ends soon, or a transfer from another team."""
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from sanyi.store.contracts.standing import clashes_of, closed_words
from sanyi.store.contracts.tables import Contract, ContractGroup, DoctorTeam, CarePackage
from sanyi.store.contracts.terms import Terms, terms_in_force
from sanyi.store.contracts.words import GROUPS, PLACES
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import in_hand
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.contract import TAKES_OVER, TEAM, last_of_term
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor


@tried_again
def draft_contract(person: int, team: str, package: str, by: By, now: datetime, from_on: date | None = None, years: int | None = None,
                   groups: Sequence[str] = (), district: str = "", city: str = "") -> Contract:
    """Draft a contract of a resident with a team of one's own institution.

    Where the resident has a contract: with the same team it is renewed from the day after its end, with another it is transferred on
    `from_on` (tomorrow without it). `district` and `city` complete the 1+1+1. Errors (nothing written): NotAllowed, BadField,
    GuardRefused. Source: FDR-1, FDR-2, JH-14.
    """
    with transaction.atomic(), in_hand((person,)):
        actor = actor_of(by)
        if actor.role not in TEAM:
            raise NotAllowed("签约由家庭医生、护士或窗口办理", "a family doctor, a nurse or the desk draws up a contract")
        return drafted(person, team, package, actor, now, from_on, years, groups, district, city)


def drafted(person: int, team: str, package: str, actor: Actor, now: datetime, from_on: date | None = None, years: int | None = None,
            groups: Sequence[str] = (), district: str = "", city: str = "", is_change: bool = False, request: int | None = None) -> Contract:
    """Draft it for somebody who may, inside a transaction that has the person in hand.

    `is_change`: another package of the same team, from `from_on` and not after the term; `request`: what the resident asked online.
    """
    today, terms = today_of(now), terms_in_force()
    whose = Person.objects.select_for_update().filter(pk=person).first()
    if whose is None:
        raise BadField(f"没有编号为 {person} 的居民", f"there is no resident no. {person}", "person")
    found = DoctorTeam.objects.filter(code=team, institution__code=actor.unit).first()
    if found is None:
        raise BadField(f"本机构没有团队“{team}”", f"your institution has no team {team!r}", "team")
    held = Contract.objects.filter(person=whose, state="active").first()
    entry = "first" if held is None else "package" if is_change else "renewal" if held.team_id == found.pk else "transfer"
    first = first_day_of(entry, held, from_on, today, terms)
    term = _years(years, terms)
    row = Contract(
        institution=actor.unit, person=whose, team=found, package=package_of(package), entry=entry, earlier=held, years=term, from_on=first,
        to_on=last_of_term(first, term), term_on=last_of_term(first, term), state=workflow_of("contract").start, created_by=actor.name, created_at=now,
        **combination_of(terms, district, city))
    _check_fits(row, today, first)
    with or_refused("该居民在本团队已有草拟或待签的签约", "this resident has a draft or an offer of this team already", "once"):
        row.save()
    ContractGroup.objects.bulk_create(ContractGroup(contract=row, group=group) for group in _groups(groups))
    write_line(row, "contract", "draft", actor.name, now, "", {"team": team, "package": package, "from_on": first, "years": term, "groups": list(groups)}
               | ({"request": request} if request else {}), actor.persons, actor=actor, open_names={"team", "package", "request"})
    return row


def first_day_of(entry: str, held: Contract | None, wanted: date | None, today: date, terms: Terms) -> date:
    """The first day of a contract by how it comes about. Errors: GuardRefused (too early to renew), BadField."""
    if entry == "renewal" and held is not None:
        opens = held.to_on - timedelta(days=terms.renewal_days)
        if today < opens:
            raise GuardRefused(f"续签自到期前 {terms.renewal_days} 天（{opens}）起办理", f"it can be renewed from {opens} on, {terms.renewal_days} days before its end", "renewal")
        return held.to_on + timedelta(days=1)
    first = wanted or today + timedelta(days=entry in TAKES_OVER)
    if first < today or first > last_of_term(today, 1):
        raise BadField(f"生效日应在今天起一年内，得到 {first}", f"the first day lies within a year from today; got {first}", "from_on")
    return first


def _years(years: int | None, terms: Terms) -> int:
    chosen = terms.years if years is None else years
    if not 1 <= chosen <= terms.most_years:
        raise BadField(f"签约周期应为 1 至 {terms.most_years} 年，得到 {chosen}", f"a contract lasts 1 to {terms.most_years} years; got {chosen}", "years")
    return chosen


def package_of(code: str) -> CarePackage:
    """A package by its code. Errors: BadField."""
    found = CarePackage.objects.filter(code=code).first()
    if found is None:
        raise BadField(f"没有服务包“{code}”", f"there is no package {code!r}", "package")
    return found


def _groups(groups: Sequence[str]) -> list[str]:
    for group in groups:
        if group not in GROUPS:
            raise BadField(f"重点人群应为：{'、'.join(words[0] for words in GROUPS.values())}", f"a priority group is one of {', '.join(GROUPS)}; got {group!r}", "groups")
    return list(dict.fromkeys(groups))


def combination_of(terms: Terms, district: str, city: str) -> dict[str, Institution | None]:
    """The district and the city hospital of a 1+1+1, of the levels that the plan's terms name. Source: JH-14."""
    chosen: dict[str, Institution | None] = {}
    for place, code in (("district", district), ("city", city)):
        zh, en = PLACES[place]
        if not code and terms.is_combination_needed:
            raise BadField(f"请选择组合中的{zh}", f"choose the {en} of the combination", place)
        found = Institution.objects.filter(code=code, to_on=None).first() if code else None
        if code and (found is None or found.level not in terms.combination[place]):
            raise BadField(f"组合中的{zh}须为 {'、'.join(terms.combination[place])} 级的现有机构，得到“{code}”",
                           f"the {en} of a combination is an institution of level {', '.join(terms.combination[place])}; got {code!r}", place)
        chosen[place] = found
    return chosen


def _check_fits(row: Contract, today: date, first: date) -> None:
    words = (*closed_words(row, today), *clashes_of(row, first))
    if words:
        raise GuardRefused("；".join(zh for zh, _ in words), "; ".join(en for _, en in words), "fits")
