"""The distributed engine: the same expressions on Spark; what it makes is put in order and written like any other result."""
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis

from sanyi.engines.duck import DuckEngine, arrow_table
from sanyi.engines.errors import NotShared, OutOfRoom
from sanyi.engines.spark_session import check_installed, open_session
from sanyi.engines.spark_sizes import Sizes
from sanyi.engines.spark_words import spark_words
from sanyi.tables.rows import filled
from sanyi.tables.table import Table

SINK_MEMORY = "2GB"
ROOM_SIGNS = ("OutOfMemoryError", "No space left on device", "ExecutorLostFailure", "Cannot allocate memory", "GC overhead")


class SparkEngine:
    """A Spark session that knows tables by name; close it (or use `with`) to leave the cluster.

    Spark computes and leaves its parts in a folder beside the result; the embedded engine puts them in the order of the
    key and writes the file. So a table has the same bytes whichever engine made it, and small questions (counts, keys,
    rows for exact steps) cost no Spark job. All machines must see the records' and the results' folders under one path.
    """

    name = "spark"
    has_bounded_memory = False  # it cuts by itself; every cut of ours would be a job of seconds

    def __init__(self, memory: str = "4GB", threads: int = 2, master: str | None = None,
                 settings: Mapping[str, str] | None = None) -> None:
        check_installed()
        self._folder = tempfile.TemporaryDirectory(prefix="sanyi-spark-")
        try:
            self._session = open_session(memory, threads, master, settings or {}, Path(self._folder.name))
        except BaseException:
            self._folder.cleanup()
            raise
        self._sink = DuckEngine(SINK_MEMORY, threads)
        self._waiting: dict[str, tuple[Sequence[Path], Table, str]] = {}
        self._sizes, self._bytes = Sizes(self._session, settings or {}), {}
        self.version = f"{self._session.version}, files by duckdb {duckdb.__version__}"

    def __enter__(self) -> "SparkEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster and remove what was spilled here."""
        self._sink.close()
        self._session.stop()
        self._folder.cleanup()

    @contextmanager
    def hands(self) -> Iterator[list["SparkEngine"]]:
        """This engine alone: one query at a time takes the whole cluster."""
        yield [self]

    def show_files(self, name: str, files: Sequence[Path], table: Table, where: str = "") -> None:
        """Let `name` stand for the rows of some Parquet files, all or those of a month (see cuts); with no files it stands for no rows."""
        self._sink.show_files(name, files, table, where)
        self._waiting[name] = (files, table, where)
        self._bytes[name] = sum(path.stat().st_size for path in files)

    def show_rows(self, name: str, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Let `name` stand for rows given in Python, filled up to the table's columns."""
        given = filled(table, rows)
        self._sink.show_rows(name, table, given)
        self._waiting.pop(name, None)
        self._bytes[name] = 0
        self._session.createDataFrame(arrow_table(table, given)).createOrReplaceTempView(name)

    def sql(self, expression: ibis.Table, table: Table) -> str:
        """Compile an expression to this engine's words, with exactly the columns and types the table promises."""
        return spark_words(expression, table)

    def write(self, sql: str, table: Table, path: Path, sort: bool = True) -> int:
        """Write a query's rows to a Parquet file, in the order of the key; returns the number of rows.

        The file appears under its name only when it is whole. Raises OutOfRoom, NotShared.
        """
        parts = path.with_name(path.name + ".spark")
        shutil.rmtree(parts, ignore_errors=True)
        try:
            made = self._write_parts(sql, table, parts)
            files = sorted(parts.glob("*.parquet"))
            seen = self._sink.write(_rows_of(files), table, path, sort) if files else -1
            if seen != made:
                path.unlink(missing_ok=True)
                raise NotShared(f"{table.zh} {table.name}: 集群写出 {made} 行，本机只看到 {max(seen, 0)} 行 / the cluster wrote {made} rows "
                                f"and this machine sees {max(seen, 0)} in {path.parent}: 结果文件夹须为共享目录 / the results folder must be "
                                "one that all machines share under one path")
            return seen
        finally:
            shutil.rmtree(parts, ignore_errors=True)

    def _write_parts(self, sql: str, table: Table, parts: Path) -> int:
        """Let all workers write their parts; returns the rows they say they wrote."""
        from pyspark.sql import Observation, functions

        written = Observation()
        with _in_room(table):
            rows = self._query(sql).observe(written, functions.count(functions.lit(1)).alias("rows"))
            rows.write.parquet(_address(parts))
        return int(written.get["rows"])

    def merge(self, parts: Sequence[Path], table: Table, path: Path) -> int:
        """Put the rows of several written parts into one file in the order of the key."""
        return self._sink.merge(parts, table, path)

    def count(self, path: Path) -> int:
        """How many rows a written table has."""
        return self._sink.count(path)

    def check_key(self, table: Table, path: Path) -> None:
        """Raise BrokenKey where a written table has two rows for one key."""
        self._sink.check_key(table, path)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run a query and give its rows as plain dictionaries."""
        return self._query(sql).toArrow().to_pylist()

    def rows_of(self, name: str, table: Table) -> list[dict[str, Any]]:
        """All rows of a named table in the order of its key (for exact steps: small tables only)."""
        return self._sink.rows_of(name, table)

    def _query(self, sql: str) -> Any:
        """Ask Spark, set for their size, after telling it of the tables that the query names."""
        self._sizes.set_for(sum(size for name, size in self._bytes.items() if f"`{name}`" in sql))
        for name in [name for name in self._waiting if f"`{name}`" in sql]:
            files, table, where = self._waiting.pop(name)
            rows = self._session.createDataFrame(arrow_table(table, [])) if not files else self._session.read.schema(
                ", ".join(f"`{column.name}` {SPARK_TYPES[column.type]}" for column in table.columns)).parquet(*map(_pattern, files))
            (rows.where(where) if where else rows).createOrReplaceTempView(name)
        return self._session.sql(sql)


SPARK_TYPES = {"text": "string", "whole": "bigint", "date": "date", "flag": "boolean"}


def _rows_of(files: Sequence[Path]) -> str:
    return "SELECT * FROM read_parquet([" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in files) + "])"


def _address(path: Path) -> str:
    """A local path as Spark takes it, on a cluster too, whose own file system may be another."""
    return f"file://{path.absolute()}"


def _pattern(path: Path) -> str:
    """The same for reading, where Spark takes some letters for wild cards."""
    return _address(Path("".join("\\" + letter if letter in "{}[]*?\\" else letter for letter in str(path))))


@contextmanager
def _in_room(table: Table) -> Iterator[None]:
    """Say plainly that memory or disk ran out, or that a worker was lost, while a table was made."""
    try:
        yield
    except Exception as failed:  # Java's errors come under several names, the gateway's under others
        said = next((sign for sign in ROOM_SIGNS if sign in str(failed)), None)
        if said is None:
            raise
        raise OutOfRoom(f"{table.zh} {table.name}: Spark 内存或磁盘不足，或工作进程中断 / memory or disk ran out on Spark, or a worker was "
                        f"lost ({said}): {os.linesep.join(str(failed).strip().splitlines()[:3])}") from failed
