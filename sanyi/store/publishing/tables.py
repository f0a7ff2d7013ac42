"""Tables of what runs have published: audit cases, notices of results, and which run each part was last published from."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.work_tables import Work
from sanyi.workflows import audit_case, result_notice

CODE, DIGEST, KEY = 20, 64, 200


class Publication(models.Model):
    """The newest run that a part of a plan's year was published from; whoever publishes locks this row, batch by batch. `is_whole`: it got to the end."""

    plan = models.CharField(max_length=WORD)
    year = models.PositiveIntegerField()
    part = models.CharField(max_length=CODE)
    run = models.CharField(max_length=DIGEST)
    run_finished_at = models.DateTimeField()
    is_whole = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "year", "part"], name="publication_once")]


class Published(Work):
    """A case as a run says it: the run that said it last, its table and rows there, their digest, the clause; `follows` a decided case that said otherwise."""

    plan = personal(models.CharField(max_length=WORD), OPEN)
    year = personal(models.PositiveIntegerField(), OPEN)
    part = personal(models.CharField(max_length=CODE), OPEN)
    row_key = personal(models.CharField(max_length=KEY), WIDE)
    run = personal(models.CharField(max_length=DIGEST), OPEN)
    clause = personal(models.TextField(blank=True, default=""), OPEN)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    amount_fen = personal(models.BigIntegerField(null=True), OPEN)
    rows = personal(models.JSONField(default=list), MIDDLE)
    digest = personal(models.CharField(max_length=DIGEST), OPEN)
    follows = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by"), OPEN)
    answer_days = personal(models.PositiveSmallIntegerField(), OPEN)
    answer = personal(models.TextField(blank=True, default=""), MIDDLE)
    finding = personal(models.TextField(blank=True, default=""), MIDDLE)
    opened_by = personal(models.CharField(max_length=NAME), OPEN)
    opened_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        abstract = True


class AuditCase(Published):
    """What a rule found in one case; `agreed_fen` is what people found in the end, `document` the number of what says so, `booked` where it was recovered."""

    encounter = personal(models.CharField(max_length=WORD), WIDE)
    rule = personal(models.CharField(max_length=CODE), OPEN)
    appeal_days = personal(models.PositiveSmallIntegerField(), OPEN)
    appeal = personal(models.TextField(blank=True, default=""), MIDDLE)
    agreed_fen = personal(models.BigIntegerField(null=True), OPEN)
    document = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    booked = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "part", "row_key"], condition=models.Q(state__in=audit_case.UNDECIDED), name="audit_case_one_undecided"),
            models.CheckConstraint(condition=models.Q(agreed_fen=None) | models.Q(agreed_fen__gte=0, agreed_fen__lte=models.F("amount_fen")), name="audit_case_agreed_within")]
        indexes = [models.Index(fields=["plan", "year", "part", "row_key"], name="audit_case_row"), models.Index(fields=["institution", "state", "-id"], name="audit_case_where"),
                   models.Index(fields=["state", "due"], name="audit_case_due"), models.Index(fields=["encounter"], name="audit_case_encounter")]


class ResultNotice(Published):
    """What an institution is told of its own result; `answerer` is the role that answers an objection."""

    answerer = personal(models.CharField(max_length=CODE), OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "part", "row_key"], condition=models.Q(state__in=result_notice.UNDECIDED), name="result_notice_one_undecided")]
        indexes = [models.Index(fields=["plan", "year", "part", "row_key"], name="result_notice_row"), models.Index(fields=["institution", "state", "-id"], name="result_notice_where"),
                   models.Index(fields=["state", "due"], name="result_notice_due")]
