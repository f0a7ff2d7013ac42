"""Background work of appointments: places held for members are released, offers lapse, waits end, missed appointments are recorded, slots published."""
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from sanyi.store.appointments.queues import fill, locked_slot, offer_room, release
from sanyi.store.appointments.rosters import publish_row
from sanyi.store.appointments.tables import Appointment, Roster, Slot, Waiting
from sanyi.store.due import Due, each_apart, take_due
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.log import today_of
from sanyi.store.who import actor_of
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.facts import SYSTEM

MOST = 5_000  # in one go; the next one takes the rest


def release_held(now: datetime) -> int:
    """Release what was held for members and not taken, and offer it; gives how many slots."""
    due = Slot.objects.filter(is_open=True, release_at__lte=now, starts_at__gt=now, reserved_count__gt=F("reserved_taken_count"))
    return each_apart(due.order_by("starts_at", "pk").values_list("pk", flat=True)[:MOST], lambda id: _released(id, now))


def _released(id: int, now: datetime) -> int:
    with transaction.atomic():
        slot = locked_slot(id)
        is_released = release(slot, now)
        fill(slot, now)
    return int(is_released)


def lapse_offers(now: datetime) -> int:
    """Let offers lapse whose time is over (each goes to the next in turn), and waits end whose last day is past."""
    over = Waiting.objects.filter(state="offered", expires_at__lte=now).order_by("expires_at", "pk")
    past = Waiting.objects.filter(state="waiting", last_on__lt=today_of(now)).order_by("pk")
    return sum(take_due(Due("waiting", rows, step), now, most=MOST).total() for step, rows in (("lapse", over), ("expire", past)))


def mark_missed(now: datetime) -> int:
    """Record as missed who has not come when their grace was over."""
    return take_due(Due("appointment", Appointment.objects.filter(state__in=OPEN, late_at__lte=now).order_by("late_at", "pk"), "miss"), now, most=MOST).total()


def publish_all(now: datetime) -> int:
    """Publish every roster of today as far ahead as it says, and offer what is new."""
    made = each_apart(Roster.objects.exclude(to_on__lt=today_of(now)).order_by("pk").values_list("pk", flat=True), lambda id: _published(id, now))
    for queue in Waiting.objects.filter(state="waiting").order_by("queue").values_list("queue", flat=True).distinct():
        offer_room(queue, now)
    return made


def _published(id: int, now: datetime) -> int:
    with transaction.atomic():
        return publish_row(Roster.objects.select_for_update().get(pk=id), actor_of(SYSTEM), now)[0]


def _work(do: Callable[[datetime], int]) -> Callable[[list, datetime, Report], str]:
    return lambda arguments, now, report: f"{count:,}" if (count := do(now)) else ""


WHO = ("office", "system_admin")
RELEASE = JobKind("appointment_release", "放开未用的预留号源", "release places held for members", WHO, _work(release_held), timedelta(minutes=1))
LAPSE = JobKind("appointment_lapse", "候补逾期失效", "let offers lapse", WHO, _work(lapse_offers), timedelta(minutes=1))
MISSED = JobKind("appointment_missed", "记录爽约", "record missed appointments", WHO, _work(mark_missed), timedelta(minutes=5))
PUBLISH = JobKind("appointment_publish", "发布号源", "publish slots", WHO, _work(publish_all), timedelta(hours=6))
