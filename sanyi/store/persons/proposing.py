"""Proposing pairs that may be one person, for people to look at: by the rules at once, or by a linkage's probability."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from sanyi.matching.judging import UNLIKE, judge
from sanyi.store.log import write_line
from sanyi.store.persons.describing import described
from sanyi.store.persons.finding import active
from sanyi.store.persons.tables import Person, PersonMatch
from sanyi.store.trail.recording import actor_named
from sanyi.workflows import workflow_of

MOST = 20  # of each kind of likeness: a common name would bring hundreds


def propose_for(row: Person, by: str, now: datetime) -> list[PersonMatch]:
    """Propose every row in use that the rules say should be looked at beside this one."""
    made, mine = [], described(row)
    for other in _alike(row):
        judged = judge(mine, described(other))
        if judged.verdict != UNLIKE and (match := propose(row, other, judged.reason, by, now)):
            made.append(match)
    return made


def propose(one: Person, other: Person, reason: str, by: str, now: datetime, chance_ppm: int | None = None, evidence: Sequence[dict] = ()) -> PersonMatch | None:
    """Propose one pair, with what a linkage weighed; None where it waits already, or people have decided on it: only a withdrawn one comes again."""
    first, second = sorted((one, other), key=lambda row: row.pk)
    if PersonMatch.objects.filter(one=first, other=second).exclude(state="withdrawn").exists():
        return None
    try:
        with transaction.atomic():
            match = PersonMatch.objects.create(one=first, other=second, reason=reason, chance_ppm=chance_ppm, evidence=list(evidence), state=workflow_of("person_match").start, opened_by=by,
                                               opened_at=now)
            write_line(match, "person_match", "propose", by, now, "", {"reason": reason, **({"chance_ppm": chance_ppm} if chance_ppm is not None else {})},
                       actor=actor_named(by), open_names=("reason",))
    except IntegrityError:  # somebody was faster
        return None
    return match


def _alike(row: Person) -> Iterator[Person]:
    """Rows that share something, each kind by its own index, no row twice."""
    seen = {row.pk}
    for question in _questions(row):
        for other in question.order_by("id")[:MOST]:
            if other.pk not in seen:
                seen.add(other.pk)
                yield other


def _questions(row: Person) -> Iterable[QuerySet]:
    others = active().exclude(pk=row.pk)
    if row.identity_hash:
        yield others.filter(identity_hash=row.identity_hash)
    if row.phone_digest and row.name_key:
        yield others.filter(phone_digest=row.phone_digest)
    if row.born_on and row.name_key:
        yield others.filter(name_key=row.name_key, born_on=row.born_on)
        yield others.filter(pinyin=row.pinyin, born_on=row.born_on)
        yield others.filter(_near(row), name_key=row.name_key, sex=row.sex, region=row.region)


def _near(row: Person) -> Q:
    """Birth days of the same year, or of the same day in another year."""
    return Q(born_on__year=row.born_on.year) | Q(born_on__month=row.born_on.month, born_on__day=row.born_on.day)
