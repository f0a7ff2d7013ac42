"""Table of special reviews: the applications of institutions for single cases."""
from django.db import models

from sanyi.store.book_tables import CODE, Book
from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, WIDE, personal
from sanyi.store.work_tables import Work


class SpecialReview(Work):
    """One application: the case, what it cost, why, and the answer as it stands; `round` 2 is the appeal's fresh panel."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    encounter = personal(models.CharField(max_length=WORD), WIDE)
    unit = models.CharField(max_length=WORD)
    method = models.CharField(max_length=CODE)
    reason = personal(models.CharField(max_length=CODE), WIDE)
    text = personal(models.TextField(), MIDDLE)
    cost_fen = personal(models.BigIntegerField(), WIDE)
    outcome = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    amount_fen = personal(models.BigIntegerField(null=True), WIDE)
    group = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    batch = models.CharField(max_length=WORD, blank=True, default="")
    round = models.PositiveIntegerField(default=1)
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "encounter"], condition=~models.Q(state__in=("withdrawn", "rejected")),
                                               name="special_review_once")]
        indexes = [models.Index(fields=["book", "unit", "state"], name="special_review_of")]
