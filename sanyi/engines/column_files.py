"""Writing batches of columns to Parquet or CSV, row group by row group, without ever holding a file in memory."""
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

FORMATS = ("parquet", "csv")
DICTIONARY_BYTES = 16 << 20


class Written(Protocol):
    """What is written: columns of arrays or of words, and cells that a text file shall hold as they stand."""

    columns: Mapping[str, Any]
    spoiled: tuple[tuple[str, int, str], ...]


class ColumnFile:
    """One file open for writing; batches of the same columns may follow each other.

    Parquet: zstd level 1, text in dictionaries, plain strings to the reader. CSV: UTF-8, dates in ISO form, whole numbers.
    """

    def __init__(self, path: Path, format: str) -> None:
        if format not in FORMATS:
            raise ValueError(f"format: seen {format!r}, expected one of {', '.join(FORMATS)}")
        self._path, self._format, self._writer = path, format, None

    def __enter__(self) -> "ColumnFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def write(self, batch: Written) -> None:
        """Append a batch's rows."""
        names, columns = list(batch.columns), [arrow_column(values) for values in batch.columns.values()]
        if self._format == "csv":
            columns = [_as_text(column) if _is_spoiled(batch, name) else _plain(column) for name, column in zip(names, columns)]
            columns = [_with_cells(column, name, batch.spoiled) for name, column in zip(names, columns)]
        table = pa.table(columns, names=names)
        if self._writer is None:
            self._writer = self._opened(table.schema)
        if self._format == "csv":
            table = pa.table([_cast(column, field.type) for column, field in zip(table.columns, self._writer.schema)], names=names)
            self._writer.writer.write_table(table)
        else:
            self._writer.write_table(table.cast(self._writer.schema), row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file (nothing was written if no batch came)."""
        if self._writer is not None:
            (self._writer.writer if self._format == "csv" else self._writer).close()
            self._writer = None

    def _opened(self, schema: pa.Schema) -> Any:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._format == "csv":
            return _TextFile(self._path, schema)
        text = [field.name for field in schema if pa.types.is_dictionary(field.type) or pa.types.is_string(field.type)]
        whole = [field.name for field in schema if field.name in ("settled_month", "quantity_e3", "unit_price_fen", "line_number", "charged_on")]
        return pq.ParquetWriter(self._path, schema, compression="zstd", compression_level=1, use_dictionary=text + whole,
                                dictionary_pagesize_limit=DICTIONARY_BYTES, store_schema=False, write_statistics=True)


class _TextFile:
    """A CSV writer; columns that ever hold spoiled cells go through text, so all are text where they may."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = pa.schema([(field.name, pa.string() if pa.types.is_int64(field.type) or pa.types.is_date(field.type) else field.type)
                                 for field in schema])
        self.writer = pyarrow.csv.CSVWriter(path, self.schema, write_options=pyarrow.csv.WriteOptions(quoting_style="needed"))


def arrow_column(values: Any) -> pa.Array:
    """A column as the engine's array: words become a dictionary, ASCII bytes text, masked and NaT cells empty."""
    if hasattr(values, "vocabulary"):
        return _dictionary(values.codes, values.vocabulary)
    mask = None
    if isinstance(values, np.ma.MaskedArray):
        mask, values = np.ma.getmaskarray(values), values.data
    if values.dtype.kind == "S":
        return _fixed_text(values, mask)
    return pa.array(values, mask=mask)


def _dictionary(codes: np.ndarray, vocabulary: Any) -> pa.DictionaryArray:
    words = _fixed_text(vocabulary, None) if isinstance(vocabulary, np.ndarray) else pa.array(vocabulary, pa.string())
    empty = codes < 0
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=empty if empty.any() else None), words)


def _fixed_text(values: np.ndarray, mask: np.ndarray | None) -> pa.Array:
    """Text of one width from ASCII bytes; shorter words are possible and handled slowly."""
    width, values = values.dtype.itemsize, np.ascontiguousarray(values)
    letters = values.view(np.uint8).reshape(-1, width) if len(values) else np.empty((0, width), np.uint8)
    if (letters[:, -1] == 0).any():
        return pa.array([word.decode() for word in values.tolist()], pa.string(), mask=mask)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * width
    valid = None if mask is None else pa.array(~mask).buffers()[1]
    return pa.Array.from_buffers(pa.string(), len(values), [valid, pa.py_buffer(offsets), pa.py_buffer(values)])


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _as_text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string())


def _cast(column: Any, kind: pa.DataType) -> Any:
    return column if column.type == kind else column.cast(kind)


def _is_spoiled(batch: Written, name: str) -> bool:
    return any(column == name for column, _, _ in batch.spoiled)


def _with_cells(column: pa.Array, name: str, spoiled: Iterable[tuple[str, int, str]]) -> pa.Array:
    """The column with some cells replaced by text."""
    cells = {row: text for one, row, text in spoiled if one == name}
    if not cells:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[list(cells)] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([cells[row] for row in sorted(cells)], pa.string()))
