"""Putting a message down, in the transaction that makes what it tells; and whether a person wants any. Source: HK-15."""
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sanyi.store.ciphers import enciphered
from sanyi.store.log import today_of
from sanyi.store.messages.moving import end
from sanyi.store.messages.sender import working_sender
from sanyi.store.messages.tables import Message, MessageWish
from sanyi.store.messages.words import WORDS
from sanyi.store.persons.tables import Person
from sanyi.store.tenancy import in_hand
from sanyi.store.trail.recording import actor_named, record
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import SYSTEM, Actor

DESK = ("registrar", "family_doctor", "nurse")


def wants_messages(person: int) -> bool:
    """Whether a person wants messages: what they (or a desk for them) said last; without a word they do."""
    with in_hand((person,)):
        return MessageWish.objects.filter(person=person).order_by("-pk").values_list("wants", flat=True).first() is not False


def why_none(person: Person) -> str:
    """Why a person is sent nothing, as a code; empty: they are."""
    if not person.is_active:
        return "merged"
    if person.died_on is not None:
        return "died"
    return "no_phone" if not person.phone_cipher else "" if wants_messages(person.pk) else "opted_out"


def put_down(person: int, institution: str, kind: str, about: str, now: datetime, actor: Actor | None = None, when: datetime | None = None, until: datetime | None = None,
             secret: str = "", last_at: datetime | None = None) -> bool:
    """Put a message down to be sent, once a kind and thing; says whether there is one now.

    None where no sender is set (or it cannot be read: that is the operator's trouble, not of the work that tells this), or the person has no phone, wants none, or has died: then it is told as ever.
    """
    assert kind in WORDS
    chosen = working_sender()
    if chosen is None or why_none(Person.objects.get(pk=person)):
        return False
    expires = min(filter(None, (now + timedelta(hours=chosen.valid_hours), until, last_at)))
    with transaction.atomic(), in_hand((person,)):
        row, is_new = Message.objects.get_or_create(kind=kind, about=about, defaults=dict(
            person_id=person, institution=institution, when=when, until=until, secret_cipher=enciphered(secret, "secret_cipher") if secret else "", next_at=now, expires_at=expires,
            created_by=actor.name if actor else SYSTEM, created_at=now))
        if is_new:
            record("change", actor or actor_named(SYSTEM), subject="message", subject_id=row.pk, step="put_down", residents=(person,), institutions=(institution,), after="waiting", now=now,
                   given={"kind": kind}, open_names={"kind"})
    return True


def take_back(kind: str, about: str, now: datetime) -> int:
    """What waits of a kind about things that begin so is not sent any more: something newer stands in its place."""
    return sum(bool(end(row, "waiting", "dropped", "late", now)) for row in Message.objects.filter(kind=kind, about__startswith=about, state="waiting").order_by("pk"))


def set_wish(person: int, wants: bool, by: By, now: datetime) -> MessageWish:
    """Say whether messages are wanted: the resident for themselves, or a desk, nurse or family doctor for whoever asks them. Errors: NotAllowed."""
    with transaction.atomic(), in_hand((person,)):
        actor = actor_of(by)
        if actor.role == "resident" and actor.resident != str(person) or actor.role not in ("resident", *DESK):
            raise NotAllowed("是否接收短信由本人或窗口代为设置", "the resident says whether messages are wanted, or the desk for them")
        row = MessageWish.objects.create(person_id=person, wants=wants, institution=actor.unit, created_by=actor.name, created_at=now)
        record("change", actor, subject="message_wish", subject_id=row.pk, step="want" if wants else "want_none", residents=(person,), institutions=(actor.unit,) if actor.unit else (), now=now)
    return row


def messages_of(person: int) -> list[dict[str, Any]]:
    """A person's messages, newest first, without what they said in secret."""
    return list(Message.objects.filter(person=person).order_by("-pk").values("id", "kind", "state", "reason", "created_at", "sent_at")[:50])
