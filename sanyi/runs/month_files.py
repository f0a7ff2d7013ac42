"""Months of a case-local result, each in a file that names what it was made from, so that later runs find it again."""
import os
import shutil
from pathlib import Path

MONTH_KEY = 24
MONTHS = ".*-*"  # the months of one result: a month and its key


def month_file(path: Path, month: str, key: str) -> Path:
    """Where a month's part of the result at `path` lies (`path` has a star for the months, or is the whole result's own file)."""
    stem = path.name.partition(".")[0]
    return path.with_name(f"{stem}.{month}-{key[:MONTH_KEY]}.parquet")


def lend_month(part: Path, place: Path) -> bool:
    """Link `place` to the same month made from the same by an earlier run of the step; says whether there was one."""
    step, _, of_month = part.name.partition(".")
    for found in sorted(part.parent.glob(f"{step.rpartition('-')[0]}-*.{of_month}")):
        link_or_copy(found, place)
        return True
    return False


def link_or_copy(file: Path, place: Path) -> None:
    """Let a second name stand for a file; a copy on a disk that has no links, or where the two lie on different ones."""
    place.unlink(missing_ok=True)
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)
