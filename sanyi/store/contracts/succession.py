"""When institutions merge, their contracts pass on as one batch: each logged, without a gap and without a double; the residents are told and may leave."""
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from sanyi.store.act import act
from sanyi.store.contract_requests.closing import close_requests, unanswered
from sanyi.store.contracts.passing_on import begin, shorten
from sanyi.store.contracts.standing import places_left
from sanyi.store.contracts.tables import Contract, ContractGroup, DoctorTeam, Succession
from sanyi.store.contracts.terms import terms_in_force
from sanyi.store.crossing import tried_again
from sanyi.store.kinds import find_work
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.organisation.tables import Institution, on_day
from sanyi.store.persons.tables import Person
from sanyi.store.trail.recording import record
from sanyi.store.who import By, actor_of, check_office
from sanyi.workflows.contract import TEAM
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean


@tried_again
def pass_on(institution: str, heirs: Mapping[str, str], on: date, note: str, by: By, now: datetime) -> Succession:
    """Pass an institution's contracts on to the teams of another from a day: `heirs` has, for each team, the team that takes over.

    Whatever holds a day from then on passes: the old contract ends the day before, the new one lasts as long as was agreed. Contracts
    that are only drafted or offered are withdrawn. Errors (nothing written): NotAllowed, BadField, GuardRefused (a team has no heir, or
    no room; the day is past).
    """
    with transaction.atomic():
        actor = check_office(by)
        teams, heir = _teams(institution, heirs, on, today_of(now), note)
        here = Q(institution=institution) | Q(leaves=institution)
        theirs = Contract.objects.filter(Q(to_on__gte=on) | Q(state__in=("drafted", "offered")), institution=institution)  # locked first, so that nobody changes one in between
        list(Person.objects.filter(Q(pk__in=theirs.values("person")) | Q(pk__in=unanswered(here).order_by().values("person"))).order_by("pk").select_for_update().values_list("pk"))
        list(DoctorTeam.objects.filter(pk__in=[team.pk for team in teams.values()]).order_by("pk").select_for_update())
        rows = list(Contract.objects.filter(institution=institution, state__in=("signed", "active"), to_on__gte=on).select_related("team", "person").order_by("from_on", "pk"))
        _check_room(rows, teams, on)
        batch = Succession.objects.create(institution=institution, heir=heir, on=on, note=clean(note), contract_count=len(rows), created_by=actor.name, created_at=now)
        record("change", actor, subject="contract_succession", subject_id=batch.pk, step="pass_on", institutions=(institution, heir), now=now,
               given={"on": on, "count": len(rows), "note": clean(note)})
        close_requests(here, "passed_on", now)
        for id, version in Contract.objects.filter(institution=institution, state__in=("drafted", "offered")).order_by("pk").values_list("pk", "version"):
            act("contract", id, version, "withdraw", {"reason": clean(note)}, by, now)
        for row in rows:  # a renewal that waits makes room first: a contract passes on once
            if row.from_on >= on:
                act("contract", row.pk, row.version, "pass_on", {"succession": batch.pk}, by, now)
        passed: dict[int, Contract] = {}
        for row in rows:
            passed[row.pk] = _passed(row, teams[row.team.code], batch, passed, actor, now)
    return batch


def tell(id: int, how: str, by: By, now: datetime) -> Contract:
    """Keep that the resident was told of a succession: by the own page, or by the institution, and how. Errors: UnknownWork, NotAllowed, BadField, GuardRefused."""
    with transaction.atomic():
        actor = actor_of(by)
        row = find_work("contract", id, actor, is_locked=True)
        if actor.role != "resident" and (actor.role not in TEAM or actor.unit != row.institution):
            raise NotAllowed("由居民本人确认，或由签约机构告知", "the resident confirms it, or the institution tells them")
        if row.succession_id is None or row.told_at is not None:
            raise GuardRefused("没有待告知的转接", "there is nothing to tell", "told")
        if not clean(how):
            raise BadField("请写明告知方式", "say how the resident was told", "how")
        write_change(row, "contract", "tell", actor.name, now, {"told_at": now}, {"how": clean(how)}, actor.persons, actor=actor)
    return row


