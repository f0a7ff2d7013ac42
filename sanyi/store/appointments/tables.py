"""Tables of appointments. What must hold is held by the database (`laws.py`): no place twice, nobody in two places at one time."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.organisation.tables import Dated, days_in_order
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.work_tables import Work
from sanyi.workflows.appointment import LIVE

CODE = 20
PENDING = ("waiting", "offered")


class Terms(models.Model):
    """What a slot promises: how many places, how many are held for members until when, how long one may cancel, be late, think over an offer.

    From `prepare_days` before until `write_up_days` after, its institution may look into the patient's record.
    """

    capacity_count = models.PositiveIntegerField()
    over_count = models.PositiveIntegerField(default=0)
    cancel_minutes = models.PositiveIntegerField()
    grace_minutes = models.PositiveIntegerField()
    offer_minutes = models.PositiveIntegerField()
    prepare_days = models.PositiveSmallIntegerField(default=1)
    write_up_days = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class Roster(Dated, Terms):
    """A pattern of slots of one clinician or one examination: on some `weekdays` (1 Monday … 7 Sunday), one after another between two times.

    Of a day's places `reserved_ppm` are held for member institutions, family doctors and referrals until `release_days` before.
    Slots are published `horizon_days` ahead.
    """

    institution = models.CharField(max_length=WORD)
    department = models.ForeignKey("store.Department", null=True, on_delete=models.PROTECT)
    staff = models.ForeignKey("store.Staff", null=True, on_delete=models.PROTECT)
    examination = models.CharField(max_length=WORD, blank=True, default="")
    weekdays = models.CharField(max_length=7)
    begins = models.TimeField()
    ends = models.TimeField()
    slot_minutes = models.PositiveIntegerField()
    reserved_ppm = models.PositiveIntegerField()
    release_days = models.PositiveIntegerField()
    horizon_days = models.PositiveIntegerField()
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            days_in_order("roster"), models.CheckConstraint(condition=models.Q(ends__gt=models.F("begins"), slot_minutes__gt=0, capacity_count__gt=0), name="roster_has_time"),
            models.CheckConstraint(condition=models.Q(reserved_ppm__lte=1_000_000), name="roster_share"),
            models.CheckConstraint(condition=models.Q(staff=None) & ~models.Q(examination="") | models.Q(staff__isnull=False, examination=""), name="roster_of_one"),
        ]
        indexes = [models.Index(fields=["institution"], name="roster_institution")]


class Slot(Terms):
    """A span of time with places. Its counts are the database's own: whoever writes others has them counted anew at the next booking.

    Of `capacity_count` places `reserved_count` are held until `release_at`; then only those that are taken stay so. `queue` is what
    patients wait for (institution, department, clinician, examination).
    """

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="slots")
    institution = models.CharField(max_length=WORD)
    department = models.ForeignKey("store.Department", null=True, on_delete=models.PROTECT)
    staff = models.ForeignKey("store.Staff", null=True, on_delete=models.PROTECT)
    examination = models.CharField(max_length=WORD, blank=True, default="")
    queue = models.CharField(max_length=WORD)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    reserved_count = models.PositiveIntegerField(default=0)
    release_at = models.DateTimeField()
    common_taken_count = models.PositiveIntegerField(default=0)
    reserved_taken_count = models.PositiveIntegerField(default=0)
    over_taken_count = models.PositiveIntegerField(default=0)
    closed_reason = personal(models.CharField(max_length=500, blank=True, default=""), WIDE)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="slot_has_time"),
            models.CheckConstraint(condition=models.Q(reserved_count__lte=models.F("capacity_count")), name="slot_reserved"),
            models.CheckConstraint(condition=models.Q(common_taken_count__lte=models.F("capacity_count") - models.F("reserved_count")), name="slot_common_full"),
            models.CheckConstraint(condition=models.Q(reserved_taken_count__lte=models.F("reserved_count")), name="slot_reserved_full"),
            models.CheckConstraint(condition=models.Q(over_taken_count__lte=models.F("over_count")), name="slot_over_full"),
            models.CheckConstraint(condition=models.Q(is_open=True) | models.Q(common_taken_count=0, reserved_taken_count=0, over_taken_count=0), name="slot_closed_is_empty"),
        ]
        indexes = [models.Index(fields=["institution", "starts_at", "id"], name="slot_when"), models.Index(fields=["queue", "starts_at", "id"], name="slot_queue"),
                   models.Index(fields=["release_at"], name="slot_release", condition=models.Q(is_open=True) & models.Q(reserved_count__gt=models.F("reserved_taken_count")))]


class Held(Work):
    """What takes a place of a slot. `institution` is the slot's (the tenant), `booker` the one that acts for the patient (empty: the patient)."""

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT), MIDDLE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    booker = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    referral = personal(models.ForeignKey("store.Referral", null=True, on_delete=models.PROTECT), OPEN)
    place = personal(models.CharField(max_length=CODE, blank=True, default=""), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Appointment(Held):
    """One patient's place in one slot. `referral` is the one it is inside of, if any; `moved_from` the one it came out of.

    `late_at` is from when it counts as missed, `cancel_by` until when it may be given up.
    """

    slot = personal(models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments"), WIDE)
    starts_at = personal(models.DateTimeField(), WIDE)
    ends_at = personal(models.DateTimeField(), WIDE)
    cancel_by = personal(models.DateTimeField(), WIDE)
    late_at = personal(models.DateTimeField(), WIDE)
    channel = personal(models.CharField(max_length=CODE), OPEN)
    over_reason = personal(models.CharField(max_length=500, blank=True, default=""), MIDDLE)
    why = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    checked_in_at = personal(models.DateTimeField(null=True), WIDE)
    queue_number = personal(models.PositiveIntegerField(null=True), WIDE)
    is_counted = personal(models.BooleanField(default=False), WIDE)
    moved_from = personal(models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="moved_to"), WIDE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=models.Q(state__in=LIVE), name="appointment_referral_once"),
            models.UniqueConstraint(fields=["slot", "queue_number"], condition=models.Q(queue_number__isnull=False), name="appointment_number_once"),
            models.CheckConstraint(condition=~models.Q(place="over") | ~models.Q(over_reason=""), name="appointment_over_has_a_reason"),
        ]
        indexes = [models.Index(fields=["institution", "starts_at", "id"], name="appointment_when"), models.Index(fields=["person", "starts_at"], name="appointment_person"),
                   models.Index(fields=["booker", "starts_at", "id"], name="appointment_booker"),
                   models.Index(fields=["late_at"], name="appointment_late", condition=models.Q(state__in=("booked", "confirmed")))]


