"""A password that a server made at its start: shown to whoever sits before it, else kept for its owner alone, for a log is read by others."""
import os
import sys
from pathlib import Path


def told(var: Path, name: str, password: str) -> str:
    """What to print for it: the password where a terminal reads it, else the file in the database's folder that holds it (mode 0600), so that no log does."""
    if sys.stdout.isatty():
        return password
    return f"见 see {_kept(var / f'{name}.password', password)}"


def _kept(file: Path, password: str) -> Path:
    """Write it beside the database, made new with its owner's rights alone: what lay there, or a link that somebody put there, is never written to."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(f"{password}\n")
    os.replace(fresh, file)
    return file.absolute()
