"""Probabilistic linkage into the queue: scored by an engine, proposed with what it weighed; people decide, it never merges. Source: R30."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanyi.engines.linkage import Scored, link
from sanyi.matching.linking import BLOCKS, CERTAIN, COLUMNS, COMPARED, LEARNT
from sanyi.store.accounts import SYSTEM
from sanyi.store.log import write_change
from sanyi.store.persons.finding import active
from sanyi.store.persons.proposing import propose
from sanyi.store.persons.tables import Person, PersonMatch
from sanyi.store.trail.recording import actor_named
from django.db import transaction

MOST = 20_000  # of one linkage: a queue that nobody can work through helps nobody
READ = ("id", "name_key", "pinyin", "sex", "born_on", "phone_digest", "region", "identity_digest", "mother")


@dataclass(frozen=True)
class Linked:
    """What a linkage did: rows compared, pairs above the threshold, those proposed anew, those that waited already and now say what was weighed."""

    rows: int
    pairs: int
    proposed: int
    weighed: int


def link_persons(least_ppm: int, recall_ppm: int, now: datetime, memory: str = "2GB", threads: int = 2) -> Linked:
    """Compare all rows in use and propose the pairs of at least `least_ppm`, the likeliest first. Errors: NotInstalled, and none where there is nothing to compare.

    `recall_ppm`: how many of the true pairs the fixed rules are taken to find. What people have decided on is not proposed again.
    """
    columns = _columns()
    pairs = proposed = weighed = 0
    for scored in link(columns, COMPARED, BLOCKS, CERTAIN, LEARNT, recall_ppm, least_ppm, memory, threads):
        pairs += 1
        if pairs <= MOST:
            is_new, is_weighed = _queued(scored, now)
            proposed, weighed = proposed + is_new, weighed + is_weighed
    return Linked(len(columns["id"]), pairs, proposed, weighed)


def _columns() -> dict[str, list[Any]]:
    """The rows in use as columns; what is empty is unknown. An identity number and a phone are their keyed digests: the engine sees no number."""
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for id, name, pinyin, sex, born, phone, region, identity, mother in active().order_by("pk").values_list(*READ).iterator(chunk_size=20_000):
        parts = (born.year, born.month, born.day) if born else (None, None, None)
        for column, value in zip(COLUMNS, (id, name or None, pinyin or None, sex or None, born, *parts, phone or None, region or None, identity or None, mother)):
            columns[column].append(value)
    return columns


def _queued(scored: Scored, now: datetime) -> tuple[bool, bool]:
    """Whether a pair is new in the queue, or waited there without what was weighed."""
    evidence = list(_evidence(scored))
    with transaction.atomic():
        rows = Person.objects.in_bulk((scored.one, scored.other))
        if propose(rows[scored.one], rows[scored.other], "likely", SYSTEM, now, scored.chance_ppm, evidence):
            return True, False
        waiting = PersonMatch.objects.select_for_update().filter(one=scored.one, other=scored.other, state="proposed", chance_ppm=None).first()
        if waiting is None:
            return False, False
        actor = actor_named(SYSTEM)
        write_change(waiting, "person_match", "weigh", SYSTEM, now, {"chance_ppm": scored.chance_ppm, "evidence": evidence}, {"chance_ppm": scored.chance_ppm}, actor=actor)
    return False, True


def _evidence(scored: Scored) -> Iterator[dict[str, Any]]:
    """Each field with the level it reached and what that weighs."""
    for field, place, weight in scored.weighed:
        levels = COMPARED[field]
        yield {"field": field, "level": levels[len(levels) - 1 - place].name if place >= 0 else "unknown", "weight_e2": weight}
