"""Tables of family-doctor signing; a package and its fees are ended and begun anew, a contract's days are nobody else's."""
from functools import reduce
from operator import add

from django.db import models

from sanyi.store.contracts.words import PAYERS
from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.organisation.tables import CODE, Dated, Institution, Staff, days_in_order
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.persons.tables import Person
from sanyi.store.work_tables import Work
from sanyi.workflows.contract import HOLDING

F, Q = models.F, models.Q


class ContractTerms(models.Model):
    """The terms that a plan sets for contracts, as they were taken over; the last ones hold. Only ever added to."""

    plan = models.CharField(max_length=WORD)
    values = models.JSONField()
    taken_by = models.CharField(max_length=NAME)
    taken_at = models.DateTimeField()


class DoctorTeam(Dated):
    """A family-doctor team of an institution. Source: FDR-1, HK-16."""

    code = models.CharField(max_length=WORD, unique=True)
    name = models.CharField(max_length=NAME)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="teams")

    class Meta:
        constraints = [days_in_order("doctorteam")]


class TeamMember(Dated):
    """A member of staff in a team: general practitioner, nurse, public health, or a specialist (of any institution) who supports it."""

    team = models.ForeignKey(DoctorTeam, on_delete=models.PROTECT, related_name="members")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="teams")
    part = models.CharField(max_length=CODE)
    is_leader = models.BooleanField(default=False)

    class Meta:
        constraints = [days_in_order("teammember"), models.UniqueConstraint(fields=["team", "staff", "part"], condition=Q(to_on=None), name="teammember_open_once"),
                       models.UniqueConstraint(fields=["team"], condition=Q(to_on=None, is_leader=True), name="teammember_one_leader")]


class CarePackage(Dated):
    """A package: its price, and who pays how much of it; the parts sum to the price. Source: FDR-2, FDR-3, HK-14, JH-16.

    `kind` is basic, personalised or paid; `group` the priority group it is for (empty: everybody); `record_code` its code in the record.
    """

    code = models.CharField(max_length=WORD, unique=True)
    name = models.CharField(max_length=NAME)
    kind = models.CharField(max_length=CODE)
    group = models.CharField(max_length=CODE, blank=True, default="")
    record_code = models.CharField(max_length=CODE, default="basic")
    price_fen = models.BigIntegerField()
    insurance_fund_fen = models.BigIntegerField(default=0)
    public_health_fen = models.BigIntegerField(default=0)
    resident_fen = models.BigIntegerField(default=0)
    account_fen = models.BigIntegerField(default=0)
    treasury_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [days_in_order("carepackage"),
                       models.CheckConstraint(condition=Q(price_fen=reduce(add, (F(f"{payer}_fen") for payer in PAYERS))), name="package_fees_sum_to_price"),
                       models.CheckConstraint(condition=Q(price_fen__gte=0, **{f"{payer}_fen__gte": 0 for payer in PAYERS}), name="package_fees_not_negative")]


class PackageItem(models.Model):
    """A service of a package: how often a year it is owed, and what it weighs as work. Source: FDR-2, FDR-5."""

    package = models.ForeignKey(CarePackage, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=WORD)
    name = models.CharField(max_length=NAME)
    times_a_year = models.PositiveIntegerField()
    weight_e4 = models.PositiveIntegerField(default=10_000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "code"], name="packageitem_once"),
                       models.CheckConstraint(condition=Q(times_a_year__gte=1, times_a_year__lte=366), name="packageitem_times")]


class Succession(models.Model):
    """A batch of contracts that passed on from an institution that merged. Only ever added to."""

    institution = models.CharField(max_length=WORD)
    heir = models.CharField(max_length=WORD)
    on = models.DateField()
    note = personal(models.TextField(), WIDE)
    contract_count = models.PositiveIntegerField()
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()


