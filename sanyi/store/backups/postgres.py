"""PostgreSQL's own programs that dump and restore: found, held to the server's version, and run without a password in sight."""
import os
from pathlib import Path
import re
import shutil
import subprocess

from django.db import connection

from sanyi.store.errors import BadBackup
from sanyi.store.owning import as_owner
from sanyi.store.tenancy import EVERYWHERE

PLACES = Path("/usr/lib/postgresql")  # where Debian keeps each version's programs
PLACE_VARIABLE = "SANYI_PG_BIN"


def dump(file: Path, snapshot: str) -> None:
    """Dump the database as a snapshot sees it, in PostgreSQL's own format. Errors: BadBackup."""
    everything = "-c sanyi.reach=" + ",".join(sorted(EVERYWHERE))  # without --enable-row-security it would rather fail than leave a row out
    _run("pg_dump", "--enable-row-security", "--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}", PGOPTIONS=everything)


def load(file: Path) -> None:
    """Load a dump into the database that is named, in one transaction, as the tables' owner. Errors: BadBackup."""
    with as_owner():
        _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file))


def program(name: str) -> Path:
    """The newest such program on this machine that is not older than the server. Errors: BadBackup."""
    server, found = server_version(), {path: version for path in _candidates(name) if (version := version_of(path))}
    if not found:
        raise BadBackup(f"找不到 {name}：请安装 postgresql-client-{server} 或以 {PLACE_VARIABLE} 指明所在文件夹",
                        f"{name} is not on this machine: install postgresql-client-{server}, or name its folder by {PLACE_VARIABLE}")
    newest = max(found, key=lambda path: found[path])
    if found[newest] < server:
        raise BadBackup(f"{newest} 是第 {found[newest]} 版，服务器是第 {server} 版：旧程序做不出新服务器的备份，请安装 postgresql-client-{server}",
                        f"{newest} is of version {found[newest]}, the server of {server}: an older program cannot do it; install postgresql-client-{server}")
    return newest


def server_version() -> int:
    """The server's major version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def version_of(path: Path) -> int:
    """A program's major version; 0 where it does not say."""
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found.group(1)) if found else 0


def _candidates(name: str) -> list[Path]:
    if named := os.environ.get(PLACE_VARIABLE):
        return [Path(named) / name]
    on_path = shutil.which(name)
    return [*([Path(on_path)] if on_path else []), *PLACES.glob(f"*/bin/{name}")]


def _run(name: str, *arguments: str, **told_besides: str) -> None:
    """Run it on the database that is named; the password goes by the environment, never by an argument that others can list."""
    from psycopg.conninfo import make_conninfo
    given = connection.get_connection_params()
    told = {word: given[word] for word in given if word not in ("password", "cursor_factory", "context", "prepare_threshold", "client_encoding") and given[word]}
    secret = {"PGPASSWORD": given["password"]} if given.get("password") else {}
    done = subprocess.run([str(program(name)), f"--dbname={make_conninfo(**told)}", *arguments], capture_output=True, text=True, env={**os.environ, **secret, **told_besides})
    if done.returncode:
        raise BadBackup(f"{name} 失败：{done.stderr.strip()[-600:]}", f"{name} failed")
