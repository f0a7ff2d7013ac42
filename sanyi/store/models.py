"""People who may sign in, and the tables of the ledger."""
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models



class Account(AbstractBaseUser):
    """One person's account: name, Argon2 password hash, role and unit, and how often in a row a wrong password was tried.

    `role` is office (the reform office), lead (what its `unit` leads or co-leads), bureau (money), hospital (its own `unit`),
    expert (reviews cases of others than its `unit`) or reader (looks only). `person` names whose account it is where somebody has several.
    """

    name = models.CharField(max_length=150, unique=True)
    role = models.CharField(max_length=20, default="reader")
    unit = models.CharField(max_length=100, blank=True, default="")
    person = models.CharField(max_length=150, blank=True, default="")
    is_active = models.BooleanField(default=True)
    wrong_count = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, default=None)

    objects = BaseUserManager()
    USERNAME_FIELD = "name"


from sanyi.store.areas import area_files  # noqa: E402
from sanyi.store.batch_tables import BatchLine, BatchSheet, Dispute, SettlementBatch, Voucher  # noqa: E402
from sanyi.store.book_tables import Book, BookAccount, BookEvent, BookParty, Delegation, MoneyCommand, PeriodClosing, Revocation, SettlementPeriod  # noqa: E402
from sanyi.store.entry_tables import BookBalance, EntryGroup, EntryLine  # noqa: E402
from sanyi.store.ledger_tables import Ledger, LedgerMilestone, LedgerTarget, LedgerUnit, MilestoneDate, Reading  # noqa: E402
from sanyi.store.review_tables import SpecialReview  # noqa: E402
from sanyi.store.work_tables import Evidence, Item, ItemUnit, LedgerEvent, Problem, SupervisionOrder, WorkEvent  # noqa: E402

for _ in area_files("tables"):  # every area's own tables
    pass

__all__ = ["WorkEvent", "Account", "BatchLine", "BatchSheet", "Book", "BookAccount", "BookBalance", "BookEvent", "BookParty", "Delegation", "Dispute", "EntryGroup",
           "EntryLine", "Evidence", "Item", "ItemUnit", "Ledger", "LedgerEvent", "LedgerMilestone", "LedgerTarget", "LedgerUnit",
           "MilestoneDate", "MoneyCommand", "PeriodClosing", "Problem", "Reading", "Revocation", "SettlementBatch", "SettlementPeriod",
           "SpecialReview", "SupervisionOrder", "Voucher"]