class Contract(Work):
    """A contract of one resident with one team from `from_on` to `to_on`; `term_on` is the last day that was agreed.

    `institution` is the team's. `earlier` is the contract it takes over from, `entry` how. `district` and `city` are the other two of the
    combination. `told_at`: when the resident was told of a succession. Source: FDR-1, JH-14.
    """

    institution = personal(models.CharField(max_length=WORD), OPEN)
    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contracts"), MIDDLE)
    team = personal(models.ForeignKey(DoctorTeam, on_delete=models.PROTECT, related_name="contracts"), WIDE)
    package = personal(models.ForeignKey(CarePackage, on_delete=models.PROTECT, related_name="contracts"), WIDE)
    entry = personal(models.CharField(max_length=CODE, default="first"), OPEN)
    earlier = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later"), OPEN)
    district = personal(models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+"), WIDE)
    city = personal(models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+"), WIDE)
    years = personal(models.PositiveIntegerField(default=1), OPEN)
    from_on = personal(models.DateField(), WIDE)
    to_on = personal(models.DateField(), WIDE)
    term_on = personal(models.DateField(), WIDE)
    signed_on = personal(models.DateField(null=True), WIDE)
    witness = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    end_reason = personal(models.CharField(max_length=CODE, blank=True, default=""), MIDDLE)
    succession = personal(models.ForeignKey(Succession, null=True, on_delete=models.PROTECT, related_name="contracts"), OPEN)
    told_at = personal(models.DateTimeField(null=True), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on"), term_on__gte=F("to_on")), name="contract_days_in_order"),
            models.CheckConstraint(condition=Q(state__in=("drafted", "offered", "withdrawn")) | Q(signed_on__isnull=False), name="contract_held_is_signed"),
            models.UniqueConstraint(fields=["person"], condition=Q(state="active"), name="contract_one_active"),
            models.UniqueConstraint(fields=["earlier"], condition=Q(state__in=HOLDING) & Q(earlier__isnull=False), name="contract_passes_on_once"),
            models.UniqueConstraint(fields=["person", "team"], condition=Q(state__in=("drafted", "offered")), name="contract_asked_once")]
        indexes = [models.Index(fields=["institution", "state", "id"], name="contract_where"), models.Index(fields=["person", "from_on"], name="contract_whose"),
                   models.Index(fields=["team", "state", "to_on"], name="contract_of_team"), models.Index(fields=["state", "due"], name="contract_due"),
                   models.Index(fields=["from_on", "to_on", "state", "team"], name="contract_on_day")]


class ContractGroup(models.Model):
    """A priority group that the resident belongs to. Source: LJ-23."""

    contract = personal(models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="groups"), OPEN)
    group = personal(models.CharField(max_length=CODE), MIDDLE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "group"], name="contractgroup_once")]
        indexes = [models.Index(fields=["group"], name="contractgroup_group")]


class OneTimeCode(models.Model):
    """A one-time code, kept as a digest: until when, how often a wrong one was tried, when the right one was shown."""

    digest = personal(models.CharField(max_length=64), MIDDLE)
    until = personal(models.DateTimeField(), OPEN)
    wrong_count = personal(models.PositiveIntegerField(default=0), OPEN)
    confirmed_at = personal(models.DateTimeField(null=True), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class SigningCode(OneTimeCode):
    """A one-time code for one offer."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="codes")


class GivenCare(models.Model):
    """One service given under a contract; `corrects` names a line that was wrong (the line itself stays). Only ever added to."""

    contract = personal(models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="services"), MIDDLE)
    item = personal(models.ForeignKey(PackageItem, on_delete=models.PROTECT), MIDDLE)
    given_on = personal(models.DateField(), MIDDLE)
    staff = personal(models.CharField(max_length=WORD), OPEN)
    note = personal(models.TextField(blank=True, default=""), MIDDLE)
    corrects = personal(models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by"), OPEN)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)


class ContractEvaluation(models.Model):
    """What the resident thinks of a term: one to five, once. Only ever added to."""

    contract = personal(models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="evaluation"), OPEN)
    score = personal(models.PositiveSmallIntegerField(), OPEN)
    text = personal(models.TextField(blank=True, default=""), WIDE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="evaluation_one_to_five")]
