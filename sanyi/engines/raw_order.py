"""Whether rows come in rising key order, stretch after stretch; rows out of order are set apart."""
from collections.abc import Sequence
from typing import Any

import numpy
import pyarrow as pa
import pyarrow.compute as compute


class Rising:
    """Remembers the highest key so far. A row whose key is not above it is a stray.

    Keys without strays rise strictly, so none stands twice; a stray repeats a row kept before it or is out of order.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._last: tuple[Any, ...] | None = None

    def strays(self, rows: pa.RecordBatch) -> numpy.ndarray | None:
        """Mark the strays among rows without empty keys; None when there is none. Raises OverflowError for odd keys."""
        if not rows.num_rows:
            return None
        columns = [rows.column(name) for name in self._keys]
        ranks = [_ranks(column) for column in columns]
        marks = None
        if not _rise(ranks) or (self._last is not None and _at(columns, 0) <= self._last):
            marks = self._marks(columns, ranks)
        kept = numpy.flatnonzero(~marks) if marks is not None else [rows.num_rows - 1]
        if len(kept):
            self._last = _at(columns, int(kept[-1]))
        return marks

    def _marks(self, columns: Sequence[pa.Array], ranks: Sequence[numpy.ndarray]) -> numpy.ndarray:
        last = self._last or tuple(None for _ in columns)
        whole, before, size = numpy.zeros(len(ranks[0]), "int64"), 0, 1
        for column, rank, value in zip(columns, ranks, last, strict=True):
            values, dense = numpy.unique(rank, return_inverse=True)
            factor = 2 * len(values) + 2
            size *= factor
            if size >= 1 << 62:
                raise OverflowError("keys too many to be ranked together")
            whole = whole * factor + 2 * dense + 1
            before = before * factor + _place(column, rank, values, value)
        top = numpy.maximum.accumulate(numpy.append(numpy.int64(before if self._last else -1), whole))
        return whole <= top[:-1]


def order_of(columns: Sequence[pa.Array]) -> numpy.ndarray:
    """The places of the rows in rising key order; rows of one key stay as they come, rows without a whole key come first."""
    ranks = []
    for column in reversed(columns):
        lacking = compute.is_null(column).to_numpy(zero_copy_only=False)
        if pa.types.is_dictionary(column.type):
            codes = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
            rank = _dictionary_ranks(column.dictionary)[codes] if len(column.dictionary) else codes
        else:
            whole = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
            rank = whole.fill_null(0).to_numpy(zero_copy_only=False)
        ranks += [rank, ~lacking]
    return numpy.lexsort(ranks)


def _place(column: pa.Array, rank: numpy.ndarray, values: numpy.ndarray, value: Any) -> int:
    """Twice the number of distinct values below, and one more where the value itself is there."""
    if value is None:
        return 0
    scalar = pa.scalar(value, column.type.value_type if pa.types.is_dictionary(column.type) else column.type)
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    below = rank[compute.less(plain, scalar).to_numpy(zero_copy_only=False).astype(bool)]
    is_there = bool(compute.any(compute.equal(plain, scalar)).as_py())
    return 2 * (int(numpy.searchsorted(values, below.max())) + 1 if len(below) else 0) + is_there


def _rise(ranks: Sequence[numpy.ndarray]) -> bool:
    rising = numpy.zeros(len(ranks[0]) - 1, bool)
    for rank in reversed(ranks):
        rising = (rank[1:] > rank[:-1]) | ((rank[1:] == rank[:-1]) & rising)
    return bool(rising.all())


def _ranks(column: pa.Array) -> numpy.ndarray:
    """Whole numbers in the order of the values."""
    if pa.types.is_dictionary(column.type):
        return _dictionary_ranks(column.dictionary)[column.indices.to_numpy(zero_copy_only=False)]
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return column.to_numpy(zero_copy_only=False)


def _dictionary_ranks(values: pa.Array) -> numpy.ndarray:
    if len(values) < 2 or compute.all(compute.less(values[:-1], values[1:])).as_py():
        return numpy.arange(len(values))
    order = compute.array_sort_indices(values)
    ordered = values.take(order)
    steps = compute.not_equal(ordered[1:], ordered[:-1]).to_numpy(zero_copy_only=False)
    ranks = numpy.empty(len(values), "int64")
    ranks[order.to_numpy()] = numpy.append(0, numpy.cumsum(steps))
    return ranks


def _at(columns: Sequence[pa.Array], row: int) -> tuple[Any, ...]:
    return tuple(column[row].as_py() for column in columns)
