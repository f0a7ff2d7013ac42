"""One pass over a file that is nearly in order: counted, looked at, and its sound rows written as they come."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet

from sanyi.engines.raw_order import Rising, order_of
from sanyi.engines.raw_record import LINE_BITS
from sanyi.engines.raw_rows import Rows
from sanyi.engines.raw_screen import Holds, breaks_law, doubtful
from sanyi.engines.raw_typed import BAD, LINE
from sanyi.engines.raw_write import CODED, ROWS_OF_A_GROUP, RecordFile, coded
from sanyi.engines.duck import ARROW_TYPES
from sanyi.tables.table import Table

MOST_APART = 200_000
MOST_SORTED = 2_000_000
SAFE = 1 << 62


class NotInOrder(Exception):
    """The file must be read the long way: several months, out of order, or too much of it in doubt."""


@dataclass(frozen=True)
class Streamed:
    """What one pass found: rows and sums in fen of the file and of what was written; rows in doubt and rows out of order."""

    rows: int
    fen: dict[str, int]
    written: int
    written_fen: dict[str, int]
    warnings: dict[str, int]
    doubtful: pa.Table
    strays: pa.Table


def stream(rows: Rows | None, path: Path, table: Table, month: int | None, laws: Sequence[tuple[Any, ...]],
           warnings: Mapping[str, tuple[Any, ...]], parents: Mapping[str, Holds], out: Path) -> Streamed:
    """Write a file's sound rows to `out` and set the others apart. Raises NotInOrder.

    A row is written when nothing about it is in doubt and its key is above all before it.
    """
    schema = pa.schema([(column.name, CODED if column.type == "text" else ARROW_TYPES[column.type])
                        for column in table.columns] + [(LINE, pa.int64()), (BAD, pa.string())])
    money = [column.name for column in table.columns if column.unit == "fen"]
    seen = _Pass(table, money, Rising(table.key))
    try:
        with RecordFile(out, table) as file:
            for batch in _in_order(_coded(_batches(rows, path, table), schema), table, schema):
                if table.partition and not _is_all(batch.column("settled_month"), month):
                    raise NotInOrder("another month")
                seen.take(batch, laws, warnings, parents, file)
    except (pa.ArrowException, OSError, OverflowError) as odd:
        raise NotInOrder(str(odd)[:200]) from None
    return seen.result(schema)


def sums_of(path: Path, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Rows and sums of a written file, read back."""
    file = parquet.ParquetFile(path)
    sums = dict.fromkeys(names, 0)
    if names:
        for batch in file.iter_batches(ROWS_OF_A_GROUP, columns=list(names)):
            for name in names:
                sums[name] += exact_sum(batch.column(name))
    return file.metadata.num_rows, sums


def stand_already(strays: pa.Table, path: Path, table: Table) -> bool:
    """Whether each row out of order repeats a key that was written (each key is, before its repeats)."""
    keys = list(table.key)
    asked = {tuple(row.values()) for row in strays.select(keys).to_pylist()}
    near = dataset.field(keys[0]).isin(strays[keys[0]].unique())
    written = parquet.read_table(path, columns=keys, filters=near, use_threads=False)
    return asked <= set(zip(*(written[name].to_pylist() for name in keys), strict=True))


def placed(rows: pa.Table, place: int) -> pa.Table:
    """The rows with their file's place before the line."""
    lines = compute.add(rows[LINE], pa.scalar(place << LINE_BITS, pa.int64()))
    return rows.set_column(rows.schema.get_field_index(LINE), LINE, lines)


def exact_sum(column: pa.Array) -> int:
    """The sum of 64-bit numbers, however large."""
    ends = compute.min_max(column).as_py()
    if ends["min"] is None:
        return 0
    if max(abs(ends["min"]), abs(ends["max"])) * len(column) < SAFE:
        return compute.sum(column).as_py() or 0
    return sum(number for number in column.to_pylist() if number is not None)


