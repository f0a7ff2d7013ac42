"""Tables of work: what is to be done, the problem list, supervision orders, their evidence and their log."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD, Kept, Ledger, LedgerTarget
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal

STATE = 20


class Work(models.Model):
    """What goes through a workflow; `version` counts its changes, and a step must name the version it was decided on."""

    state = personal(models.CharField(max_length=STATE), WIDE)
    version = personal(models.PositiveIntegerField(default=1), OPEN)
    due = personal(models.DateField(null=True), OPEN)
    done_by = personal(models.CharField(max_length=NAME, blank=True, default=""), OPEN)
    done_at = personal(models.DateTimeField(null=True), OPEN)

    class Meta:
        abstract = True


class Item(Kept, Work):
    """A task, document or milestone of the plan, or a part that a unit added under one (`kind` part).

    `due_source` says where the deadline is from: plan, relative, period, given (a part's own), or nothing.
    """

    kind = models.CharField(max_length=10)
    number = models.CharField(max_length=30, blank=True, default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField(default=0)
    group = models.CharField(max_length=WORD, blank=True, default="")
    clause = models.TextField(blank=True, default="")
    obligations = models.TextField(blank=True, default="")
    note_zh = models.TextField(blank=True, default="")
    note_en = models.TextField(blank=True, default="")
    quote = models.TextField(blank=True, default="")
    lead = models.CharField(max_length=WORD, blank=True, default="")
    lead_zh = models.TextField(blank=True, default="")
    lead_en = models.TextField(blank=True, default="")
    lead_basis = models.CharField(max_length=10, blank=True, default="")
    leaders = personal(models.TextField(blank=True, default=""), WIDE)
    owner = personal(models.ForeignKey("store.Account", null=True, on_delete=models.SET_NULL), WIDE)
    measures = models.TextField(blank=True, default="")
    indicator = models.CharField(max_length=WORD, blank=True, default="")
    evidence_asked = models.CharField(max_length=WORD, blank=True, default="")
    is_exploratory = models.BooleanField(default=False)
    is_striven_for = models.BooleanField(default=False)
    start = models.DateField(null=True)
    last_due = models.DateField(null=True)
    due_source = models.CharField(max_length=10, blank=True, default="")
    due_after = models.CharField(max_length=WORD, blank=True, default="")
    due_after_months = models.PositiveIntegerField(default=0)
    every = models.CharField(max_length=10, blank=True, default="")
    round = models.PositiveIntegerField(default=1)
    exempt_reason = personal(models.TextField(blank=True, default=""), WIDE)
    verified_by = models.CharField(max_length=NAME, blank=True, default="")
    verified_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    targets = models.ManyToManyField(LedgerTarget, related_name="items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "kind", "entry"], name="item_once")]
        indexes = [models.Index(fields=["ledger", "state", "due"], name="item_state"),
                   models.Index(fields=["ledger", "due"], name="item_due"), models.Index(fields=["ledger", "lead"], name="item_lead")]


class ItemUnit(models.Model):
    """A unit's part in an item: lead, co_lead or unit (it carries the work out)."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="bodies")
    unit = models.CharField(max_length=WORD)
    zh = models.TextField()
    en = models.TextField()
    part = models.CharField(max_length=10)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "unit", "part"], name="itemunit_once")]
        indexes = [models.Index(fields=["unit", "part"], name="itemunit_unit")]


class Problem(Work):
    """A problem on the list: what it is, who answers for it, until when."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="problems")
    text = personal(models.TextField(), WIDE)
    unit = models.CharField(max_length=WORD, blank=True, default="")
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=NAME, blank=True, default="")
    closed_at = models.DateTimeField(null=True)


class SupervisionOrder(Work):
    """An order to a unit that must be answered by a day."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="orders")
    text = personal(models.TextField(), WIDE)
    unit = models.CharField(max_length=WORD)
    answer = personal(models.TextField(blank=True, default=""), WIDE)
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=NAME, blank=True, default="")
    closed_at = models.DateTimeField(null=True)


class Evidence(models.Model):
    """One proof: a file kept under its own sha256, or a link; `subject` is task, problem, supervision_order or reading."""

    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    round = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10)
    name = personal(models.CharField(max_length=255), WIDE)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)
    link = personal(models.CharField(max_length=1000, blank=True, default=""), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"], name="evidence_of"), models.Index(fields=["sha256"], name="evidence_file")]


class WorkEvent(models.Model):
    """One line of the log of the people's work (contracts, referrals …); `persons` are those whose hand it was, one a line. Only ever added to."""

    at = models.DateTimeField()
    by = models.CharField(max_length=NAME)
    persons = personal(models.TextField(blank=True, default=""), WIDE)
    subject = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=30)
    before = models.CharField(max_length=STATE, blank=True)
    after = models.CharField(max_length=STATE, blank=True)
    version = models.PositiveIntegerField()
    given = personal(models.JSONField(default=dict), MIDDLE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id", "version"], name="work_event_each_version")]


class LedgerEvent(models.Model):
    """One line of the log: who did what when, from which state to which, and what was given; only ever added to."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT)
    at = models.DateTimeField()
    by = models.CharField(max_length=NAME)
    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=30)
    before = models.CharField(max_length=STATE, blank=True)
    after = models.CharField(max_length=STATE, blank=True)
    version = models.PositiveIntegerField()
    given = personal(models.JSONField(default=dict), MIDDLE)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"], name="event_of")]
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id", "version"], name="event_each_version")]
