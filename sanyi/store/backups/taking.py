"""Taking a backup while the platform runs: one moment of the database, the keys, the evidence, the anchors and drafts beside it."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
import os
from pathlib import Path
import secrets
import shutil
import tarfile

from django.db import DatabaseError, connection

from sanyi.store.backups.manifest import FILE, KEYS, Kept, Manifest, kept, write_manifest
from sanyi.store.backups.moment import Moment, keep_moment
from sanyi.store.errors import BadBackup
from sanyi.store.files import FOLDER as EVIDENCE, file_path
from sanyi.store.trail.recording import actor_named, record
from sanyi.store.trail.sealing import seal
from sanyi.store.trail.tables import AuditLink
from sanyi.terms.disk import sync_path
from sanyi.terms.quiet import sort_of
from sanyi.workflows.facts import SYSTEM

Report = Callable[[float, str], None]
BESIDE = ("anchors", "drafts")  # what else people put into the installation's folder; runs and what-ifs are made anew from the records
KEYS_FOLDER = "keys"
ARCHIVES = (".tar",)


@dataclass(frozen=True)
class Taken:
    """A backup that was taken: where, its digest, what it holds, where its keys lie (None: left out)."""

    place: Path
    digest: str
    manifest: Manifest
    keys: Path | None


def take_backup(var: Path, to: Path, now: datetime, has_keys: bool = True, keys_to: Path | None = None, report: Report = lambda done, text: None) -> Taken:
    """Take a backup into a new folder, or a new `.tar` file; whole, or nothing of it has its name. Errors: BadBackup.

    `keys_to` puts the keys into a folder of their own; without `has_keys` they are left out. It leaves an event before anything is copied.
    """
    _check_free(to)
    _noted(now, {"keys": has_keys and keys_to is None, "apart": keys_to is not None})
    with _made_whole(to) as folder:
        report(0.0, "数据库 database")
        moment, name = keep_moment(var, folder)
        keys = keys_to or (folder / KEYS_FOLDER if has_keys else None)
        described = _keep_keys(var, keys)
        report(0.5, "佐证 evidence")
        missing = _keep_evidence(var, folder, moment)
        _keep_beside(var, folder)
        manifest = _described(folder, moment, now, described, keys == folder / KEYS_FOLDER, missing)
        digest = write_manifest(folder, manifest)
        report(0.9, name)
    return Taken(to, digest, manifest, keys_to if keys_to else to / KEYS_FOLDER if has_keys else None)


def _noted(now: datetime, given: dict[str, bool]) -> None:
    """Leave the event, and seal what waits, so that the head the backup carries stands for all before it; a database older than the trail has none."""
    try:
        if AuditLink._meta.db_table in connection.introspection.table_names():
            record("export", actor_named(SYSTEM), step="take", subject="backup", given=given)
            seal(now)
    except DatabaseError as refused:
        raise BadBackup(f"备份不能记入审计轨迹，因此没有进行（{sort_of(refused)}）", f"the backup could not be recorded in the audit trail, so none was made ({sort_of(refused)})") from refused


def program_version() -> str:
    """This program's version."""
    from importlib.metadata import PackageNotFoundError, version
    try:
        return version("sanyi")
    except PackageNotFoundError:
        return ""


def _check_free(to: Path) -> None:
    if to.is_dir() and not any(to.iterdir()) and not is_archive(to):
        return
    if to.exists() or to.is_symlink():
        raise BadBackup(f"{to} 已存在：备份只写到新的位置", f"{to} is there already: a backup goes to a new place only")


def is_archive(path: Path) -> bool:
    """Whether a name asks for one file."""
    return path.suffix.lower() in ARCHIVES


@contextmanager
def _made_whole(to: Path) -> Iterator[Path]:
    """A folder beside the place that gets its name when all of it is on the disk; what is broken off is removed."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    archive = part.with_name(f"{part.name}.tar")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        yield part
        if is_archive(to):
            _packed(part, archive)
            os.replace(archive, to)
        else:
            _synced(part)
            os.replace(part, to)
        sync_path(to.parent)
    except OSError as refused:
        raise BadBackup(f"{to} 写不下去（{refused.strerror}），没有留下半份备份", f"{to} could not be written ({refused.strerror}); nothing half is left") from refused
    finally:
        shutil.rmtree(part, ignore_errors=True)
        archive.unlink(missing_ok=True)


def _packed(folder: Path, archive: Path) -> None:
    """One file, the manifest first; it holds whatever the folder held, readable by its owner only."""
    names = [FILE, *sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path != folder / FILE)]
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as pack:
            for name in names:
                pack.add(folder / name, name, recursive=False, filter=_nobodys)
        stream.flush()
        os.fsync(stream.fileno())


def _nobodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid, info.gid, info.uname, info.gname, info.mode = 0, 0, "", "", 0o600
    return info


def _keep_keys(var: Path, to: Path | None) -> dict[str, Kept]:
    """Copy the keys after the moment was kept: whatever it is enciphered under is in them by then."""
    described = {name: kept(var / name) for name in KEYS if (var / name).is_file()}
    if to is not None:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in described:
            _copied(var / name, to / name)
        _synced(to)
        described = {name: kept(to / name) for name in described}
    return described


def _keep_evidence(var: Path, folder: Path, moment: Moment) -> tuple[str, ...]:
    """Copy what the moment names (it was on the disk before its row was written); gives what is not there or not itself any more."""
    missing = []
    for sha256 in moment.evidence:
        source, target = file_path(var, sha256), folder / EVIDENCE / sha256[:2] / sha256
        if source.is_file():
            _copied(source, target)
        if not target.is_file() or kept(target).sha256 != sha256:
            target.unlink(missing_ok=True)
            missing.append(sha256)
    return tuple(missing)


def _keep_beside(var: Path, folder: Path) -> None:
    for name in BESIDE:
        for path in sorted((var / name).rglob("*")) if (var / name).is_dir() else ():
            if path.is_file() and not path.is_symlink():
                _copied(path, folder / path.relative_to(var))


def _described(folder: Path, moment: Moment, now: datetime, keys: dict[str, Kept], has_keys: bool, missing: tuple[str, ...]) -> Manifest:
    files = {path.relative_to(folder).as_posix(): kept(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    return Manifest(now.isoformat(timespec="seconds"), program_version(), moment.database, moment.migrations, moment.rows, moment.head, moment.waiting,
                    has_keys, keys, files, missing)


def _copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.unlink(missing_ok=True)
    with source.open("rb") as stream, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)


def _synced(folder: Path) -> None:
    """On the disk, every file of it readable by its owner only."""
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        sync_path(path)
