"""Making the database ready: its tables, and a first account with a fresh password."""
import secrets
from pathlib import Path

from sanyi.store.accounts import ADMIN, make_account
from sanyi.store.place import configure, database_path
from sanyi.store.safety import check_database


def prepare_database(var: Path) -> None:
    """Make or bring up to date the database in a folder; no account changes."""
    configure(var)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    database_path(Path(var)).chmod(0o600)
    check_database()


def prepare(var: Path) -> str:
    """Make or bring up to date the database in a folder; returns the new password of `admin`, kept nowhere else."""
    prepare_database(var)
    password = secrets.token_urlsafe(12)
    make_account(var, ADMIN, password)
    return password
