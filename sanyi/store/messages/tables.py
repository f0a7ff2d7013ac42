"""The outbox of messages to residents, and who wants none."""
from django.db import models

from sanyi.store.ledger_tables import NAME, WORD
from sanyi.store.personal import MIDDLE, NARROWEST, OPEN, WIDE, personal

CODE, SECRET = 20, 1000
Q = models.Q


class Message(models.Model):
    """One message to one person about one thing (`about`: what kind of thing and which, once a kind of message).

    `when` and `until` are what the words need; `secret_cipher` is a one-time code, gone as soon as it was sent or will not be. Not before `next_at`,
    never after `expires_at`. `state` is waiting, sending, sent, dropped (with why) or unsure: what was broken off while it was sent is not sent again.
    """

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="messages"), MIDDLE)
    institution = personal(models.CharField(max_length=WORD), OPEN)
    kind = personal(models.CharField(max_length=CODE), WIDE)
    about = personal(models.CharField(max_length=WORD), OPEN)
    when = personal(models.DateTimeField(null=True), WIDE)
    until = personal(models.DateTimeField(null=True), WIDE)
    secret_cipher = personal(models.CharField(max_length=SECRET, blank=True, default=""), NARROWEST)
    state = personal(models.CharField(max_length=CODE, default="waiting"), OPEN)
    reason = personal(models.CharField(max_length=CODE, blank=True, default=""), OPEN)
    attempt_count = personal(models.PositiveIntegerField(default=0), OPEN)
    next_at = personal(models.DateTimeField(null=True), OPEN)
    expires_at = personal(models.DateTimeField(), OPEN)
    sent_at = personal(models.DateTimeField(null=True), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "about"], name="message_once"),
                       models.CheckConstraint(condition=Q(secret_cipher="") | Q(state__in=("waiting", "sending")), name="message_keeps_no_secret"),
                       models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_at")]
        indexes = [models.Index(fields=["next_at", "id"], condition=Q(state__in=("waiting", "sending")), name="message_due"),
                   models.Index(fields=["institution", "-id"], name="message_where"), models.Index(fields=["person", "-id"], name="message_whose")]


class MessageWish(models.Model):
    """Whether a person wants messages from now on; the last one counts, without any they do. Only ever added to."""

    person = personal(models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="message_wishes"), MIDDLE)
    wants = personal(models.BooleanField(), OPEN)
    institution = personal(models.CharField(max_length=WORD, blank=True, default=""), OPEN)
    created_by = models.CharField(max_length=NAME)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="messagewish_whose")]
