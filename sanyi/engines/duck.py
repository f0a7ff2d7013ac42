"""The embedded engine: DuckDB, reached through table expressions, with memory and spill space bounded."""
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from sanyi.engines.errors import BadSetting, BrokenKey, InexactResult, OutOfRoom
from sanyi.tables.rows import filled
from sanyi.tables.table import Column, Table

ARROW_TYPES = {"text": pa.string(), "whole": pa.int64(), "date": pa.date32(), "flag": pa.bool_()}
DUCK_TYPES = {"text": "VARCHAR", "whole": "BIGINT", "date": "DATE", "flag": "BOOLEAN"}
SPILL_LIMIT = "40GB"
MOST_HANDS = 2  # queries at once: few steps use two cores all the time, and each more holds its own buffers
OWN_PART = 0.8  # of the memory asked for goes to the engine's buffers: the process and what the engine does not count took 0.4 GB beside them


class DuckEngine:
    """One DuckDB connection that knows tables by name; close it (or use `with`) to drop its spill folder."""

    name = "duckdb"
    has_bounded_memory = True  # case-local steps are cut by month for it
    version = duckdb.__version__

    def __init__(self, memory: str = "4GB", threads: int = 2) -> None:
        self._threads, self._shown = threads, {}
        self._spill = tempfile.TemporaryDirectory(prefix="sanyi-spill-")
        self._connection = _connected(memory, threads, self._spill.name)
        self._connection.execute("SET TimeZone = 'UTC'")
        # The exact kernel (sanyi.tables.money): the quotient under the name Spark has for it, and sums back in 64 bits.
        self._connection.execute("CREATE MACRO div(a, b) AS a // b")
        self._connection.execute("CREATE MACRO whole(a) AS CAST(a AS BIGINT)")
        self._compiler = ibis.duckdb.from_connection(self._connection)

    def __enter__(self) -> "DuckEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove what it spilled."""
        self._connection.close()
        self._spill.cleanup()

    @contextmanager
    def hands(self) -> Iterator[list["DuckEngine"]]:
        """This engine and others on the same memory and threads, each with names of its own, so that queries may run side by side."""
        others = [copy(self) for _ in range(min(self._threads, MOST_HANDS) - 1)]
        for other in others:
            other._connection, other._shown = self._connection.cursor(), {}
        try:
            yield [self, *others]
        finally:
            for other in others:
                other._connection.close()

    def show_files(self, name: str, files: Sequence[Path], table: Table, where: str = "") -> None:
        """Let `name` stand for the rows of some Parquet files, all or those of a cut (see cuts); with no files it stands for no rows."""
        if not files:
            self.show_rows(name, table, [])
            return
        paths = ", ".join(_quoted(str(path)) for path in files)
        columns = ", ".join(f'"{column}"' for column in table.names)
        self._drop(name)
        self._connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM read_parquet([{paths}]) {where and f"WHERE {where}"}')
        self._shown[name] = "VIEW"

    def show_rows(self, name: str, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Let `name` stand for rows given in Python, filled up to the table's columns."""
        self._drop(name)
        data = arrow_table(table, filled(table, rows))
        self._connection.register("_rows_given", data)
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM _rows_given')
        self._connection.unregister("_rows_given")
        self._shown[name] = "TABLE"

    def _drop(self, name: str) -> None:
        if kind := self._shown.pop(name, ""):
            self._connection.execute(f'DROP {kind} "{name}"')

    def sql(self, expression: ibis.Table, table: Table) -> str:
        """Compile an expression to this engine's words, with exactly the columns and types the table promises."""
        return in_one_order(str(self._compiler.compile(as_promised(expression, table))))

    def write(self, sql: str, table: Table, path: Path, sort: bool = True) -> int:
        """Write a query's rows to a Parquet file, in the order of the key; returns the number of rows.

        The file appears under its name only when it is whole. Raises OutOfRoom.
        """
        columns = ", ".join(_exactly(column) for column in table.columns)
        order = "ORDER BY " + ", ".join(f'"{name}"' for name in table.key) if sort else ""
        part = path.with_name(path.name + ".part")
        with _in_room(table):
            self._connection.execute(f"COPY (SELECT {columns} FROM ({sql}) {order}) TO {_quoted(str(part))} "
                                     "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)")
        os.replace(part, path)
        return self.count(path)

    def merge(self, parts: Sequence[Path], table: Table, path: Path) -> int:
        """Put the rows of several written parts into one file in the order of the key."""
        paths = ", ".join(_quoted(str(part)) for part in parts)
        return self.write(f"SELECT * FROM read_parquet([{paths}])", table, path)

    def join_files(self, parts: Sequence[Path], path: Path, is_text: bool) -> None:
        """Put written parts after one another into one Parquet or CSV file."""
        paths = ", ".join(_quoted(str(part)) for part in parts)
        form = "FORMAT csv, HEADER" if is_text else "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
        self._connection.execute(f"COPY (SELECT * FROM read_parquet([{paths}])) TO {_quoted(str(path))} ({form})")

    def counts(self, parts: Sequence[Path], columns: Sequence[str]) -> dict[str, int]:
        """How many rows of some files have each combination of some text columns, joined by a slash."""
        names, paths = ", ".join(f'"{name}"' for name in columns), ", ".join(_quoted(str(part)) for part in parts)
        rows = self._connection.execute(f"SELECT concat_ws('/', {names}), count(*) FROM read_parquet([{paths}]) GROUP BY 1 ORDER BY 1").fetchall()
        return dict(rows)

    def rows_where(self, sql: str, column: str, value: str) -> list[dict[str, Any]]:
        """The rows of a query that hold a text in a column."""
        answer = self._connection.execute(f'SELECT * FROM ({sql}) WHERE "{column}" = ?', [value])
        names = [each[0] for each in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def count(self, path: Path) -> int:
        """How many rows a written table has."""
        return self._connection.execute(f"SELECT count(*) FROM read_parquet({_quoted(str(path))})").fetchall()[0][0]

    def check_key(self, table: Table, path: Path) -> None:
        """Raise BrokenKey where a written table has two rows for one key.

        A written table is in the order of its key: where each key is above the one before it, none comes twice, which costs
        a tenth of counting them. Where one is not (rows out of order, an empty cell), they are counted.
        """
        if self._rises(table, path):
            return
        names = ", ".join(f'"{name}"' for name in table.key)
        found = self._connection.execute(
            f"SELECT {names}, count(*) FROM read_parquet({_quoted(str(path))}) GROUP BY {names} "
            "HAVING count(*) > 1 LIMIT 1").fetchall()
        if found:
            raise BrokenKey(f"table {table.name}: {found[0][-1]} rows for the key "
                            f"{dict(zip(table.key, found[0][:-1], strict=True))}, one was expected")

    def _rises(self, table: Table, path: Path) -> bool:
        """Is every key of a file above the key before it?"""
        keys = ", ".join(f'"{name}"' for name in table.key)
        before = ", ".join(f'lag("{name}") OVER () AS before_{place}' for place, name in enumerate(table.key))
        earlier = ", ".join(f"before_{place}" for place in range(len(table.key)))
        holes = " OR ".join(f'"{name}" IS NULL' for name in table.key)
        not_above = self._connection.execute(
            f"SELECT count(*) FROM (SELECT {keys}, {before} FROM read_parquet({_quoted(str(path))})) "
            f"WHERE {holes} OR (before_0 IS NOT NULL AND row({keys}) <= row({earlier}))").fetchall()[0][0]
        return not_above == 0

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run a query and give its rows as plain dictionaries."""
        done = self._connection.execute(sql)  # planned once; a relation is planned when it is made and when it is asked
        names = [column[0] for column in done.description]
        return [dict(zip(names, row, strict=True)) for row in done.fetchall()]

    def rows_of(self, name: str, table: Table) -> list[dict[str, Any]]:
        """All rows of a named table in the order of its key (for exact steps: small tables only)."""
        order = ", ".join(f'"{key}"' for key in table.key)
        return self.rows(f'SELECT * FROM "{name}" ORDER BY {order}')


def _connected(memory: str, threads: int, spill: str) -> duckdb.DuckDBPyConnection:
    settings = {"memory_limit": _own_part(memory), "threads": threads, "temp_directory": spill,
                "max_temp_directory_size": SPILL_LIMIT, "autoinstall_known_extensions": False,
                "autoload_known_extensions": False}
    try:
        return duckdb.connect(config=settings)
    except duckdb.Error as refused:
        raise BadSetting(f"内存或线程设置无效 / memory {memory!r} or threads {threads!r} is not taken "
                         f"(expected such as 4GB and 2): {refused}") from refused


def _own_part(memory: str) -> str:
    """What the engine may count of the memory a run may take; a setting that is no amount goes on as it is, to be refused."""
    amount = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kKmMgGtT]i?[bB])\s*", memory)
    return f"{float(amount[1]) * OWN_PART:.3f}{amount[2]}" if amount else memory


@contextmanager
def _in_room(table: Table) -> Iterator[None]:
    """Say plainly that memory or disk ran out while a table was made."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as full:
        raise OutOfRoom(f"{table.zh} {table.name}: 内存或磁盘不足 / memory or disk ran out, or a file could not be "
                        f"read: {full}") from full


def in_one_order(sql: str) -> str:
    """Name dropped columns in one order: the expression library keeps them in a set, so every process wrote another query."""
    return re.sub(r"EXCLUDE \(([^)]*)\)", lambda found: f"EXCLUDE ({', '.join(sorted(found[1].split(', ')))})", sql)


def as_promised(expression: ibis.Table, table: Table) -> ibis.Table:
    """Pick and cast an expression's columns to what its table promises; raise InexactResult where it cannot hold."""
    given = expression.schema()
    lacking = [name for name in table.names if name not in given]
    if lacking:
        raise InexactResult(f"table {table.name} lacks {', '.join(lacking)}; it has {', '.join(given.names)}")
    for name, promised in table.schema.items():
        kind = given[name]
        if kind.is_floating() or (promised.is_integer() and not (kind.is_numeric() or kind.is_null())):
            raise InexactResult(f"table {table.name}, column {name}: {kind} was seen, {promised} was promised")
    return expression.select(**{name: expression[name].cast(kind) for name, kind in table.schema.items()})


def arrow_table(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Make an Arrow table of plain rows with the table's exact types."""
    schema = pa.schema([(column.name, ARROW_TYPES[column.type]) for column in table.columns])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def _exactly(column: Column) -> str:
    """A column with its promised type, and open to empty cells: else a literal would be 32 bits wide, and whether cells
    may be empty would depend on what the planner found out, so the same rows would not always be the same bytes."""
    name = f'"{column.name}"'
    return f"CASE WHEN {name} IS NOT NULL THEN CAST({name} AS {DUCK_TYPES[column.type]}) END AS {name}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
