"""What a merge does to each area: found by folder (`merging.py`); what no area speaks for is moved row by row, or stands in the way.

An area that has more to say (a contract that must be suspended, an accumulator that is added up) brings a `MergeConsequence` for its tables.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet

from sanyi.store.areas import area_files
from sanyi.store.kinds import kinds
from sanyi.store.log import plain, write_change
from sanyi.store.or_refused import or_refused
from sanyi.store.persons.tables import Person
from sanyi.workflows.facts import Actor

Moved = list[dict[str, Any]]
Said = list[tuple[str, str]]


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
    then nothing is merged. `returns(merge, moved)` brings it back and says, in both languages, what people have changed since and so stays as it
    is; what came to the kept row after the merge stays there. `answers_for` are the columns (table, name) that refer to a person and that it
    looks after; `first(ids)` what must be locked before the rows of these persons, so that everybody locks in one order.
    """

    name: str
    zh: str
    en: str
    answers_for: tuple[tuple[type[Model], str], ...]
    moves: Callable[[Merge], Moved]
    returns: Callable[[Merge, Moved], Said]
    first: Callable[[list[int]], tuple[QuerySet, ...]] = lambda ids: ()


def moves_rows(table: type[Model], column: str = "person", zh: str = "", en: str = "", before: Callable[[Merge], Moved] = lambda merge: [],
               after: Callable[[Merge, Moved], Said] = lambda merge, moved: [], leaves: Callable[[Merge], Iterable[int]] = lambda merge: (),
               first: Callable[[list[int]], tuple[QuerySet, ...]] = lambda ids: ()) -> MergeConsequence:
    """The plain consequence: rows go over and come back.

    `before(merge)` makes room first (suspends the later of two contracts) and gives what `after(merge, moved)` needs when they are back;
    `leaves(merge)` are rows that stay where they are. Rows of a kind of work get a line in their log and a new version, so that a step
    decided on the old one is refused.
    """
    name = f"{table._meta.model_name}.{column}"

    def moves(merge: Merge) -> Moved:
        made = before(merge)
        rows = list(table._default_manager.select_for_update().filter(**{column: merge.gone}).exclude(pk__in=list(leaves(merge))).order_by("pk"))
        for row in rows:
            _turn(row, column, merge.kept, merge, "merge_person", zh or name, en or name)
        return [{"rows": [row.pk for row in rows]}, *made] if rows or made else []

    def returns(merge: Merge, moved: Moved) -> Said:
        for row in table._default_manager.select_for_update().filter(pk__in=moved[0]["rows"], **{column: merge.kept}).order_by("pk"):
            _turn(row, column, merge.gone, merge, "part_person", zh or name, en or name)
        return after(merge, moved[1:])

    return MergeConsequence(name, zh or name, en or name, ((table, column),), moves, returns, first)


def set_aside(row: Model, merge: Merge, **changes: object) -> dict[str, Any]:
    """Change a row so that both may be one person's; gives what `set_back` needs."""
    was = {name: getattr(row, name) for name in changes}
    _write(row, merge, "merge_person", changes)
    return {"row": row.pk, "was": plain(was), "now": plain(changes)}


def set_back(table: type[Model], moved: Moved, merge: Merge, zh: str, en: str) -> Said:
    """Give each row back what it was; one that people have changed since stays as it is, which is said."""
    said: Said = []
    for each in moved:
        row = table._default_manager.select_for_update().get(pk=each["row"])
        if plain({name: getattr(row, name) for name in each["now"]}) == each["now"]:
            _write(row, merge, "part_person", {name: table._meta.get_field(name).to_python(value) for name, value in each["was"].items()})
        else:
            said.append((f"{zh} {row.pk} 合并后已被更改，保持现状", f"{en} {row.pk} was changed since the merge and stays as it is"))
    return said


def stays(table: type[Model], *columns: str) -> MergeConsequence:
    """Rows that tell what once was, and go on naming the row they named."""
    return MergeConsequence(table._meta.model_name, "", "", tuple((table, column) for column in columns), lambda merge: [], lambda merge, moved: [])


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


def locked_first(ids: list[int]) -> tuple[QuerySet, ...]:
    """What every consequence wants locked before these persons' rows."""
    return tuple(rows for each in consequences() for rows in each.first(ids))


def _turn(row: Any, column: str, to: Person, merge: Merge, step: str, zh: str, en: str) -> None:
    with or_refused(f"“{zh}”中有两条不能同属一人，请先处理其一，再合并", f"two rows of {en} cannot both be one person's; settle one of them first", "no_conflict"):
        _write(row, merge, step, {column: to})


def _write(row: Any, merge: Merge, step: str, changes: Mapping[str, object]) -> None:
    """Write some columns; of a kind of work with a new version and a line in its log."""
    kind = next((kind.name for kind in kinds().values() if kind.table is type(row)), "")
    if kind:
        given = {**plain({name: value.pk if isinstance(value, Model) else value for name, value in changes.items()}), "match": merge.match}
        write_change(row, kind, step, merge.actor.name, merge.now, changes, given, merge.actor.persons, actor=merge.actor)
    else:
        type(row)._default_manager.filter(pk=row.pk).update(**changes)
