"""Sending what is due: each message is claimed, then given to the sender, then marked; what was broken off in between is never sent again. Source: HK-15."""
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanyi.store.appointments.tables import Appointment
from sanyi.store.ciphers import deciphered
from sanyi.store.messages.queueing import put_down, why_none
from sanyi.store.messages.sender import NotKnown, NotSent, Sender, sender
from sanyi.store.messages.tables import Message
from sanyi.store.messages.words import WORDS
from sanyi.store.trail.recording import actor_named, record
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.facts import SYSTEM
from sanyi.workflows.take import REGION

MOST = 1_000  # in one go; the next one takes the rest
BATCH_SECONDS = 30  # the one worker has the installation's clocks to turn as well
LOST_AFTER = timedelta(minutes=10)


def send_due(now: datetime) -> int:
    """Send what is due; gives how many were sent. Where no sender is set nothing is touched. Errors: BadSender.

    It ends after half a minute, and at the first message of which nobody knows what came: a program that hangs would take its time with each of the others too. The next turn takes the rest.
    """
    begun = monotonic()
    chosen = sender()
    if chosen is None:
        return 0
    for row in Message.objects.filter(state="sending", next_at__lte=now - LOST_AFTER)[:MOST]:
        _end(row, "sending", "unsure", "lost", now)
    due = Message.objects.filter(state="waiting", next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)
    count = 0
    for id in list(due[:MOST]):
        came = _send_one(id, chosen, now)
        count += came == "sent"
        if came == "unsure" or monotonic() - begun > BATCH_SECONDS:
            break
    return count


def _send_one(id: int, chosen: Sender, now: datetime) -> str:
    """Send one, if nobody else does; of several workers one claims it. Gives the state it came to; empty where another one was first."""
    row = Message.objects.select_related("person").get(pk=id)
    why = why_none(row.person) or ("late" if row.expires_at <= now else "")
    if why:
        return _end(row, "waiting", "dropped", why, now)
    if not _moved(row, "waiting", "sending", "", now, attempt_count=row.attempt_count + 1, next_at=timezone.now()):
        return ""
    try:
        chosen.send(id, deciphered(row.person.phone_cipher, "phone_cipher"), text_of(row))
    except NotKnown:
        return _end(row, "sending", "unsure", "lost", now)
    except NotSent:
        return _put_off(row, chosen, now)
    return _end(row, "sending", "sent", "", now, sent_at=now)


def text_of(row: Message) -> str:
    """What a message says."""
    return WORDS[row.kind][2].format(code=deciphered(row.secret_cipher, "secret_cipher") if row.secret_cipher else "", when=_hour(row.when), until=_hour(row.until))


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(REGION):%m月%d日 %H:%M}" if moment else ""


def _put_off(row: Message, chosen: Sender, now: datetime) -> str:
    """Not sent: again later, as often as the sender is to be tried, and never after its time."""
    later = now + timedelta(minutes=chosen.retry_minutes)
    if row.attempt_count >= chosen.attempts_count or later >= row.expires_at:
        return _end(row, "sending", "dropped", "failed", now)
    return _moved(row, "sending", "waiting", "", now, next_at=later)


def _end(row: Message, before: str, state: str, reason: str, now: datetime, **more: object) -> str:
    """Mark what came of it, once; the secret is gone."""
    return _moved(row, before, state, reason, now, secret_cipher="", next_at=None, **more)


def _moved(row: Message, before: str, state: str, reason: str, now: datetime, **more: Any) -> str:
    """Bring a message on, if it is as it was looked at: of several workers one does. Gives the state; empty where it is not as it was."""
    with transaction.atomic():
        if not Message.objects.filter(pk=row.pk, state=before, attempt_count=row.attempt_count).update(state=state, reason=reason, **more):
            return ""
        row.attempt_count = more.get("attempt_count", row.attempt_count)
        record("change", actor_named(SYSTEM), subject="message", subject_id=row.pk, step=state, residents=(row.person_id,), institutions=(row.institution,), before=before, after=state,
               reason=reason, now=now, given={"kind": row.kind}, open_names={"kind"})
    return state


def remind(now: datetime) -> int:
    """Put a reminder down for every appointment that comes within the sender's hours, once; gives how many appointments those are."""
    chosen = sender()
    if chosen is None:
        return 0
    rows = Appointment.objects.filter(state__in=OPEN, starts_at__gt=now, starts_at__lte=now + timedelta(hours=chosen.reminder_hours)).select_related("person").order_by("starts_at", "pk")
    there = set(Message.objects.filter(kind="reminder", about__in=[f"appointment {row.pk}" for row in rows[:MOST]]).values_list("about", flat=True))
    fresh = [row for row in rows[:MOST] if f"appointment {row.pk}" not in there]
    return sum(put_down(row.person_id, row.institution, "reminder", f"appointment {row.pk}", now, when=row.starts_at, last_at=row.starts_at) for row in fresh)


def do_all(now: datetime) -> tuple[int, int]:
    """Bring reminders up to date and send what is due; gives how many were put down and sent."""
    drop_reminders(now)
    return remind(now), send_due(now)


def drop_reminders(now: datetime) -> None:
    """A reminder of an appointment that has been given up or moved is not sent."""
    rows = Message.objects.filter(kind="reminder", state="waiting")[:MOST]
    for row in rows:
        if not Appointment.objects.filter(pk=int(row.about.split(" ")[1]), state__in=OPEN).exists():
            _end(row, "waiting", "dropped", "late", now)
