"""Rosters: made by an institution's desk or director, and published as slots for the days ahead."""
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from sanyi.store.appointments.pattern import days_of, held_of, times_of
from sanyi.store.appointments.queues import offer_room, queue_key
from sanyi.store.appointments.rules import AppointmentRules
from sanyi.store.appointments.tables import Roster, Slot
from sanyi.store.log import stale, today_of, write_change, write_line
from sanyi.store.organisation.tables import Department, Posting, Staff, on_day
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import read_fields
from sanyi.workflows.workflow import Field, Step

KEEPERS = ("registrar", "director")
BEDS = "住院床位"  # a roster of beds to be given, of a department: its line is the department's line for admission
FIELDS = (Field("department", "text", "科室编码", "department code", False), Field("staff", "text", "医师（人员编码）", "clinician (staff code)", False),
          Field("examination", "text", f"或检查项目（收治床位填“{BEDS}”）", f"or examination (beds: {BEDS})", False), Field("weekdays", "text", "星期（1 至 7，如 135）", "weekdays (1 to 7, such as 135)"),
          Field("begins", "text", "开始时间（如 08:00）", "begins (such as 08:00)"), Field("ends", "text", "结束时间", "ends"), Field("slot_minutes", "whole", "每段分钟数", "minutes a slot"),
          Field("capacity", "whole", "每段号数", "places a slot"), Field("from_on", "date", "起始日期", "from"), Field("to_on", "date", "最后一日", "last day", False),
          Field("reserved_percent", "whole", "预留比例（百分数）", "held for members, percent", False), Field("over", "whole", "每段可加号数", "overbooking limit a slot", False))
TO = (Field("to_on", "date", "最后一日", "last day"),)
PERCENT = 10_000  # of a million


def make_roster(given: Mapping[str, object], by: By, now: datetime, rules: AppointmentRules) -> Roster:
    """Make a roster of one's own institution; what it leaves open is as the plan says, and it may hold more for members than the plan, never less.

    Errors: NotAllowed, BadField. Source: JH-18.
    """
    with refusals_recorded(by, subject="roster", step="add", now=now), transaction.atomic():
        actor = _keeper(by)
        read = read_fields(Step("add", "新增排班", "add a roster", (), "", KEEPERS, FIELDS), given)
        values = {**_of_whom(read, actor), **_of_when(read), **_terms(read, rules)}
        row = Roster.objects.create(institution=actor.unit, created_by=actor.name, created_at=now, **values)
        write_line(row, "roster", "add", actor.name, now, "", read, actor.persons, actor=actor, open_names=read)
    return row


def end_roster(id: int, version: int, to_on: object, by: By, now: datetime) -> Roster:
    """End a roster: no slots are published after its last day; those there are stay until they are closed. Errors: NotAllowed, UnknownWork, BadField, StaleVersion."""
    with refusals_recorded(by, subject="roster", subject_id=id, step="end", now=now), transaction.atomic():
        actor, row = _keeper(by), _own(id, actor_of(by))
        if row.version != version:
            raise stale()
        read = read_fields(Step("end", "终止", "end", (), "", KEEPERS, TO), {"to_on": to_on})
        if read["to_on"] < row.from_on:
            raise BadField(f"最后一日不早于 {row.from_on}", f"the last day is not before {row.from_on}", "to_on")
        write_change(row, "roster", "end", actor.name, now, read, read, actor.persons, actor=actor)
    return row


def publish(id: int, by: By, now: datetime) -> tuple[int, int]:
    """Publish a roster's slots as far ahead as it says; gives how many are new, and how many could not be for the clinician sits elsewhere then.

    The same again adds nothing. Whoever waits for such slots is offered them in turn. Errors: NotAllowed, UnknownWork.
    """
    with refusals_recorded(by, subject="roster", subject_id=id, step="publish", now=now):
        with transaction.atomic():
            actor = _keeper(by)
            row = _own(id, actor)
            made, clashes = publish_row(row, actor, now)
        if made:
            offer_room(_queue(row), now)
    return made, clashes


def publish_row(row: Roster, actor: Actor, now: datetime) -> tuple[int, int]:
    """As `publish`; the roster is locked by who calls."""
    today = today_of(now)
    last = min(today + timedelta(days=row.horizon_days), row.to_on or date.max)
    there, times = set(row.slots.values_list("starts_at", flat=True)), times_of(row.begins, row.ends, row.slot_minutes)
    held, wanted = held_of(row.capacity_count, len(times), row.reserved_ppm), []
    for day in days_of(row.weekdays, max(row.from_on, today), last):
        release_at = _moment(day - timedelta(days=row.release_days), time())
        wanted += [Slot(roster=row, starts_at=_moment(day, begins), ends_at=_moment(day, ends), reserved_count=0 if release_at <= now else reserved, release_at=release_at,
                        queue=_queue(row), created_by=actor.name, created_at=now, **_copied(row)) for (begins, ends), reserved in zip(times, held)]
    wanted = [slot for slot in wanted if slot.starts_at > now and slot.starts_at not in there]
    made = _added(wanted) or sum(_added([slot]) for slot in wanted)  # one by one where the clinician sits elsewhere at some of these times
    clashes = len(wanted) - made
    if made:
        write_change(row, "roster", "publish", actor.name, now, {}, {"slots": made, "clashes": clashes}, actor.persons, actor=actor)
    return made, clashes


