"""Tables of the audit trail; nothing in them is ever changed or removed (triggers, migration `trail`)."""
from django.db import models

from sanyi.store.personal import MIDDLE, OPEN, WIDE, personal

NAME, WORD, CODE, HASH, MARK = 150, 100, 30, 64, 16
ACTIONS = {"change": ("变更", "change"), "read": ("读取", "read"), "refuse": ("拒绝", "refuse"), "export": ("导出", "export"),
           "unmask": ("解除脱敏", "unmask"), "break_glass": ("紧急调阅", "break-glass"), "sign_in": ("登录", "sign in"), "sign_out": ("退出", "sign out"),
           "run": ("后台任务", "background job"),
           "alert": ("告警", "alert")}
OUTCOMES = {"done": ("完成", "done"), "refused": ("被拒", "refused"), "failed": ("失败", "failed")}
WATCHED = models.Q(action__in=("unmask", "break_glass", "export", "refuse", "alert")) | models.Q(models.Q(action="read"), ~models.Q(resident=""))  # what `watching` counts


class AuditEvent(models.Model):
    """One event. `account` acted in `role` for `institution`; `persons` (one a line) are those whose hand it was.

    `subject` and `subject_id` name what it was done to, `resident` whose data it is, `institutions` (one a line) the others
    concerned. `given` holds codes and digests, never a person's data in clear; `reason` is a refusal's code. Source: R42, R47.
    """

    at = models.DateTimeField()
    account = personal(models.CharField(max_length=NAME, blank=True), OPEN)
    persons = personal(models.TextField(blank=True, default=""), WIDE)
    role = models.CharField(max_length=CODE, blank=True)
    institution = models.CharField(max_length=WORD, blank=True)
    action = models.CharField(max_length=CODE)
    step = models.CharField(max_length=CODE, blank=True, default="")
    subject = models.CharField(max_length=CODE, blank=True, default="")
    subject_id = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    resident = personal(models.CharField(max_length=WORD, blank=True, default=""), MIDDLE)
    institutions = models.TextField(blank=True, default="")
    purpose = personal(models.CharField(max_length=WORD, blank=True, default=""), WIDE)
    outcome = models.CharField(max_length=10)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), WIDE)
    before = models.CharField(max_length=CODE, blank=True, default="")
    after = models.CharField(max_length=CODE, blank=True, default="")
    version = models.PositiveIntegerField(null=True)
    given = personal(models.JSONField(default=dict), MIDDLE)
    request = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"], name="audit_subject"), models.Index(fields=["account", "id"], name="audit_account"),
                   models.Index(fields=["resident", "id"], condition=~models.Q(resident=""), name="audit_resident"),
                   models.Index(fields=["at"], name="audit_at"), models.Index(fields=["id"], condition=models.Q(action="alert"), name="audit_alert"),
                   models.Index(fields=["account", "at", "action", "resident", "step"], condition=WATCHED, name="audit_watched")]


class AuditNamed(models.Model):
    """A resident who stood in a list that was read, noted when its event is sealed; an event about one resident says so itself."""

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="named", db_index=False)
    resident = personal(models.CharField(max_length=WORD), MIDDLE)

    class Meta:
        indexes = [models.Index(fields=["resident", "event"], name="audit_named")]


class AuditSeal(models.Model):
    """One sealed block of the chain: `count` events from `first` on, `size` bytes as exported, and the hash over the block before and these."""

    number = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    size = models.BigIntegerField()
    algorithm = models.CharField(max_length=10)
    at = models.DateTimeField()
    hash = models.CharField(max_length=HASH)


class AuditLink(models.Model):
    """An event's place in the chain, and the mark that tells which event of a broken block was touched."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    mark = models.CharField(max_length=MARK)
