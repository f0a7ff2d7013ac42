"""The way back: a backup into an empty place, every byte held to its digest, every proof made again, before the place gets its name."""
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
import os
from pathlib import Path, PurePosixPath
import secrets
import shutil
import tarfile

from sanyi.store.backups.manifest import FILE, KEYS, Kept, Manifest, kept, read_manifest
from sanyi.store.database import DATABASE_VARIABLE, is_postgres
from sanyi.store.errors import BadBackup, BrokenTrail
from sanyi.store.place import configure, database_path
from sanyi.store.trail.anchors import Anchor

Report = Callable[[float, str], None]
KEYS_FOLDER = "keys"
LARGEST_MANIFEST = 64 << 20


@dataclass(frozen=True)
class Restored:
    """What came back: the backup's own words and digest, migrations applied since, what the proofs found, and how many anchors are younger than it."""

    manifest: Manifest
    digest: str
    migrated: tuple[str, ...]
    events: int
    books: int
    faults: tuple[str, ...]
    later_anchors: int


def restore_backup(source: Path, var: Path, now: datetime, keys: Path | None = None, anchors: Sequence[Anchor] = (), with_faults: bool = False,
                   report: Report = lambda done, text: None) -> Restored:
    """Restore into an empty folder (and, for PostgreSQL, the empty database that is named). Errors: BadBackup, StoreError.

    Nothing stands under the folder's name before all holds. `anchors` are those kept outside; `with_faults` takes a backup back whose
    own trail or books did not hold when it was made: they are told. This process then works in the folder.
    """
    _check_empty(var)
    with _made_whole(var) as place:
        report(0.0, "核对 digests")
        manifest, digest, unpacked = _unpacked(source, place)
        _check_fits(manifest)
        _place_keys(manifest, unpacked, keys, place)
        _place_rest(manifest, unpacked, place)
        report(0.4, "数据库 database")
        configure(place)
        _load(manifest, place)
        migrated = _migrated(manifest)
        report(0.7, "校验 proofs")
        done = _proved(manifest, digest, migrated, anchors)
        if done.faults and not with_faults:
            raise BadBackup("备份内的数据自身不符（可用 --with-faults 仍然恢复）：" + "；".join(done.faults[:5]) + _left_over(),
                            "what the backup holds does not fit itself (--with-faults restores it all the same)")
        _begun_again(done, now)
    return done


# the place ---------------------------------------------------------------------------------------------------------------

def _check_empty(var: Path) -> None:
    if var.exists() and (not var.is_dir() or any(var.iterdir())):
        raise BadBackup(f"{var} 不是空的：只恢复到空文件夹，不覆盖任何东西", f"{var} is not empty: a backup is restored into an empty folder, nothing is written over")


@contextmanager
def _made_whole(var: Path) -> Iterator[Path]:
    place = var.absolute().with_name(f".{var.name}.{secrets.token_hex(4)}.restoring")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        yield place
        os.replace(place, var)
    except OSError as refused:
        raise BadBackup(f"{var} 写不下去（{refused.strerror}），没有恢复任何东西{_left_over()}", f"{var} could not be written ({refused.strerror}); nothing was restored") from refused
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _left_over() -> str:
    """On PostgreSQL a refused restore may have filled the database, which was empty before."""
    return "；PostgreSQL 数据库如已写入，请删除后重建 (if PostgreSQL was written to, drop that database and make it anew)" if is_postgres() else ""


# the backup's files ------------------------------------------------------------------------------------------------------

