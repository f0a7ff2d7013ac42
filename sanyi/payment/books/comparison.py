"""One comparison of a proof: where, what was written, what it must be."""
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """Two sums in fen that must be equal, with the proof, the fund, the table, the row and the column they stand in."""

    check_code: str
    fund_code: str
    table: str
    key: str
    column: str
    left_fen: int
    right_fen: int

    @property
    def difference_fen(self) -> int:
        """How far they are apart."""
        return self.left_fen - self.right_fen


def by_key(rows: Iterable[Mapping[str, Any]], *key: str) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """Rows by some of their columns."""
    return {tuple(row[name] for name in key): row for row in rows}


def summed(rows: Iterable[Mapping[str, Any]], column: str, *key: str) -> Counter:
    """A column added up by others."""
    sums: Counter = Counter()
    for row in rows:
        sums[tuple(row[name] for name in key)] += row[column] or 0
    return sums