class Waiting(Held):
    """A patient's turn for a queue: by `rank` (1 displaced, 2 referred, 3 all others), then in the order they came."""

    queue = personal(models.CharField(max_length=WORD), WIDE)
    department = personal(models.ForeignKey("store.Department", null=True, on_delete=models.PROTECT), WIDE)
    staff = personal(models.ForeignKey("store.Staff", null=True, on_delete=models.PROTECT), WIDE)
    examination = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    from_on = personal(models.DateField(), WIDE)
    last_on = personal(models.DateField(), WIDE)
    rank = personal(models.PositiveSmallIntegerField(), WIDE)
    may_reserve = personal(models.BooleanField(default=False), WIDE)
    slot = personal(models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="offers"), WIDE)
    offered_at = personal(models.DateTimeField(null=True), WIDE)
    expires_at = personal(models.DateTimeField(null=True), WIDE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "queue"], condition=models.Q(state__in=PENDING), name="waiting_once"),
            models.CheckConstraint(condition=~models.Q(state="offered") | models.Q(slot__isnull=False, expires_at__isnull=False), name="waiting_offer_is_whole"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("from_on")), name="waiting_days_in_order"),
        ]
        indexes = [models.Index(fields=["queue", "rank", "id"], condition=models.Q(state="waiting"), name="waiting_turn"),
                   models.Index(fields=["institution", "id"], name="waiting_institution"),
                   models.Index(fields=["expires_at"], condition=models.Q(state="offered"), name="waiting_expires")]


class Notice(models.Model):
    """What a patient must be told, and who told them when; a patient with an account reads it there."""

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT), MIDDLE)
    institution = models.CharField(max_length=WORD)
    kind = personal(models.CharField(max_length=CODE), WIDE)
    slot = personal(models.ForeignKey(Slot, null=True, on_delete=models.PROTECT), WIDE)
    until = personal(models.DateTimeField(null=True), WIDE)
    at = models.DateTimeField()
    told_at = personal(models.DateTimeField(null=True), OPEN)
    told_by = personal(models.CharField(max_length=NAME, blank=True, default=""), OPEN)

    class Meta:
        indexes = [models.Index(fields=["institution", "id"], condition=models.Q(told_at=None), name="notice_untold"), models.Index(fields=["person", "id"], name="notice_person")]
