"""Which database holds the installation: SQLite in its folder, or the PostgreSQL that SANYI_DATABASE names."""
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sanyi.store.errors import UnsafeDatabase

DATABASE_VARIABLE = "SANYI_DATABASE"
OWNER_VARIABLE = "SANYI_DATABASE_OWNER"
ONE_ROLE_VARIABLE = "SANYI_DATABASE_ONE_ROLE"
OWNER = "owner"  # the name of the second connection: the tables' owner, who alone migrates
KINDS = ("postgresql", "postgres")
KEPT_SECONDS = 60  # opening SQLite anew reads the whole schema: half of what a small page costs
LONGEST_LOG = 64 * 2**20  # bytes that a log keeps once it was written back: one night's import must not hold the disk for ever


def is_postgres() -> bool:
    """Whether a PostgreSQL is named."""
    return bool(os.environ.get(DATABASE_VARIABLE))


def databases(path: Path) -> dict[str, dict[str, Any]]:
    """Every connection by its name: the application's, and the owner's where `SANYI_DATABASE_OWNER` names one as `role:password`. Errors: UnsafeDatabase."""
    found = {"default": database_settings(path)}
    role, _, password = os.environ.get(OWNER_VARIABLE, "").partition(":")
    return {**found, OWNER: {**found["default"], "USER": unquote(role), "PASSWORD": unquote(password)}} if role and is_postgres() else found


def database_settings(path: Path) -> dict[str, Any]:
    """Django's settings of the database: `postgresql://user:password@host:port/name`, else SQLite in the folder. Errors: UnsafeDatabase."""
    address = os.environ.get(DATABASE_VARIABLE, "")
    return _postgres(address) if address else _sqlite(path)


def _sqlite(path: Path) -> dict[str, Any]:
    """SQLite with a write-ahead log, every commit of it synced to the disk: one flush a commit, and who reads waits for nobody who writes.

    A log loses commits before SQLite 3.51.3; the driver carries a newer one (`sanyi.store.sqlite.driver`), and an older one is refused at start-up.
    """
    return {"ENGINE": "sanyi.store.sqlite", "NAME": path,
            "OPTIONS": {"init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit={LONGEST_LOG};", "transaction_mode": "IMMEDIATE", "timeout": 20}, "CONN_MAX_AGE": KEPT_SECONDS}


def _postgres(address: str) -> dict[str, Any]:
    """PostgreSQL by its address; what follows ? is handed to the driver (sslmode=verify-full …)."""
    parts = urlsplit(address)
    if parts.scheme not in KINDS or not parts.path.strip("/"):
        raise UnsafeDatabase(f"{DATABASE_VARIABLE} 应如 postgresql://user@host:5432/sanyi / must be like that; its scheme is {parts.scheme!r}")
    options = dict(parse_qsl(parts.query))
    return {"ENGINE": "sanyi.store.postgresql", "NAME": unquote(parts.path.strip("/")), "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""), "HOST": options.pop("host", "") or parts.hostname or "", "PORT": str(parts.port or ""),
            "OPTIONS": options, "CONN_MAX_AGE": KEPT_SECONDS}
