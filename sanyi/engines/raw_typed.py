"""Columns of text to the record's types: whole columns at once where they are clean, value by value where not."""
from collections.abc import Sequence
from typing import Any

import numpy
import pyarrow as pa
import pyarrow.compute as compute

from sanyi.engines.duck import ARROW_TYPES
from sanyi.engines.raw_text import Cells

LINE, BAD = "_line", "_bad"
DIGITS = b"0123456789-"
CONTROLS = bytes(range(32)) + b"\x7f"
LONGEST_SEEN = 200
CUT, NEXT = "\x1f", "\x1e"


def typed_schema(fields: Sequence[Any]) -> pa.Schema:
    """The record's columns, then the line and the notes on unreadable cells."""
    columns = [(each.column.name, ARROW_TYPES[each.column.type]) for each in fields]
    return pa.schema([*columns, (LINE, pa.int64()), (BAD, pa.string())])


def typed(cells: Cells, fields: Sequence[Any]) -> pa.RecordBatch:
    """Read each field's column; a cell that cannot be read is empty and noted as column, reason, value seen.

    `fields` say how: `source`, `column`, `kind`, `constant`, `codes`, and `read(cell) -> (value, reason)`.
    """
    count = len(cells.lines)
    notes: dict[int, list[str]] = {}
    arrays = [_column(cells, each, count, notes) for each in fields]
    bad = pa.nulls(count, pa.string()) if not notes else pa.array(
        [NEXT.join(notes[row]) if row in notes else None for row in range(count)], pa.string())
    batch = pa.RecordBatch.from_arrays([*arrays, pa.array(cells.lines), bad], schema=typed_schema(fields))
    return _with_problems(batch, cells) if cells.problems else batch


def _with_problems(batch: pa.RecordBatch, cells: Cells) -> pa.RecordBatch:
    """Lines that are no rows stand as empty rows with a note, so that nothing is lost from the count."""
    schema, count = batch.schema, len(cells.problems)
    notes = [f"{CUT}{reason}{CUT}{_seen(text)}" for _, reason, text in cells.problems]
    empty = [pa.nulls(count, each.type) for each in schema][:-2]
    more = pa.RecordBatch.from_arrays(
        [*empty, pa.array([line for line, _, _ in cells.problems], pa.int64()), pa.array(notes, pa.string())], schema=schema)
    return pa.Table.from_batches([batch, more]).combine_chunks().to_batches()[0]


def _column(cells: Cells, each: Any, count: int, notes: dict[int, list[str]]) -> pa.Array:
    kind = ARROW_TYPES[each.column.type]
    if each.constant is not None:
        return pa.array([each.constant] * count, kind)
    if not each.source or each.source not in cells.columns:
        return pa.nulls(count, kind)
    column = cells.columns[each.source]
    fast = None if each.codes else _fast(column, each)
    return fast if fast is not None else _slow(column, each, notes)


def _fast(column: pa.StringArray, each: Any) -> pa.Array | None:
    """The whole column at once, when its bytes hold nothing that needs a look."""
    if each.kind == "whole":
        return _cast(column, pa.int64()) if not _bytes(column).translate(None, DIGITS) else None
    if each.kind == "date" and each.formats[0] == "%Y-%m-%d":
        data = _bytes(column)
        is_iso = len(data) == 10 * (len(column) - column.null_count) and not data.translate(None, DIGITS)
        days = _cast(column, pa.date32()) if is_iso else None
        return days if days is not None and _is_plausible(days) else None
    if each.kind == "text":
        return column if _is_clean(column, each.is_identifier) else None
    return None


def _is_plausible(days: pa.Array) -> bool:
    """Whether all dates lie where the plain reader takes them (1880 to 2199)."""
    ends = compute.min_max(days).as_py()
    return ends["min"] is None or (ends["min"].year >= 1880 and ends["max"].year <= 2199)


def _cast(column: pa.StringArray, kind: pa.DataType) -> pa.Array | None:
    try:
        return compute.cast(column, kind)
    except pa.ArrowInvalid:
        return None


def _bytes(column: pa.StringArray) -> bytes:
    """The bytes of all values, one after the other."""
    if not len(column):
        return b""
    offsets = numpy.frombuffer(column.buffers()[1], "int32")[column.offset:column.offset + len(column) + 1]
    data = column.buffers()[2]
    return bytes(memoryview(data)[offsets[0]:offsets[-1]]) if data is not None else b""


def _is_clean(column: pa.StringArray, is_identifier: bool) -> bool:
    data = _bytes(column)
    if not data.isascii() or b" " in data or len(data.translate(None, CONTROLS)) != len(data):
        return False
    if is_identifier and (b"E+" in data or b"e+" in data):
        return False
    return len(data) <= 4000 or (compute.max(compute.binary_length(column)).as_py() or 0) <= 4000


def _slow(column: pa.StringArray, each: Any, notes: dict[int, list[str]]) -> pa.Array:
    """Read each distinct value once; note the rows of those that cannot be read."""
    encoded = column.dictionary_encode()
    seen = _decoded(encoded.dictionary)
    read = [each.read(value) for value in seen]
    values = pa.array([value for value, _ in read], ARROW_TYPES[each.column.type])
    refused = [place for place, (_, reason) in enumerate(read) if reason]
    if refused:
        indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for row in numpy.flatnonzero(numpy.isin(indices, refused)).tolist():
            place = indices[row]
            notes.setdefault(row, []).append(CUT.join((each.column.name, read[place][1], _seen(seen[place]))))
    return values.take(encoded.indices)


def _decoded(values: pa.Array) -> list[str]:
    try:
        return values.to_pylist()
    except UnicodeDecodeError:
        return [value.decode("utf-8", "replace") for value in values.cast(pa.binary()).to_pylist()]


def _seen(text: str) -> str:
    return text.replace(CUT, " ").replace(NEXT, " ").replace("\0", "␀")[:LONGEST_SEEN]
