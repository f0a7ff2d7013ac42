"""Background work of appointments: places held for members are released, offers lapse, waits end, missed appointments are recorded, slots published."""
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from sanyi.store.act import act
from sanyi.store.appointments.queues import fill, locked_slot, offer_room, release
from sanyi.store.appointments.rosters import publish_row
from sanyi.store.appointments.tables import Appointment, Roster, Slot, Waiting
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.log import today_of
from sanyi.store.who import actor_of
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.errors import GuardRefused, StaleVersion, UndeclaredStep
from sanyi.workflows.facts import SYSTEM

MOST = 5_000  # in one go; the next one takes the rest


def release_held(now: datetime) -> int:
    """Release what was held for members and not taken, and offer it; gives how many slots."""
    due = Slot.objects.filter(is_open=True, release_at__lte=now, starts_at__gt=now, reserved_count__gt=F("reserved_taken_count"))
    return sum(_released(id, now) for id in due.order_by("starts_at", "pk").values_list("pk", flat=True)[:MOST])


def _released(id: int, now: datetime) -> int:
    with transaction.atomic():
        slot = locked_slot(id)
        is_released = release(slot, now)
        fill(slot, now)
    return int(is_released)


def lapse_offers(now: datetime) -> int:
    """Let offers lapse whose time is over (each goes to the next in turn), and waits end whose last day is past."""
    over = Waiting.objects.filter(state="offered", expires_at__lte=now).values_list("pk", "version")[:MOST]
    past = Waiting.objects.filter(state="waiting", last_on__lt=today_of(now)).values_list("pk", "version")[:MOST]
    return _taken("waiting", "lapse", over, now) + _taken("waiting", "expire", past, now)


def mark_missed(now: datetime) -> int:
    """Record as missed who has not come when their grace was over."""
    return _taken("appointment", "miss", Appointment.objects.filter(state__in=OPEN, late_at__lte=now).order_by("late_at").values_list("pk", "version")[:MOST], now)


def publish_all(now: datetime) -> int:
    """Publish every roster of today as far ahead as it says, and offer what is new."""
    made = 0
    for id in Roster.objects.exclude(to_on__lt=today_of(now)).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Roster.objects.select_for_update().get(pk=id)
            made += publish_row(row, actor_of(SYSTEM), now)[0]
    for queue in Waiting.objects.filter(state="waiting").order_by("queue").values_list("queue", flat=True).distinct():
        offer_room(queue, now)
    return made


def _taken(kind: str, step: str, rows: Iterable[tuple[int, int]], now: datetime) -> int:
    """Take a step on many; who was faster is right."""
    count = 0
    for id, version in list(rows):
        try:
            act(kind, id, version, step, {}, SYSTEM, now)
            count += 1
        except (StaleVersion, UndeclaredStep, GuardRefused):
            continue
    return count


def _work(do: Callable[[datetime], int]) -> Callable[[list, datetime, Report], str]:
    return lambda arguments, now, report: f"{count:,}" if (count := do(now)) else ""


WHO = ("office", "system_admin")
RELEASE = JobKind("appointment_release", "放开未用的预留号源", "release places held for members", WHO, _work(release_held), timedelta(minutes=1))
LAPSE = JobKind("appointment_lapse", "候补逾期失效", "let offers lapse", WHO, _work(lapse_offers), timedelta(minutes=1))
MISSED = JobKind("appointment_missed", "记录爽约", "record missed appointments", WHO, _work(mark_missed), timedelta(minutes=5))
PUBLISH = JobKind("appointment_publish", "发布号源", "publish slots", WHO, _work(publish_all), timedelta(hours=6))
