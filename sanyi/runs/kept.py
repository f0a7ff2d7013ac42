"""Kept results: the file, or the files of one pattern, that hold a step's table."""
import hashlib
from pathlib import Path


def kept_files(folder: Path, file: str) -> list[Path]:
    """The files that a card's `file` names, in order: one, or one a month where it is a pattern with a star."""
    return sorted(folder.glob(file))


def kept_digest(folder: Path, file: str) -> str:
    """The digest of a kept result: of the file's bytes, or of its files' digests where there are several."""
    digests = [hashlib.file_digest(path.open("rb"), "sha256").hexdigest() for path in kept_files(folder, file)]
    return digests[0] if "*" not in file and digests else hashlib.sha256("".join(digests).encode()).hexdigest()
