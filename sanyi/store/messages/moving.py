"""A message is brought on once, with its event; where it ends, its secret is gone."""
from datetime import datetime
from typing import Any

from django.db import transaction

from sanyi.store.messages.tables import Message
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.facts import SYSTEM


def end(row: Message, before: str, state: str, reason: str, now: datetime, **more: object) -> str:
    """Mark what came of it, once; the secret is gone. Gives the state; empty where it is not as it was looked at."""
    return move(row, before, state, reason, now, secret_cipher="", next_at=None, **more)


def move(row: Message, before: str, state: str, reason: str, now: datetime, **more: Any) -> str:
    """Bring a message on, if it is as it was looked at: of several workers one does. Gives the state; empty where it is not as it was."""
    with transaction.atomic():
        if not Message.objects.filter(pk=row.pk, state=before, attempt_count=row.attempt_count).update(state=state, reason=reason, **more):
            return ""
        row.attempt_count = more.get("attempt_count", row.attempt_count)
        record("change", actor_named(SYSTEM), subject="message", subject_id=row.pk, step=state, residents=(row.person_id,), institutions=(row.institution,), before=before, after=state,
               reason=reason, now=now, given={"kind": row.kind}, open_names={"kind"})
    return state


def end_after_restore(now: datetime) -> None:
    """What a backup holds as waiting may have gone out since it was made: none of it is sent again."""
    for row in Message.objects.filter(state__in=("waiting", "sending")).order_by("pk"):
        end(row, row.state, "dropped" if row.state == "waiting" else "unsure", "restored", now)
