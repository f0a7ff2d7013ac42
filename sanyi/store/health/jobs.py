"""Break-glasses that nobody reviewed in time raise their alert."""
from datetime import datetime, timedelta

from sanyi.store.due import Due, take_due
from sanyi.store.health.tables import BreakGlass
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.log import today_of

MOST = 1000  # of one turn


def raise_alerts(now: datetime, report: Report = lambda done, text="": None) -> int:
    """Raise every alert whose time has come; how many. Who was reviewed meanwhile is left alone."""
    late = BreakGlass.objects.filter(state="opened", due__lt=today_of(now), alerted_at=None).order_by("due", "pk")
    return take_due(Due("access_review", late, "alert"), now, report, MOST).total()


def _work(arguments: list, now: datetime, report: Report) -> str:
    raised = raise_alerts(now, report)
    return f"告警 {raised} alerts" if raised else ""


ALERTS = JobKind("access_alerts", "紧急调阅逾期复核告警", "alerts of overdue break-glass reviews", ("audit_admin", "office"), _work, timedelta(minutes=30))
