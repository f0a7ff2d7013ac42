"""A record in a folder of its own that is another's for the most part: links to its files, and what was written anew."""
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sanyi.runs.month_files import link_or_copy
from sanyi.runs.records import MANIFEST, Records

Files = dict[str, dict[str, str]]


def lend_records(opened: Records, out: Path, standing: Iterable[tuple[str, str]], written: Callable[[str, str], str | None]) -> Path:
    """Bring the standing files (table, file) into a folder: `written` writes one anew and gives its digest, or None to link it.

    The manifest comes last and whole; what it no longer names is dropped.
    """
    before: Files = _manifest(out)
    files: Files = {table: {} for table in opened.files}
    for table, file in standing:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        files.setdefault(table, {})[file] = written(table, file) or _link(opened, table, file, before, out)
    _keep(out, files)
    return out


def _link(opened: Records, table: str, file: str, before: Files, out: Path) -> str:
    digest, place = opened.files[table][file], out / file
    if before.get(table, {}).get(file) != digest or not place.exists():
        link_or_copy(opened.folder / file, place)
    return digest


def _manifest(out: Path) -> Files:
    """What the folder held before; nothing where it is new or was left half done."""
    try:
        listed = json.loads((out / MANIFEST).read_text("utf-8"))["tables"]
        return {table: {entry["file"]: entry["sha256"] for entry in entries} for table, entries in listed.items()}
    except (OSError, ValueError, KeyError):
        return {}


def _keep(out: Path, files: Files) -> None:
    listed = {table: [{"file": file, "sha256": digest} for file, digest in digests.items()] for table, digests in files.items()}
    part = out / f"{MANIFEST}.part"
    part.write_text(json.dumps({"tables": listed}, indent=1), "utf-8")
    os.replace(part, out / MANIFEST)
    named = {out / file for digests in files.values() for file in digests}
    for path in set(out.rglob("*.parquet")) - named:
        path.unlink()
