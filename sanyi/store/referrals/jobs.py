"""The referral clocks: whoever has not answered is reminded level by level, then the request expires; who did not come is said; of what else is owed those above are told; an old draft is dropped."""
from datetime import datetime, timedelta

from django.db.models import Q

from sanyi.store.due import Due, take_due
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.referrals.tables import Referral
from sanyi.workflows.referral import OWED

EVERY = timedelta(minutes=5)  # how often it looks; the times themselves are the plan's
MOST = 2000  # of one turn; the rest is the next one's
ENDING = {"draft": "lapse", "consented": "lapse", "submitted": "expire", "accepted": "miss", "certified": "miss"}
DUE = Q(state__in=ENDING) | Q(state__in=OWED, escalation=0)  # of what is only owed those above are told once


def turn_clocks(now: datetime, report: Report = lambda done, text="": None) -> dict[str, int]:
    """Take every step whose time is up; how many of each. Who was faster has won: it is left alone."""
    due = Referral.objects.filter(DUE, due_at__lte=now).select_related("rules").order_by("due_at", "pk")
    return take_due(Due("referral", due, _step_of), now, report, MOST)


def _step_of(row: Referral) -> str:
    """What a clock that is up does: everybody above is told before a request expires."""
    levels = row.rules.rules["clocks"].get(row.urgency, {}).get("levels", 0)
    return "escalate" if row.state in OWED or row.state == "submitted" and row.escalation < levels else ENDING[row.state]


def _work(arguments: list, now: datetime, report: Report) -> str:
    taken = turn_clocks(now, report)
    return ", ".join(f"{step} {count}" for step, count in sorted(taken.items()))


CLOCKS = JobKind("referral_clocks", "转诊时限", "referral clocks", ("office", "system_admin"), _work, EVERY)
