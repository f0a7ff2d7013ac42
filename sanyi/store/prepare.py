"""Making the database ready: its tables, and a first account with a fresh password."""
import secrets
from pathlib import Path

from sanyi.store.accounts import make_account
from sanyi.store.place import configure, database_path
from sanyi.store.safety import check_database

ADMIN = "admin"


def prepare(var: Path) -> str:
    """Make or bring up to date the database in a folder; returns the new password of `admin`, kept nowhere else."""
    configure(var)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    database_path(Path(var)).chmod(0o600)
    check_database()
    password = secrets.token_urlsafe(12)
    make_account(var, ADMIN, password)
    return password
