"""Charts of people's work: what went which way when, how fast critical values were read back, how long patients waited."""
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from sanyi.web.parts import chart
from sanyi.web.words import say
from sanyi.workflows.referral_facts import DIRECTIONS

WEEK = timedelta(days=7)
MOST_WEEKS, MOST_FLOWS = 26, 12


def referrals_by_week(request: HttpRequest, counts: Mapping[tuple[date, str], int], today: date) -> dict[str, Any] | None:
    """Referrals of the last weeks by direction; weeks without any stand at nothing."""
    if not counts:
        return None
    first = max(min(week for week, _ in counts), today - MOST_WEEKS * WEEK)
    first -= timedelta(days=first.weekday())
    weeks = [first + place * WEEK for place in range((today - first).days // 7 + 1)]
    ways = [way for way in DIRECTIONS if any(direction == way for _, direction in counts)]
    return chart("bar", [f"{week:%m-%d}" for week in weeks], [(say(request, *DIRECTIONS[way]), [counts.get((week, way), 0) for week in weeks]) for way in ways], say(request, "人次", "referrals"), stacked=True)


def referral_flows(request: HttpRequest, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The ways between institutions that are gone most."""
    flows: dict[str, int] = {}
    for row in rows:
        way = f"{row['institution']} → {row['receiver']}"
        flows[way] = flows.get(way, 0) + row["count"]
    most = sorted(flows.items(), key=lambda flow: (-flow[1], flow[0]))[:MOST_FLOWS]
    return chart("ranked", [way for way, _ in most], [(say(request, "人次", "referrals"), [count for _, count in most])], say(request, "人次", "referrals"), labels=True) if most else None


def critical_times(request: HttpRequest, counts: Sequence[tuple[int | None, int]]) -> dict[str, Any] | None:
    """How many critical values were read back within each stage of the clock."""
    if not any(count for _, count in counts):
        return None
    words = [say(request, "尚未确认", "not yet") if stage is None else say(request, f"{stage} 分钟内", f"within {stage} min") if stage else say(request, "更久", "later") for stage, _ in counts]
    return chart("bar", words, [(say(request, "危急值", "critical values"), [count for _, count in counts])], say(request, "例", "values"), labels=True)


def waiting_times(request: HttpRequest, found: Mapping[str, Sequence[int]]) -> dict[str, Any] | None:
    """How long patients waited, by department."""
    spans = (("当日", "same day"), ("1–2 天", "1–2 days"), ("3–6 天", "3–6 days"), ("7 天及以上", "7 days or more"))
    return chart("ranked", list(found), [(say(request, *words), [counts[place] for counts in found.values()]) for place, words in enumerate(spans)], say(request, "人次", "appointments"),
                 stacked=True) if found else None
