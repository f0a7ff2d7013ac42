"""Files kept under their own sha256 in the installation's folder: written and synced first, named in the database after."""
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from sanyi.store.errors import StoreError
from sanyi.terms.disk import sync_path

SIZE_CAP = 20 * 1024 * 1024
SAFE_AGE_SECONDS = 24 * 3600
FOLDER = "evidence"
FILED = ("store_evidence", "store_examfile", "store_teachingimage")  # the tables whose rows name a file by `sha256`: a backup takes these files, a sweep leaves them


class TooLarge(StoreError):
    """A file above the cap."""


def file_path(var: Path, sha256: str) -> Path:
    """Where a file lies; the name is its own digest, so nothing a user writes is ever part of a path."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError(f"not a sha256: {sha256!r}")
    return var / FOLDER / sha256[:2] / sha256


def keep_file(var: Path, chunks: Iterable[bytes], cap: int = SIZE_CAP) -> tuple[str, int]:
    """Write and sync a file; gives its sha256 and size. Errors: TooLarge (nothing is left behind)."""
    (var / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=var / FOLDER, prefix="new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            sha256, size = _written(stream, chunks, cap)
        path = file_path(var, sha256)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        os.replace(name, path)  # the same content again makes the file young again, so that no sweep takes it meanwhile
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        sync_path(folder)
    return sha256, size


def _written(stream, chunks: Iterable[bytes], cap: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > cap:
            raise TooLarge(f"文件超过 {cap // 1024 // 1024} MB / the file is larger than {cap // 1024 // 1024} MB")
        digest.update(chunk)
        stream.write(chunk)
    stream.flush()
    os.fsync(stream.fileno())
    return digest.hexdigest(), size


def sweep(var: Path, named: set[str], older_than_seconds: float = SAFE_AGE_SECONDS) -> list[str]:
    """Remove files that no row names and that are old enough that none is about to; gives their names."""
    before = time.time() - older_than_seconds
    gone = []
    for path in sorted((var / FOLDER).rglob("*")):
        if path.name not in named and _is_old(path, before):  # its age is asked at the last moment: the same content sent meanwhile makes it young
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return sorted(gone)


def _is_old(path: Path, before: float) -> bool:
    """Whether a file is there and was written before a moment; one that is put in its place just now is not."""
    try:
        return path.is_file() and path.stat().st_mtime <= before
    except FileNotFoundError:
        return False
