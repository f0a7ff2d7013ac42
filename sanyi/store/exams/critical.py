"""Critical values that nobody acknowledged in time go on: to the next clinician, then to the director. Source: NG-01."""
from datetime import datetime

from sanyi.store.due import Due, take_due
from sanyi.store.exams.attending import CLINICIANS
from sanyi.store.exams.duty import staff_on_duty
from sanyi.store.exams.rules import rules_now
from sanyi.store.exams.tables import CriticalValue
from sanyi.store.log import today_of
from sanyi.store.models import Account, WorkEvent
from sanyi.store.organisation.tables import Posting, on_day

WAITING = ("raised", "told", "escalated")


def next_to_tell(row: CriticalValue, now: datetime) -> str:
    """Who is told next: a clinician who is on duty for critical values today, else of the same department, else of the same institution; at the last stage its director.

    Where nobody else is posted, whoever was told last goes on being told: nobody is no one to tell.
    """
    today, is_last = today_of(now), row.stage + 1 >= rules_now().last_stage
    posted = Posting.objects.filter(on_day(today), on_day(today, "staff__"), institution__code=row.institution)
    told = {row.told_to, *_told(row)}
    if not is_last:
        home = set(posted.filter(staff__accounts__name=row.exam.created_by).values_list("department_id", flat=True)) - {None}
        there = posted.filter(role__in=CLINICIANS)
        for among in (there.filter(staff__in=staff_on_duty(row.institution, "critical", today)), there.filter(department_id__in=home), there):
            if name := _account(among, told):
                return name
    return _account(posted.filter(role="director"), told) or row.told_to


def _account(posted, told: set[str]) -> str:
    accounts = Account.objects.filter(is_active=True, staff__in=posted.values("staff")).exclude(name__in=told)
    return accounts.order_by("name").values_list("name", flat=True).first() or ""


def _told(row: CriticalValue) -> set[str]:
    given = WorkEvent.objects.filter(subject="critical_value", subject_id=row.pk).values_list("given", flat=True)
    return {each["told_to"] for each in given if each.get("told_to")} | {row.exam.created_by}


def escalate_due(now: datetime) -> int:
    """Pass on every critical value whose time is out; one that is acknowledged at the same moment stays acknowledged."""
    late = CriticalValue.objects.filter(state__in=WAITING, due_at__lte=now, stage__lt=rules_now().last_stage).order_by("due_at", "pk")
    return take_due(Due("critical_value", late, "escalate"), now).total()
