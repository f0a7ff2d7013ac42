"""Pairs of rows that may be one person, and those that wait for a second opinion."""
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.store.persons.tables import PersonMatch
from sanyi.web.waiting.queue import Queue
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import Actor
from sanyi.workflows.person_match import KEEPERS

STATES = {state.name: (state.zh, state.en) for state in workflow_of("person_match").states}


def _open(actor: Actor, now: datetime) -> QuerySet:
    """Those that one person has called the same come first."""
    return kind_of("person_match").seen_by(actor).filter(state__in=("proposed", "seconded")).select_related("one").order_by("-state", "pk")


def _what(request: HttpRequest, row: PersonMatch) -> str:
    return say(request, *STATES[row.state])


QUEUES = (Queue("疑似同一人", "Rows that may be one person", KEEPERS, _open, "person_matches", "person_match", _what, whose="one", due="opened_at", is_deadline=False),)
