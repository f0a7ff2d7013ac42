"""The record's Parquet files: the same rows in the same order give the same bytes, whatever way they came."""
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from sanyi.engines.duck import ARROW_TYPES
from sanyi.tables.table import Table

ROWS_OF_A_GROUP = 245_760
CODED = pa.dictionary(pa.int32(), pa.string())


class RecordFile:
    """A file under way: rows come in stretches of any length, and leave in row groups of one length."""

    def __init__(self, path: Path, table: Table, with_line: bool = False) -> None:
        self._names = [*table.names, *(["_line"] if with_line else [])]
        columns = [(column.name, ARROW_TYPES[column.type]) for column in table.columns]
        self._texts = [column.name for column in table.columns if column.type == "text"]
        self._schema = pa.schema([(name, CODED if kind == pa.string() else kind) for name, kind in columns]
                                 + ([("_line", pa.int64())] if with_line else []))
        self._writer = parquet.ParquetWriter(path, self._schema, compression="snappy", store_schema=False)  # a quarter less work than zstd, both ways
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> "RecordFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and (self._waiting or not self._rows):
            self._write(self._waiting)
        self._writer.close()

    def add(self, rows: pa.RecordBatch) -> None:
        """Add rows; a text column may come plain or coded."""
        rows = coded(rows.select(self._names), self._schema)
        while rows.num_rows:
            part = rows.slice(0, ROWS_OF_A_GROUP - self._rows % ROWS_OF_A_GROUP)
            self._waiting.append(part)
            self._rows += part.num_rows
            rows = rows.slice(part.num_rows)
            if self._rows % ROWS_OF_A_GROUP == 0:
                self._write(self._waiting)
                self._waiting = []

    def _write(self, parts: Sequence[pa.RecordBatch]) -> None:
        whole = pa.Table.from_batches(parts, self._schema)
        columns = [_in_order_of_appearance(whole[name]) if name in self._texts else whole[name] for name in self._names]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), row_group_size=ROWS_OF_A_GROUP)


def coded(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Rows whose text columns are codes into a dictionary."""
    columns = [column.dictionary_encode() if kind == CODED and not pa.types.is_dictionary(column.type) else column
               for column, kind in zip(rows.columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _in_order_of_appearance(column: pa.ChunkedArray) -> pa.Array:
    """The same values under a dictionary of exactly those that stand there, in the order in which they do."""
    if not len(column):
        return pa.array([], CODED)
    one = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    again = compute.dictionary_encode(one.indices)
    return pa.DictionaryArray.from_arrays(again.indices, one.dictionary.take(again.dictionary))


def write_record_file(path: Path, table: Table, batches: Iterable[pa.RecordBatch], with_line: bool = False) -> None:
    """Write rows that are in key order already."""
    with RecordFile(path, table, with_line) as file:
        for batch in batches:
            file.add(batch)