def _added(slots: list[Slot]) -> int:
    """Add some slots, all or none; gives how many."""
    try:
        with transaction.atomic():
            return len(Slot.objects.bulk_create(slots))
    except IntegrityError:
        return 0


def _queue(row: Roster) -> str:
    return queue_key(row.institution, row.department_id, row.staff_id, row.examination)


def _copied(row: Roster) -> dict[str, Any]:
    names = ("institution", "department", "staff", "examination", "capacity_count", "over_count", "cancel_minutes", "grace_minutes", "offer_minutes", "prepare_days", "write_up_days")
    return {name: getattr(row, name) for name in names}


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _keeper(by: By) -> Actor:
    actor = actor_of(by)
    if actor.role not in KEEPERS or not actor.unit:
        raise NotAllowed("排班由本机构窗口或负责人维护", "rosters are kept by the institution's desk or director")
    return actor


def _own(id: int, actor: Actor) -> Roster:
    row = Roster.objects.select_for_update().filter(pk=id, institution=actor.unit).first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的排班", f"there is no roster number {id}")
    return row


def _of_whom(read: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    if bool(read.get("staff")) == bool(read.get("examination")):
        raise BadField("请填医师或检查项目之一", "name a clinician or an examination, one of them", "staff")
    department = Department.objects.filter(institution__code=actor.unit, code=read.get("department", "")).first()
    if read.get("department") and department is None:
        raise BadField(f"本机构没有科室 {read['department']!r}", f"there is no department {read['department']!r} here", "department")
    staff = Staff.objects.filter(code=read.get("staff", "")).first()
    if read.get("staff") and (staff is None or not Posting.objects.filter(on_day(read["from_on"]), staff=staff, institution__code=actor.unit).exists()):
        raise BadField(f"{read['staff']!r} 在本机构没有任职", f"{read['staff']!r} has no posting here", "staff")
    return {"department": department, "staff": staff, "examination": read.get("examination", "")[:100]}


def _of_when(read: Mapping[str, Any]) -> dict[str, Any]:
    weekdays = "".join(sorted(set(read["weekdays"])))
    if not weekdays or set(weekdays) - set("1234567"):
        raise BadField("星期应为 1 至 7 的数字，如 135", "weekdays are figures from 1 to 7, such as 135", "weekdays")
    begins, ends = _time(read["begins"], "begins"), _time(read["ends"], "ends")
    if read["slot_minutes"] < 1 or not times_of(begins, ends, read["slot_minutes"]):
        raise BadField("开始与结束之间放不下一个时段", "no slot fits between begin and end", "slot_minutes")
    if read.get("to_on") and read["to_on"] < read["from_on"]:
        raise BadField(f"最后一日不早于 {read['from_on']}", f"the last day is not before {read['from_on']}", "to_on")
    return {"weekdays": weekdays, "begins": begins, "ends": ends, "slot_minutes": read["slot_minutes"], "from_on": read["from_on"], "to_on": read.get("to_on")}


def _time(text: str, name: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadField(f"时间应如 08:00，得到 {text[:20]!r}", f"a time is like 08:00; got {text[:20]!r}", name) from None


def _terms(read: Mapping[str, Any], rules: AppointmentRules) -> dict[str, Any]:
    reserved, over = read.get("reserved_percent", 0) * PERCENT, read.get("over", rules.over_places_count)
    if not 0 < read["capacity"] <= 1000:
        raise BadField("每段号数应为 1 至 1000", "a slot has 1 to 1000 places", "capacity")
    if "reserved_percent" in read and not rules.reserved_share_ppm <= reserved <= 100 * PERCENT:
        raise BadField(f"预留比例不低于方案的 {rules.reserved_share_ppm // PERCENT}%", f"at least the plan's {rules.reserved_share_ppm // PERCENT} % are held for members", "reserved_percent")
    if not 0 <= over <= rules.over_places_count:
        raise BadField(f"每段加号不超过方案的 {rules.over_places_count} 个", f"overbooking is at most the plan's {rules.over_places_count} a slot", "over")
    return {"capacity_count": read["capacity"], "over_count": over, "reserved_ppm": max(reserved, rules.reserved_share_ppm),
            **{name: getattr(rules, name) for name in ("release_days", "horizon_days", "cancel_minutes", "grace_minutes", "offer_minutes", "prepare_days", "write_up_days")}}
