"""What is written is on the disk, not only on its way there; and whole, or not at all."""
import fcntl
import os
import secrets
from pathlib import Path


def sync_path(path: Path) -> None:
    """A file or folder is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_once(path: Path, content: bytes) -> bool:
    """Make a file that only its owner reads, whole or not at all; False where it is there already: of several at once one makes it. Errors: OSError."""
    draft = _draft_of(path)
    try:
        _write(draft, content)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_path(path.parent)
    return True


def write_over(path: Path, content: bytes) -> None:
    """Make a file that only its owner reads, or put it in the place of the one that is there: whoever reads finds the old one or the new one, whole. Errors: OSError."""
    draft = _draft_of(path)
    try:
        _write(draft, content)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_path(path.parent)


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")


def _write(draft: Path, content: bytes) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def append_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Add to a file's end, all of it or nothing: what could be written in part only is cut off again. Errors: OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = os.fstat(handle).st_size
        try:
            if os.write(handle, content) != len(content):
                raise OSError(28, os.strerror(28), str(path))
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)
