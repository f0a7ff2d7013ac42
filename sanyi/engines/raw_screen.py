"""A stretch of rows looked at whole columns at a time: which rows may break a promise.

Whoever is pointed out is judged by the exact SQL checks afterwards; whoever is not keeps every promise.
"""
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import numpy
import pyarrow as pa
import pyarrow.compute as compute

from sanyi.tables.table import Column, Table

CONTROLS = bytes(range(32)) + b"\x7f"
DOUBTFUL = "[\\x00-\\x1f\\x7f]|^ | $|^$"
LONGEST = 4000
EARLIEST, LATEST = date(1880, 1, 1), date(2199, 12, 31)
Mask = numpy.ndarray


class Holds(Protocol):
    """Which of some keys the record has."""

    def holds(self, values: pa.Array) -> Mask: ...


def doubtful(rows: pa.RecordBatch, table: Table, laws: Sequence[tuple[Any, ...]], parents: Mapping[str, Holds]) -> Mask | None:
    """Mark the rows that may break a check, a law across columns, or lack a parent; None when there is none.

    Text columns must be codes into dictionaries. Raises pyarrow.ArrowInvalid for sums beyond 64 bits and broken text.
    """
    marks = [mark for column in table.columns
             for mark in _of_column(rows.column(column.name), column, parents.get(column.name))]
    marks += [_true(breaks_law(rows, law)) for law in laws]
    marks = [mark for mark in marks if mark is not None and mark.any()]
    return numpy.logical_or.reduce(marks) if marks else None


def breaks_law(rows: pa.RecordBatch, law: tuple[Any, ...]) -> pa.Array:
    """Where a row breaks a law: ("below", a, b) a < b; ("beyond", a, limit) a > limit; ("not_sum", total, *parts);
    ("price", amount, price, quantity) more than one fen apart."""
    kind, first, *rest = law
    column = rows.column(first)
    if kind == "below":
        return compute.less(column, rows.column(rest[0]))
    if kind == "beyond":
        return compute.greater(column, rest[0])
    if kind == "not_sum":
        total = rows.column(rest[0])
        for part in rest[1:]:
            total = compute.add_checked(total, rows.column(part))
        return compute.not_equal(column, total)
    given = compute.multiply_checked(column, 1000)
    apart = compute.subtract_checked(given, compute.multiply_checked(rows.column(rest[0]), rows.column(rest[1])))
    return compute.greater(compute.abs_checked(apart), 1000)


def _of_column(values: pa.Array, column: Column, parent: Holds | None) -> list[Mask | None]:
    marks: list[Mask | None] = []
    if not column.nullable and values.null_count:
        marks.append(_true(compute.is_null(values)))
    if column.type == "text":
        values.validate(full=True)
        marks.append(_of_values(values, _odd_text(values.dictionary, column, parent)))
    elif column.type == "date":
        marks.append(_true(compute.or_(compute.less(values, EARLIEST), compute.greater(values, LATEST))))
    if column.minimum is not None and (compute.min(values).as_py() or 0) < column.minimum:
        marks.append(_true(compute.less(values, column.minimum)))
    if column.unit == "yyyymm":
        months = values.fill_null(202001).to_numpy(zero_copy_only=False)
        of_year = numpy.fmod(months, 100)
        marks.append((of_year < 1) | (of_year > 12) | (months > 219912))
    return marks


def _odd_text(values: pa.Array, column: Column, parent: Holds | None) -> Mask:
    """Which of a dictionary's values are not allowed, lack a parent, or are no clean text."""
    if parent is not None:
        return ~parent.holds(values)
    if column.allowed:
        return ~_plain(compute.is_in(values, pa.array(list(column.allowed), pa.string())))
    if _is_clean(values):
        return numpy.zeros(len(values), bool)
    return _plain(compute.or_(compute.match_substring_regex(values, DOUBTFUL),
                              compute.greater(compute.utf8_length(values), LONGEST)))


def _is_clean(values: pa.Array) -> bool:
    """Whether a look at the bytes is enough: no space, no control character, nothing empty or long."""
    if not len(values):
        return True
    offsets = numpy.frombuffer(values.buffers()[1], "int32")[values.offset:values.offset + len(values) + 1]
    data = bytes(memoryview(values.buffers()[2] or b"")[offsets[0]:offsets[-1]])
    lengths = numpy.diff(offsets)
    return bool(lengths.min() > 0 and lengths.max() <= LONGEST and b" " not in data
                and len(data.translate(None, CONTROLS)) == len(data))


def _of_values(column: pa.Array, odd: Mask) -> Mask | None:
    """The rows that hold one of a dictionary's odd values."""
    if not odd.any():
        return None
    codes = column.indices.fill_null(len(odd)).to_numpy(zero_copy_only=False)
    return numpy.append(odd, False)[codes]


def _true(mask: pa.Array) -> Mask:
    return _plain(mask.fill_null(False)) if mask.null_count else _plain(mask)


def _plain(mask: pa.Array) -> Mask:
    return mask.to_numpy(zero_copy_only=False).astype(bool)
