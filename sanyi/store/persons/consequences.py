"""What a merge does to each area: found by folder (`merging.py`); what no area speaks for is moved row by row, or stands in the way.

An area that has more to say (a contract that must be suspended, an accumulator that is added up) brings a `MergeConsequence` for its tables.
"""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Model

from sanyi.store.areas import area_files
from sanyi.store.kinds import kinds
from sanyi.store.log import write_change
from sanyi.store.or_refused import or_refused
from sanyi.store.persons.tables import Person
from sanyi.workflows.facts import Actor

Moved = list[dict[str, Any]]


@dataclass(frozen=True)
class Merge:
    """One merge, or its undoing: the row that stays, the one that goes into it, who does it and when."""

    kept: Person
    gone: Person
    actor: Actor
    now: datetime
    match: int


@dataclass(frozen=True)
class MergeConsequence:
    """What follows for one area, in the merge's own transaction.

    `moves(merge)` brings over what is the gone row's and gives, as plain data, what is needed to bring it back; it may raise GuardRefused, and
    then nothing is merged. `returns(merge, moved)` brings it back; what came to the kept row after the merge stays there.
    `answers_for` are the columns (table, name) that refer to a person and that it looks after.
    """

    name: str
    zh: str
    en: str
    answers_for: tuple[tuple[type[Model], str], ...]
    moves: Callable[[Merge], Moved]
    returns: Callable[[Merge, Moved], None]


def moves_rows(table: type[Model], column: str = "person", zh: str = "", en: str = "", before: Callable[[Merge], Moved] = lambda merge: [],
               after: Callable[[Merge, Moved], None] = lambda merge, moved: None) -> MergeConsequence:
    """The plain consequence: rows go over and come back.

    `before(merge)` makes room first (suspends the later of two contracts) and gives what `after(merge, moved)` needs when they are back.
    Rows of a kind of work get a line in their log and a new version, so that a step decided on the old one is refused.
    """
    name = f"{table._meta.model_name}.{column}"

    def moves(merge: Merge) -> Moved:
        made = before(merge)
        rows = list(table._default_manager.select_for_update().filter(**{column: merge.gone}).order_by("pk"))
        for row in rows:
            _turn(row, column, merge.kept, merge, "merge_person", zh or name, en or name)
        return [{"rows": [row.pk for row in rows]}, *made]

    def returns(merge: Merge, moved: Moved) -> None:
        for row in table._default_manager.select_for_update().filter(pk__in=moved[0]["rows"], **{column: merge.kept}).order_by("pk"):
            _turn(row, column, merge.gone, merge, "part_person", zh or name, en or name)
        after(merge, moved[1:])

    return MergeConsequence(name, zh or name, en or name, ((table, column),), moves, returns)


def stays(table: type[Model], *columns: str) -> MergeConsequence:
    """Rows that tell what once was, and go on naming the row they named."""
    return MergeConsequence(table._meta.model_name, "", "", tuple((table, column) for column in columns), lambda merge: [], lambda merge, moved: None)


@cache
def consequences() -> tuple[MergeConsequence, ...]:
    """Every consequence: those that areas bring, and the plain one for every column that refers to a person and that none of them answers for."""
    own = [value for file in area_files("merging") for value in vars(file).values() if isinstance(value, MergeConsequence)]
    answered = {pair for each in own for pair in each.answers_for}
    plain = [moves_rows(table, column) for table, column in references() if (table, column) not in answered]
    return (*own, *plain)


def references() -> Sequence[tuple[type[Model], str]]:
    """Every column of the database that refers to a person, in the order of names."""
    found = [(each.related_model, each.field.name) for each in Person._meta.related_objects if not each.many_to_many]
    return sorted(found, key=lambda pair: (pair[0]._meta.model_name, pair[1]))


def _turn(row: Any, column: str, to: Person, merge: Merge, step: str, zh: str, en: str) -> None:
    kind = next((kind.name for kind in kinds().values() if kind.table is type(row)), "")
    with or_refused(f"“{zh}”中有两条不能同属一人，请先处理其一，再合并", f"two rows of {en} cannot both be one person's; settle one of them first", "no_conflict"):
        if kind:
            write_change(row, kind, step, merge.actor.name, merge.now, {column: to}, {"person": to.pk, "match": merge.match}, merge.actor.persons, actor=merge.actor)
        else:
            type(row)._default_manager.filter(pk=row.pk).update(**{column: to})
