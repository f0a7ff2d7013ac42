"""Appointments: rosters of some doctors and an examination, four weeks of past days, what is booked ahead, a full slot with a waiting list."""
from datetime import datetime, timedelta

from django.utils import timezone

from sanyi.store.appointments.booking import book, overbook, wait
from sanyi.store.appointments.rosters import make_roster, publish
from sanyi.store.appointments.rules import AppointmentRules, read_rules
from sanyi.store.appointments.tables import Slot
from sanyi.store.demonstration.cast import Cast
from sanyi.store.log import today_of

PAST_DAYS, AHEAD_DAYS, A_DAY = 21, 6, 4
FULL_WAITING = 3


def book_appointments(cast: Cast, inside: dict[str, int]) -> None:
    """Everything; `inside` is a referral whose patient is booked inside it."""
    rules = read_rules(cast.plan.on(today_of(cast.now)))
    for nth, (department, staff) in enumerate((("card", 0), ("resp", 1), ("surg", 3))):
        _roster(cast, rules, department=department, staff=cast.staff[cast.place["hospital"], "doctor"][staff], weekdays="1234567" if nth == 0 else "12345")
    _roster(cast, rules, department="img", examination="胸部 CT", weekdays="12345")
    for day in range(PAST_DAYS, -AHEAD_DAYS, -1):
        _day(cast, rules, day)
    _full(cast, rules)
    ahead = _slots(cast, -3).filter(staff__isnull=False).first()
    if inside and ahead is not None:
        book(ahead.pk, inside["person"], cast.by["family-doctor"], cast.now, rules, inside["referral"])


def _roster(cast: Cast, rules: AppointmentRules, **more: object) -> None:
    first = timezone.localtime(cast.now).replace(hour=6, minute=0) - timedelta(days=PAST_DAYS + 7)
    row = make_roster({"begins": "08:00", "ends": "11:30", "slot_minutes": 30, "capacity": 3, "from_on": first.date(), **more}, cast.by["registrar"], first, rules)
    for at in (first, first + timedelta(days=14), cast.now):
        publish(row.pk, cast.by["registrar"], at)


def _slots(cast: Cast, days_ago: int):
    begins = timezone.localtime(cast.now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    return Slot.objects.filter(institution=cast.place["hospital"], starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)).order_by("starts_at", "pk")


def _day(cast: Cast, rules: AppointmentRules, days_ago: int) -> None:
    """A few patients a day; those of past days came, or did not."""
    slots = list(_slots(cast, days_ago)[::3])
    cast.chance.shuffle(slots)
    for nth, slot in enumerate(slots[:A_DAY]):
        made = min(slot.starts_at - timedelta(days=1 + cast.chance.randrange(6), hours=2), cast.now - timedelta(minutes=nth))
        row = book(slot.pk, cast.some(1)[0], cast.by[("registrar", "family-doctor", "clinic-desk")[nth % 3]], made, rules)
        if slot.starts_at < cast.now:
            _came(cast, row, slot.starts_at, nth)


def _came(cast: Cast, row, at: datetime, nth: int) -> None:
    early, minute = at - timedelta(minutes=5), timedelta(minutes=1)
    if nth == 3 and cast.chance.random() < 0.4 and row.late_at + 5 * minute < cast.now:
        cast.step("appointment", row, "miss", "registrar", row.late_at + 5 * minute)
    elif nth == 2 and cast.chance.random() < 0.3:
        cast.step("appointment", row, "cancel", "registrar", early, why="hindered")
    else:
        row = cast.step("appointment", row, "check_in", "registrar", early)
        seen = at + (5 + cast.chance.randrange(40)) * minute
        if seen < cast.now:
            cast.step("appointment", row, "serve", "nurse", seen, note="已就诊")


def _full(cast: Cast, rules: AppointmentRules) -> None:
    """One slot in two days that is full, overbooked, and waited for."""
    slot = _slots(cast, -2).filter(staff__isnull=False, common_taken_count=0).last()
    if slot is None:
        return
    while (slot.common_taken_count + slot.reserved_taken_count) < slot.capacity_count:
        book(slot.pk, cast.some(1)[0], cast.by["family-doctor"], cast.now, rules)
        slot.refresh_from_db()
    overbook(slot.pk, cast.some(1)[0], "术后复诊，须当日换药", cast.by["director"], cast.now)
    for person in cast.some(FULL_WAITING):
        wait(slot.pk, person, cast.by["clinic-desk"], cast.now, rules)
