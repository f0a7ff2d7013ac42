"""A resident asks online: a first contract, its renewal, another team, another package, or its end. Source: NG-11, HK-15, JH-14."""
from datetime import date, datetime, timedelta

from django.db import transaction

from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.drafting import combination_of, first_day_of, package_of
from sanyi.store.contracts.tables import Contract, DoctorTeam
from sanyi.store.contracts.terms import Terms, terms_in_force
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import on_day
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import in_hand
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.contract import TAKES_OVER
from sanyi.workflows.contract_request import WANTED
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed

LEAVING = {"wish": ("本人意愿", "my own wish"), "moved": ("迁出", "I move away")}


@tried_again
def ask(kind: str, by: By, now: datetime, team: str = "", package: str = "", from_on: date | None = None, reason: str = "", district: str = "", city: str = "") -> ContractRequest:
    """Ask as a resident, about the own contract in force (a first one: where there is none). What is left empty stays as it is.

    The team that is wished answers; nothing changes before it does. Errors (nothing written): NotAllowed, BadField, GuardRefused.
    """
    actor = actor_of(by)
    if actor.role != "resident" or not actor.resident.isdigit():
        raise NotAllowed("网上申请由居民本人提交", "a resident asks for oneself")
    with transaction.atomic(), in_hand((actor.resident,)):
        today, terms = today_of(now), terms_in_force()
        person = Person.objects.select_for_update().get(pk=actor.resident)
        held = Contract.objects.filter(person=person, state="active").select_related("team", "package", "district", "city").first()
        _check_kind(kind, held, terms)
        _check_nothing_waits(person)
        wanted = _team(team, today) if kind in ("first", "transfer") or held is None else held.team
        row = ContractRequest(
            kind=kind, institution=wanted.institution.code, leaves=held.institution if held and held.institution != wanted.institution.code else "", person=person, contract=held, team=wanted,
            package=package_of(package) if package and kind != "end" or held is None else held.package, from_on=from_on, state=workflow_of("contract_request").start,
            due=today + timedelta(days=terms.request_days), created_by=actor.name, created_at=now)
        if kind == "end":
            row.reason = _leaving(reason)
        else:
            _check_days(row, held, today, terms)
            chosen = combination_of(terms, district or _code(held, "district"), city or _code(held, "city"))
            row.district, row.city = chosen["district"], chosen["city"]
        _check_differs(row, held)
        with or_refused("您已有一份同类申请在办理中", "a request of this kind is under way already", "once"):
            row.save()
        write_line(row, "contract_request", "submit", actor.name, now, "", {"kind": kind, "team": wanted.code, "package": row.package.code, "from_on": from_on, "reason": row.reason},
                   actor.persons, actor=actor, open_names={"kind", "team", "package"})
    return row


def _check_kind(kind: str, held: Contract | None, terms: Terms) -> None:
    if kind not in WANTED:
        raise BadField(f"申请应为：{'、'.join(zh for zh, _ in WANTED.values())}", f"a request is one of {', '.join(WANTED)}; got {kind!r}", "kind")
    if terms.request_days < 1:
        raise GuardRefused("尚未开通网上申请（医改办需重新采用签约规定）", "online requests are not open yet: the reform office takes the plan's terms over anew", "terms")
    if kind == "first" and held is not None:
        raise GuardRefused("您已有签约，请选择续签、更换或解约", "you have a contract: renew, change or end it", "no_contract")
    if kind != "first" and held is None:
        raise GuardRefused("您没有有效的签约", "you have no contract in force", "a_contract")


def _check_nothing_waits(person: Person) -> None:
    if ahead := Contract.objects.filter(person=person, state="signed").first():
        raise GuardRefused(f"您已签约 {ahead.team.name}，自 {ahead.from_on} 起生效；可先撤销签约", f"you have signed with {ahead.team.name} from {ahead.from_on} on; undo that first", "nothing_waits")


def _team(code: str, today: date) -> DoctorTeam:
    found = DoctorTeam.objects.filter(on_day(today), on_day(today, "institution__"), code=code).select_related("institution").first()
    if found is None:
        raise BadField("请选择现有的团队", "choose a team that is there", "team")
    return found


def _leaving(reason: str) -> str:
    if reason not in LEAVING:
        raise BadField(f"解约原因应为：{'、'.join(zh for zh, _ in LEAVING.values())}", f"the reason is one of {', '.join(LEAVING)}", "reason")
    return reason


def _code(held: Contract | None, place: str) -> str:
    found = getattr(held, place) if held else None
    return found.code if found and found.to_on is None else ""


def _check_days(row: ContractRequest, held: Contract | None, today: date, terms: Terms) -> None:
    """The first day that is wished may be one; without a wish it is the earliest. A renewal follows on."""
    if row.kind == "renewal" and row.from_on is not None:
        raise BadField("续签自到期次日起，不填生效日", "a renewal follows on: it takes no first day", "from_on")
    first = first_day_of(row.kind, held, row.from_on, today, terms)
    if row.kind in TAKES_OVER and held is not None and not held.from_on < first <= held.to_on:
        raise BadField(f"生效日应在 {held.from_on + timedelta(days=1)} 至 {held.to_on} 之间", f"the first day lies from {held.from_on + timedelta(days=1)} to {held.to_on}", "from_on")


def _check_differs(row: ContractRequest, held: Contract | None) -> None:
    """Another team is another team, or another hospital of the combination; another package is another package."""
    if held is None or row.kind not in TAKES_OVER:
        return
    same = row.team_id == held.team_id and (row.kind == "transfer" and (row.district_id, row.city_id) == (held.district_id, held.city_id) or row.kind == "package" and row.package_id == held.package_id)
    if same:
        raise BadField("与现在的签约相同", "this is what you have", "team" if row.kind == "transfer" else "package")
