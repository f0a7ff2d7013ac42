"""Sending what is due: each message is claimed, then given to the sender, then marked; what was broken off in between is never sent again. Source: HK-15."""
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from sanyi.store.appointments.tables import Appointment
from sanyi.store.ciphers import deciphered
from sanyi.store.messages.moving import end, move
from sanyi.store.messages.queueing import put_down, why_none
from sanyi.store.messages.sender import NotKnown, NotSent, Sender, sender
from sanyi.store.messages.tables import Message, MessageWish
from sanyi.store.messages.words import WORDS
from sanyi.workflows.appointment import OPEN
from sanyi.workflows.take import REGION

MOST = 1_000  # in one go; the next one takes the rest
BATCH_SECONDS = 30  # the one worker has the installation's clocks to turn as well
LOST_AFTER = timedelta(minutes=10)


def send_due(now: datetime) -> int:
    """Send what is due; gives how many were sent. Where no sender is set none is. Errors: BadSender.

    It ends after half a minute, and at the first message of which nobody knows what came: a program that hangs would take its time with each of the others too. The next turn takes the rest.
    """
    begun = monotonic()
    chosen = sender()
    if chosen is None:
        return 0
    due = Message.objects.filter(state="waiting", next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)
    count = 0
    for id in list(due[:MOST]):
        came = _send_one(id, chosen, now + timedelta(seconds=monotonic() - begun))  # what its time is up for while others are sent is not sent
        count += came == "sent"
        if came == "unsure" or monotonic() - begun > BATCH_SECONDS:
            break
    return count


def _send_one(id: int, chosen: Sender, now: datetime) -> str:
    """Send one, if nobody else does; of several workers one claims it. Gives the state it came to; empty where another one was first."""
    row = Message.objects.select_related("person").get(pk=id)
    why = why_none(row.person) or ("late" if row.expires_at <= now or _is_given_up(row) else "")
    if why:
        return end(row, "waiting", "dropped", why, now)
    if not move(row, "waiting", "sending", "", now, attempt_count=row.attempt_count + 1, next_at=timezone.now()):
        return ""
    try:
        chosen.send(id, deciphered(row.person.phone_cipher, "phone_cipher"), text_of(row), row.expires_at)
    except NotKnown:
        return end(row, "sending", "unsure", "lost", now)
    except NotSent:
        return _put_off(row, chosen, now)
    return end(row, "sending", "sent", "", now, sent_at=now)


def _is_given_up(row: Message) -> bool:
    """Whether it reminds of an appointment that has been given up or moved."""
    return row.kind == "reminder" and not Appointment.objects.filter(pk=int(row.about.split(" ")[1]), state__in=OPEN).exists()


def text_of(row: Message) -> str:
    """What a message says."""
    return WORDS[row.kind][2].format(code=deciphered(row.secret_cipher, "secret_cipher") if row.secret_cipher else "", when=_hour(row.when), until=_hour(row.until))


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(REGION):%m月%d日 %H:%M}" if moment else ""


def _put_off(row: Message, chosen: Sender, now: datetime) -> str:
    """Not sent: again later, as often as the sender is to be tried, and never after its time."""
    later = now + timedelta(minutes=chosen.retry_minutes)
    if row.attempt_count >= chosen.attempts_count or later >= row.expires_at:
        return end(row, "sending", "dropped", "failed", now)
    return move(row, "sending", "waiting", "", now, next_at=later)


def remind(now: datetime) -> int:
    """Put a reminder down for every appointment that comes within the sender's hours, once; gives how many appointments those are."""
    chosen = sender()
    if chosen is None:
        return 0
    rows = _to_remind(now, now + timedelta(hours=chosen.reminder_hours)).order_by("starts_at", "pk")[:MOST]
    return sum(put_down(row.person_id, row.institution, "reminder", f"appointment {row.pk}", now, when=row.starts_at, last_at=row.starts_at) for row in rows)


def _to_remind(after: datetime, until: datetime) -> QuerySet[Appointment]:
    """The open appointments between two moments whose patients can be sent a message and have none of it yet: whoever can not must not keep the others' places."""
    there = Message.objects.filter(kind="reminder", about=Concat(Value("appointment "), Cast(OuterRef("pk"), CharField())))
    wants = MessageWish.objects.filter(person=OuterRef("person")).order_by("-pk").values("wants")[:1]
    rows = Appointment.objects.filter(~Exists(there), state__in=OPEN, starts_at__gt=after, starts_at__lte=until, person__is_active=True, person__died_on=None)
    return rows.exclude(person__phone_cipher="").filter(Coalesce(Subquery(wants), Value(True)))


def do_all(now: datetime) -> tuple[int, int]:
    """End what is over, put reminders down and send what is due; gives how many were put down and sent. Errors: BadSender."""
    end_overdue(now)
    return remind(now), send_due(now)


def end_overdue(now: datetime) -> None:
    """What waits past its time is dropped, whether or not there is a sender (its secret is gone with it); what was broken off while it was sent is not sent again."""
    for row in Message.objects.filter(state="waiting", expires_at__lte=now).order_by("pk")[:MOST]:
        end(row, "waiting", "dropped", "late", now)
    for row in Message.objects.filter(state="sending", next_at__lte=now - LOST_AFTER).order_by("pk")[:MOST]:
        end(row, "sending", "unsure", "lost", now)
