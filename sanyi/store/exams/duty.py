"""Who is on duty at an institution by day: who reports at its centre, who answers for critical values. Source: NG-01, HK-27."""
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sanyi.store.exams.attending import CENTRE, CLINICIANS
from sanyi.store.exams.tables import Duty
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Posting, Staff, on_day
from sanyi.store.trail.recording import record
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor

PARTS = {"report": ("报告", "reports"), "critical": ("危急值", "critical values")}
ROLES = {"report": CENTRE, "critical": CLINICIANS}
KEEPERS, MOST_DAYS = ("director", "registrar"), 31


def put_on_duty(staff: str, part: str, from_on: date, to_on: date, today: date, by: By, now: datetime) -> list[Duty]:
    """Put one of the own institution's staff on duty for some days. Errors (nothing written): NotAllowed, BadField, GuardRefused (is on duty already)."""
    with transaction.atomic():
        actor = _keeper(by)
        if part not in PARTS:
            raise BadField(f"值班内容应为：{'、'.join(zh for zh, _ in PARTS.values())}", f"a duty is one of {', '.join(PARTS)}", "part")
        if not today <= from_on <= to_on < from_on + timedelta(days=MOST_DAYS):
            raise BadField(f"日期应自今天（{today}）起，至多 {MOST_DAYS} 天", f"the days lie from today ({today}) on, {MOST_DAYS} at most", "from_on")
        days = [from_on + timedelta(days=each) for each in range((to_on - from_on).days + 1)]
        who = Staff.objects.filter(code=staff).first()
        for day in days:
            if who is None or not Posting.objects.filter(on_day(day), on_day(day, "staff__"), staff=who, institution__code=actor.unit, role__in=ROLES[part]).exists():
                raise BadField(f"人员“{staff[:40]}”{day} 在本机构没有相应任职", f"{staff[:40]!r} has no fitting posting here on {day}", "staff")
        with or_refused("其中有的日期已排班", "some of these days are on the roster already", "once"):
            made = [Duty.objects.create(institution=actor.unit, staff=who, part=part, on=day, created_by=actor.name, created_at=now) for day in days]
        _say(actor, made[0], "put_on", now, {"staff": staff, "part": part, "from_on": from_on, "to_on": to_on})
    return made


def take_off(id: int, by: By, now: datetime) -> Duty:
    """Take one day off the roster. Errors: UnknownWork, NotAllowed."""
    with transaction.atomic():
        actor = _keeper(by)
        row = Duty.objects.select_for_update().filter(pk=id, institution=actor.unit, is_off=False).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的排班", f"there is no duty number {id}")
        Duty.objects.filter(pk=row.pk).update(is_off=True)
        _say(actor, row, "take_off", now, {"staff": row.staff.code, "part": row.part, "on": row.on})
    return row


def staff_on_duty(institution: str, part: str, day: date) -> QuerySet:
    """The members of staff on duty on a day."""
    return Staff.objects.filter(duties__in=Duty.objects.filter(institution=institution, part=part, on=day, is_off=False))


def duty_rows(institution: str, today: date) -> list[dict[str, Any]]:
    """The roster from today on."""
    rows = Duty.objects.filter(institution=institution, on__gte=today, is_off=False).order_by("on", "part", "staff__code")
    return list(rows.values("id", "on", "part", "staff__code", "staff__name"))


def duty_choices(institution: str, today: date) -> list[tuple[str, str]]:
    """The staff of an institution who may be put on duty today."""
    posted = Posting.objects.filter(on_day(today), on_day(today, "staff__"), institution__code=institution, role__in=(*CENTRE, *CLINICIANS))
    return list(posted.order_by("staff__code").values_list("staff__code", "staff__name").distinct())


def _keeper(by: By) -> Actor:
    actor = actor_of(by)
    if actor.role not in KEEPERS or not actor.unit:
        raise NotAllowed("值班表由本机构负责人或窗口维护", "an institution's director or registrar keeps its roster")
    return actor


def _say(actor: Actor, row: Duty, step: str, now: datetime, given: dict[str, Any]) -> None:
    record("change", actor, subject="exam_duty", subject_id=row.pk, step=step, institutions=(row.institution,), now=now, given=given, open_names=set(given))
