"""A table's files turned to the order of the residents, so that one person's rows lie together."""
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

ROWS_OF_A_GROUP = 20_480  # small, so that one resident's rows cost one small read


def write_by_resident(files: Sequence[Path], key: Sequence[str], out: Path, owners: Sequence[Path] = (), memory: str = "1GB", threads: int = 2) -> None:
    """Write the rows of some Parquet files by resident and key, in one go; where they name no resident, `owners` are the encounters' files that do."""
    whose = f" JOIN (SELECT encounter_id, resident_id FROM {_source(owners)}) USING (encounter_id)" if owners else ""
    order, draft = ", ".join(f'"{name}"' for name in ("resident_id", *key)), out.with_suffix(".draft")
    with duckdb.connect(config={"memory_limit": memory, "threads": threads, "temp_directory": f"{draft}.spill"}) as engine:
        engine.execute(f"COPY (SELECT * FROM {_source(files)}{whose} ORDER BY {order}) TO '{_said(draft)}'"
                       f" (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROWS_OF_A_GROUP})")
    os.replace(draft, out)


def _source(files: Sequence[Path]) -> str:
    paths = ", ".join(f"'{_said(path)}'" for path in files)
    return f"read_parquet([{paths}])"


def _said(path: Path) -> str:
    return str(path).replace("'", "''")
