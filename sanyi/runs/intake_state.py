"""The record folder as intake keeps it: the manifest is the truth, and one rename changes it."""
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanyi.intake.errors import RecordBusy, SourceRefused
from sanyi.tables.record_tables import record_tables
from sanyi.terms.disk import sync_path

MANIFEST = "manifest.json"
FORMAT = 1
STAGING = ".staging-"
LOCK = ".intake-lock"
REFUSED = "refused_rows"
SUPERSEDED = "superseded_rows"

Entry = dict[str, Any]


@dataclass(frozen=True)
class State:
    """What the manifest says: per table and month one file; the refusals, the superseded rows, and the batches."""

    tables: Mapping[str, Mapping[int | None, Entry]] = field(default_factory=dict)
    kept: Mapping[str, Entry] = field(default_factory=dict)
    batches: tuple[Entry, ...] = ()

    @property
    def digest(self) -> str:
        """One digest of all rows, however the files are called."""
        said = [f"{table}/{month}:{entry['rows']}:{entry['sha256']}" for table in sorted(self.tables)
                for month, entry in sorted(self.tables[table].items(), key=lambda item: item[0] or 0)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def knows(self, table: str, sha256: str, mapping: str) -> bool:
        """Whether a file of this content was taken whole before, under the same mapping."""
        return any(each["table"] == table and each["sha256"] == sha256 and not each["refused"] and each["mapping"] == mapping
                   for batch in self.batches for each in batch["files"])


def read_state(out: Path) -> State:
    """Read the manifest; an empty or new folder is an empty record. Raises SourceRefused for a folder of other things."""
    path = out / MANIFEST
    if not path.exists():
        strangers = [each.name for each in out.iterdir() if not _is_ours(each.name)] if out.is_dir() else []
        if strangers:
            raise SourceRefused(f"{out}: 文件夹非空且不是记录 / the folder is not empty and holds no record "
                                f"({', '.join(sorted(strangers)[:5])})")
        return State()
    given = json.loads(path.read_text("utf-8"))
    if given.get("format") != FORMAT:
        raise SourceRefused(f"{path}: format {given.get('format')!r} was seen, {FORMAT} was expected")
    tables = {table: {entry.get("month"): entry for entry in entries} for table, entries in given["tables"].items()}
    return State(tables, given["intake"], tuple(given["batches"]))


def _is_ours(name: str) -> bool:
    tables = set(record_tables())
    return (name.startswith(STAGING) or name in (LOCK, "batches", SUPERSEDED, MANIFEST + ".part") or name in tables
            or name.removesuffix(".parquet") in tables | {REFUSED} or (name[:1] == "b" and name[1:].isdigit()))


@contextmanager
def holding(out: Path) -> Iterator[None]:
    """Hold the record alone; raises RecordBusy while another import does."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordBusy(f"{out}: 另一个导入正在进行 / another import is under way") from None
        yield


def new_name(out: Path, table: str, month: int | None, batch: int) -> str:
    """A file name for a table's month that no file has yet; later versions lie in a folder of their batch."""
    plain = f"{table}/{month}.parquet" if month is not None else f"{table}.parquet"
    if not (out / plain).exists():
        return plain
    return f"{table}/b{batch:04d}/{month}.parquet" if month is not None else f"b{batch:04d}/{table}.parquet"


def entry_of(path: Path, name: str, rows: int, month: int | None = None, digest: str = "") -> Entry:
    """What the manifest says of a file; its digest is taken here unless it was when the file was written."""
    if not digest:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    entry: Entry = {"file": name, "rows": rows, "sha256": digest}
    return entry if month is None else {**entry, "month": month}


def commit(out: Path, state: State, moves: Mapping[str, Path]) -> None:
    """Move written files to their names, then let one rename of the manifest make them the record; sweep after it."""
    with ThreadPoolExecutor(8) as pool:  # waiting for the disk, not working
        list(pool.map(sync_path, moves.values()))
    for name, path in moves.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, out / name)
    for folder in {(out / name).parent for name in moves} | {out}:
        sync_path(folder)
    part = out / (MANIFEST + ".part")
    part.write_text(json.dumps(_as_manifest(state), ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    sync_path(part)
    os.replace(part, out / MANIFEST)
    sync_path(out)
    sweep(out, state)


def _as_manifest(state: State) -> dict[str, Any]:
    tables = {table: sorted(months.values(), key=lambda entry: entry.get("month") or 0)
              for table, months in state.tables.items()}
    return {"format": FORMAT, "tables": tables, "intake": dict(state.kept), "batches": list(state.batches)}


def sweep(out: Path, state: State) -> None:
    """Remove what a killed import left behind and what the manifest no longer names."""
    for staging in out.glob(STAGING + "*"):
        shutil.rmtree(staging)
    named = {entry["file"] for months in state.tables.values() for entry in months.values()}
    named |= {entry["file"] for entry in state.kept.values()}
    places = [out, *(out / table for table in record_tables()), out / SUPERSEDED,
              *(each for table in ["", *record_tables()] for each in (out / table).glob("b[0-9]*"))]
    for place in places:
        for path in place.glob("*.parquet"):
            if path.relative_to(out).as_posix() not in named and _is_ours(path.relative_to(out).parts[0]):
                path.unlink()
        if place != out and place.is_dir() and not any(place.iterdir()):
            place.rmdir()
