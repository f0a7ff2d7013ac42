"""Asking for background work, starting it again, and listing it."""
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from sanyi.store.jobs.kinds import job_kind, job_kinds
from sanyi.store.jobs.tables import BackgroundJob
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.workflows.errors import GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor


def ask_job(name: str, arguments: Sequence[object], actor: Actor, now: datetime) -> BackgroundJob:
    """Ask for a job, as soon as a worker is free. Errors: UnknownWork, NotAllowed."""
    with refusals_recorded(actor, subject="background_job", step=name), transaction.atomic():
        _check(name, actor)
        row = BackgroundJob.objects.create(name=name, slot=secrets.token_hex(8), arguments=list(arguments), asked_by=actor.name, asked_at=now, next_at=now)
        record("change", actor, step="ask", subject="background_job", subject_id=row.pk, after="waiting", given={"job": name}, open_names={"job"}, now=now)
    return row


def start_again(id: int, actor: Actor, now: datetime) -> BackgroundJob:
    """Make a job that failed, or a scheduled one, due now. Errors: UnknownWork, NotAllowed, GuardRefused while it runs or after it is done."""
    with refusals_recorded(actor, subject="background_job", subject_id=id, step="start_again"), transaction.atomic():
        row = BackgroundJob.objects.select_for_update().filter(pk=id, folder="").first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的后台任务", f"there is no job number {id}")
        kind = _check(row.name, actor)
        if row.state == "running" or row.state == "done" and not kind.is_scheduled:
            raise GuardRefused("任务正在进行或已完成", "the job is running, or done", "can_start")
        before, row.next_at = row.state, now
        BackgroundJob.objects.filter(pk=id).update(next_at=now)
        record("change", actor, step="start_again", subject="background_job", subject_id=id, before=before, after=before, now=now)
    return row


def jobs_seen_by(actor: Actor) -> list[dict]:
    """The jobs that a role may see, newest first."""
    seen = [name for name, kind in job_kinds().items() if actor.role in kind.roles]
    rows = BackgroundJob.objects.filter(name__in=seen).order_by("-asked_at", "-id")
    return [{**row, "zh": job_kind(row["name"]).zh, "en": job_kind(row["name"]).en, "is_scheduled": job_kind(row["name"]).is_scheduled} for row in rows.values()]


def _check(name: str, actor: Actor):
    kind = job_kind(name)
    if actor.role not in kind.roles:
        raise NotAllowed(f"您的角色不能启动“{kind.zh}”", f"your role may not start the job {kind.en!r}")
    return kind
