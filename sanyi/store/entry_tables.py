"""Tables of the posted ledger: groups of lines that balance, and balances that the database keeps itself. Source: R02, R03, R08.

A group's lines are written first and the group last: the database takes a group only when its lines balance, and a line
only while its group is not there. So no group can be committed that does not balance, and none can be added to.
"""
from django.db import models
from django.db.models import F, Q

from sanyi.store.batch_tables import KEY, SettlementBatch, Voucher
from sanyi.store.book_tables import CODE, DIGEST, Book, BookAccount, SettlementPeriod
from sanyi.store.ledger_tables import NAME, WORD, WORDS
from sanyi.store.personal import MIDDLE, WIDE, personal

MOST_FEN = 10**15


class EntryGroup(models.Model):
    """One entry: its business key, the how-manieth of that key it is, and its number in the books, without gaps. Only ever added to.

    `period` is where it is posted, `for_period` what it concerns; `corrects` is the first entry of its key, `reverses` the one
    it undoes.
    """

    id = models.UUIDField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    period = models.ForeignKey(SettlementPeriod, on_delete=models.PROTECT, related_name="groups")
    batch = models.ForeignKey(SettlementBatch, null=True, on_delete=models.PROTECT, related_name="groups")
    voucher = models.ForeignKey(Voucher, null=True, on_delete=models.PROTECT, related_name="groups")
    key = personal(models.CharField(max_length=KEY), WIDE)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
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
    reason = personal(models.TextField(blank=True, default=""), MIDDLE)
    line_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="entry_group_number"),
                       models.UniqueConstraint(fields=["book", "key", "sequence"], name="entry_group_once"),
                       models.CheckConstraint(name="entry_group_total", condition=Q(total_fen__gte=0, total_fen__lte=MOST_FEN))]


class EntryLine(models.Model):
    """One line of an entry. Only ever added to."""

    group = models.ForeignKey(EntryGroup, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(BookAccount, on_delete=models.PROTECT)
    party = models.CharField(max_length=WORD, default="-")
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="entry_line_once"),
                       models.CheckConstraint(name="entry_line_side", condition=Q(debit_fen__gte=0, credit_fen__gte=0) & (Q(debit_fen=0) | Q(credit_fen=0))),
                       models.CheckConstraint(name="entry_line_range", condition=Q(debit_fen__lte=MOST_FEN, credit_fen__lte=MOST_FEN))]
        indexes = [models.Index(fields=["account", "party"], name="entry_line_account")]


class BookBalance(models.Model):
    """What an account comes to in a fund, as a whole (party -) and by party; only the database's triggers write it.

    `last_number` is the last group that was counted; `bound` the side the balance must not leave.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    fund_code = models.CharField(max_length=CODE)
    account = models.ForeignKey(BookAccount, on_delete=models.PROTECT)
    party = models.CharField(max_length=WORD)
    bound = models.CharField(max_length=10)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "fund_code", "account", "party"], name="book_balance_once"),
                       models.CheckConstraint(name="book_balance_bound", condition=(~Q(bound="debit") | Q(debit_fen__gte=F("credit_fen")))
                                              & (~Q(bound="credit") | Q(credit_fen__gte=F("debit_fen"))))]
