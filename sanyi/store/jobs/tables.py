"""The table of background work."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import OPEN, WIDE, personal

STATES = {"waiting": ("等待", "waiting"), "running": ("进行中", "running"), "done": ("完成", "done"), "failed": ("失败", "failed")}


class BackgroundJob(models.Model):
    """One piece of background work: a scheduled job has one row for good (`next_at` says when it is due again), an asked one a row each.

    `attempt` counts its starts: a worker that was taken for dead and comes back can write nothing under an old one. A job with a
    `folder` is a `sanyi` command in a process of its own that tells its progress there (`sanyi.runs.job`).
    """

    name = models.CharField(max_length=30)
    slot = models.CharField(max_length=32)
    arguments = personal(models.JSONField(default=list), WIDE)
    folder = personal(models.CharField(max_length=500, blank=True, default=""), OPEN)
    asked_by = models.CharField(max_length=NAME)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    next_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=WORD, blank=True, default="")
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done_ppm = models.PositiveIntegerField(default=0)
    text = personal(models.CharField(max_length=500, blank=True, default=""), WIDE)
    reason = personal(models.CharField(max_length=500, blank=True, default=""), WIDE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="background_job_once")]
        indexes = [models.Index(fields=["state", "next_at"], name="background_job_due")]
