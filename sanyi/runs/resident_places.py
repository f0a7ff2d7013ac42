"""Where each resident's rows lie in a record: found in a moment, though the record is kept by month and not by person.

Made beside the record, a file a table and year, whenever intake has changed that year; whatever it does not cover as it now is, readers look through as before.
"""
import json
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from sanyi.engines.places import write_places
from sanyi.runs.records import Records, open_records
from sanyi.runs.results import Condition, read_page
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table, text

FOLDER, NOTES = "by-resident", "places.json"
TABLES = ("encounters", "settlements")  # those of a resident that are kept by month and that people open a person's record for
PLACES = Table("resident_places", "居民数据所在", "where a resident's rows lie", key=("resident_id", "file", "key"), columns=(
    text("resident_id", "居民编号", "resident"), text("file", "文件", "file"), text("key", "主键", "key")))
Found = tuple[dict[str, list[str]], list[str]]


def make_places(folder: Path, memory: str = "1GB", threads: int = 2, report: Callable[[str], None] = lambda name: None) -> int:
    """Bring them up to the record as it now is; gives how many files were written. Whoever calls it holds the record."""
    records, before = open_records(folder), _notes(folder)
    wanted = {name: digest for name, (digest, _, _) in _years(records).items()}
    (folder / FOLDER).mkdir(exist_ok=True)
    written = 0
    for name, (digest, table, files) in _years(records).items():
        if before.get(name) != digest or not _file(folder, name, digest).exists():
            report(name)
            write_places(dict(zip(files, records.paths(files))), record_tables()[table].key[0], _file(folder, name, digest), memory, threads)
            written += 1
    draft = folder / FOLDER / f"{NOTES}.draft"
    draft.write_text(json.dumps(wanted, indent=1, sort_keys=True), "utf-8")
    os.replace(draft, folder / FOLDER / NOTES)
    _sweep(folder, wanted)
    return written


def places(records: Records, table: str, resident_id: str) -> Found:
    """A resident's keys in a table by file, and the files that are not covered."""
    notes = _notes_now(records.folder, _changed_at(records.folder))
    years = {name: (digest, files) for name, (digest, of, files) in _years(records).items() if of == table}
    covered = {name: files for name, (digest, files) in years.items() if notes.get(name) == digest}
    there = [_file(records.folder, name, years[name][0]) for name in covered]
    rows = read_page(PLACES, there, [Condition("resident_id", "eq", resident_id)], limit=None) if there else []
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["file"], []).append(row["key"])
    return found, [file for name, (_, files) in years.items() if name not in covered for file in files]


def _years(records: Records) -> dict[str, tuple[str, str, list[str]]]:
    """By name the digest, table and files of each year."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for table in TABLES:
        files = sorted(records.files.get(table, {}))
        for year in sorted({Path(file).stem[:4] for file in files}):
            own = [file for file in files if Path(file).stem[:4] == year]
            found[f"{table}-{year}"] = (records.digest(own, table), table, own)
    return found


def _file(folder: Path, name: str, digest: str) -> Path:
    return folder / FOLDER / f"{name}-{digest[:12]}.parquet"


def _notes(folder: Path) -> Mapping[str, str]:
    path = folder / FOLDER / NOTES
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _changed_at(folder: Path) -> int:
    path = folder / FOLDER / NOTES
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=4)
def _notes_now(folder: Path, _changed_at: int) -> Mapping[str, str]:
    return _notes(folder)


def _sweep(folder: Path, wanted: Mapping[str, str]) -> None:
    kept = {_file(folder, name, digest) for name, digest in wanted.items()}
    for path in (folder / FOLDER).glob("*.parquet"):
        if path not in kept:
            path.unlink()
