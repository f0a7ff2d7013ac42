"""Refusing a database that could lose what it has acknowledged."""
import os
from collections.abc import Mapping

from sanyi.store.database import ONE_ROLE_VARIABLE
from sanyi.store.errors import UnsafeDatabase
from sanyi.store.sqlite.driver import dbapi2

FIRST_SAFE_WAL = (3, 51, 3)
FULL = 2


def check_mode(journal: str, synchronous: int, version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Raise UnsafeDatabase for a journal that can lose commits (R15)."""
    if synchronous < FULL:
        raise UnsafeDatabase(f"PRAGMA synchronous={synchronous}：掉电会丢失已提交的数据，应为 FULL 或更高 / "
                             f"a power cut would lose commits; FULL or above is needed")
    if journal in ("off", "memory"):
        raise UnsafeDatabase(f"PRAGMA journal_mode={journal}：中断会损坏数据库 / a crash would break the database")
    if journal == "wal" and version < FIRST_SAFE_WAL:
        raise UnsafeDatabase(f"SQLite {'.'.join(map(str, version))} 的 WAL 模式会丢失提交（3.51.3 修复），需要 pysqlite3 0.6.1 以上自带的 SQLite / "
                             f"its WAL mode can lose commits (mended in 3.51.3); the SQLite that pysqlite3 from 0.6.1 carries is needed")


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


QUIET = {"log_min_error_statement": ("log", "fatal", "panic"), "log_error_verbosity": ("terse",), "log_statement": ("none", "ddl"), "log_min_duration_statement": ("-1",),
         "log_min_duration_sample": ("-1",), "log_transaction_sample_rate": ("0",), "log_parameter_max_length_on_error": ("0",)}


def check_quiet(settings: Mapping[str, str]) -> None:
    """Raise UnsafeDatabase for a PostgreSQL whose log would keep statements or rows with patients' names in them, unless it is one person's trial. Source: R47."""
    wrong = [f"{name}={settings.get(name)}" for name, quiet in QUIET.items() if name in settings and settings[name] not in quiet]
    if wrong and os.environ.get(ONE_ROLE_VARIABLE) != "yes":
        raise UnsafeDatabase(f"{'、'.join(wrong)}：服务器日志会留下患者信息；请按 docs/install.md 为应用角色设定（ALTER ROLE … SET …）/ the server's log would keep patients' data: "
                             "set what docs/install.md says for the application's role (ALTER ROLE … SET …)")


ROLE = """SELECT r.rolsuper, r.rolbypassrls, COALESCE((SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c
                 WHERE c.oid = to_regclass('public.store_account')), false) FROM pg_roles r WHERE r.rolname = current_user"""


def check_role(is_superuser: bool, bypasses: bool, is_owner: bool) -> None:
    """Raise UnsafeDatabase for a role that row security does not bind, unless one person tries Sanyi out on a database of their own. Source: R38."""
    why = [words for is_so, words in ((is_superuser, ("是超级用户", "is a superuser")), (bypasses, ("可绕过行级安全", "may bypass row security")),
                                      (is_owner, ("是表的所有者", "owns the tables"))) if is_so]
    if why and os.environ.get(ONE_ROLE_VARIABLE) != "yes":
        raise UnsafeDatabase(f"应用的数据库角色{'、'.join(zh for zh, _ in why)}，数据库不会替您拦住别家机构的数据；请另建应用角色（docs/install.md），"
                             f"仅供一人试用时可设 {ONE_ROLE_VARIABLE}=yes / the application's role {', '.join(en for _, en in why)}, so the database would not keep "
                             f"institutions apart; give it a role of its own (docs/install.md), or set {ONE_ROLE_VARIABLE}=yes for one person's trial")


def check_database() -> None:
    """Check the modes that the open database really has, and on PostgreSQL that its policies bind the application's role."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*WANTED, *QUIET, "synchronous_commit"]])
            settings = dict(cursor.fetchall())
            check_settings(settings)
            check_quiet(settings)
            cursor.execute(ROLE)
            return check_role(*cursor.fetchone())
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    return check_mode(str(journal).lower(), int(synchronous))
