"""People who may sign in, and the tables of the ledger."""
import unicodedata

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from sanyi.store.personal import MIDDLE, NARROWEST, OPEN, WIDE, personal
from sanyi.workflows.facts import ADMINISTRATORS


class Account(AbstractBaseUser):
    """One person's account: name, Argon2 password hash, role and unit, and how often in a row a wrong password was tried.

    `role` is office (the reform office), lead (what its `unit` leads or co-leads), bureau (money), hospital (its own `unit`),
    expert (reviews cases of others than its `unit`), reader (looks only), resident (`resident` is the person's id), or one of the three
    administrators. Whoever is `staff` acts in one of their postings instead. `person` names whose account it is where somebody has several;
    `rights` counts the changes of what it may do; `factor_nonce` (empty: none) is what its second factor is made from, `factor_step` the
    last time step a code was used in, `factor_invitation` the digest of the code without which no factor is set up.
    """

    name = personal(models.CharField(max_length=150, unique=True), OPEN)
    role = personal(models.CharField(max_length=20, default="reader"), OPEN)
    unit = personal(models.CharField(max_length=100, blank=True, default=""), OPEN)
    person = personal(models.CharField(max_length=150, blank=True, default=""), WIDE)
    person_key = personal(models.CharField(max_length=200, default="", editable=False), WIDE)
    staff = personal(models.ForeignKey("store.Staff", null=True, on_delete=models.PROTECT, related_name="accounts"), WIDE)
    resident = personal(models.CharField(max_length=100, blank=True, default=""), MIDDLE)
    rights = personal(models.PositiveIntegerField(default=1), OPEN)
    password_at = personal(models.DateTimeField(null=True), OPEN)
    must_change = personal(models.BooleanField(default=False), OPEN)
    factor_nonce = personal(models.CharField(max_length=64, blank=True, default=""), NARROWEST)
    factor_step = personal(models.BigIntegerField(default=0), OPEN)
    factor_invitation = personal(models.CharField(max_length=64, blank=True, default=""), NARROWEST)
    is_active = models.BooleanField(default=True)
    wrong_count = personal(models.PositiveIntegerField(default=0), OPEN)
    locked_until = personal(models.DateTimeField(null=True, default=None), OPEN)

    objects = BaseUserManager()
    USERNAME_FIELD = "name"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_key"], condition=models.Q(role__in=ADMINISTRATORS), name="one_administrator_a_person")]

    def save(self, *arguments, **named) -> None:
        """Save it with its person's key, so that the database can tell two accounts of one person."""
        self.person_key = f"staff:{self.staff.code}" if self.staff_id else "".join(unicodedata.normalize("NFKC", self.person or self.name).split()).casefold()
        if named.get("update_fields") is not None:
            named["update_fields"] = {*named["update_fields"], "person_key"}
        super().save(*arguments, **named)

    def _get_session_auth_hash(self, secret=None) -> str:
        """What a session is bound to: it ends when the password or the rights change. Source: R33."""
        return salted_hmac("sanyi.store.models.Account", f"{self.password}|{self.rights}|{self.factor_nonce}", secret=secret, algorithm="sha256").hexdigest()


personal(Account._meta.get_field("password"), NARROWEST)
personal(Account._meta.get_field("last_login"), OPEN)


class PasswordBefore(models.Model):
    """A password an account had before, as its hash, so that it does not come again. Only ever added to."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="passwords_before")
    hash = personal(models.CharField(max_length=200), NARROWEST)
    at = models.DateTimeField()


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = personal(models.CharField(max_length=64), NARROWEST)
    used_at = models.DateTimeField(null=True)


from sanyi.store.areas import area_files  # noqa: E402
from sanyi.store.batch_tables import BatchLine, BatchSheet, Dispute, SettlementBatch, Voucher  # noqa: E402
from sanyi.store.book_tables import Book, BookAccount, BookEvent, BookParty, Delegation, MoneyCommand, PeriodClosing, Revocation, SettlementPeriod  # noqa: E402
from sanyi.store.entry_tables import BookBalance, EntryGroup, EntryLine  # noqa: E402
from sanyi.store.ledger_tables import Ledger, LedgerMilestone, LedgerTarget, LedgerUnit, MilestoneDate, Reading  # noqa: E402
from sanyi.store.review_tables import SpecialReview  # noqa: E402
from sanyi.store.work_tables import Evidence, Item, ItemUnit, LedgerEvent, Problem, SupervisionOrder, WorkEvent  # noqa: E402

for _ in area_files("tables"):  # every area's own tables
    pass

__all__ = ["PasswordBefore", "RecoveryCode", "WorkEvent", "Account", "BatchLine", "BatchSheet", "Book", "BookAccount", "BookBalance", "BookEvent", "BookParty", "Delegation", "Dispute", "EntryGroup",
           "EntryLine", "Evidence", "Item", "ItemUnit", "Ledger", "LedgerEvent", "LedgerMilestone", "LedgerTarget", "LedgerUnit",
           "MilestoneDate", "MoneyCommand", "PeriodClosing", "Problem", "Reading", "Revocation", "SettlementBatch", "SettlementPeriod",
           "SpecialReview", "SupervisionOrder", "Voucher"]
