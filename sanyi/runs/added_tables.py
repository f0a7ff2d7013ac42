"""Tables that are put beside a record without an intake: imported catalogues, what people entered on the platform."""
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
MONTH = "settled_month"


def rows_beside(records: Path, table: str, month: int | None = None) -> list[dict[str, Any]]:
    """All rows of a small table of the record (or of one month of it), in the order of its key; a record without the table has none."""
    path = _current(records, table, month)
    if path is None:
        return []
    with DuckEngine(memory="1GB", threads=1) as engine:
        engine.show_files(table, [path], record_tables()[table])
        return engine.rows_of(table, record_tables()[table])


def replace_rows(records: Path, changes: Mapping[str, tuple[Callable[[Row], bool], Sequence[Row]]], months: Sequence[int] = ()) -> None:
    """Put new rows in place of some old ones, in several tables at once: all of them or none. Raises NoRecords, RecordBusy.

    `changes` gives for each table which old rows go and which rows come. The record's other tables stay as they are; of a table that is kept
    by month only `months` (YYYYMM) and the months of the new rows are looked at.
    """
    if not records.is_dir() or not (records / "institutions.parquet").exists() and not (records / MANIFEST).exists():
        raise NoRecords(f"{records}: 不是记录文件夹 / is no records folder; records are made by `sanyi intake SOURCE --out DIR`")
    with holding(records):
        made = {place: rows for table, (goes, rows) in changes.items() for place, rows in _made(records, table, goes, rows, months).items()}
        if not made:
            return
        if (records / MANIFEST).exists():
            _commit(records, made)
        else:
            for (table, month), rows in made.items():
                path = records / (f"{table}.parquet" if month is None else f"{table}/{month}.parquet")
                path.parent.mkdir(exist_ok=True)
                write_rows(record_tables()[table], rows, path)


def _made(records: Path, table: str, goes: Callable[[Row], bool], rows: Sequence[Row], months: Sequence[int]) -> dict[tuple[str, int | None], list[Row]]:
    """The new rows of a table, or of each of its months, where they are others than before: the same export again leaves the record as it is."""
    is_monthly, found = bool(record_tables()[table].partition), {}
    for month in sorted({*months, *(row[MONTH] for row in rows)}) if is_monthly else [None]:
        old = rows_beside(records, table, month)
        new = [*(row for row in old if not goes(row)), *(row for row in rows if not is_monthly or row[MONTH] == month)]
        if not _are_same(old, new, record_tables()[table].key):
            found[table, month] = new
    return found


def _are_same(old: Sequence[Row], new: Sequence[Row], key: Sequence[str]) -> bool:
    return len(old) == len(new) and {tuple(row[name] for name in key): row for row in old} == {tuple(row[name] for name in key): row for row in new}


def _current(records: Path, table: str, month: int | None) -> Path | None:
    manifest = records / MANIFEST
    if manifest.exists():
        entries = [entry for entry in json.loads(manifest.read_text("utf-8"))["tables"].get(table, []) if month is None or entry.get("month") == month]
        return records / entries[0]["file"] if entries else None
    path = records / (f"{table}.parquet" if month is None else f"{table}/{month}.parquet")
    return path if path.exists() else None


def _commit(records: Path, made: Mapping[tuple[str, int | None], Sequence[Row]]) -> None:
    state = read_state(records)
    staging = records / f"{STAGING}added"
    staging.mkdir(exist_ok=True)
    try:
        tables, moves = {name: dict(months) for name, months in state.tables.items()}, {}
        for (table, month), rows in made.items():
            path = staging / f"{table}-{month or ''}.parquet"
            count = write_rows(record_tables()[table], rows, path)
            name = _free_name(records, table, month)
            entries = tables.setdefault(table, {})
            entries[month] = entry_of(path, name, count, month)
            moves[name] = path
        commit(records, State(tables, state.kept, state.batches), moves)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _free_name(records: Path, table: str, month: int | None) -> str:
    """A file name that nothing has yet: what the record names now stays whole until the manifest has changed."""
    number = 0
    while (records / (name := new_name(records, table, month, number))).exists():
        number += 1
    return name
