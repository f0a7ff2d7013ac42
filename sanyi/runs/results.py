"""A folder of results, read for people: tables by name, of the run and of the record it was made from."""
import json
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sanyi.engines.errors import OtherPromise
from sanyi.engines.reader import BadQuestion, Condition, Order, Reader
from sanyi.runs.card import CARD
from sanyi.runs.errors import NoResults, UnknownTable
from sanyi.runs.kept import kept_files
from sanyi.runs.records import Records, open_records
from sanyi.runs.refused_rows import REFUSED_ROWS, refused_file
from sanyi.runs.steps import all_steps, promise
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

__all__ = ["BadQuestion", "Condition", "Order", "OtherPromise", "Results"]


class Results:
    """One run's results; every question names a table of the run or of the record (that year's rows)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / CARD).is_file():
            raise NoResults(f"{folder}: 没有运行记录 / has no {CARD}; results are made by `sanyi run`")
        self.card: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))

    @property
    def year(self) -> int:
        """The year that was run."""
        return int(self.card["year"])

    @cached_property
    def records(self) -> Records:
        """The record the run read."""
        return open_records((self.folder / self.card["records"]).resolve())

    @property
    def names(self) -> list[str]:
        """The tables the run made."""
        return sorted(name for name in self.card["steps"] if name in all_steps())

    def promise(self, name: str) -> Table:
        """What a table promises: its columns with meaning, unit and codes."""
        return REFUSED_ROWS if name == REFUSED_ROWS.name else promise(name)

    def files(self, name: str) -> list[Path]:
        """The files that hold a table; raises UnknownTable."""
        if name in self.card["steps"]:
            return kept_files(self.folder, self.card["steps"][name]["file"])
        if name in record_tables():
            return self.records.paths(self.records.chosen(name, self.year))
        if name == REFUSED_ROWS.name:
            return refused_file(self.records.folder)
        raise UnknownTable(f"these results have no table {name}")

    def page(self, name: str, where: Sequence[Condition] = (), order: Sequence[Order] = (), offset: int = 0,
             limit: int | None = 50) -> list[dict[str, Any]]:
        """Rows that meet all conditions, sorted, from an offset, at most `limit` (None: all)."""
        return _reader().page(self.promise(name), self.files(name), where, order, offset, limit)

    def count(self, name: str, where: Sequence[Condition] = ()) -> int:
        """How many rows meet all conditions."""
        return _reader().count(self.promise(name), self.files(name), where)

    def grouped(self, name: str, by: Sequence[str], sums: Sequence[str] = (),
                where: Sequence[Condition] = ()) -> list[dict[str, Any]]:
        """Counts (`row_count`) and sums by some columns."""
        return _reader().grouped(self.promise(name), self.files(name), by, sums, where)

    def among(self, column: str, name: str, where: Sequence[Condition]) -> Condition:
        """The condition that a column's value stands in the column of that name in rows of another table."""
        return Condition(column, "among", (self.promise(name), self.files(name), tuple(where)))

    def one(self, name: str, **key: Any) -> dict[str, Any] | None:
        """The first row with these values, or None."""
        rows = self.page(name, [Condition(column, "eq", value) for column, value in key.items()], limit=1)
        return rows[0] if rows else None


def read_page(table: Table, files: Sequence[Path], where: Sequence[Condition] = (), order: Sequence[Order] = (),
              limit: int | None = 50, offset: int = 0) -> list[dict[str, Any]]:
    """Rows of files beside a run's tables, such as those of a comparison, by their own promise."""
    return _reader().page(table, files, where, order, offset, limit)


def read_all(table: Table, files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Every row of such files, in their order, some at a time."""
    return _reader().stream(table, files)


def read_count(table: Table, files: Sequence[Path], where: Sequence[Condition] = ()) -> int:
    """How many rows of such files meet all conditions."""
    return _reader().count(table, files, where)


@cache
def _reader() -> Reader:
    return Reader()
