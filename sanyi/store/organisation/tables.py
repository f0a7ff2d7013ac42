"""Tables of the organisation; every row is true from a day to a day, is ended and never deleted."""
from datetime import date

from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import WIDE, personal

CODE = 20


class Dated(models.Model):
    """What is true from a day to a last day (empty: open); `origin` is record or hand, `version` counts its changes."""

    from_on = models.DateField()
    to_on = models.DateField(null=True)
    origin = models.CharField(max_length=10, default="hand")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def on_day(day: date, path: str = "") -> models.Q:
    """The condition of rows that are true on a day; `path` leads to them from another table (posting__)."""
    return models.Q(**{f"{path}from_on__lte": day}) & (models.Q(**{f"{path}to_on": None}) | models.Q(**{f"{path}to_on__gte": day}))


def on_day_sql(alias: str) -> str:
    """The same in a plain question, of a row that it calls by an alias; the day is given twice."""
    return f"{alias}.from_on <= %s AND ({alias}.to_on IS NULL OR {alias}.to_on >= %s)"


def days_in_order(name: str) -> models.CheckConstraint:
    """The last day is not before the first."""
    return models.CheckConstraint(condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name=f"{name}_days_in_order")


class Institution(Dated):
    """A hospital, clinic or pharmacy of any level; care tables hold its `code` as their tenant."""

    code = models.CharField(max_length=WORD, unique=True)
    name = models.CharField(max_length=NAME)
    level = models.CharField(max_length=CODE, blank=True, default="")
    kind = models.CharField(max_length=CODE)
    ownership = models.CharField(max_length=CODE)
    region = models.CharField(max_length=WORD, blank=True, default="")
    is_in_area = models.BooleanField(default=True)

    class Meta:
        constraints = [days_in_order("institution")]
        indexes = [models.Index(fields=["name"], name="institution_name")]


class Consortium(Dated):
    """A consortium: tight, loose, specialty or remote."""

    code = models.CharField(max_length=WORD, unique=True)
    name = models.CharField(max_length=NAME)
    kind = models.CharField(max_length=CODE)
    region = models.CharField(max_length=WORD, blank=True, default="")

    class Meta:
        constraints = [days_in_order("consortium")]


class Membership(Dated):
    """An institution's part in a consortium: lead or member.

    `has_full_finance`: fully financed by the budget. `is_independent`: a private institution that joined of its own will; its business is
    run with the consortium's, its people, money and assets are its own. Source: HK-47.
    """

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="memberships")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="memberships")
    part = models.CharField(max_length=CODE)
    has_full_finance = models.BooleanField(default=False)
    is_independent = models.BooleanField(default=False)

    class Meta:
        constraints = [days_in_order("membership"),
                       models.UniqueConstraint(fields=["consortium", "institution", "from_on"], name="membership_once"),
                       models.CheckConstraint(condition=~models.Q(part="lead", is_independent=True), name="membership_lead_is_not_independent")]


class Department(Dated):
    """A department of an institution."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="departments")
    code = models.CharField(max_length=WORD)
    name = models.CharField(max_length=NAME)

    class Meta:
        constraints = [days_in_order("department"), models.UniqueConstraint(fields=["institution", "code"], name="department_once")]


class Staff(Dated):
    """A person who works in the institutions; where and as what, the postings say."""

    code = personal(models.CharField(max_length=WORD, unique=True), WIDE)
    name = personal(models.CharField(max_length=NAME, blank=True, default=""), WIDE)
    profession = personal(models.CharField(max_length=30), WIDE)
    title = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)

    class Meta:
        constraints = [days_in_order("staff")]
        indexes = [models.Index(fields=["name"], name="staff_name")]


class Posting(Dated):
    """A member of staff in an institution in one role; what an account may do comes from the posting it acts in."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="postings")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="postings")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=CODE)

    class Meta:
        constraints = [days_in_order("posting"),
                       models.UniqueConstraint(fields=["staff", "institution", "role"], condition=models.Q(to_on=None), name="posting_open_once")]
        indexes = [models.Index(fields=["institution", "role"], name="posting_where")]
