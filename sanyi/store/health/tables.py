"""Tables of access to health records: consents, visits, break-glasses, unmaskings, evaluations, and codes that link a resident's account."""
from django.db import models
from django.db.models import F, Q

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal
from sanyi.store.persons.tables import Person
from sanyi.store.work_tables import Work

CODE, DIGEST = 30, 64


def _person(name: str) -> models.ForeignKey:
    return personal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name=name), WIDE)


class RecordConsent(models.Model):
    """A resident's consent that an institution (empty: any) reads the record for a purpose, from the moment it was given until it is withdrawn or its last day is over."""

    person = _person("record_consents")
    purpose = personal(models.CharField(max_length=CODE), WIDE)
    institution = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    until_on = personal(models.DateField(null=True), OPEN)
    version = personal(models.PositiveIntegerField(default=1), OPEN)
    given_by = personal(models.CharField(max_length=NAME), WIDE)
    given_at = personal(models.DateTimeField(), OPEN)
    withdrawn_by = personal(models.CharField(max_length=NAME, blank=True, default=""), WIDE)
    withdrawn_at = personal(models.DateTimeField(null=True), OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "purpose", "institution"], condition=Q(withdrawn_at=None), name="record_consent_once"),
                       models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="record_consent_in_order")]


class Visit(models.Model):
    """A person is at an institution, to be treated: its desk saw them or their card. It ends by itself at `closes_at`."""

    person = _person("visits")
    institution = personal(models.CharField(max_length=WORD), WIDE)
    way = personal(models.CharField(max_length=CODE), OPEN)
    version = personal(models.PositiveIntegerField(default=1), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)
    closes_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        indexes = [models.Index(fields=["institution", "-id"], name="visit_where")]
        constraints = [models.CheckConstraint(condition=Q(closes_at__gte=F("created_at")), name="visit_in_order")]


class BreakGlass(Work):
    """A reading without any other basis, in an emergency: for one account, with a reason, until `closes_at`; somebody else reviews it by `due`. Source: R41."""

    person = _person("break_glasses")
    institution = personal(models.CharField(max_length=WORD), WIDE)
    reason = personal(models.TextField(), MIDDLE)
    closes_at = personal(models.DateTimeField(), OPEN)
    alerted_at = personal(models.DateTimeField(null=True), OPEN)
    finding = personal(models.TextField(blank=True, default=""), MIDDLE)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_reason"),
                       models.CheckConstraint(condition=Q(closes_at__gt=F("created_at")), name="break_glass_ends")]
        indexes = [models.Index(fields=["created_by", "person"], name="break_glass_whose"), models.Index(fields=["state", "due"], name="break_glass_due"),
                   models.Index(fields=["institution", "-id"], name="break_glass_where")]


class Unmasking(models.Model):
    """An account saw a person's fields in clear, for a purpose, until `closes_at`. Only ever added to."""

    person = _person("unmaskings")
    institution = personal(models.CharField(max_length=WORD), WIDE)
    purpose = personal(models.CharField(max_length=CODE), OPEN)
    closes_at = personal(models.DateTimeField(), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        indexes = [models.Index(fields=["created_by", "person"], name="unmasking_whose")]


class Evaluation(models.Model):
    """What a resident says of one service: one to five, and words if any. Only ever added to."""

    person = _person("evaluations")
    institution = personal(models.CharField(max_length=WORD), WIDE)
    kind = personal(models.CharField(max_length=CODE), WIDE)
    subject_id = personal(models.CharField(max_length=WORD), WIDE)
    score = personal(models.PositiveSmallIntegerField(), OPEN)
    text = personal(models.TextField(blank=True, default=""), MIDDLE)
    created_by = personal(models.CharField(max_length=NAME), WIDE)
    created_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "subject_id"], name="evaluation_of_service_once"),
                       models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="evaluation_score_one_to_five")]
        indexes = [models.Index(fields=["institution", "-id"], name="evaluation_where")]


class AccountCode(models.Model):
    """A code that a desk gave somebody whose document it saw: with it they link an account of their own. Good once, until `closes_at`, for a few tries."""

    person = _person("account_codes")
    institution = personal(models.CharField(max_length=WORD), WIDE)
    digest = personal(models.CharField(max_length=DIGEST), MIDDLE)
    tries = personal(models.PositiveSmallIntegerField(default=0), OPEN)
    used_at = personal(models.DateTimeField(null=True), OPEN)
    version = personal(models.PositiveIntegerField(default=1), OPEN)
    created_by = personal(models.CharField(max_length=NAME), OPEN)
    created_at = personal(models.DateTimeField(), OPEN)
    closes_at = personal(models.DateTimeField(), OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], condition=Q(used_at=None), name="account_code_one_open")]
