"""A database is made ready once a session and copied from then on: a copy takes a moment, all migrations take ten seconds."""
from functools import cache
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile

CHECKOUT = Path(__file__).resolve().parent.parent
OURS = ("SANYI_VAR", "DJANGO_SETTINGS_MODULE", "SANYI_DATABASE")


def make_ready(var: Path, address: str = "") -> None:
    """Migrate the database of a folder, in a process of its own."""
    told = {name: value for name, value in os.environ.items() if name not in OURS} | ({"SANYI_DATABASE": address} if address else {})
    code = "import sys; from pathlib import Path; from sanyi.store import prepare_database; prepare_database(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(var)], env=told, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@cache
def _ready_sqlite() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sanyi-ready-"))
    make_ready(folder)
    return folder / "sanyi.sqlite3"


def copy_ready(var: Path) -> None:
    """Put a database that is ready into a folder that has none."""
    there = var / "sanyi.sqlite3"
    if not there.exists():
        var.mkdir(parents=True, exist_ok=True)
        shutil.copy(_ready_sqlite(), there)
        there.chmod(0o600)
