"""Reading written tables for people: filtered, sorted and paged, by a small pool of connections."""
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from sanyi.engines.errors import OtherPromise
from sanyi.tables.table import Column, Table

MEMORY = "1GB"
SPILL_LIMIT = "10GB"
OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True)
class Condition:
    """One filter: a column, an operator (eq, ne, lt, le, gt, ge, contains, in, empty, filled, among) and a value.

    `among` keeps rows whose value stands in the column of that name in another table's rows: its value is that table, its files and conditions on it.

    The operator `anywhere` looks through the whole row: its column is "*", its value a text and, per column,
    the codes whose words hold that text.
    """

    column: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class Order:
    """One sort key."""

    column: str
    is_descending: bool = False


class BadQuestion(ValueError):
    """A filter or a sort names a column or an operator that is not there, or a value that does not fit."""


class Reader:
    """Answers questions on Parquet files; names in questions come only from the table's promise, values are bound."""

    def __init__(self, threads: int = 2) -> None:
        # Without a folder of its own the engine would spill into whatever folder the process was started in.
        self._spill = tempfile.TemporaryDirectory(prefix="sanyi-pages-")
        self._root = duckdb.connect(config={"memory_limit": MEMORY, "threads": threads,
                                            "temp_directory": self._spill.name, "max_temp_directory_size": SPILL_LIMIT,
                                            "autoinstall_known_extensions": False,
                                            "autoload_known_extensions": False})
        self._local = threading.local()

    def page(self, table: Table, files: Sequence[Path], where: Sequence[Condition] = (), order: Sequence[Order] = (),
             offset: int = 0, limit: int | None = 50) -> list[dict[str, Any]]:
        """Rows of a table that meet all conditions, sorted (ties by the key), from an offset, at most `limit`."""
        clause, values = _where(table, where)
        keys = [*order, *(Order(name) for name in table.key if name not in {each.column for each in order})]
        sorting = ", ".join(f'"{table[each.column].name}" {"DESC" if each.is_descending else "ASC"} NULLS LAST'
                            for each in keys)
        bound = "" if limit is None else f" LIMIT {int(limit)} OFFSET {int(offset)}"
        return self._rows(f"SELECT {', '.join(_quoted(table.names))} FROM {_source(files)} {clause} ORDER BY {sorting}{bound}", values)

    def stream(self, table: Table, files: Sequence[Path], size: int = 10_000) -> Iterator[dict[str, Any]]:
        """Every row in the order of the files, some at a time: memory does not grow with the table."""
        answer = self._ask(self._root.cursor(), f"SELECT {', '.join(_quoted(table.names))} FROM {_source(files)}", {})
        while rows := answer.fetchmany(size):
            yield from (dict(zip(table.names, row, strict=True)) for row in rows)

    def count(self, table: Table, files: Sequence[Path], where: Sequence[Condition] = ()) -> int:
        """How many rows meet all conditions."""
        clause, values = _where(table, where)
        return self._rows(f"SELECT count(*) AS n FROM {_source(files)} {clause}", values)[0]["n"]

    def grouped(self, table: Table, files: Sequence[Path], by: Sequence[str], sums: Sequence[str],
                where: Sequence[Condition] = ()) -> list[dict[str, Any]]:
        """Count rows and sum whole-number columns by some columns; `row_count` and the sums' own names come back."""
        clause, values = _where(table, where)
        names = [f'"{table[name].name}"' for name in by]
        totals = [f'CAST(coalesce(sum("{table[name].name}"), 0) AS BIGINT) AS "{name}"' for name in sums]
        group = f"GROUP BY {', '.join(names)} ORDER BY {', '.join(names)}" if names else ""
        picked = ", ".join([*names, "count(*) AS row_count", *totals])
        return self._rows(f"SELECT {picked} FROM {_source(files)} {clause} {group}", values)

    def _rows(self, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._root.cursor()
        answer = self._ask(self._local.cursor, sql, values)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _ask(self, cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
        try:
            return cursor.execute(sql, dict(values) or None)
        except (duckdb.BinderException, duckdb.ConversionException, duckdb.IOException, duckdb.InvalidInputException) as unfit:
            raise OtherPromise(str(unfit).splitlines()[0]) from unfit


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _source(files: Sequence[Path]) -> str:
    if not files:
        raise BadQuestion("no files hold this table")
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{paths}])"


def _where(table: Table, where: Sequence[Condition], prefix: str = "v") -> tuple[str, dict[str, Any]]:
    parts, values = [], {}
    for number, condition in enumerate(where):
        if condition.operator == "anywhere":
            part, bound = _anywhere(table, *condition.value, f"{prefix}{number}")
        elif condition.operator == "among":
            part, bound = _among(_column(table, condition.column), *condition.value, f"{prefix}{number}")
        else:
            part, bound = _condition(_column(table, condition.column), condition, f"{prefix}{number}")
        parts.append(part)
        values |= bound
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def _anywhere(table: Table, text: str, codes: Sequence[tuple[str, Sequence[str]]], name: str) -> tuple[str, dict[str, Any]]:
    """Free text in any text column, or any of the codes given per column (those whose words hold the text)."""
    parts, values = [f'contains(lower("{column.name}"), lower(${name}))' for column in table.columns
                     if column.type == "text"], {name: text}
    for place, (column, found) in enumerate(codes):
        part, bound = _condition(_column(table, column), Condition(column, "in", found), f"{name}_{place}")
        parts.append(part)
        values |= bound
    return (f"({' OR '.join(parts)})", values) if parts else ("FALSE", {})


def _among(column: Column, other: Table, files: Sequence[Path], where: Sequence[Condition], name: str) -> tuple[str, dict[str, Any]]:
    clause, values = _where(other, where, f"{name}_")
    return f'"{column.name}" IN (SELECT "{_column(other, column.name).name}" FROM {_source(files)} {clause})', values


def _condition(column: Column, condition: Condition, name: str) -> tuple[str, dict[str, Any]]:
    quoted = f'"{column.name}"'
    if condition.operator in ("empty", "filled"):
        return f"{quoted} IS {'NOT ' if condition.operator == 'filled' else ''}NULL", {}
    if condition.operator == "contains":
        return f"contains(lower(CAST({quoted} AS VARCHAR)), lower(${name}))", {name: str(condition.value)}
    if condition.operator == "in":
        bound = {f"{name}_{place}": _value(column, each) for place, each in enumerate(condition.value)}
        return (f"{quoted} IN ({', '.join('$' + each for each in bound)})" if bound else "FALSE"), bound
    if condition.operator not in OPERATORS:
        raise BadQuestion(f"the operator {condition.operator!r} is none of {', '.join(OPERATORS)}, contains, in, empty, filled")
    return f"{quoted} {OPERATORS[condition.operator]} ${name}", {name: _value(column, condition.value)}


def _column(table: Table, name: str) -> Column:
    try:
        return table[name]
    except KeyError as unknown:
        raise BadQuestion(unknown.args[0]) from None


def _value(column: Column, value: Any) -> Any:
    """Read a filter's value as the column's type; raise BadQuestion where it does not fit."""
    try:
        if column.type == "whole":
            return int(value)
        if column.type == "date":
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        if column.type == "flag":
            return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
    except (ValueError, KeyError, TypeError):
        raise BadQuestion(f"column {column.name} holds {column.type}; {value!r} does not fit") from None
    return str(value)
