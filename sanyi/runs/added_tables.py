"""Tables that are put beside a record without an intake: imported catalogues, decisions of expert panels."""
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.runs.errors import NoRecords
from sanyi.runs.intake_state import MANIFEST, STAGING, State, commit, entry_of, holding, new_name, read_state
from sanyi.tables.record_tables import record_tables

Row = Mapping[str, Any]


def rows_beside(records: Path, table: str) -> list[dict[str, Any]]:
    """All rows of a small table of the record, in the order of its key; a record without the table has none."""
    path = _current(records, table)
    if path is None:
        return []
    with DuckEngine(memory="1GB", threads=1) as engine:
        engine.show_files(table, [path], record_tables()[table])
        return engine.rows_of(table, record_tables()[table])


def replace_rows(records: Path, changes: Mapping[str, tuple[Callable[[Row], bool], Sequence[Row]]]) -> None:
    """Put new rows in place of some old ones, in several tables at once: all of them or none. Raises NoRecords, RecordBusy.

    `changes` gives for each table which old rows go and which rows come. The record's other tables stay as they are.
    """
    if not records.is_dir() or not (records / "institutions.parquet").exists() and not (records / MANIFEST).exists():
        raise NoRecords(f"{records}: 不是记录文件夹 / is no records folder; records are made by `sanyi intake SOURCE --out DIR`")
    with holding(records):
        made = {table: [*(row for row in rows_beside(records, table) if not goes(row)), *rows] for table, (goes, rows) in changes.items()}
        if (records / MANIFEST).exists():
            _commit(records, made)
        else:
            for table, rows in made.items():
                write_rows(record_tables()[table], rows, records / f"{table}.parquet")


def _current(records: Path, table: str) -> Path | None:
    manifest = records / MANIFEST
    if manifest.exists():
        entries = json.loads(manifest.read_text("utf-8"))["tables"].get(table, [])
        return records / entries[0]["file"] if entries else None
    path = records / f"{table}.parquet"
    return path if path.exists() else None


def _commit(records: Path, made: Mapping[str, Sequence[Row]]) -> None:
    state = read_state(records)
    staging = records / f"{STAGING}added"
    staging.mkdir(exist_ok=True)
    try:
        tables, moves = {name: dict(months) for name, months in state.tables.items()}, {}
        for table, rows in made.items():
            path = staging / f"{table}.parquet"
            count = write_rows(record_tables()[table], rows, path)
            name = _free_name(records, table)
            tables[table] = {None: entry_of(path, name, count)}
            moves[name] = path
        commit(records, State(tables, state.kept, state.batches), moves)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _free_name(records: Path, table: str) -> str:
    """A file name that nothing has yet: what the record names now stays whole until the manifest has changed."""
    number = 0
    while (records / (name := new_name(records, table, None, number))).exists():
        number += 1
    return name
