"""Putting other values into columns of a Parquet file, row by row of a key; the order of the rows stays."""
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def column_values(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Columns of one file as arrays: whole numbers as they are (an empty cell is -1), text as objects."""
    table = pq.read_table(path, columns=list(names))
    return {name: _plain(table[name]) for name in names}


def _plain(column: pa.ChunkedArray) -> np.ndarray:
    return pc.fill_null(column, -1).to_numpy() if pa.types.is_integer(column.type) else column.to_numpy()


def replace_values(path: Path, key: str, keys: Sequence[str], values: Mapping[str, np.ndarray]) -> None:
    """Write a file anew with `values[name][n]` in the row whose `key` is `keys[n]`; other rows and columns keep what they hold."""
    table = pq.read_table(path)
    place = pc.index_in(table[key].cast(pa.string()), value_set=pa.array(keys, pa.string()))
    for name, given in values.items():
        old = table[name]
        new = pc.coalesce(pc.take(pa.array(given, old.type), place.combine_chunks()), old.combine_chunks())
        table = table.set_column(table.schema.get_field_index(name), name, new)
    pq.write_table(table, path, compression="zstd", compression_level=1, store_schema=False)


def without_rows(path: Path, out: Path, dropped: Mapping[str, Sequence[str]]) -> None:
    """Copy a file without the rows whose value in any of some columns is among those dropped there."""
    table = pq.read_table(path)
    for key, names in dropped.items():
        kept = pc.invert(pc.is_in(table[key].cast(pa.string()), value_set=pa.array(names, pa.string())))
        table = table.filter(pc.fill_null(kept, False))
    out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, out, store_schema=False)
