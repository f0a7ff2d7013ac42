"""A folder of records: which files hold which table in which month, and what is in them."""
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sanyi.runs.errors import NoRecords
from sanyi.runs.steps import HISTORY
from sanyi.tables.record_tables import record_tables

MANIFEST = "manifest.json"
HISTORY_YEARS = 3


@dataclass(frozen=True)
class Records:
    """A records folder and, per table, its files with the digest of each."""

    folder: Path
    files: dict[str, dict[str, str]]

    def months(self, table: str, year: int) -> list[str]:
        """The months of a year for which a partitioned table has a file."""
        return sorted(Path(file).stem for file in self.files.get(table, {}) if Path(file).stem[:4] == str(year))

    def chosen(self, name: str, year: int, month: str = "") -> list[str]:
        """The files that an argument name stands for: the year's, or with `history_` those of the years before."""
        table = name.removeprefix(HISTORY)
        files = sorted(self.files.get(table, {}))
        if not record_tables()[table].partition:
            return files
        years = range(year - HISTORY_YEARS, year) if name.startswith(HISTORY) else [year]
        stems = [str(each) for each in years]
        return [file for file in files if Path(file).stem[:4] in stems
                and (not month or Path(file).stem == month or name.startswith(HISTORY))]

    def paths(self, files: Sequence[str]) -> list[Path]:
        """Where the files lie."""
        return [self.folder / file for file in files]

    def digest(self, files: Sequence[str], table: str) -> str:
        """One digest for several files of a table."""
        return _sha256("".join(f"{file}:{self.files[table][file]};" for file in files).encode())

    @property
    def snapshot(self) -> str:
        """One digest for everything in the folder."""
        return _sha256(json.dumps(self.files, sort_keys=True).encode())


def open_records(folder: Path) -> Records:
    """Open a records folder: by its manifest (written by intake), or by reading every file's bytes."""
    if not folder.is_dir():
        raise NoRecords(f"{folder} 不是文件夹 / is not a folder; records are made by `sanyi intake SOURCE --out DIR`")
    manifest = folder / MANIFEST
    files = _from_manifest(folder, manifest) if manifest.exists() else _from_bytes(folder)
    lacking = sorted(set(record_tables()) - set(files))
    if "encounters" in lacking or "institutions" in lacking:
        raise NoRecords(f"{folder}: 缺少表 / lacks the tables {', '.join(lacking)}")
    return Records(folder, files)


def _from_manifest(folder: Path, manifest: Path) -> dict[str, dict[str, str]]:
    listed = json.loads(manifest.read_text("utf-8"))["tables"]
    files = {table: {entry["file"]: entry["sha256"] for entry in entries} for table, entries in listed.items()}
    for entries in files.values():
        for file in entries:
            if not (folder / file).is_file():
                raise NoRecords(f"{folder}: the manifest lists {file}, which is not there")
    return files


def _from_bytes(folder: Path) -> dict[str, dict[str, str]]:
    files: dict[str, dict[str, str]] = {}
    for table in record_tables():
        found = [folder / f"{table}.parquet"] if (folder / f"{table}.parquet").exists() else []
        found += sorted((folder / table).glob("*.parquet"))
        if found:
            files[table] = {path.relative_to(folder).as_posix(): _file_digest(path, path.stat().st_mtime_ns)
                            for path in found}
    return files


@cache
def _file_digest(path: Path, _changed_at: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
