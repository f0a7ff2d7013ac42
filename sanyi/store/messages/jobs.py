"""Background work of messages: reminders are put down, what is due is sent."""
from datetime import datetime, timedelta

from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.messages.sending import do_all


def _send(arguments: list, now: datetime, report: Report) -> str:
    reminders, sent = do_all(now)
    return f"提醒 reminders {reminders:,}，已发 sent {sent:,}" if reminders or sent else ""


SEND = JobKind("messages_send", "发送短信", "send messages", ("office", "system_admin"), _send, timedelta(seconds=30))
