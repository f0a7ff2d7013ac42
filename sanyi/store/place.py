"""The folder that holds what one installation must keep to itself: its database and its secret key."""
import os
import secrets
from pathlib import Path

from sanyi.store.errors import OtherFolder
from sanyi.terms.disk import write_once

FOLDER_VARIABLE = "SANYI_VAR"
SETTINGS_VARIABLE = "DJANGO_SETTINGS_MODULE"


def configure(var: Path, settings_module: str = "sanyi.store.settings") -> None:
    """Make Django work in a folder, once per process; raises OtherFolder where it already works in another."""
    import django
    from django.apps import apps

    folder = str(Path(var).resolve())
    if apps.ready:
        if os.environ.get(FOLDER_VARIABLE) != folder:
            raise OtherFolder(f"本进程已使用 {os.environ.get(FOLDER_VARIABLE)} / this process already works in it, not in {folder}")
        return
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[FOLDER_VARIABLE] = folder
    os.environ.setdefault(SETTINGS_VARIABLE, settings_module)
    django.setup()


def database_path(var: Path) -> Path:
    """Where the database lies."""
    return var / "sanyi.sqlite3"


def secret_key(var: Path) -> str:
    """The installation's own secret: made at first use, readable by its owner only, never shipped."""
    path = var / "secret-key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(64).encode())  # of two processes that start at once both read the one that is there
    text = path.read_text("ascii")
    if len(text) < 64:
        raise RuntimeError(f"{path}: 密钥文件过短，请删除后重试 / the secret is too short; remove the file and start again")
    return text
