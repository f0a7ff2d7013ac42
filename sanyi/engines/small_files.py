"""Small tables made in Python, written the same way every time."""
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from sanyi.engines.duck import arrow_table
from sanyi.engines.errors import BrokenKey, InexactResult
from sanyi.tables.table import Table


def write_rows(table: Table, rows: Sequence[Mapping[str, Any]], path: Path) -> int:
    """Write rows in the order of the key; raises InexactResult for a column too many or few, BrokenKey for a double."""
    for row in rows:
        if set(row) != set(table.names):
            raise InexactResult(f"table {table.name}: the columns {sorted(set(row) ^ set(table.names))} "
                                f"are given but not promised, or promised but not given")
    ordered = sorted(rows, key=lambda row: tuple(row[name] for name in table.key))
    keys = [tuple(row[name] for name in table.key) for row in ordered]
    for before, after in zip(keys, keys[1:]):
        if before == after:
            raise BrokenKey(f"table {table.name}: two rows for the key {dict(zip(table.key, after))}")
    part = path.with_name(path.name + ".part")
    parquet.write_table(arrow_table(table, ordered), part, compression="zstd", row_group_size=122_880)
    os.replace(part, path)
    return len(ordered)
