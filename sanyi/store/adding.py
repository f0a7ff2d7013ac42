"""Adding rows of logs and of loads, and changing a row that is in hand: each statement is made once, for having Django write it anew takes three times what it does."""
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

AS_THEY_ARE = {str: (models.CharField, models.TextField), int: (models.IntegerField,)}


def add(row: models.Model) -> None:
    """Insert a new row, in the transaction that is open, and give it its number; no signals, no defaults of the database."""
    fields, statement = _statement(type(row), connection.vendor)
    database = connections[DEFAULT_DB_ALIAS]  # what `connection` finds anew each time
    with database.kept_cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {database.ops.quote_name(row._meta.pk.column)}", _values(fields, row, database))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, database.alias


def add_all(rows: Sequence[models.Model]) -> None:
    """Insert many new rows of one table, in the transaction that is open; they are not given their numbers."""
    if rows:
        fields, statement = _statement(type(rows[0]), connection.vendor)
        database = connections[DEFAULT_DB_ALIAS]
        with database.cursor() as cursor:
            cursor.executemany(statement, [_values(fields, row, database) for row in rows])


def change(row: models.Model, version: int, changes: Mapping[str, Any]) -> bool:
    """Write new values of columns, as long as the row is still in the version that was read; whether it was. The row in hand stays as it is."""
    fields, statement = _change(type(row), tuple(changes), connection.vendor)
    database = connections[DEFAULT_DB_ALIAS]
    with database.kept_cursor() as cursor:
        cursor.execute(statement, [*(_value(field, value, database) for field, value in zip(fields, changes.values())), row.pk, version])
        return bool(cursor.rowcount == 1)


def _values(fields: Sequence[models.Field], row: models.Model, database: BaseDatabaseWrapper) -> list[Any]:
    return [_value(field, getattr(row, field.attname), database) for field in fields]


def _value(field: models.Field, value: Any, database: BaseDatabaseWrapper) -> Any:
    """What the database takes for a value; a text or a number in a column of its kind is taken as it is."""
    if type(value) in AS_THEY_ARE and isinstance(field, AS_THEY_ARE[type(value)]):
        return value
    return field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, database)


@cache
def _change(table: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[list[models.Field], str]:
    quoted, fields = connection.ops.quote_name, [table._meta.get_field(name) for name in names]
    sets = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    return fields, f"UPDATE {quoted(table._meta.db_table)} SET {sets} WHERE {quoted(table._meta.pk.column)} = %s AND {quoted('version')} = %s"


@cache
def _statement(table: type[models.Model], vendor: str) -> tuple[list[models.Field], str]:
    quoted = connection.ops.quote_name
    fields = [field for field in table._meta.concrete_fields if not field.primary_key]
    names = ", ".join(quoted(field.column) for field in fields)
    return fields, f"INSERT INTO {quoted(table._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