class _Pass:
    """The counts of a pass under way."""

    def __init__(self, table: Table, money: Sequence[str], rising: Rising) -> None:
        self._table, self._money, self._rising = table, money, rising
        self._rows = self._written = self._apart = 0
        self._fen, self._written_fen = dict.fromkeys(money, 0), dict.fromkeys(money, 0)
        self._warnings: dict[str, int] = {}
        self._doubtful: list[pa.RecordBatch] = []
        self._strays: list[pa.RecordBatch] = []

    def take(self, batch: pa.RecordBatch, laws: Sequence[tuple[Any, ...]], warnings: Mapping[str, tuple[Any, ...]],
             parents: Mapping[str, Holds], file: RecordFile) -> None:
        """Count a stretch of rows, set apart what is in doubt or out of order, and write the rest."""
        self._rows += batch.num_rows
        sums = self._added(self._fen, batch)
        for name, law in warnings.items():
            self._warnings[name] = self._warnings.get(name, 0) + (compute.sum(breaks_law(batch, law)).as_py() or 0)
        kept = self._set_apart(batch, _either(doubtful(batch, self._table, laws, parents), batch.column(BAD)), self._doubtful)
        kept = self._set_apart(kept, self._rising.strays(kept), self._strays)
        if kept.num_rows == batch.num_rows:
            for name, fen in sums.items():
                self._written_fen[name] += fen
        else:
            self._added(self._written_fen, kept)
        self._written += kept.num_rows
        file.add(kept)

    def _added(self, to: dict[str, int], batch: pa.RecordBatch) -> dict[str, int]:
        sums = {name: exact_sum(batch.column(name)) for name in self._money}
        for name, fen in sums.items():
            to[name] += fen
        return sums

    def _set_apart(self, batch: pa.RecordBatch, mask: numpy.ndarray | None, to: list[pa.RecordBatch]) -> pa.RecordBatch:
        if mask is None:
            return batch
        self._apart += int(mask.sum())
        if self._apart > MOST_APART:
            raise NotInOrder("much of it out of order or in doubt")
        to.append(batch.filter(pa.array(mask)))
        return batch.filter(pa.array(~mask))

    def result(self, schema: pa.Schema) -> Streamed:
        """What the pass found."""
        plain = pa.schema([(each.name, pa.string() if each.type == CODED else each.type) for each in schema])
        doubt, strays = (pa.Table.from_batches(parts, schema).cast(plain) for parts in (self._doubtful, self._strays))
        return Streamed(self._rows, self._fen, self._written, self._written_fen, self._warnings, doubt, strays)


def _batches(rows: Rows | None, path: Path, table: Table) -> Iterator[pa.RecordBatch]:
    if rows is not None:
        yield from rows.reader
        return
    texts = [column.name for column in table.columns if column.type == "text"]
    at = 1
    for batch in parquet.ParquetFile(path, read_dictionary=texts).iter_batches(ROWS_OF_A_GROUP, columns=list(table.names)):
        batch = batch.select(list(table.names))
        lines = pa.array(numpy.arange(at, at + batch.num_rows, dtype="int64"))
        at += batch.num_rows
        yield pa.RecordBatch.from_arrays([*batch.columns, lines, pa.nulls(batch.num_rows, pa.string())],
                                         names=[*batch.schema.names, LINE, BAD])


def _coded(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for each in batches:
        yield coded(each, schema)


def _in_order(batches: Iterator[pa.RecordBatch], table: Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The batches as they are when the first is in order; a file of moderate size that is not is sorted by key and line."""
    first = next(batches, None)
    if first is None:
        return
    marks = Rising(table.key).strays(_with_keys(first, table))
    if marks is None or marks.sum() * 100 <= first.num_rows + 100:
        yield first
        yield from batches
        return
    held, rows = [first], first.num_rows
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows > MOST_SORTED:
            raise NotInOrder("large and out of order")
    whole = pa.Table.from_batches(held, schema).combine_chunks().to_batches()[0]
    yield whole.take(pa.array(order_of([whole.column(name) for name in table.key])))


def _with_keys(batch: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    """The rows whose key is whole."""
    lacking = [batch.column(name).null_count for name in table.key]
    if not any(lacking):
        return batch
    whole = [compute.is_valid(batch.column(name)).to_numpy(zero_copy_only=False) for name in table.key]
    return batch.filter(pa.array(numpy.logical_and.reduce(whole)))


def _is_all(column: pa.Array, month: int | None) -> bool:
    ends = compute.min_max(column).as_py()
    return not len(column) or (not column.null_count and ends["min"] == ends["max"] == month)


def _either(mask: numpy.ndarray | None, bad: pa.Array) -> numpy.ndarray | None:
    if bad.null_count == len(bad):
        return mask
    noted = compute.is_valid(bad).to_numpy(zero_copy_only=False)
    return noted if mask is None else mask | noted
