"""Tables of teaching cases: what is taught says nothing of whose it was; where it came from lies apart. Source: HK-27."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import OPEN, WIDE, personal

CODE = 20


class TeachingCase(models.Model):
    """A case for teaching: story, what was found, what to learn; `topic` is the reading list it stands on. Published by another person than who wrote it."""

    institution = models.CharField(max_length=WORD)
    state = models.CharField(max_length=CODE, default="draft")
    kind = models.CharField(max_length=CODE)
    topic = personal(models.CharField(max_length=WORD), OPEN)
    title = personal(models.CharField(max_length=WORD), OPEN)
    story = personal(models.TextField(blank=True, default=""), WIDE)
    findings = personal(models.TextField(), WIDE)
    lesson = personal(models.TextField(), WIDE)
    sex = personal(models.CharField(max_length=CODE, blank=True, default=""), OPEN)
    age_band = personal(models.CharField(max_length=CODE, blank=True, default=""), OPEN)
    published_by = personal(models.CharField(max_length=NAME, blank=True, default=""), OPEN)
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(state="published") | ~models.Q(published_by="") & ~models.Q(published_by=models.F("created_by")), name="teaching_published_by_another")]
        indexes = [models.Index(fields=["institution", "state", "topic"], name="teaching_topic")]


class TeachingSource(models.Model):
    """Of which examination a case was made; seen by nobody but through the database. Only ever added to."""

    case = personal(models.OneToOneField(TeachingCase, on_delete=models.PROTECT, related_name="source"), OPEN)
    exam = personal(models.ForeignKey("store.Exam", on_delete=models.PROTECT, related_name="taught"), OPEN)


class TeachingImage(models.Model):
    """An image of a case, by its digest; that nothing on it names anybody is said by who chose it and seen by who published it. Only ever added to."""

    case = models.ForeignKey(TeachingCase, on_delete=models.PROTECT, related_name="images")
    format = personal(models.CharField(max_length=CODE), OPEN)
    sha256 = models.CharField(max_length=64)
    position = models.PositiveIntegerField()


class TeachingReading(models.Model):
    """That somebody has read a case. Only ever added to."""

    case = models.ForeignKey(TeachingCase, on_delete=models.PROTECT, related_name="readings")
    institution = models.CharField(max_length=WORD)
    by = models.CharField(max_length=NAME)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "by"], name="teaching_read_once")]
