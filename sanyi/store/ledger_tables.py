"""Tables of a ledger: the plan it was opened from, with the units, targets and milestones that its work refers to."""
from django.db import models

from sanyi.store.personal import WIDE, personal

WORD, NAME, WORDS = 100, 150, 500


class Ledger(models.Model):
    """One plan's ledger; `digest` names the content of the plan it was last opened from."""

    plan = models.CharField(max_length=WORD, unique=True)
    digest = models.CharField(max_length=64)
    title_zh = models.CharField(max_length=WORDS)
    title_en = models.CharField(max_length=WORDS)
    yellow_days = models.PositiveIntegerField()
    red_days = models.PositiveIntegerField()
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)


class Kept(models.Model):
    """What a ledger keeps of one entry of its plan; an entry that leaves the plan is withdrawn, not deleted."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    entry = models.CharField(max_length=WORD)
    zh = models.TextField()
    en = models.TextField()
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["ledger", "entry"], name="%(class)s_once")]


class LedgerUnit(Kept):
    """A body the plan names."""


class LedgerMilestone(Kept):
    """A milestone; `is_event` marks one without a date that others count from."""

    start = models.DateField(null=True)
    due = models.DateField(null=True)
    due_after = models.CharField(max_length=WORD, blank=True, default="")
    due_after_months = models.PositiveIntegerField(default=0)
    is_event = models.BooleanField(default=False)


class LedgerTarget(Kept):
    """A target with its indicator; numbers are whole, in the plan's unit; `tolerance_e6` in millionths of the indicator's unit."""

    indicator = models.CharField(max_length=WORD)
    indicator_zh = models.TextField()
    indicator_en = models.TextField()
    is_reported = models.BooleanField()
    unit = models.CharField(max_length=30, blank=True)
    scope = models.CharField(max_length=WORD)
    comparator = models.CharField(max_length=10)
    value = models.BigIntegerField(null=True)
    upper = models.BigIntegerField(null=True)
    baseline = models.BigIntegerField(null=True)
    tolerance_e6 = models.BigIntegerField(default=0)
    due = models.DateField(null=True)
    group = models.CharField(max_length=WORD, blank=True)
    is_striven_for = models.BooleanField()
    clause = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)


class MilestoneDate(models.Model):
    """The day a milestone was reached, as somebody recorded it; a later row corrects an earlier one."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    milestone = models.CharField(max_length=WORD)
    on = models.DateField()
    note = personal(models.TextField(blank=True, default=""), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()


class Reading(models.Model):
    """One value of an indicator for a scope and a period of so many months; a newer row corrects an older one, and both stay.

    `value` is whole, in the plan's unit; `value_e6` the same in millionths of the indicator's unit. `origin` is reported (by
    hand, with evidence) or computed (from the record; `run` names the run).
    """

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    indicator = models.CharField(max_length=WORD)
    scope = models.CharField(max_length=WORD)
    period = models.CharField(max_length=10)
    ends_on = models.DateField()
    months = models.PositiveIntegerField()
    value = models.BigIntegerField()
    value_e6 = models.BigIntegerField()
    origin = models.CharField(max_length=10)
    run = models.CharField(max_length=64, blank=True, default="")
    note = personal(models.TextField(blank=True, default=""), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ledger", "indicator", "scope", "period"], name="reading_of")]
