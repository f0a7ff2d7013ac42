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
FEW_VALUES = ("settled_month", "quantity_e3", "line_number", "charged_on")


class Written(Protocol):
    """What is written: columns of arrays or of words, and cells that a text file shall hold as they stand."""

    month: int | None
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
            columns = [_with_cells(_as_text(column), name, batch.spoiled) if batch.month else _plain(column)
                       for name, column in zip(names, columns)]
        table = pa.table(columns, names=names)
        if self._writer is None:
            self._writer = self._opened(table.schema, batch.month is not None)
        if self._format == "csv":
            self._writer.write_table(table)
        else:
            self._writer.write_table(table, row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file (nothing was written if no batch came)."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _opened(self, schema: pa.Schema, is_by_month: bool) -> Any:
        """A writer; tables kept by month hold codes and numbers only, so their text needs no quotes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._format == "csv":
            options = pyarrow.csv.WriteOptions(quoting_style="none" if is_by_month else "needed")
            return pyarrow.csv.CSVWriter(self._path, schema, write_options=options)
        text = [field.name for field in schema if pa.types.is_dictionary(field.type) or pa.types.is_string(field.type)]
        sought = [field.name for field in schema if field.name.endswith(("_id", "_on", "month"))]  # statistics cost time: only where sought by
        return pq.ParquetWriter(self._path, schema, compression="zstd", compression_level=1, use_dictionary=text + [name for name in FEW_VALUES if name in schema.names],
                                dictionary_pagesize_limit=DICTIONARY_BYTES, store_schema=False, write_statistics=sought)


def arrow_column(values: Any) -> pa.Array:
    """A column as the engine's array: words become a dictionary, ASCII bytes text, masked and NaT cells empty."""
    if hasattr(values, "vocabulary"):
        return _dictionary(values.codes, values.vocabulary)
    mask = None
    if isinstance(values, np.ma.MaskedArray):
        mask, values = np.ma.getmaskarray(values), values.data
    if values.dtype.kind == "S":
        return _fixed_text(values, mask)
    if values.dtype.kind == "M":
        empty = np.isnat(values)
        days = np.where(empty, 0, values.astype(np.int64)).astype(np.int32)
        return _from_buffer(pa.date32(), days, empty if mask is None else empty | mask)
    if values.dtype.kind == "b":
        return _from_buffer(pa.bool_(), np.packbits(values, bitorder="little"), mask, len(values))
    return _from_buffer(pa.int64(), values.astype(np.int64, copy=False), mask)


def _from_buffer(kind: pa.DataType, values: np.ndarray, mask: np.ndarray | None, count: int | None = None) -> pa.Array:
    """An array over the values themselves (the library's own conversion would import pandas)."""
    return pa.Array.from_buffers(kind, len(values) if count is None else count, [_validity(mask), pa.py_buffer(np.ascontiguousarray(values))])


def _validity(mask: np.ndarray | None) -> pa.Buffer | None:
    return pa.py_buffer(np.packbits(~mask, bitorder="little")) if mask is not None and mask.any() else None


def _dictionary(codes: np.ndarray, vocabulary: Any) -> pa.DictionaryArray:
    words = _fixed_text(vocabulary, None) if isinstance(vocabulary, np.ndarray) else _text(vocabulary)
    return pa.DictionaryArray.from_arrays(_from_buffer(pa.int32(), codes.astype(np.int32, copy=False), codes < 0), words)


def _text(words: Iterable[str]) -> pa.Array:
    letters = [word.encode("utf-8") for word in words]
    offsets = np.concatenate([[0], np.cumsum([len(word) for word in letters])]).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(letters), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(letters))])


def _fixed_text(values: np.ndarray, mask: np.ndarray | None) -> pa.Array:
    """Text of one width from ASCII bytes; shorter words are possible and handled slowly."""
    width, values = values.dtype.itemsize, np.ascontiguousarray(values)
    letters = values.view(np.uint8).reshape(-1, width) if len(values) else np.empty((0, width), np.uint8)
    if (letters[:, -1] == 0).any():
        plain = _text(word.decode() for word in values.tolist())
        return plain if mask is None else pc.if_else(_from_buffer(pa.bool_(), np.packbits(~mask, bitorder="little"), None, len(mask)), plain, None)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(pa.string(), len(values), [_validity(mask), pa.py_buffer(offsets), pa.py_buffer(values)])


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _as_text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string())


def _with_cells(column: pa.Array, name: str, spoiled: Iterable[tuple[str, int, str]]) -> pa.Array:
    """The column with some cells replaced by text."""
    cells = {row: text for one, row, text in spoiled if one == name}
    if not cells:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[list(cells)] = True
    bits = _from_buffer(pa.bool_(), np.packbits(mask, bitorder="little"), None, len(mask))
    return pc.replace_with_mask(column, bits, _text(cells[row] for row in sorted(cells)))
