"""Teams and their members: kept by the director of the institution, or by the reform office. Source: FDR-1, HK-16."""
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sanyi.store.contracts.standing import missing_parts, of_team
from sanyi.store.contracts.tables import DoctorTeam, TeamMember
from sanyi.store.contracts.words import NEEDED, PARTS
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution, Posting, Staff, on_day
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import clean

KEEPERS = ("director", "office")


def add_team(code: str, name: str, institution: str, from_on: date, by: By, now: datetime) -> DoctorTeam:
    """Add a team. Errors: NotAllowed, BadField, GuardRefused (the code is taken)."""
    with transaction.atomic():
        actor = _keeper(by, institution)
        where = Institution.objects.filter(code=institution).first()
        if where is None or not clean(code) or not clean(name):
            raise BadField("请填写团队编码、名称和现有机构", "a team has a code, a name and an institution that is there", "code")
        row = _saved(lambda: DoctorTeam.objects.create(code=clean(code), name=clean(name), institution=where, from_on=from_on))
        write_line(row, "doctor_team", "add", actor.name, now, "", {"code": row.code, "name": row.name, "institution": institution}, actor.persons, actor=actor,
                   institutions=(institution,))
    return row


def add_member(team: str, staff: str, part: str, from_on: date, by: By, now: datetime, is_leader: bool = False) -> TeamMember:
    """Bring a member of staff into a team; its general practitioners, nurses and public-health workers are of its own institution.

    Errors: UnknownWork, NotAllowed, BadField, GuardRefused. Source: HK-16 (the core team stands inside the primary institution).
    """
    with transaction.atomic():
        row = find_team(team)
        actor = _keeper(by, row.institution.code)
        who = Staff.objects.filter(on_day(today_of(now)), code=staff).first()
        if who is None or part not in PARTS:
            raise BadField(f"没有在职人员“{staff}”，或成员类别不是 {'、'.join(PARTS)} 之一", f"there is no member of staff {staff!r}, or the part is none of {', '.join(PARTS)}", "staff")
        if part != "specialist" and not Posting.objects.filter(on_day(today_of(now)), staff=who, institution=row.institution).exists():
            raise GuardRefused("核心成员须在本机构任职；外院人员只能作专科支持", "the core of a team works in its institution; others support as specialists", "core")
        member = _saved(lambda: TeamMember.objects.create(team=row, staff=who, part=part, is_leader=is_leader, from_on=from_on))
        write_line(member, "team_member", "add", actor.name, now, "", {"team": team, "staff": staff, "part": part}, actor.persons, actor=actor,
                   institutions=(row.institution.code,))
    return member


def end_member(id: int, to_on: date, by: By, now: datetime) -> TeamMember:
    """A member leaves after a day. Errors: UnknownWork, NotAllowed, GuardRefused."""
    with transaction.atomic():
        row = TeamMember.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的团队成员", f"there is no member of a team no. {id}")
        actor = _keeper(by, row.team.institution.code)
        _saved(lambda: write_change(row, "team_member", "end", actor.name, now, {"to_on": to_on}, {"to_on": to_on}, actor.persons, actor=actor))
    return row


def end_team(team: str, to_on: date, by: By, now: datetime) -> DoctorTeam:
    """A team ends after a day; its contracts must have ended or passed on before. Errors: UnknownWork, NotAllowed, GuardRefused."""
    with transaction.atomic():
        row = DoctorTeam.objects.select_for_update().filter(pk=find_team(team).pk).get()
        actor = _keeper(by, row.institution.code)
        if left := of_team(row, to_on + timedelta(days=1)).count():
            raise GuardRefused(f"该团队在 {to_on} 之后还有 {left} 份签约，请先转签、终止或整体转接", f"{left} contracts of this team go on after {to_on}: transfer, end or pass them on first", "contracts")
        _saved(lambda: write_change(row, "doctor_team", "end", actor.name, now, {"to_on": to_on}, {"to_on": to_on}, actor.persons, actor=actor, institutions=(row.institution.code,)))
    return row


def find_team(code: str) -> DoctorTeam:
    """Find a team. Errors: UnknownWork."""
    row = DoctorTeam.objects.select_related("institution").filter(code=code).first()
    if row is None:
        raise UnknownWork(f"没有团队“{code}”", f"there is no team {code!r}")
    return row


def members_of(team: DoctorTeam, today: date) -> list[dict[str, Any]]:
    """The members of a team today, and which parts of a whole team it lacks are told by `lacking`."""
    return list(team.members.filter(on_day(today)).order_by("-is_leader", "part", "pk").values("id", "staff__code", "staff__name", "part", "is_leader", "from_on"))


def team_members(unit: str, today: date) -> list[dict[str, Any]]:
    """Everybody in a team today, of one institution's teams or of all."""
    rows = TeamMember.objects.filter(on_day(today), **({"team__institution__code": unit} if unit else {})).order_by("team__code", "-is_leader", "part", "pk")
    return list(rows.values("id", "team__code", "team__name", "staff__code", "staff__name", "part", "is_leader", "from_on"))


def staff_choices(unit: str, today: date) -> list[tuple[str, str]]:
    """Who works at an institution today: code and name."""
    rows = Staff.objects.filter(on_day(today), pk__in=Posting.objects.filter(on_day(today), institution__code=unit).values("staff")).order_by("code")
    return list(rows.values_list("code", "name"))


def lacking(team: DoctorTeam, today: date) -> list[str]:
    """The parts that a whole team has and this one lacks. Source: FDR-1."""
    return missing_parts(team.members.filter(on_day(today)).values_list("part", flat=True), NEEDED)


def _keeper(by: By, institution: str) -> Actor:
    actor = check_roles(by, KEEPERS)
    if actor.role == "director" and actor.unit != institution:
        raise NotAllowed("只能维护本机构的团队", "a director keeps the own institution's teams")
    return actor


def _saved(write: Any) -> Any:
    with or_refused("编码已被使用、成员已在团队中，或日期前后不符", "the code is taken, the member is in the team already, or the days are out of order", "once"):
        return write()
