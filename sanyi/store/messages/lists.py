"""The outbox as pages ask for it: what an institution's messages came to, without what they said."""
from typing import Any

from django.db.models import Count, F

from sanyi.store.messages.tables import Message
from sanyi.store.messages.words import STATES
from sanyi.workflows.facts import Actor

MOST = 500


def counts() -> dict[str, int]:
    """How many messages are in each state."""
    found = dict(Message.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in STATES}


def outbox(actor: Actor) -> list[dict[str, Any]]:
    """The newest messages of an actor's institution."""
    names = ("id", "kind", "state", "reason", "person_id", "attempt_count", "created_at", "sent_at")
    return list(Message.objects.filter(institution=actor.unit).order_by("-pk").values(*names, person_name=F("person__name"))[:MOST]) if actor.unit else []
