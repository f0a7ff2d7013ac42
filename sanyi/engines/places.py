"""Where a resident's rows lie: a table's files turned to the order of the residents, with nothing but each row's file and key."""
import os
from collections.abc import Mapping
from pathlib import Path

import duckdb

ROWS_OF_A_GROUP = 40_960  # small, so that one resident's places cost one small read


def write_places(files: Mapping[str, Path], key: str, out: Path, memory: str = "1GB", threads: int = 2) -> None:
    """Write resident_id, file and key of every row of some Parquet files, in that order, in one go; `files` by the names they are to be found by."""
    quoted = {name: str(path).replace("'", "''") for name, path in files.items()}
    rows = " UNION ALL ".join(f"SELECT resident_id, '{name.replace(chr(39), chr(39) * 2)}' AS file, CAST(\"{key}\" AS VARCHAR) AS key FROM read_parquet('{path}')"
                              for name, path in quoted.items())
    draft = out.with_suffix(".draft")
    with duckdb.connect(config={"memory_limit": memory, "threads": threads, "temp_directory": f"{draft}.spill"}) as engine:
        target = str(draft).replace("'", "''")
        engine.execute(f"COPY ({rows} ORDER BY resident_id, file, key) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_OF_A_GROUP})")
    os.replace(draft, out)
