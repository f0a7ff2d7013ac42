"""Adding rows of logs, and of loads: the statement is made once for each table, for having Django write it anew takes three times what the insert takes."""
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def add(row: models.Model) -> None:
    """Insert a new row, in the transaction that is open, and give it its number; no signals, no defaults of the database."""
    fields, statement = _statement(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {connection.ops.quote_name(row._meta.pk.column)}", _values(fields, row))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def add_all(rows: Sequence[models.Model]) -> None:
    """Insert many new rows of one table, in the transaction that is open; they are not given their numbers."""
    if rows:
        fields, statement = _statement(type(rows[0]), connection.vendor)
        with connection.cursor() as cursor:
            cursor.executemany(statement, [_values(fields, row) for row in rows])


def _values(fields: Sequence[models.Field], row: models.Model) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


@cache
def _statement(table: type[models.Model], vendor: str) -> tuple[list[models.Field], str]:
    quoted = connection.ops.quote_name
    fields = [field for field in table._meta.concrete_fields if not field.primary_key]
    names = ", ".join(quoted(field.column) for field in fields)
    return fields, f"INSERT INTO {quoted(table._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
