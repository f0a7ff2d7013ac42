"""The keys a record's table holds, for asking many at once."""
import bisect
from collections.abc import Sequence
from pathlib import Path

import numpy
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

MOST_IN_A_SET = 3_000_000


class Keys:
    """One text column of a record's files (each in rising order)."""

    def __init__(self, paths: Sequence[Path], column: str) -> None:
        parts = [parquet.ParquetFile(path).read(columns=[column])[column] for path in paths]
        chunks = [chunk for part in parts for chunk in part.chunks]
        self._values = pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())
        self._is_rising = len(paths) == 1
        self._set: frozenset[str] | None = None

    def holds(self, values: pa.Array) -> numpy.ndarray:
        """Which of the values are among the keys; an empty value is not."""
        near = self._near(values)
        if len(near) > max(10_000, 2 * len(values)) and len(self._values) <= MOST_IN_A_SET:
            return self._asked_one_by_one(values)
        return compute.is_in(values, near).to_numpy(zero_copy_only=False).astype(bool)

    def _near(self, values: pa.Array) -> pa.Array:
        """The stretch of keys between the lowest and the highest value asked for."""
        ends = compute.min_max(values).as_py()
        if not self._is_rising or ends["min"] is None:
            return self._values
        keys = _Looked(self._values)
        first = bisect.bisect_left(keys, ends["min"])
        return self._values[first:bisect.bisect_right(keys, ends["max"])]

    def _asked_one_by_one(self, values: pa.Array) -> numpy.ndarray:
        if self._set is None:
            self._set = frozenset(self._values.to_pylist())
        held, asked = self._set, values.to_pylist()
        if held.issuperset(asked):
            return numpy.ones(len(asked), bool)
        return numpy.fromiter((each in held for each in asked), bool, len(asked))


class _Looked(Sequence[str]):
    """An Arrow column that `bisect` can look into."""

    def __init__(self, values: pa.Array) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return self._values[place].as_py()
