"""Kept results: the file, or the files of one pattern, that hold a step's table."""
import hashlib
from pathlib import Path

from sanyi.engines.column_digests import column_digests
from sanyi.runs.month_files import MONTHS


def kept_files(folder: Path, file: str) -> list[Path]:
    """The files that a card's `file` names, in order: one, or one a month where it is a pattern with a star."""
    return sorted(folder.glob(file))


def with_months(folder: Path, file: str) -> list[Path]:
    """The kept files and, where the result was put together from its months, those too: what a sweep must leave."""
    place = Path(file)
    months = place.with_name(f"{place.name.partition('.')[0]}{MONTHS}.parquet")
    return [*kept_files(folder, file), *(folder.glob(str(months)) if "*" not in file else ())]


def kept_digest(folder: Path, file: str) -> str:
    """The digest of a kept result: of the file's bytes, or of its files' digests where there are several."""
    digests = [file_digest(path) for path in kept_files(folder, file)]
    return digests[0] if "*" not in file and digests else hashlib.sha256("".join(digests).encode()).hexdigest()


def kept_column_digests(folder: Path, file: str) -> dict[str, str]:
    """The digest of each column of a kept result, over all its files."""
    found: dict[str, list[str]] = {}
    for path in kept_files(folder, file):
        for name, digest in column_digests(path).items():
            found.setdefault(name, []).append(digest)
    return {name: hashlib.sha256("".join(digests).encode()).hexdigest() for name, digests in found.items()}


def file_digest(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
