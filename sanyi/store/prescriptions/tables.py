"""Tables of prescriptions: the formulary and its rules, prescriptions with lines, what each person still has, what was given out, deliveries."""
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, NARROW, OPEN, WIDE, personal
from sanyi.store.persons.tables import Person
from sanyi.store.work_tables import Work

CODE = 30


class Formulary(models.Model):
    """One loading of drugs, rules and limits from a plan and its region; the newest holds. `digest` names its content."""

    plan = models.CharField(max_length=WORD)
    digest = models.CharField(max_length=64)
    book = models.JSONField()
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()


class Drug(models.Model):
    """A drug of the formulary; `contents` are micrograms of each ingredient in one unit. A drug that left the list is not current."""

    code = models.CharField(max_length=WORD, unique=True)
    zh = models.CharField(max_length=NAME)
    en = models.CharField(max_length=NAME)
    drug_class = models.CharField(max_length=CODE)
    unit = models.CharField(max_length=CODE)
    contents = models.JSONField()
    contents_key = models.CharField(max_length=NAME)
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["contents_key", "unit"], name="drug_contents")]


class Allergy(models.Model):
    """An ingredient that a person is allergic to, as noted at an institution; taken back by a later row (`is_there` no)."""

    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="drug_allergies"), MIDDLE)
    ingredient = personal(models.CharField(max_length=WORD), NARROW)
    is_there = personal(models.BooleanField(default=True), NARROW)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        indexes = [models.Index(fields=["person", "ingredient", "id"], name="allergy_of")]


class Prescription(Work):
    """One prescription. `pharmacy` is the institution that has taken it, `round` counts the tokens made for it (an older one is worth nothing).

    `upper` names the higher hospital whose drug an extended prescription carries on; `encounter` the visit in the region's record.
    """

    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="prescriptions"), MIDDLE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    kind = personal(models.CharField(max_length=CODE), WIDE)
    diagnosis = personal(models.CharField(max_length=WORD), NARROW)
    is_assessed = personal(models.BooleanField(default=False), WIDE)
    is_pregnant = personal(models.BooleanField(null=True), NARROW)
    overlap_reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    upper = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    encounter = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    prescribed_on = personal(models.DateField(), WIDE)
    valid_to = personal(models.DateField(), WIDE)
    pharmacy = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    round = personal(models.PositiveIntegerField(default=0), OPEN)
    renews = personal(models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals"), WIDE)
    formulary = personal(models.ForeignKey(Formulary, on_delete=models.PROTECT), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        indexes = [models.Index(fields=["institution", "state", "-id"], name="prescription_state"), models.Index(fields=["pharmacy", "state"], name="prescription_pharmacy"),
                   models.Index(fields=["person", "-id"], name="prescription_person"), models.Index(fields=["state", "valid_to"], name="prescription_valid")]


class PrescriptionLine(models.Model):
    """One drug of a prescription, whole units; `dispensed` of them were given, never more than were written. Source: R08 (in kind)."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="lines")
    position = personal(models.PositiveSmallIntegerField(), OPEN)
    drug = personal(models.ForeignKey(Drug, on_delete=models.PROTECT, related_name="lines"), NARROW)
    quantity = personal(models.PositiveIntegerField(), WIDE)
    daily_e3 = personal(models.PositiveIntegerField(), WIDE)
    days = personal(models.PositiveIntegerField(), WIDE)
    from_on = personal(models.DateField(), WIDE)
    may_substitute = personal(models.BooleanField(default=True), WIDE)
    use = personal(models.CharField(max_length=NAME, blank=True, default=""), WIDE)
    dispensed = personal(models.PositiveIntegerField(default=0), WIDE)

    class Meta:
        constraints = [UniqueConstraint(fields=["prescription", "position"], name="prescription_line_once"),
                       CheckConstraint(condition=Q(quantity__gt=0, daily_e3__gt=0, days__gt=0), name="prescription_line_is_something"),
                       CheckConstraint(condition=Q(dispensed__lte=F("quantity")), name="prescription_line_never_below_zero")]


class Supply(models.Model):
    """What a person has of one ingredient from one line, from a day to a last day; two of one ingredient share no day unless a coded reason says so."""

    person = personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supplies"), MIDDLE)
    line = personal(models.ForeignKey(PrescriptionLine, on_delete=models.PROTECT, related_name="supplies"), WIDE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    ingredient = personal(models.CharField(max_length=WORD), NARROW)
    from_on = personal(models.DateField(), WIDE)
    to_on = personal(models.DateField(), WIDE)
    is_live = personal(models.BooleanField(default=True), WIDE)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)

    class Meta:
        constraints = [UniqueConstraint(fields=["line", "ingredient"], name="supply_once"),
                       CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="supply_days_in_order")]
        indexes = [models.Index(fields=["person", "ingredient", "to_on"], name="supply_of"), models.Index(fields=["is_live", "to_on"], name="supply_live")]


class PrescriptionFinding(models.Model):
    """What a rule said when the prescription was written; `is_verified` no: the rule is one of ours that nobody has verified."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="findings")
    line = personal(models.PositiveSmallIntegerField(), OPEN)
    rule = personal(models.CharField(max_length=WORD), WIDE)
    kind = personal(models.CharField(max_length=CODE), WIDE)
    severity = personal(models.CharField(max_length=CODE), WIDE)
    zh = personal(models.TextField(), NARROW)
    en = personal(models.TextField(), NARROW)
    source = personal(models.CharField(max_length=NAME), OPEN)
    is_verified = personal(models.BooleanField(), OPEN)


class PrescriptionReview(models.Model):
    """A pharmacist's answer, for the rates: approved, or returned for a reason; or that the doctor insisted."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="reviews")
    institution = models.CharField(max_length=WORD)
    outcome = personal(models.CharField(max_length=CODE), WIDE)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at", "institution"], name="prescription_review_at")]


class Presented(models.Model):
    """A token shown at a pharmacy: that one may now see the prescription and take it, until another has."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="presented")
    institution = models.CharField(max_length=WORD)
    round = personal(models.PositiveIntegerField(), OPEN)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["prescription", "institution", "round"], name="presented_once")]


class Dispensing(models.Model):
    """One part given out: which drug, how many units, of which batch, by which pharmacy. Only ever added to."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="dispensings")
    line = models.ForeignKey(PrescriptionLine, on_delete=models.PROTECT, related_name="dispensings")
    drug = personal(models.ForeignKey(Drug, on_delete=models.PROTECT), NARROW)
    quantity = personal(models.PositiveIntegerField(), WIDE)
    batch = personal(models.CharField(max_length=WORD), WIDE)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    institution = models.CharField(max_length=WORD)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(quantity__gt=0), name="dispensing_is_something")]


class DeliveryOrder(Work):
    """A delivery of what was given out; one at a time for a prescription. `place` is where the resident wants it."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="deliveries")
    institution = models.CharField(max_length=WORD)
    place = personal(models.CharField(max_length=NAME), NARROW)
    carrier = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    waybill = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["prescription"], condition=Q(state__in=("ordered", "packed", "handed_over", "delivered")), name="delivery_one_at_a_time")]
        indexes = [models.Index(fields=["institution", "state"], name="delivery_state")]