def _unpacked(source: Path, place: Path) -> tuple[Manifest, str, Path]:
    """The backup as a folder, every file of it held to the manifest. Errors: BadBackup."""
    if not source.exists():
        raise BadBackup(f"{source} 不存在", f"{source} is not there")
    if source.is_dir():
        manifest, digest = read_manifest(source)
        _check_files(manifest, source)
        return manifest, digest, source
    folder = place / ".unpacked"
    folder.mkdir(mode=0o700)
    try:
        with tarfile.open(source, "r:") as pack:
            _extract(pack, [member for member in pack if member.name == FILE and member.size <= LARGEST_MANIFEST], folder)
            manifest, digest = read_manifest(folder)
            _extract(pack, [member for member in pack if member.name in manifest.files], folder)
    except (tarfile.TarError, EOFError, OSError) as broken:
        if isinstance(broken, OSError) and broken.errno:
            raise
        raise BadBackup(f"{source} 不是备份，或已截断、损坏（{broken}）", f"{source} is no backup, or it is cut or damaged") from broken
    _check_files(manifest, folder)
    return manifest, digest, folder


def _extract(pack: tarfile.TarFile, members: Sequence[tarfile.TarInfo], folder: Path) -> None:
    for member in members:
        if not member.isfile():
            raise BadBackup(f"备份中的 {member.name} 不是普通文件", f"{member.name} in the backup is no plain file")
        pack.extract(member, folder, set_attrs=False, filter="data")


def _check_files(manifest: Manifest, folder: Path) -> None:
    """Hold every file to its digest before anything is used. Errors: BadBackup naming the first that does not fit."""
    for name, said in manifest.files.items():
        path = folder / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or path.is_symlink():
            raise BadBackup(f"备份中的路径 {name!r} 不合法", f"the path {name!r} in the backup is not allowed")
        if not path.is_file():
            raise BadBackup(f"备份缺少文件 {name}", f"the backup lacks the file {name}")
        found = kept(path)
        if found != said:
            raise BadBackup(f"备份中的 {name} 已损坏：应为 {said.size:,} 字节、摘要 {said.sha256[:16]}…，得到 {found.size:,} 字节、{found.sha256[:16]}…",
                            f"{name} in the backup is damaged: {said.size:,} bytes of digest {said.sha256[:16]}… were kept, {found.size:,} of {found.sha256[:16]}… are there")


def _check_fits(manifest: Manifest) -> None:
    """Refuse a backup of a newer program, or of the other database."""
    if manifest.database != ("postgresql" if is_postgres() else "sqlite"):
        raise BadBackup(f"这是 {manifest.database} 数据库的备份；{DATABASE_VARIABLE} {'已指向 PostgreSQL' if is_postgres() else '没有指向 PostgreSQL'}",
                        f"this is a backup of {manifest.database}; {DATABASE_VARIABLE} {'names a PostgreSQL' if is_postgres() else 'names no PostgreSQL'}")
    ours = Path(__file__).parents[1] / "migrations"
    known = {f"store.{path.stem}" for path in ours.glob("0*.py")}
    newer = sorted(name for name in manifest.migrations if name.startswith("store.") and name not in known)
    if newer:
        raise BadBackup(f"备份由更新的版本做成（{manifest.program}，本程序不认得 {'、'.join(newer[:3])}）：请用那一版恢复",
                        f"the backup was made by a newer version ({manifest.program}; unknown here: {', '.join(newer[:3])}): restore it with that one")


def _place_keys(manifest: Manifest, unpacked: Path, apart: Path | None, place: Path) -> None:
    """Put the keys in place, from the backup or from where they were kept apart, and only those that belong to it. Errors: BadBackup."""
    if apart is None and not manifest.has_keys:
        raise BadBackup(f"这份备份不含密钥（{'、'.join(KEYS)}）：请用 --keys 指明另存的文件夹", f"this backup holds no keys ({', '.join(KEYS)}): name the folder they are kept in by --keys")
    folder = apart or unpacked / KEYS_FOLDER
    for name, said in manifest.keys.items():
        path = folder / name
        content = path.read_bytes() if path.is_file() else b""
        if not _is_key(content, said, name):
            raise BadBackup(f"{folder} 中的 {name} 不是这份备份的密钥", f"{name} in {folder} is not the key of this backup")
        with os.fdopen(os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)


def _is_key(content: bytes, said: Kept, name: str) -> bool:
    """Whether it is the key; field keys that were kept apart may have grown since, for new ones are only ever added."""
    is_long_enough = len(content) == said.size or name == "field-keys" and len(content) > said.size
    return is_long_enough and sha256(content[:said.size]).hexdigest() == said.sha256


