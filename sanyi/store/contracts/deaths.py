"""What a death ends of contracts: the one in force on that day, what was to begin later, and what was only offered."""
from collections.abc import Iterator
from datetime import date

from django.db.models import F, QuerySet

from sanyi.store.contracts.tables import Contract
from sanyi.store.due import Due
from sanyi.store.persons.deaths import DeathConsequence


def _endings(dead: QuerySet, today: date) -> Iterator[Due]:
    mine = Contract.objects.filter(person__in=dead.values("pk")).select_related("person").order_by("-from_on", "-pk")
    yield Due("contract", mine.filter(state__in=("drafted", "offered")), "withdraw", lambda row: {"reason": "居民已死亡 / the resident has died"})
    ahead = mine.filter(state__in=("signed", "active", "suspended"), from_on__gt=F("person__died_on"))
    yield Due("contract", ahead, "end_with_death")  # what gave way for it takes its days back, and ends below
    yield Due("contract", mine.filter(state="signed"), "start")
    yield Due("contract", mine.filter(state__in=("active", "suspended")), "end", lambda row: {"reason": "died", "to_on": min(row.to_on, row.person.died_on)})


CONTRACTS = DeathConsequence("contracts", _endings)
