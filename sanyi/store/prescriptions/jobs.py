"""Prescriptions expire soon after midnight, and what was not taken is free again."""
from datetime import datetime, time

from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.prescriptions.giving import expire_due


def _work(arguments: list, now: datetime, report: Report) -> str:
    count = expire_due(now, report)
    return f"过期 expired {count:,}" if count else ""


EXPIRY = JobKind("prescriptions_expire", "处方过期失效", "expiry of prescriptions", ("office", "system_admin"), _work, at=time(0, 10))
