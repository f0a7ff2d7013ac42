"""Tables of images, curves and measured values of an examination. Source: NG-01…NG-04."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, NARROW, OPEN, WIDE, personal

CODE = 20


def _open(field: models.Field) -> models.Field:
    return personal(field, OPEN)


class ExamFile(models.Model):
    """An image, a curve or a document of an examination, kept whole under its own digest (`sanyi.store.files`).

    `format` is what the content is, `institution` whose people or device sent it. What belongs to somebody else is set aside with a reason, and never read again.
    """

    exam = _open(models.ForeignKey("store.Exam", on_delete=models.PROTECT, related_name="files"))
    format = _open(models.CharField(max_length=CODE))
    name = personal(models.CharField(max_length=255), NARROW)
    view = personal(models.CharField(max_length=WORD, blank=True, default=""), NARROW)
    sha256 = _open(models.CharField(max_length=64))
    size = _open(models.PositiveBigIntegerField())
    device = _open(models.ForeignKey("store.Device", null=True, on_delete=models.PROTECT, related_name="files"))
    institution = _open(models.CharField(max_length=WORD))
    version = _open(models.PositiveIntegerField(default=1))
    by = _open(models.CharField(max_length=NAME))
    at = _open(models.DateTimeField())
    aside_by = _open(models.CharField(max_length=NAME, blank=True, default=""))
    aside_at = _open(models.DateTimeField(null=True))
    aside_reason = _open(models.CharField(max_length=CODE, blank=True, default=""))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "sha256"], condition=models.Q(aside_at=None), name="exam_file_once"),
                       models.CheckConstraint(condition=models.Q(aside_at=None) | ~models.Q(aside_by="") & ~models.Q(aside_reason=""), name="exam_file_aside_by_somebody")]
        indexes = [models.Index(fields=["sha256"], name="exam_file_digest")]


class ExamMeasureSet(models.Model):
    """Values measured at once for an examination; `round` is the version of the report that they go into. Only ever added to."""

    exam = _open(models.ForeignKey("store.Exam", on_delete=models.PROTECT, related_name="measured"))
    round = _open(models.PositiveIntegerField())
    device = _open(models.ForeignKey("store.Device", null=True, on_delete=models.PROTECT, related_name="measured"))
    by = _open(models.CharField(max_length=NAME))
    at = _open(models.DateTimeField())


class ExamMeasure(models.Model):
    """One analyte's value, in thousandths of its unit, with the limits that held when it was measured: `flag` L or H beyond the reference, LL or HH beyond the critical ones."""

    measured = _open(models.ForeignKey(ExamMeasureSet, on_delete=models.PROTECT, related_name="values"))
    analyte = personal(models.CharField(max_length=WORD), MIDDLE)
    value_e3 = personal(models.BigIntegerField(), NARROW)
    unit = personal(models.CharField(max_length=CODE, blank=True, default=""), MIDDLE)
    low_e3 = personal(models.BigIntegerField(null=True), WIDE)
    high_e3 = personal(models.BigIntegerField(null=True), WIDE)
    flag = personal(models.CharField(max_length=2, blank=True, default=""), NARROW)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measured", "analyte"], name="exam_measure_once")]
