"""Break-glasses that nobody reviewed in time raise their alert."""
from datetime import datetime, timedelta

from sanyi.store.accounts import SYSTEM
from sanyi.store.act import act
from sanyi.store.health.tables import BreakGlass
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.log import today_of
from sanyi.workflows.errors import Refused

MOST = 1000  # of one turn


def raise_alerts(now: datetime, report: Report = lambda done, text="": None) -> int:
    """Raise every alert whose time has come; how many. Who was reviewed meanwhile is left alone."""
    late = list(BreakGlass.objects.filter(state="opened", due__lt=today_of(now), alerted_at=None).order_by("due").values_list("pk", "version")[:MOST])
    raised = 0
    for place, (pk, version) in enumerate(late):
        try:
            act("access_review", pk, version, "alert", {}, SYSTEM, now)
            raised += 1
        except Refused:
            pass
        report((place + 1) / len(late))
    return raised


def _work(arguments: list, now: datetime, report: Report) -> str:
    raised = raise_alerts(now, report)
    return f"告警 {raised} alerts" if raised else ""


ALERTS = JobKind("access_alerts", "紧急调阅逾期复核告警", "alerts of overdue break-glass reviews", ("audit_admin", "office"), _work, timedelta(minutes=30))