def _teams(institution: str, heirs: Mapping[str, str], on: date, today: date, note: str) -> tuple[dict[str, DoctorTeam], str]:
    if on < today or not clean(note):
        raise BadField(f"转接日不早于今天（{today}），并写明依据", f"the day is not before today ({today}), and a note says why", "on")
    found = {old: DoctorTeam.objects.filter(on_day(on), code=new).exclude(institution__code=institution).select_related("institution").first() for old, new in heirs.items()}
    if bad := sorted(old for old, team in found.items() if team is None):
        raise BadField(f"承接团队不存在、已撤销或属同一机构：{'、'.join(bad)}", f"no such team to take over, or of the same institution: {', '.join(bad)}", "heirs")
    teams = {old: team for old, team in found.items() if team is not None}
    places = {team.institution.code for team in teams.values()}
    if len(places) != 1 or not Institution.objects.filter(code=institution).exists():
        raise BadField("一个机构的签约整体转给另一个机构", "the contracts of one institution pass on to one other", "heirs")
    held = set(Contract.objects.filter(institution=institution, state__in=("signed", "active"), to_on__gte=on).values_list("team__code", flat=True).distinct())
    if lost := sorted(held - set(teams)):
        raise BadField(f"这些团队还没有承接团队：{'、'.join(lost)}", f"these teams have nobody to take over: {', '.join(lost)}", "heirs")
    return teams, places.pop()


def _check_room(rows: list[Contract], teams: Mapping[str, DoctorTeam], on: date) -> None:
    terms = terms_in_force()
    for team in {team.pk: team for team in teams.values()}.values():
        coming, left = sum(teams[row.team.code].pk == team.pk for row in rows), places_left(team, on, terms)
        if coming > left:
            raise GuardRefused(f"团队“{team.name}”还可签约 {left} 人，转入 {coming} 人，请增加全科医生或分给几个团队",
                               f"the team {team.name} has room for {left}, {coming} would come: add general practitioners, or share them among teams", "room")


def _passed(row: Contract, team: DoctorTeam, batch: Succession, passed: Mapping[int, Contract], actor: Actor, now: datetime) -> Contract:
    """One contract: its days from the day on are the new team's; one that has not begun was taken back and stands anew with that team."""
    has_begun, last = row.from_on < batch.on, row.to_on
    follower = Contract.objects.select_for_update().filter(earlier=row, state="signed").exclude(institution=row.institution).first() if has_begun else None
    if follower:  # a transfer elsewhere that is signed for days ahead takes over from the heir: a contract passes on once
        Contract.objects.filter(pk=follower.pk).update(earlier=None)
    if has_begun:
        shorten(row, batch.on, actor, now)
    new = Contract.objects.create(
        institution=team.institution.code, person=row.person, team=team, package=row.package, district=row.district, city=row.city, years=row.years,
        entry="succession" if has_begun else row.entry, earlier=row if has_begun else passed.get(row.earlier_id, row.earlier), from_on=max(row.from_on, batch.on), to_on=last, term_on=last,
        signed_on=row.signed_on, witness=row.witness, succession=batch, state="signed", created_by=actor.name, created_at=now)
    ContractGroup.objects.bulk_create(ContractGroup(contract=new, group=each.group) for each in row.groups.all())
    write_line(new, "contract", "pass_on", actor.name, now, "", {"succession": batch.pk, "team": team.code}, actor.persons, actor=actor, open_names={"team"})
    if follower:
        write_change(follower, "contract", "follow", actor.name, now, {"earlier": new}, {"succession": batch.pk, "earlier": new.pk}, actor.persons, actor=actor)
    begin(new, actor, now, {})
    return new


def untold(institution: str) -> int:
    """How many residents of an institution have not been told of a succession yet."""
    return Contract.objects.filter(institution=institution, succession__isnull=False, told_at=None, state__in=("signed", "active")).count()

