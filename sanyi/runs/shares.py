"""Shares of the residents: a person-local step on a large region is run on one after another, in the memory of the largest share."""
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS_A_SHARE = 8_000_000  # of the largest table that names residents; fewer rows than this are one share


def shares_for(rows: int) -> int:
    """How many shares some rows are cut into."""
    return max(1, -(-rows // ROWS_A_SHARE))


@contextmanager
def share_files(path: Path, shares: int) -> Iterator[list[Path]]:
    """Where the shares of a result lie until they are one file; nothing of them stays."""
    parts = [path.with_name(f"{path.name}.{number}.share") for number in range(shares)]
    try:
        yield parts
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
