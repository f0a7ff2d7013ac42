"""Watching how much one account reads and how often it is refused: beyond a plan's limits it raises an alert, and opens nobody further. Source: R50."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sanyi.store.trail.doing import Doing
from sanyi.store.trail.recording import record
from sanyi.store.trail.tables import AuditEvent
from sanyi.workflows.errors import NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import REGION

OPENED, LAID_OPEN = ("read", "unmask", "break_glass", "export"), ("unmask", "break_glass")
SUBJECT, HANDLED = "alert", "handle"
MOST_EVENTS = 2_000  # of one account that are looked back at; the limits lie far below
MOST_SHOWN = 50
# The condition is the index's own, word by word, or the database would not use it.
_LATELY = f"""SELECT action, step, resident, COUNT(*) FROM (SELECT action, step, resident FROM store_auditevent WHERE account = %s AND at >= %s
 AND (action IN ('unmask', 'break_glass', 'export', 'refuse', 'alert') OR (action = 'read' AND NOT (resident = ''))) ORDER BY at DESC LIMIT {MOST_EVENTS}) lately GROUP BY action, step, resident"""
PATTERNS = {  # of an alert: what was seen
    "many_residents": ("短时间打开多人资料", "opened the data of many persons in a short time"), "at_night": ("夜间成批读取", "read in bulk at night"),
    "many_refusals": ("多次被拒（试探编号或越权）", "was refused often: tries numbers or routes"), "many_exports": ("多次导出", "exported often"),
    "many_unmaskings": ("多次解除脱敏或紧急调阅", "unmasked or broke the glass often"), "account_locked": ("密码多次错误，账户锁定", "wrong passwords, the account was locked"),
    "address_locked": ("同一地址多次猜测密码或验证码", "many wrong passwords or codes from one address")}


@dataclass(frozen=True)
class ReadLimits:
    """What one account may do within the window: `alert` raises an alert, `stop` opens no further resident's data. `night` is the hour at which the night begins, and the one at which it ends."""

    window: timedelta
    residents_alert: int
    residents_stop: int
    night_alert: int
    night: tuple[int, int]
    refusals_alert: int
    exports_alert: int
    unmaskings_alert: int


def read_limits(plan: Any) -> ReadLimits:
    """Read them from a plan on a day. Errors: UnknownValue."""
    return ReadLimits(
        window=timedelta(minutes=plan.value("access.watch_minutes")), residents_alert=plan.value("access.reads_alert_count"),
        residents_stop=plan.value("access.reads_stop_count"), night_alert=plan.value("access.night_reads_alert_count"),
        night=(plan.value("access.night_first_hour"), plan.value("access.night_end_hour")),
        refusals_alert=plan.value("access.refusals_alert_count"), exports_alert=plan.value("access.exports_alert_count"),
        unmaskings_alert=plan.value("access.unmaskings_alert_count"))


def watch(going: Doing, is_refused: bool, limits: ReadLimits, now: datetime) -> str:
    """Raise the alerts that what a request is about to record calls for; gives the pattern that stops it, or nothing.

    Only a request that opens one person's data, exports, or was refused costs a look back.
    """
    actor, new = going.actor, {read.residents[0] for read in going.reads if len(read.residents) == 1}
    exports, unmaskings = (sum(read.action in kinds for read in going.reads) for kinds in (("export",), LAID_OPEN))
    if actor is None or not (new or exports or unmaskings or is_refused):
        return ""
    before = _lately(actor, now - limits.window)
    residents = new | {resident for action, _, resident, _ in before if action in OPENED and resident}
    refused, exported, laid_open = (sum(count for action, _, _, count in before if action in kinds) for kinds in (("refuse",), ("export",), LAID_OPEN))
    refusals = is_refused + refused
    counts = {"many_residents": (len(residents), limits.residents_alert), "at_night": (len(residents) if _is_night(now, limits) else 0, limits.night_alert),
              "many_refusals": (refusals, limits.refusals_alert), "many_exports": (exports + exported, limits.exports_alert),
              "many_unmaskings": (unmaskings + laid_open, limits.unmaskings_alert)}
    raised = {step for action, step, _, _ in before if action == "alert"}
    for pattern, (count, alert) in counts.items():
        if count >= alert and pattern not in raised:
            raise_alert(pattern, actor, count)
    return "many_residents" if new and len(residents) > limits.residents_stop else ""


def raise_alert(pattern: str, actor: Actor | None, count: int, **given: object) -> AuditEvent:
    """Leave an alert in the trail, where the audit administrator's page shows it."""
    return record("alert", actor, step=pattern, subject="account", given={"count": count, **given}, open_names=given)


def open_alerts() -> list[AuditEvent]:
    """The newest alerts that nobody has handled."""
    rows = list(AuditEvent.objects.filter(action="alert").order_by("-id")[:MOST_SHOWN * 4])
    done = set(AuditEvent.objects.filter(subject=SUBJECT, subject_id__in=[str(row.pk) for row in rows], step=HANDLED, outcome="done").values_list("subject_id", flat=True))
    return [row for row in rows if str(row.pk) not in done][:MOST_SHOWN]


def handle_alert(id: int, actor: Actor) -> None:
    """Say that an alert was looked into. Errors: NotAllowed, UnknownWork; nobody handles one about the own account."""
    row = AuditEvent.objects.filter(pk=id, action="alert").first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的告警", f"there is no alert number {id}")
    if actor.role != "audit_admin" or row.account == actor.name:
        raise NotAllowed("告警由安全审计员处置，且不能处置关于本人的", "alerts are handled by the audit administrator, never one's own")
    record("change", actor, step=HANDLED, subject=SUBJECT, subject_id=id)


def _lately(actor: Actor, since: datetime) -> Sequence[tuple[str, str, str, int]]:
    """What an account did that is watched: action, step, resident, how often. All of it stands in the index `audit_watched`."""
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [actor.name, connection.ops.adapt_datetimefield_value(since)])
        return cursor.fetchall()


def _is_night(now: datetime, limits: ReadLimits) -> bool:
    hour, (first, last) = now.astimezone(REGION).hour, limits.night
    return hour >= first or hour < last if first > last else first <= hour < last
