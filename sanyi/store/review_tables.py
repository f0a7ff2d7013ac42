"""Table of special reviews: the applications of institutions for single cases."""
from django.db import models

from sanyi.store.book_tables import CODE, Book
from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.work_tables import Work


class SpecialReview(Work):
    """One application: the case, what it cost, why, and the answer as it stands; `round` 2 is the appeal's fresh panel."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    encounter = models.CharField(max_length=WORD)
    unit = models.CharField(max_length=WORD)
    method = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=CODE)
    text = models.TextField()
    cost_fen = models.BigIntegerField()
    outcome = models.CharField(max_length=CODE, blank=True, default="")
    amount_fen = models.BigIntegerField(null=True)
    group = models.CharField(max_length=WORD, blank=True, default="")
    batch = models.CharField(max_length=WORD, blank=True, default="")
    round = models.PositiveIntegerField(default=1)
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "encounter"], condition=~models.Q(state__in=("withdrawn", "rejected")),
                                               name="special_review_once")]
        indexes = [models.Index(fields=["book", "unit", "state"], name="special_review_of")]
