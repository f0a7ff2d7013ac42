"""Refusing a database that could lose what it has acknowledged."""
import sqlite3
from collections.abc import Mapping

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


WANTED = {"fsync": "on", "full_page_writes": "on", "data_checksums": "on"}
SYNCED = ("on", "local", "remote_write", "remote_apply")
WHY = {"fsync": ("掉电会损坏数据库", "a power cut would break the database"), "full_page_writes": ("掉电会留下半页", "a power cut would leave half pages"),
       "data_checksums": ("磁盘静默出错无从发现；请用 initdb -k 建库", "silent errors of the disk go unnoticed; make the cluster with initdb -k"),
       "synchronous_commit": ("掉电会丢失已提交的数据", "a power cut would lose commits")}


def check_settings(settings: Mapping[str, str]) -> None:
    """Raise UnsafeDatabase for a PostgreSQL that can lose or silently damage what it has acknowledged (R15)."""
    wrong = [name for name, wanted in WANTED.items() if settings.get(name) != wanted]
    wrong += ["synchronous_commit"] if settings.get("synchronous_commit") not in SYNCED else []
    if wrong:
        zh = "；".join(f"{name}={settings.get(name)}：{WHY[name][0]}" for name in wrong)
        raise UnsafeDatabase(f"{zh} / {'; '.join(WHY[name][1] for name in wrong)}")


def check_database() -> None:
    """Check the modes that the open database really has."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*WANTED, "synchronous_commit"]])
            return check_settings(dict(cursor.fetchall()))
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    return check_mode(str(journal).lower(), int(synchronous))
