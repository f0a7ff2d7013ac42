"""Parquet files of foreign make: exactly the record's types, or columns that can be read as text."""
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from sanyi.engines.duck import ARROW_TYPES
from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_text import Cells

ROWS_AT_ONCE = 100_000
MOST_BYTES_OF_A_GROUP = 2 << 30


def open_parquet(path: Path) -> parquet.ParquetFile:
    """Open a Parquet file whose footer is sound; raises Unreadable."""
    try:
        file = parquet.ParquetFile(path)
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if any(group.total_byte_size > MOST_BYTES_OF_A_GROUP or group.num_rows < 0 for group in groups):
            raise Unreadable("file_broken", "a row group larger than 2 GB")
        if sum(group.num_rows for group in groups) != file.metadata.num_rows:
            raise Unreadable("file_broken", "the row groups do not add up to the file's rows")
        return file
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("file_broken", str(error)[:200]) from None


def is_canonical(file: parquet.ParquetFile, fields: Sequence[Any]) -> bool:
    """Whether the file has each of the record's columns in exactly the record's type."""
    schema = file.schema_arrow
    return all(schema.get_field_index(each.column.name) >= 0
               and schema.field(each.column.name).type == ARROW_TYPES[each.column.type] for each in fields)


def parquet_cells(file: parquet.ParquetFile, wanted: Sequence[str]) -> Iterator[Cells]:
    """The wanted columns as text, a stretch of rows at a time; a row's line is its number, from 1."""
    for name in wanted:
        if pa.types.is_nested(file.schema_arrow.field(name).type):
            raise Unreadable("column_type", f"{name}: {file.schema_arrow.field(name).type}")
    at = 0
    try:
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(wanted)):
            columns = {name: _as_text(batch.column(name), name) for name in wanted}
            yield Cells(columns, numpy.arange(at + 1, at + 1 + batch.num_rows, dtype="int64"))
            at += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise Unreadable("file_broken", str(error)[:200]) from None


def _as_text(column: pa.Array, name: str) -> pa.StringArray:
    try:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_timestamp(column.type):
            is_day = compute.all(compute.equal(compute.floor_temporal(column, unit="day"), column)).as_py()
            column = compute.strftime(column, "%Y-%m-%d" if is_day is not False else "%Y-%m-%d %H:%M:%S")
        text = compute.cast(column, pa.string())
    except pa.ArrowException:
        raise Unreadable("column_type", f"{name}: {column.type}") from None
    return compute.if_else(compute.equal(text, ""), None, text) if len(text) else text
