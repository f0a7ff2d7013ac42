"""Plain rows for a table: what examples and random tables are filled up with."""
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sanyi.tables.table import Column, Table

PLAIN = {"text": "x", "whole": 0, "date": date(2020, 1, 1), "flag": False}


def plain(column: Column) -> Any:
    """A plain value that the column allows: empty where it may be, else the first code, 0, or 1 January 2020."""
    if column.nullable:
        return None
    if column.allowed:
        return next(iter(column.allowed))
    if column.unit == "yyyymm":
        return 202001
    return max(PLAIN[column.type], column.minimum or 0) if column.type == "whole" else PLAIN[column.type]


def filled(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Fill each row up to all of the table's columns; a column the table does not have is refused by name."""
    given = [dict(row) for row in rows]
    for row in given:
        for name in row:
            table[name]
    return [{column.name: row.get(column.name, plain(column)) for column in table.columns} for row in given]
