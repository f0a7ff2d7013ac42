"""Tables of shared diagnosis; what has level 5 the attending staff alone sees. Source: NG-01…NG-05, NG-17."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, NARROW, OPEN, WIDE, personal
from sanyi.store.work_tables import Work

CODE = 20
FINISHED = ("released", "cancelled")


def _open(field: models.Field) -> models.Field:
    return personal(field, OPEN)


class DiagnosisRules(models.Model):
    """What a plan says of shared diagnosis, as it was read from it; the newest row counts, and none ever changes."""

    plan = models.CharField(max_length=WORD)
    digest = models.CharField(max_length=WORD)
    values = models.JSONField()
    kept_by = models.CharField(max_length=NAME)
    kept_at = models.DateTimeField()


class Exam(Work):
    """One examination asked for by an institution of a centre (which may be itself), as far as it has come.

    `series` tells apart what was knowingly ordered again while the first was open. Temperatures in tenths of a degree. `due_at`: when
    the report is due. `first_released_at` stays when a report is corrected. `is_narrow`: of level 5. `device` did it; `lapsed_on`: the last day its
    calibration held, where that was over already. Of pathology `sampled_at` is when the specimen was removed, `fixed_at` when it came into the fixative.
    `referral` is the one by which the patient was sent up, where that puts them first (HK-17).
    """

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="exams"), WIDE)
    institution = _open(models.CharField(max_length=WORD))
    centre = _open(models.CharField(max_length=WORD))
    item = personal(models.CharField(max_length=WORD), MIDDLE)
    kind = _open(models.CharField(max_length=CODE))
    urgency = _open(models.CharField(max_length=CODE))
    question = personal(models.TextField(blank=True, default=""), NARROW)
    price_fen = _open(models.BigIntegerField())
    is_narrow = _open(models.BooleanField(default=False))
    referral = _open(models.ForeignKey("store.Referral", null=True, on_delete=models.PROTECT, related_name="+"))
    series = _open(models.PositiveIntegerField(default=1))
    created_by = _open(models.CharField(max_length=NAME))
    created_at = _open(models.DateTimeField())
    scheduled_at = _open(models.DateTimeField(null=True))
    barcode = _open(models.CharField(max_length=WORD, blank=True, default=""))
    sampled_at = _open(models.DateTimeField(null=True))
    fixed_at = _open(models.DateTimeField(null=True))
    sent_at = _open(models.DateTimeField(null=True))
    received_at = _open(models.DateTimeField(null=True))
    lowest_e1 = _open(models.IntegerField(null=True))
    highest_e1 = _open(models.IntegerField(null=True))
    rejection = _open(models.CharField(max_length=CODE, blank=True, default=""))
    sectioned_at = _open(models.DateTimeField(null=True))
    blocks_count = _open(models.PositiveIntegerField(null=True))
    slides_count = _open(models.PositiveIntegerField(null=True))
    performed_at = _open(models.DateTimeField(null=True))
    device = _open(models.ForeignKey("store.Device", null=True, on_delete=models.PROTECT, related_name="exams"))
    lapsed_on = _open(models.DateField(null=True))
    due_at = _open(models.DateTimeField(null=True))
    claimed_by = _open(models.CharField(max_length=NAME, blank=True, default=""))
    claimed_at = _open(models.DateTimeField(null=True))
    is_critical = personal(models.BooleanField(default=False), MIDDLE)
    verified_by = _open(models.CharField(max_length=NAME, blank=True, default=""))
    first_released_at = _open(models.DateTimeField(null=True))
    released_at = _open(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "item", "institution", "series"], condition=~models.Q(state__in=FINISHED), name="exam_open_once"),
            models.UniqueConstraint(fields=["centre", "barcode"], condition=~models.Q(barcode=""), name="exam_barcode_once"),
            models.CheckConstraint(condition=~models.Q(state__in=("claimed", "correcting"), claimed_by=""), name="exam_claimed_by_somebody"),
            models.CheckConstraint(condition=~models.Q(state__in=("verified", "released")) | ~models.Q(verified_by="") & ~models.Q(verified_by=models.F("done_by")),
                                   name="exam_verified_by_another")]
        indexes = [models.Index(fields=["centre", "state", "due_at"], name="exam_centre"), models.Index(fields=["institution", "-created_at"], name="exam_institution"),
                   models.Index(fields=["person", "item", "-first_released_at"], name="exam_results")]


class ExamReport(models.Model):
    """One version of a report; only ever added to."""

    exam = _open(models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="reports"))
    number = _open(models.PositiveIntegerField())
    findings = personal(models.TextField(), NARROW)
    conclusion = personal(models.TextField(), NARROW)
    value = personal(models.CharField(max_length=WORD, blank=True, default=""), NARROW)
    critical = personal(models.TextField(blank=True, default=""), NARROW)
    written_by = _open(models.CharField(max_length=NAME))
    written_at = _open(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="exam_report_once")]


class ExamRelease(models.Model):
    """A version that was given out to the clinic, and stays readable; only ever added to."""

    report = _open(models.OneToOneField(ExamReport, on_delete=models.PROTECT, related_name="release"))
    verified_by = _open(models.CharField(max_length=NAME))
    released_by = _open(models.CharField(max_length=NAME))
    released_at = _open(models.DateTimeField())


class ExamAttendant(models.Model):
    """A person of the staff who attends an examination: asked for it, worked on it, or was told of it."""

    exam = _open(models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="attendants"))
    person_key = _open(models.CharField(max_length=200))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "person_key"], name="exam_attendant_once")]
        indexes = [models.Index(fields=["person_key", "exam"], name="exam_attendant")]


class ExamNotice(models.Model):
    """What the clinic is told: a specimen was rejected, a report is being corrected, a corrected one is out."""

    exam = _open(models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="notices"))
    institution = _open(models.CharField(max_length=WORD))
    kind = _open(models.CharField(max_length=CODE))
    at = _open(models.DateTimeField())
    seen_by = _open(models.CharField(max_length=NAME, blank=True, default=""))
    seen_at = _open(models.DateTimeField(null=True))

    class Meta:
        indexes = [models.Index(fields=["institution", "seen_by", "-at"], name="exam_notice_unseen")]


class RecognitionCheck(models.Model):
    """What became of a result found before ordering: used (accepted), not used (declined, with why), or ordered again (repeat). Source: NG-17, HK-29.

    `saved_fen` is the price of the item that was not done. Only ever added to.
    """

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="recognition_checks"), WIDE)
    institution = _open(models.CharField(max_length=WORD))
    item = personal(models.CharField(max_length=WORD), MIDDLE)
    decision = _open(models.CharField(max_length=CODE))
    result = _open(models.ForeignKey(Exam, null=True, on_delete=models.PROTECT, related_name="used_in"))
    exam = _open(models.ForeignKey(Exam, null=True, on_delete=models.PROTECT, related_name="checks"))
    reason = _open(models.CharField(max_length=CODE, blank=True, default=""))
    note = personal(models.TextField(blank=True, default=""), NARROW)
    price_fen = _open(models.BigIntegerField())
    saved_fen = _open(models.BigIntegerField(default=0))
    by = _open(models.CharField(max_length=NAME))
    at = _open(models.DateTimeField())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(decision="accepted", exam=None, saved_fen=models.F("price_fen"), result__isnull=False)
                                   | models.Q(decision__in=("declined", "repeat"), exam__isnull=False, saved_fen=0) & ~models.Q(reason=""), name="recognition_is_whole")]
        indexes = [models.Index(fields=["institution", "at"], name="recognition_when"), models.Index(fields=["result", "institution"], name="recognition_result")]


class CriticalValue(Work):
    """A critical value on its way to whoever acts: `stage` 1 who asked, 2 the next person, 3 the director; `due_at` when it goes on."""

    exam = _open(models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="critical_values"))
    report = _open(models.OneToOneField(ExamReport, on_delete=models.PROTECT, related_name="critical_value"))
    institution = _open(models.CharField(max_length=WORD))
    centre = _open(models.CharField(max_length=WORD))
    text = personal(models.TextField(), NARROW)
    stage = _open(models.PositiveIntegerField(default=1))
    told_to = _open(models.CharField(max_length=NAME, blank=True, default=""))
    told_at = _open(models.DateTimeField(null=True))
    due_at = _open(models.DateTimeField())
    acknowledged_by = _open(models.CharField(max_length=NAME, blank=True, default=""))
    acknowledged_at = _open(models.DateTimeField(null=True))
    action = personal(models.TextField(blank=True, default=""), NARROW)
    created_by = _open(models.CharField(max_length=NAME))
    created_at = _open(models.DateTimeField())

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(state__in=("acknowledged", "acted")) | ~models.Q(acknowledged_by=""), name="critical_read_back_by_somebody")]
        indexes = [models.Index(fields=["state", "due_at"], name="critical_due"), models.Index(fields=["institution", "state"], name="critical_institution"),
                   models.Index(fields=["centre", "state"], name="critical_centre")]


class Duty(models.Model):
    """Who is on duty on a day: `part` report at a centre, critical where critical values are answered for. Taken off, never deleted. Source: NG-01."""

    institution = _open(models.CharField(max_length=WORD))
    staff = _open(models.ForeignKey("store.Staff", on_delete=models.PROTECT, related_name="duties"))
    part = _open(models.CharField(max_length=CODE))
    on = _open(models.DateField())
    is_off = _open(models.BooleanField(default=False))
    created_by = _open(models.CharField(max_length=NAME))
    created_at = _open(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "part", "on", "staff"], condition=models.Q(is_off=False), name="duty_once")]


class Consultation(Work):
    """A remote consultation between two institutions; `due_at`: when the opinion is due; fee and share as they were when it was asked for. Source: NG-05."""

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="consultations"), WIDE)
    institution = _open(models.CharField(max_length=WORD))
    expert_institution = _open(models.CharField(max_length=WORD))
    kind = _open(models.CharField(max_length=CODE))
    urgency = _open(models.CharField(max_length=CODE))
    question = personal(models.TextField(), NARROW)
    summary = personal(models.TextField(blank=True, default=""), NARROW)
    expert = _open(models.CharField(max_length=NAME, blank=True, default=""))
    team = _open(models.TextField(blank=True, default=""))
    accepted_at = _open(models.DateTimeField(null=True))
    scheduled_at = _open(models.DateTimeField(null=True))
    opinion = personal(models.TextField(blank=True, default=""), NARROW)
    due_at = _open(models.DateTimeField())
    fee_fen = _open(models.BigIntegerField())
    experts_share_ppm = _open(models.PositiveIntegerField(null=True))
    grade = _open(models.PositiveSmallIntegerField(null=True))
    evaluation = _open(models.TextField(blank=True, default=""))
    closed_at = _open(models.DateTimeField(null=True))
    created_by = _open(models.CharField(max_length=NAME))
    created_at = _open(models.DateTimeField())

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(institution=models.F("expert_institution")), name="consultation_between_two"),
                       models.CheckConstraint(condition=models.Q(grade=None) | models.Q(grade__range=(1, 5)), name="consultation_grade")]
        indexes = [models.Index(fields=["institution", "-created_at"], name="consultation_institution"),
                   models.Index(fields=["expert_institution", "state", "due_at"], name="consultation_experts")]


class ConsultationShare(models.Model):
    """An institution's part of a closed consultation's fee; the parts add up to the fee. Only ever added to."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="shares")
    institution = models.CharField(max_length=WORD)
    share_fen = personal(models.BigIntegerField(), WIDE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "institution"], name="consultation_share_once")]
