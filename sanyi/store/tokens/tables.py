"""The table of tokens."""
from django.db import models

from sanyi.store.ledger_tables import NAME
from sanyi.store.personal import NARROWEST, OPEN, personal


class AccessToken(models.Model):
    """A program's token: `digest` finds it (the token itself is shown once and kept nowhere), `scopes` (one a line) narrow what it may.

    It acts in `posting` (None: the account's own role), and is worth nothing once `bound` is not what a session of the account is bound to. Source: R33.
    """

    account = models.ForeignKey("store.Account", on_delete=models.PROTECT, related_name="tokens")
    posting = models.ForeignKey("store.Posting", null=True, on_delete=models.PROTECT, related_name="+")
    digest = personal(models.CharField(max_length=64, unique=True), NARROWEST)
    bound = personal(models.CharField(max_length=64), NARROWEST)
    name = personal(models.CharField(max_length=NAME), OPEN)
    scopes = models.TextField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("made_at")), name="token_ends"),
                       models.CheckConstraint(condition=~models.Q(scopes=""), name="token_is_narrow")]
