"""The questions of every step: the statement is made once for each form of question, for having Django write it anew takes ten times what asking takes."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, Q
from django.db.models.query import get_related_populators

FORMS = 2_000  # of conditions that are kept: one for each kind of work, role and institution
LEAVES = (str, int, type(None))  # what a condition is kept with; one that asks other tables is written anew
ANY = 0


def row_of(table: type[Model], id: int, beside: tuple[str, ...] = (), is_locked: bool = False) -> Any:
    """The row of a number, with the rows `beside` that it points to, locked where the database locks rows; None where there is none."""
    question = _question(table, beside, is_locked and connection.features.has_select_for_update, connection.vendor)
    with connection.kept_cursor() as cursor:
        cursor.execute(question.statement, (id,))
        found = cursor.fetchone()
    return None if found is None else question.made(found)


def is_there(table: type[Model], id: int, condition: Q) -> bool:
    """Whether the row of a number is one of those that a condition describes."""
    if not _is_plain(condition):
        return table._default_manager.filter(condition, pk=id).exists()
    statement, values = _condition(table, condition, connection.vendor)
    if not statement:
        return False
    with connection.kept_cursor() as cursor:
        cursor.execute(statement, (*values, id))
        return cursor.fetchone() is not None


def lock_row(table: type[Model], id: int) -> None:
    """Lock the row of a number, on a database that locks rows."""
    with connection.kept_cursor() as cursor:
        cursor.execute(f"{_numbers(table, table._meta.pk.name)} FOR UPDATE", (id,))


def numbers_by(table: type[Model], column: str, value: int) -> list[int]:
    """The numbers of the rows that have a number in a column."""
    with connection.kept_cursor() as cursor:
        cursor.execute(_numbers(table, column), (value,))
        return [number for number, in cursor.fetchall()]


@dataclass(frozen=True)
class _Question:
    """A statement, and how what it gives becomes a row with the rows beside it."""

    statement: str
    table: type[Model]
    names: Sequence[str]
    places: slice
    readings: Mapping[int, Any]
    beside: Sequence[Any]

    def made(self, found: Sequence[Any]) -> Model:
        """The row."""
        values, database = list(found), connections[DEFAULT_DB_ALIAS]
        for place, (readings, column) in self.readings.items():
            for read in readings:
                values[place] = read(values[place], column, database)
        row = self.table.from_db(database.alias, self.names, values[self.places])
        for other in self.beside:
            other.populate(values, row)
        return row


@cache
def _question(table: type[Model], beside: tuple[str, ...], is_locked: bool, vendor: str) -> _Question:
    rows = table._default_manager.filter(pk=ANY)
    rows = rows.select_related(*beside) if beside else rows
    compiler = (rows.select_for_update(of=("self",)) if is_locked else rows).query.get_compiler(connection=connection)
    statement, values = compiler.as_sql()
    assert tuple(values) == (ANY,), values
    columns, kept = [column for column, *_ in compiler.select], compiler.klass_info
    places = slice(kept["select_fields"][0], kept["select_fields"][-1] + 1)
    return _Question(statement, table, [column.target.attname for column in columns[places]], places, compiler.get_converters(columns),
                     get_related_populators(kept, compiler.select, connection.alias))


@lru_cache(FORMS)
def _condition(table: type[Model], condition: Q, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement, and its values but the last, which is the number; an empty one for a condition that nothing can meet."""
    query = table._default_manager.filter(condition, pk=ANY).query.exists()
    try:
        statement, values = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return "", ()
    assert values[-1] == ANY, values
    return statement, tuple(values[:-1])


@cache
def _numbers(table: type[Model], column: str) -> str:
    quoted, known = connection.ops.quote_name, table._meta
    return f"SELECT {quoted(known.pk.column)} FROM {quoted(known.db_table)} WHERE {quoted(known.get_field(column).column)} = %s"


def _is_plain(condition: Q) -> bool:
    return all(_is_plain(child) if isinstance(child, Q) else isinstance(child, tuple) and _is_leaf(child[1]) for child in condition.children)


def _is_leaf(value: object) -> bool:
    return isinstance(value, LEAVES) or isinstance(value, (tuple, frozenset)) and all(isinstance(each, LEAVES) for each in value)
