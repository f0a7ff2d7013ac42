"""Making the database ready: its tables, and a first account with a fresh password."""
import secrets
from pathlib import Path

from sanyi.store.accounts import ADMIN, make_account
from sanyi.store.database import is_postgres
from sanyi.store.errors import NoDatabase
from sanyi.store.place import configure, database_path
from sanyi.store.safety import check_database
from sanyi.terms.quiet import sort_of


def prepare_database(var: Path) -> None:
    """Make or bring up to date the database in a folder; no account changes. Errors: NoDatabase, UnsafeDatabase, OtherFolder."""
    from django.db import DatabaseError
    try:
        configure(var)
        from sanyi.store.owning import bring_up_to_date

        if not is_postgres():
            keep_private(database_path(Path(var)))
        bring_up_to_date()
        check_database()
    except (DatabaseError, OSError) as refused:
        raise NoDatabase(f"{var} 中的数据库现在不能使用（被占用、已损坏或不是文件夹）/ the database there cannot be used now: {_why(refused)}") from refused


def keep_private(database: Path) -> None:
    """The database is its owner's alone before anything is in it: SQLite gives its log the rights that the file has then."""
    database.touch(mode=0o600)
    database.chmod(0o600)


def _why(refused: Exception) -> str:
    """What a connection or a disk says; of rows that a migration met nothing but the law, for this may stand in a log."""
    from django.db import OperationalError
    return str(refused) if isinstance(refused, (OperationalError, OSError)) else sort_of(refused)


def prepare(var: Path) -> str:
    """Make or bring up to date the database in a folder; returns the new password of `admin`, kept nowhere else."""
    prepare_database(var)
    password = secrets.token_urlsafe(12)
    make_account(var, ADMIN, password)
    return password
