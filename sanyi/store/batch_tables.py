"""Tables of settlement: batches drafted from runs, what they say, their sheets, disputes, and vouchers."""
from django.db import models

from sanyi.store.book_tables import CODE, DIGEST, Book, SettlementPeriod
from sanyi.store.ledger_tables import NAME, WORD, WORDS
from sanyi.store.personal import MIDDLE, WIDE, personal
from sanyi.store.work_tables import Work

KEY = 200
OPEN_STATES = ("drafted", "reviewed", "approved", "posted")


class SettlementBatch(Work):
    """One month's pre-settlement or the year's clearing, as one run says it; `number` counts the versions of its period.

    What it says never changes after the draft: `lines_digest` covers its lines, `differences_digest` what posting it will add.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    period = models.ForeignKey(SettlementPeriod, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    run_digest = models.CharField(max_length=DIGEST)
    run_card = models.TextField()
    run_finished_at = models.CharField(max_length=40)
    lines_digest = models.CharField(max_length=DIGEST)
    differences_digest = models.CharField(max_length=DIGEST)
    difference_count = models.PositiveIntegerField()
    last_voucher = models.BigIntegerField(default=0)
    final_fen = models.BigIntegerField()
    reason = personal(models.TextField(blank=True, default=""), WIDE)
    cause = personal(models.TextField(blank=True, default=""), WIDE)
    made_by = models.CharField(max_length=NAME)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "kind", "period", "number"], name="settlement_batch_once"),
                       models.UniqueConstraint(fields=["book"], condition=models.Q(state__in=OPEN_STATES), name="settlement_batch_one_open")]


class BatchLine(models.Model):
    """A line of what a batch says a business key is to hold; a key that is to hold nothing has one line of 0. Only ever added to."""

    batch = models.ForeignKey(SettlementBatch, on_delete=models.PROTECT, related_name="lines")
    key = personal(models.CharField(max_length=KEY), WIDE)
    fund_code = models.CharField(max_length=CODE)
    posting_code = models.CharField(max_length=CODE)
    for_period = models.CharField(max_length=7)
    posted_on = models.DateField()
    base_fen = models.BigIntegerField(null=True)
    text_zh = models.CharField(max_length=WORDS)
    text_en = models.CharField(max_length=WORDS)
    source_table = models.CharField(max_length=WORD)
    source_key = personal(models.CharField(max_length=KEY), WIDE)
    clause = models.CharField(max_length=WORD)
    account_code = models.CharField(max_length=CODE)
    party = models.CharField(max_length=WORD)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "key", "account_code", "party"], name="batch_line_once")]
        indexes = [models.Index(fields=["key"], name="batch_line_key")]


class BatchSheet(models.Model):
    """One institution's settlement sheet in one fund; figures that a kind of batch has no use for are empty. Only ever added to."""

    batch = models.ForeignKey(SettlementBatch, on_delete=models.PROTECT, related_name="sheets")
    institution_id = models.CharField(max_length=WORD)
    name = models.CharField(max_length=WORDS)
    fund_code = models.CharField(max_length=CODE)
    case_count = models.BigIntegerField(null=True)
    declared_fen = models.BigIntegerField(null=True)
    ratio_ppm = models.BigIntegerField(null=True)
    payable_fen = models.BigIntegerField(null=True)
    self_fen = models.BigIntegerField(null=True)
    refused_fen = models.BigIntegerField(null=True)
    receivable_fen = models.BigIntegerField(null=True)
    fund_pay_fen = models.BigIntegerField(null=True)
    factor_ppm = models.BigIntegerField(null=True)
    deducted_fen = models.BigIntegerField(null=True)
    prepaid_fen = models.BigIntegerField(null=True)
    cleared_fen = models.BigIntegerField()
    adjustment_fen = models.BigIntegerField()
    retained_fen = models.BigIntegerField()
    reserve_fen = models.BigIntegerField()
    final_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "institution_id", "fund_code"], name="batch_sheet_once"),
                       models.CheckConstraint(name="batch_sheet_final", condition=models.Q(final_fen=models.F("cleared_fen") + models.F(
                           "adjustment_fen") - models.F("retained_fen") - models.F("reserve_fen")))]


class Dispute(Work):
    """An institution's dispute of its sheet; `unit` is the institution."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    batch = models.ForeignKey(SettlementBatch, on_delete=models.PROTECT, related_name="disputes")
    unit = models.CharField(max_length=WORD)
    fund_code = models.CharField(max_length=CODE)
    text = personal(models.TextField(), MIDDLE)
    answer = personal(models.TextField(blank=True, default=""), MIDDLE)
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()


class Voucher(Work):
    """What people post beyond a run; `settled_by` is the batch whose payment took it up."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    period = models.ForeignKey(SettlementPeriod, on_delete=models.PROTECT, related_name="vouchers")
    kind = models.CharField(max_length=CODE)
    fund_code = models.CharField(max_length=CODE)
    institution_id = models.CharField(max_length=WORD, blank=True, default="")
    amount_fen = models.BigIntegerField()
    reason = personal(models.TextField(), MIDDLE)
    made_by = models.CharField(max_length=NAME)
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(SettlementBatch, null=True, on_delete=models.PROTECT, related_name="vouchers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="voucher_number"),
                       models.CheckConstraint(name="voucher_amount", condition=models.Q(amount_fen__gt=0, amount_fen__lte=10**15))]
