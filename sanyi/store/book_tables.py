"""Tables of the books: whose they are, their accounts, periods and closings, and their log."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, WIDE, personal
from sanyi.store.work_tables import STATE, Work

CODE, DIGEST = 20, 64


class Book(models.Model):
    """The books of one plan and one year; whoever posts locks this row first, so that postings stand one after the other."""

    plan = models.CharField(max_length=WORD)
    year = models.PositiveIntegerField()
    opened_by = models.CharField(max_length=NAME)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "year"], name="book_once")]


class BookAccount(models.Model):
    """An account that the books know; `bound` says on which side its balance may stand. Only ever added to."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    code = models.CharField(max_length=CODE)
    zh = models.CharField(max_length=WORD)
    en = models.CharField(max_length=WORD)
    class_code = models.CharField(max_length=CODE)
    party_kind = models.CharField(max_length=CODE)
    bound = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="book_account_once")]


class SettlementPeriod(Work):
    """A month (2020-03), or the year (2020) that the annual clearing is posted in; `round` counts its reopenings."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    code = models.CharField(max_length=7)
    round = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="settlement_period_once")]


class PeriodClosing(models.Model):
    """What a period came to when it was closed: the digest of all that was posted in it up to `last_number`. Only ever added to."""

    period = models.ForeignKey(SettlementPeriod, on_delete=models.PROTECT, related_name="closings")
    round = models.PositiveIntegerField()
    last_number = models.PositiveIntegerField()
    digest = models.CharField(max_length=DIGEST)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "round"], name="period_closing_once")]


class BookEvent(models.Model):
    """One line of the books' log; `persons` are those whose hand it was, one a line. Only ever added to."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    at = models.DateTimeField()
    by = models.CharField(max_length=NAME)
    persons = personal(models.TextField(blank=True, default=""), WIDE)
    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=30)
    before = models.CharField(max_length=STATE, blank=True)
    after = models.CharField(max_length=STATE, blank=True)
    version = models.PositiveIntegerField()
    given = personal(models.JSONField(default=dict), MIDDLE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id", "version"], name="book_event_each_version")]


class MoneyCommand(models.Model):
    """A money command by its key: its content's digest and what came of it, so that it works once. Only ever added to. Source: R07."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    key = models.CharField(max_length=WORD, unique=True)
    body_digest = models.CharField(max_length=DIGEST)
    kind = models.CharField(max_length=30)
    answer = personal(models.JSONField(default=dict), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()


class BookParty(models.Model):
    """An institution that the books know from the record of a run; vouchers name no other. Only ever added to."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="parties")
    code = models.CharField(max_length=WORD)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="book_party_once")]


class Delegation(models.Model):
    """One account acts for another from a day to a day; both persons then count as having had a hand in it. Only ever added to."""

    giver = models.ForeignKey("store.Account", on_delete=models.PROTECT, related_name="given")
    taker = models.ForeignKey("store.Account", on_delete=models.PROTECT, related_name="taken")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = personal(models.TextField(), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()


class Revocation(models.Model):
    """A delegation that was taken back before its last day. Only ever added to."""

    delegation = models.OneToOneField(Delegation, on_delete=models.PROTECT, related_name="revocation")
    reason = personal(models.TextField(), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()
