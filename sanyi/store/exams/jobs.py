"""The background work of shared diagnosis."""
from datetime import datetime, timedelta

from sanyi.store.exams.critical import escalate_due
from sanyi.store.exams.tables import DiagnosisRules
from sanyi.store.jobs.kinds import JobKind, Report


def _escalate(arguments: list, now: datetime, report: Report) -> str:
    passed = escalate_due(now) if DiagnosisRules.objects.exists() else 0
    return f"超时升级 passed on: {passed}" if passed else ""


ESCALATION = JobKind("critical_escalation", "危急值超时升级", "pass on critical values whose time is out", ("office", "director"), _escalate, timedelta(seconds=20))
