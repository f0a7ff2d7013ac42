"""Whether two written tables hold the same rows, in whatever order, files and engine; and where they do not."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sanyi.engines.duck import DuckEngine
from sanyi.engines.errors import OtherPromise
from sanyi.tables.table import Column, Table

WORD = 1 << 64


@dataclass(frozen=True)
class Fingerprint:
    """How many rows a table has, and 128 bits that depend on its rows but not on their order."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Apart:
    """Where two tables differ: a column (or "" for rows that only one has), in how many rows, and the first of them."""

    column: str
    row_count: int
    key: dict[str, Any]
    left: Any
    right: Any


def fingerprint(engine: DuckEngine, table: Table, files: Sequence[Path]) -> Fingerprint:
    """Take a table's fingerprint: MD5 of each row, both halves added up modulo 2^64.

    A row's text is, for each column in the promise's order, "-" for an empty cell, else its length, ":" and its text
    (whole numbers in decimals, dates as YYYY-MM-DD, true and false). Raises OtherPromise.
    """
    cells = " || ".join(_cell(column) for column in table.columns)
    [found] = _asked(engine, table, f"SELECT count(*) AS n, {', '.join(_half(half) for half in ('upper', 'lower'))} "
                             f"FROM (SELECT {cells} AS row_text FROM {_source(files)})")
    return Fingerprint(found["n"], f"{int(found['upper'] or 0) % WORD:016x}{int(found['lower'] or 0) % WORD:016x}")


def where_apart(engine: DuckEngine, table: Table, left: Sequence[Path], right: Sequence[Path]) -> list[Apart]:
    """Say where two files of a table differ, by key and column; an empty list means that they do not."""
    return [*_alone(engine, table, left, right), *_changed(engine, table, left, right)]


def _alone(engine: DuckEngine, table: Table, left: Sequence[Path], right: Sequence[Path]) -> Iterator[Apart]:
    """Rows that only one side has."""
    names = ", ".join(_name(name) for name in table.key)
    for ours, others, is_left in ((left, right, True), (right, left, False)):
        keys = f"SELECT {names} FROM {_source(ours)} EXCEPT ALL SELECT {names} FROM {_source(others)}"
        found = _asked(engine, table, f"SELECT *, count(*) OVER () AS _n FROM ({keys}) ORDER BY {names} LIMIT 1")
        for row in found:
            yield Apart("", row.pop("_n"), row, is_left, not is_left)


def _changed(engine: DuckEngine, table: Table, left: Sequence[Path], right: Sequence[Path]) -> Iterator[Apart]:
    """Rows that both have, with other values."""
    keys = ", ".join(f"l.{_name(name)}" for name in table.key)
    joined = (f"{_source(left)} AS l JOIN {_source(right)} AS r ON "
              + " AND ".join(f"l.{_name(name)} = r.{_name(name)}" for name in table.key))
    others = [name for name in table.names if name not in table.key]
    counts = ", ".join(f"count(*) FILTER (l.{_name(name)} IS DISTINCT FROM r.{_name(name)}) AS {_name(name)}" for name in others)
    for name, count in (_asked(engine, table, f"SELECT {counts} FROM {joined}")[0] if others else {}).items():
        if count:
            [first] = _asked(engine, table, f"SELECT {keys}, l.{_name(name)} AS _l, r.{_name(name)} AS _r FROM {joined} "
                                     f"WHERE _l IS DISTINCT FROM _r ORDER BY {keys} LIMIT 1")
            yield Apart(name, count, {key: first[key] for key in table.key}, first["_l"], first["_r"])


def _asked(engine: DuckEngine, table: Table, sql: str) -> list[dict[str, Any]]:
    try:
        return engine.rows(sql)
    except (duckdb.BinderException, duckdb.IOException, duckdb.InvalidInputException) as unfit:
        raise OtherPromise(f"{table.zh} {table.name}: 文件与现在的约定不符，可能由另一版程序写成 / the files do not hold what is promised now; "
                           f"other code may have written them: {str(unfit).splitlines()[0]}") from unfit


def _half(half: str) -> str:
    return f"CAST(sum(CAST(md5_number_{half}(row_text) AS HUGEINT)) AS VARCHAR) AS {half}"


def _cell(column: Column) -> str:
    text = f"CAST({_name(column.name)} AS VARCHAR)"
    return f"coalesce(length({text}) || ':' || {text}, '-')"


def _source(files: Sequence[Path]) -> str:
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{paths}])"


def _name(name: str) -> str:
    return f'"{name}"'
