"""The engine's part of taking rows into the record: tally, refuse, write in key order, and join with what was there."""
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sanyi.engines.duck import SPILL_LIMIT
from sanyi.engines.errors import OutOfRoom
from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_rows import Rows
from sanyi.engines.raw_write import ROWS_OF_A_GROUP, write_record_file
from sanyi.tables.table import Table

WRITTEN_AS = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
LINE_BITS = 40  # a line's number lies below these bits, its file's place above them
REFUSED_COLUMNS = ("batch_number BIGINT, file VARCHAR, line BIGINT, table_name VARCHAR, column_name VARCHAR, "
                   "reason_code VARCHAR, seen VARCHAR, expected VARCHAR, row_key VARCHAR, row_digest VARCHAR")


@dataclass(frozen=True)
class Tally:
    """What a file holds, counted before anything is refused: rows, sums in fen, cells of each that no one can read."""

    rows: int
    fen: dict[str, int]
    unreadable: dict[str, int]
    months: list[int | None]
    warnings: dict[str, int]


class RawRecord:
    """One connection with the file at hand (`_raw`) and the batch's refusals (`_refused`)."""

    def __init__(self, memory: str, threads: int) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="sanyi-spill-")
        self._connection = duckdb.connect(config={
            "memory_limit": memory, "threads": threads, "temp_directory": self._spill.name,
            "max_temp_directory_size": SPILL_LIMIT, "autoinstall_known_extensions": False,
            "autoload_known_extensions": False})
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(f"CREATE TEMP TABLE _refused ({REFUSED_COLUMNS})")
        self._connection.execute("CREATE TEMP TABLE _keys (table_name VARCHAR, month BIGINT, h UBIGINT)")
        self._raw = ""
        self._out = 0

    def __enter__(self) -> "RawRecord":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._spill.cleanup()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows; a file that breaks while it is read raises Unreadable."""
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.OutOfMemoryException as full:
            raise OutOfRoom(f"内存或磁盘不足 / memory or spill space ran out: {full}"[:500]) from full
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
            raise  # ours, not the file's
        except duckdb.Error as error:
            raise Unreadable("file_broken", str(error)[:200]) from None

    def take(self, rows: Rows | None, path: Path, table: Table) -> None:
        """Let `_raw` stand for a file's typed rows."""
        self._drop_raw()
        if rows is None:
            columns = ", ".join(f'"{name}"' for name in table.names)
            self.query(f"CREATE TEMP VIEW _raw AS SELECT {columns}, file_row_number + 1 AS _line, NULL::VARCHAR AS _bad "
                       f"FROM {parquet(path, 'file_row_number = true')}")
            self._raw = "VIEW"
            return
        self._raw = "TABLE"
        self._connection.register("_incoming", rows.reader)
        try:
            self.query("CREATE TEMP TABLE _raw AS SELECT * FROM _incoming")
        except Unreadable:
            if rows.failures:
                raise rows.failures[0] from None
            raise
        finally:
            self._connection.unregister("_incoming")

    def write(self, sql: str, table: Table, path: Path, with_line: bool = False) -> None:
        """Write a query's rows, which are in key order, as a file of the record."""
        try:
            write_record_file(path, table, self._connection.sql(sql).to_arrow_reader(ROWS_OF_A_GROUP), with_line)
        except (duckdb.OutOfMemoryException, pa.ArrowException) as error:
            if "Out of Memory" in str(error):
                raise OutOfRoom(f"内存或磁盘不足 / memory or spill space ran out: {error}"[:500]) from error
            raise Unreadable("file_broken", str(error)[:200]) from None
        except duckdb.Error as error:
            raise Unreadable("file_broken", str(error)[:200]) from None

    def take_rows(self, rows: pa.Table) -> None:
        """Let `_raw` stand for some typed rows with their lines and notes."""
        self._drop_raw()
        self.keep("_raw", rows)
        self._raw = "TABLE"

    def keep(self, name: str, rows: pa.Table) -> None:
        """Keep rows under a name, for as long as no others come under it."""
        self._connection.register("_incoming", rows)
        try:
            self.query(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _incoming")
        finally:
            self._connection.unregister("_incoming")

    def keys_clash(self, table: Table, paths: Sequence[Path]) -> bool:
        """Whether a key stands in two months."""
        return bool(self.query(f"SELECT 1 FROM {parquet(paths)} GROUP BY {key_hash(table)} "
                               "HAVING min(settled_month) <> max(settled_month) LIMIT 1"))

    def forget_refusals(self, table: Table) -> None:
        """Take back the refusals of a table."""
        self.query(f"DELETE FROM _refused WHERE table_name = {text(table.name)}")

    def count_out_by_file(self) -> dict[int, int]:
        """Rows in `_out` per place of their file."""
        return dict(self.query(f"SELECT _line >> {LINE_BITS}, count(*) FROM _out GROUP BY 1"))

    def leave_out_files(self, places: Collection[int]) -> None:
        """Drop the rows of some files from `_out` and `_raw`."""
        for place in places:
            for name in ("_out", "_raw"):
                self.query(f"DELETE FROM {name} WHERE _line >> {LINE_BITS} = {place}")
            self._out = self.query("SELECT count(*) FROM _out")[0][0]

    def count_refused(self) -> int:
        """How many refusals are listed so far."""
        return self.query("SELECT count(*) FROM _refused")[0][0]

    def name_files(self, first: int, names: Mapping[int, str]) -> None:
        """Give the refusals listed without a file their file's name and their own line."""
        if self.count_refused() == first:
            return
        self.keep("_names", pa.table({"place": pa.array(list(names), pa.int64()), "name": list(names.values())}))
        self.query(f"UPDATE _refused SET file = n.name, line = line & {(1 << LINE_BITS) - 1} FROM _names n "
                   f"WHERE file = '' AND line >> {LINE_BITS} = n.place")

    def tally_by_file(self, money: Sequence[str]) -> list[tuple[int, dict[str, int], dict[str, int]]]:
        """Per place of a file: sums of the fen columns of its rows in `_raw`, and cells of each that no one can read."""
        sums = [f'coalesce(sum("{name}"::HUGEINT), 0)' for name in money]
        rows = self.query(f"SELECT {', '.join([f'_line >> {LINE_BITS}', *sums, *(_unreadable(name) for name in money)])} "
                          "FROM _raw GROUP BY 1")
        size = 1 + len(money)
        return [(row[0], dict(zip(money, row[1:size], strict=True)), dict(zip(money, row[size:], strict=True))) for row in rows]

    def _drop_raw(self) -> None:
        if self._raw:
            self.query(f"DROP {self._raw} IF EXISTS _raw")
            self._raw = ""

    def tally(self, table: Table, warnings: Mapping[str, str]) -> Tally:
        """Count rows, sum fen columns, and say which months and how many doubtful and unreadable cells there are."""
        money = [column.name for column in table.columns if column.unit == "fen"]
        sums = [f'coalesce(sum("{name}"::HUGEINT), 0)' for name in money]
        lost = [_unreadable(name) if self._raw == "TABLE" else "0" for name in money]
        odd = [f"count(*) FILTER ({condition})" for condition in warnings.values()]
        months = "list(DISTINCT coalesce(settled_month, -1))" if table.partition else "NULL"
        row = self.query(f"SELECT {', '.join(['count(*)', *sums, *lost, *odd, months])} FROM _raw")[0]
        size = len(money)
        return Tally(row[0], dict(zip(money, row[1:1 + size], strict=True)),
                     dict(zip(money, row[1 + size:1 + 2 * size], strict=True)),
                     [None if month == -1 else month for month in sorted(row[-1] or [])] if table.partition else [None],
                     dict(zip(warnings, row[1 + 2 * size:-1], strict=True)))

    def find_offenders(self, within: str, broken: str, parents: Mapping[str, str]) -> int:
        """Put the lines of rows that break a check or lack a parent into `_out`; `parents` is SQL per column."""
        missing = [f'("{column}" IS NOT NULL AND "{column}" NOT IN ({keys}))' for column, keys in parents.items()]
        self._out = self._made("_out", f"SELECT _line FROM _raw WHERE {within} AND ({' OR '.join([broken, *missing])})")
        return self._out

    def _made(self, name: str, sql: str) -> int:
        """Make a list of rows and say how many there are."""
        return self.query(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")[0][0]

    def sum_out(self, money: Sequence[str]) -> dict[str, int]:
        """Sums of the fen columns over the rows in `_out`."""
        if not money:
            return {}
        sums = ", ".join(f'coalesce(sum("{name}"::HUGEINT), 0)' for name in money)
        row = self.query(f"SELECT {sums} FROM _raw WHERE _line IN (SELECT _line FROM _out)")[0]
        return dict(zip(money, row, strict=True))

    def list_refusals(self, table: Table, notes: Sequence[str], batch: int, file: str) -> None:
        """Write one refusal per broken promise of the rows in `_out`.

        `notes` are SQL expressions: a struct (column_name, reason_code, seen, expected), or null where it is kept.
        """
        self.query("CREATE OR REPLACE TEMP TABLE _listed AS SELECT * FROM _raw WHERE _line IN (SELECT _line FROM _out)")
        listed = ", ".join(notes)
        self.query(
            f"INSERT INTO _refused SELECT {batch}, {text(file)}, _line, {text(table.name)}, note.column_name, "
            f"note.reason_code, left(note.seen, 200), note.expected, {row_key(table)}, {row_digest(table)} "
            f"FROM (SELECT *, unnest([{listed}]) AS note FROM _listed) WHERE note IS NOT NULL")
        if self._raw == "TABLE":
            self._list_unreadable(table, batch, file)
        self.query("DROP TABLE _listed")

    def _list_unreadable(self, table: Table, batch: int, file: str) -> None:
        """One refusal per noted cell; what was expected is filled in at the end."""
        self.query(
            "INSERT INTO _refused SELECT " f"{batch}, {text(file)}, _line, {text(table.name)}, part[1], part[2], part[3], '', "
            f"{row_key(table)}, {row_digest(table)} FROM (SELECT *, string_split(unnest(string_split(_bad, chr(30))), chr(31)) AS part "
            "FROM _listed WHERE _bad IS NOT NULL)")

    def find_repeats(self, table: Table, within: str) -> tuple[int, bool]:
        """Put repeated keys (all but the first line) into `_again`; says how many and whether the rest is in order.

        Rows out of order are few in a file that was sorted: they are set apart before a full sort is thought of.
        """
        keys = [f'"{name}"' for name in table.key]
        rows = f"(SELECT {', '.join(keys)}, _line FROM _raw WHERE {within}{self._without_out()})"
        strays = self._made("_stray", f"SELECT * FROM ({_out_of_order(keys, rows)}) LIMIT 1000000")
        if strays:
            rest = f"(SELECT * FROM {rows} WHERE _line NOT IN (SELECT _line FROM _stray))"
            if strays == 1_000_000 or self.query(f"SELECT count(*) FROM ({_out_of_order(keys, rest)})")[0][0]:
                return self._repeats_by_group(keys, rows), False
            return self._repeats_of_strays(keys, rest, strays)
        return 0, True

    def _repeats_by_group(self, keys: Sequence[str], rows: str) -> int:
        by = ", ".join(keys)
        return self._made("_again", f"SELECT _line FROM {rows} SEMI JOIN (SELECT {by} FROM {rows} GROUP BY {by} "
                   f"HAVING count(*) > 1) AS many USING ({by}) "
                          f"QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY _line) > 1")

    def _repeats_of_strays(self, keys: Sequence[str], rest: str, strays: int) -> tuple[int, bool]:
        """A stray repeats a row in order, or another stray; the later line of a key is the repeat."""
        by = ", ".join(keys)
        again = self._made("_again", f"SELECT _line FROM (SELECT * FROM _stray UNION ALL SELECT * FROM {rest} SEMI JOIN "
                           f"_stray USING ({by})) QUALIFY row_number() OVER (PARTITION BY {by} ORDER BY _line) > 1")
        left = self.query("SELECT count(*) FROM _stray WHERE _line NOT IN (SELECT _line FROM _again)")[0][0]
        return again, left == 0

    def put_out(self, lines: str) -> int:
        """Let `_out` be the lines of another list, keeping those that were out in `_before`."""
        self.query("CREATE OR REPLACE TEMP TABLE _before AS SELECT * FROM _out")
        self._out = self._made("_out", f"SELECT _line FROM {lines}")
        return self._out

    def put_out_too(self) -> None:
        """Let `_out` hold the earlier lines as well."""
        self._out += self.query("INSERT INTO _out SELECT _line FROM _before")[0][0]

    def _without_out(self) -> str:
        return " AND _line NOT IN (SELECT _line FROM _out)" if self._out else ""

    def write_accepted(self, table: Table, within: str, is_sorted: bool, with_line: bool, path: Path) -> None:
        """Write the rows that are not out, in key order; with their lines when they must be joined with others."""
        columns = ", ".join(f'"{name}"' for name in table.names) + (", _line" if with_line else "")
        order = "" if is_sorted else f" ORDER BY {', '.join(quoted_names(table.key))}"
        self.write(f"SELECT {columns} FROM _raw WHERE {within}{self._without_out()}{order}", table, path, with_line)

    def tally_file(self, path: Path, money: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Rows and sums of a written file, read back."""
        sums = [f'coalesce(sum("{name}"::HUGEINT), 0)' for name in money]
        row = self.query(f"SELECT {', '.join(['count(*)', *sums])} FROM {parquet(path)}")[0]
        return row[0], dict(zip(money, row[1:], strict=True))

    def known_elsewhere(self, table: Table, month: int, within: str) -> int:
        """Put the lines whose key another month holds into `_away`."""
        return self._made("_away", f"SELECT _line FROM _raw WHERE {within}{self._without_out()} AND {key_hash(table)} IN "
                          f"(SELECT h FROM _keys WHERE table_name = {text(table.name)} AND month <> {month})")

    def remember_keys(self, table: Table, month: int, path: Path) -> None:
        """Remember the keys a month's file holds."""
        self.query(f"INSERT INTO _keys SELECT {text(table.name)}, {month}, {key_hash(table)} FROM {parquet(path)}")

    def forget_keys(self) -> None:
        """Forget all keys: the next table has its own."""
        self.query("DELETE FROM _keys")


def _out_of_order(keys: Sequence[str], rows: str) -> str:
    """Rows whose key is not above the key of the row before."""
    equals, last = [f"({key} = lag({key}) OVER ())" for key in keys[:-1]], keys[-1]
    parts = []
    for place, key in enumerate(keys):
        same = "".join(f"{equal} AND " for equal in equals[:place])
        parts.append(f"({same}{key} > lag({key}) OVER ())")
    rising = " OR ".join(parts)
    return f"SELECT * EXCLUDE (_rising) FROM (SELECT *, coalesce({rising}, lag({last}) OVER () IS NULL) AS _rising FROM {rows}) WHERE NOT _rising"


def _unreadable(name: str) -> str:
    """Cells of a column that are there but cannot be read; a line cut short excuses no sum."""
    return f"count(*) FILTER (_bad IS NOT NULL AND contains(chr(30) || _bad, chr(30) || '{name}' || chr(31)))"


def row_key(table: Table) -> str:
    """SQL: the key of a row as text."""
    return "concat_ws('|', " + ", ".join(f'coalesce("{name}"::VARCHAR, \'?\')' for name in table.key) + ")"


def row_digest(table: Table, has_notes: bool = True) -> str:
    """SQL: a digest of a row's values and of what could not be read, to know a refused row again."""
    values = ", ".join(f'coalesce("{name}"::VARCHAR, chr(1))' for name in table.names)
    notes = "coalesce(_bad, '')" if has_notes else "''"
    return f"md5(concat_ws(chr(31), {values}, {notes}))"


def key_hash(table: Table) -> str:
    """SQL: a 64-bit hash of a row's key."""
    return f"hash({', '.join(quoted_names(table.key))})"


def quoted_names(names: Sequence[str]) -> list[str]:
    """Names as SQL identifiers."""
    return [f'"{name}"' for name in names]


def parquet(paths: Path | Sequence[Path], more: str = "") -> str:
    """SQL: the rows of Parquet files, their names taken literally (no patterns, no columns made of folder names)."""
    given = [paths] if isinstance(paths, Path) else paths
    names = ", ".join(text(re.sub(r"([*?\[])", r"[\1]", str(path))) for path in given)
    return f"read_parquet([{names}], hive_partitioning = false{', ' + more if more else ''})"


def quoted(path: Path) -> str:
    """A path as an SQL text."""
    return text(str(path))


def text(value: str) -> str:
    """A Python text as an SQL text."""
    return "'" + value.replace("'", "''").replace("\0", "") + "'"