def _place_rest(manifest: Manifest, unpacked: Path, place: Path) -> None:
    for name in manifest.files:
        if PurePosixPath(name).parts[0] == KEYS_FOLDER:
            continue
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(unpacked / name, target)
        target.chmod(0o600)
    shutil.rmtree(place / ".unpacked", ignore_errors=True)


# the database ------------------------------------------------------------------------------------------------------------

def _load(manifest: Manifest, place: Path) -> None:
    """Put the database in place and hold it to the manifest row by row count. Errors: BadBackup."""
    from django.db import connection

    from sanyi.store.backups.moment import POSTGRES_FILE, SQLITE_FILE, held_now
    from sanyi.store.backups.postgres import load
    from sanyi.store.owning import as_owner
    if is_postgres():
        tables = connection.introspection.table_names()
        if tables:
            raise BadBackup(f"所指的 PostgreSQL 数据库不是空的（有 {len(tables)} 张表）：只恢复到空数据库", f"the PostgreSQL database that is named is not empty ({len(tables)} tables)")
        load(place / POSTGRES_FILE)
        (place / POSTGRES_FILE).unlink()
    elif (place / SQLITE_FILE) != database_path(place):
        os.replace(place / SQLITE_FILE, database_path(place))
    with as_owner():  # nothing is granted to the application yet
        now = held_now()
    other = {name: (count, now.rows.get(name)) for name, count in manifest.rows.items() if now.rows.get(name) != count}
    if other or now.migrations != manifest.migrations or tuple(now.head) != tuple(manifest.head):
        raise BadBackup(f"恢复出的数据库与备份清单不符：{other}{_left_over()}", f"the restored database is not what the manifest says: {other}")


def _migrated(manifest: Manifest) -> tuple[str, ...]:
    """Bring an older backup forward to this program; gives what was applied."""
    from sanyi.store.backups.moment import held_now
    from sanyi.store.owning import bring_up_to_date
    from sanyi.store.safety import check_database
    bring_up_to_date()
    check_database()
    return tuple(name for name in held_now().migrations if name not in manifest.migrations)


def _proved(manifest: Manifest, digest: str, migrated: tuple[str, ...], anchors: Sequence[Anchor]) -> Restored:
    """Prove the trail against the backup's own head and the anchors outside, and every book."""
    from sanyi.store.book_check import check_book
    from sanyi.store.models import Book
    from sanyi.store.trail.exporting import sealed_blocks
    from sanyi.store.trail.verifying import verify
    block, events, hash = manifest.head
    faults, known = [], [anchor for anchor in anchors if anchor.block <= block]
    try:
        proved = verify(sealed_blocks(), [*known, *([Anchor(block, events, hash, manifest.made_at)] if block else [])]).events
    except BrokenTrail as broken:
        proved = 0
        faults.append(f"审计轨迹 trail: {broken}")
    books = list(Book.objects.order_by("plan", "year"))
    faults += [f"{book.plan} {book.year}: {fault}" for book in books for fault in check_book(book)]
    return Restored(manifest, digest, migrated, proved, len(books), tuple(faults), len(anchors) - len(known))


def _begun_again(done: Restored, now: datetime) -> None:
    """End every session of then, send none of the messages of then (they may have gone out since), and leave the event that this place was restored, from which backup, with which faults."""
    from django.contrib.sessions.models import Session
    from django.db import connections, transaction

    from sanyi.store.messages.moving import end_after_restore
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.workflows.facts import SYSTEM
    with transaction.atomic():
        end_after_restore(now)
        Session.objects.all().delete()  # rights may have changed and sessions ended after the backup was made
        record("change", actor_named(SYSTEM), step="restore", subject="backup", subject_id=done.digest[:32], now=now,
               given={"faults": len(done.faults), "migrations": len(done.migrated), "made_at": datetime.fromisoformat(done.manifest.made_at)})
    connections.close_all()
