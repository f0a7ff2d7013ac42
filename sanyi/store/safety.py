"""Refusing a database that could lose what it has acknowledged."""
import sqlite3

from sanyi.store.errors import UnsafeDatabase

FIRST_SAFE_WAL = (3, 51, 3)
FULL = 2


def check_mode(journal: str, synchronous: int, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise UnsafeDatabase for a journal that can lose commits (R15)."""
    if synchronous < FULL:
        raise UnsafeDatabase(f"PRAGMA synchronous={synchronous}：掉电会丢失已提交的数据，应为 FULL 或更高 / "
                             f"a power cut would lose commits; FULL or above is needed")
    if journal in ("off", "memory"):
        raise UnsafeDatabase(f"PRAGMA journal_mode={journal}：中断会损坏数据库 / a crash would break the database")
    if journal == "wal" and version < FIRST_SAFE_WAL:
        raise UnsafeDatabase(f"SQLite {'.'.join(map(str, version))} 的 WAL 模式会丢失提交（3.51.3 修复），应使用 DELETE 模式 / "
                             f"its WAL mode can lose commits (mended in 3.51.3); DELETE mode is needed")


def check_database() -> None:
    """Check the modes that the open database really has."""
    from django.db import connection

    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    check_mode(str(journal).lower(), int(synchronous))
