"""One moment of the database, kept as a file while others go on writing, and what that moment held."""
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections

from sanyi.store.backups.postgres import dump
from sanyi.store.database import is_postgres
from sanyi.store.errors import BadBackup
from sanyi.store.files import FILED
from sanyi.store.place import database_path
from sanyi.store.sqlite.driver import dbapi2 as sqlite3
from sanyi.store.trail.chain import FIRST_BEFORE

Ask = Callable[[str], Sequence[Sequence[Any]]]
SQLITE_FILE, POSTGRES_FILE = "sanyi.sqlite3", "sanyi.pgdump"
TABLES = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
          "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"}


@dataclass(frozen=True)
class Moment:
    """What was kept: the database's kind, the applied migrations, the rows of each table, the trail's head, unsealed events, the evidence named."""

    database: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    head: tuple[int, int, str]
    waiting: int
    evidence: tuple[str, ...]


def keep_moment(var: Path, folder: Path) -> tuple[Moment, str]:
    """Copy the database as it is at one moment into a folder; gives the moment and the file's name. Errors: BadBackup.

    SQLite: the online backup in one step, others read and write meanwhile; PostgreSQL: pg_dump within a snapshot that
    this process holds, so that what is counted is what is dumped.
    """
    if is_postgres():
        with _snapshot() as (ask, name):
            dump(folder / POSTGRES_FILE, name)
            return held("postgresql", ask), POSTGRES_FILE
    _copy(database_path(var), folder / SQLITE_FILE)
    with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
        _check_copy(copy)
        return held("sqlite", lambda sql: copy.execute(sql).fetchall()), SQLITE_FILE


def held(kind: str, ask: Ask) -> Moment:
    """What a database holds, by plain questions that hold for every version of it."""
    tables = sorted(row[0] for row in ask(TABLES[kind]))
    rows = {name: ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in tables}
    migrations = tuple(f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations ORDER BY id")) if "django_migrations" in rows else ()
    seal = ask("SELECT number, first + count - 1, hash FROM store_auditseal ORDER BY number DESC LIMIT 1") if "store_auditseal" in rows else ()
    head = tuple(seal[0]) if seal else (0, 0, FIRST_BEFORE)
    named = {row[0] for table in FILED if table in rows for row in ask(f"SELECT DISTINCT sha256 FROM {table} WHERE sha256 <> ''")}
    return Moment(kind, migrations, rows, head, rows.get("store_auditevent", 0) - rows.get("store_auditlink", 0), tuple(sorted(named)))


def held_now() -> Moment:
    """What the database of this installation holds now."""
    with connection.cursor() as cursor:
        return held(connection.vendor, _asking(cursor))


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=60)) as opened, closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA synchronous=OFF")  # it is synced as a whole before the backup gets its name
            opened.backup(copy, pages=-1)
    except sqlite3.Error as refused:
        raise BadBackup(f"数据库不能复制到 {target.parent.parent}（空间不足、已损坏或被占用）：{refused}", "the database could not be copied (no space, damaged, or locked)") from refused


def _check_copy(copy: sqlite3.Connection) -> None:
    said = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise BadBackup(f"数据库本身已损坏，未做备份：{said[0]}", f"the database itself is damaged, no backup was made: {said[0]}")


@contextmanager
def _snapshot() -> Iterator[tuple[Ask, str]]:
    own = connections.create_connection("default")
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")  # for whom it asks is told now: nothing may come before the isolation level
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            ask = _asking(cursor)
            yield ask, ask("SELECT pg_export_snapshot()")[0][0]
    finally:
        own.close()


def _asking(cursor: Any) -> Ask:
    def ask(sql: str) -> Sequence[Sequence[Any]]:
        cursor.execute(sql)
        return cursor.fetchall()
    return ask
