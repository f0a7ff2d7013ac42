"""A record's rows by resident, beside the record that is kept by month: one person's rows are found in a moment, however many persons there are.

Made at intake, a file a table and year, for the years that a batch has changed. Whatever they do not cover as it now is, readers look through as before.
"""
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanyi.engines.by_resident import write_by_resident
from sanyi.runs.records import Records, open_records
from sanyi.runs.results import Condition, read_page
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

FOLDER, NOTES, RESIDENT, OWNERS = "by-resident", "years.json", "resident_id", "encounters"
TABLES = (OWNERS, "settlements", "diagnoses", "operations", "prescriptions")  # kept by month, and what a person's record is made of
MOST = 5_000  # rows of one table about one person


@dataclass(frozen=True)
class _Year:
    """A table's files of one year, those that say whose its rows are, and one digest of all."""

    table: str
    files: tuple[str, ...]
    owners: tuple[str, ...]
    digest: str


def make_by_resident(folder: Path, memory: str = "1GB", threads: int = 2, report: Callable[[str], None] = lambda name: None) -> int:
    """Bring them up to the record as it now is; gives how many files were written. Whoever calls it holds the record. Errors: NoRecords."""
    records, before, written = open_records(folder), _notes(folder), 0
    years = _years(records)
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, year in years.items():
        if before.get(name) != year.digest or not _file(folder, name, year.digest).exists():
            report(name)
            write_by_resident(records.paths(year.files), record_tables()[year.table].key, _file(folder, name, year.digest), records.paths(year.owners), memory, threads)
            written += 1
    draft = folder / FOLDER / f"{NOTES}.draft"
    draft.write_text(json.dumps({name: year.digest for name, year in years.items()}, indent=1, sort_keys=True), "utf-8")
    os.replace(draft, folder / FOLDER / NOTES)
    _sweep(folder, {_file(folder, name, year.digest) for name, year in years.items()})
    return written


def rows_of_resident(records: Records, table: str, resident_id: str) -> tuple[list[dict[str, Any]], list[str]]:
    """A resident's rows of a table, and the files that are not covered and must be looked through."""
    notes = _notes_of(records.folder, _changed_at(records.folder))
    own = _years(records, (table,))
    covered = [name for name, year in own.items() if notes.get(name) == year.digest]
    files = [_file(records.folder, name, own[name].digest) for name in covered]
    rows = read_page(_with_resident(record_tables()[table]), files, [Condition(RESIDENT, "eq", resident_id)], limit=MOST) if files else []
    return rows, [file for name, year in own.items() if name not in covered for file in year.files]


def _with_resident(table: Table) -> Table:
    """A table's promise with whose each row is, where it does not say so itself."""
    return table if RESIDENT in table.names else replace(table, columns=(*table.columns, record_tables()[OWNERS][RESIDENT]))


def _years(records: Records, tables: Sequence[str] = TABLES) -> dict[str, _Year]:
    found: dict[str, _Year] = {}
    owners = _by_year(records, OWNERS)
    for table in tables:
        for year, files in _by_year(records, table).items():
            mine = () if RESIDENT in record_tables()[table].names else owners.get(year, ())
            digest = records.digest(files, table) + (records.digest(mine, OWNERS) if mine else "")
            found[f"{table}-{year}"] = _Year(table, files, mine, digest)
    return found


def _by_year(records: Records, table: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(records.files.get(table, {})):
        year = Path(file).stem[:4]
        found[year] = (*found.get(year, ()), file)
    return dict(sorted(found.items()))


def _file(folder: Path, name: str, digest: str) -> Path:
    return folder / FOLDER / f"{name}-{digest[:8]}{digest[64:72]}.parquet"


def _notes(folder: Path) -> Mapping[str, str]:
    path = folder / FOLDER / NOTES
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _changed_at(folder: Path) -> int:
    path = folder / FOLDER / NOTES
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=4)
def _notes_of(folder: Path, _changed_at: int) -> Mapping[str, str]:
    return _notes(folder)


def _sweep(folder: Path, kept: set[Path]) -> None:
    for path in (folder / FOLDER).glob("*.parquet"):
        if path not in kept:
            path.unlink()
