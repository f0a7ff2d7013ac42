"""Two runs side by side: the same rows in every table, or which table, key and column differ."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sanyi.engines.apart import Apart, Fingerprint, fingerprint, where_apart
from sanyi.engines.choose import open_engine
from sanyi.runs.results import Results

BIRTH = ("plan", "plan_digest", "plan_on", "year", "records_snapshot", "code_version", "engine")


@dataclass(frozen=True)
class Compared:
    """One table of two runs: each side's fingerprint (None where that run has no such table) and where they differ."""

    table: str
    left: Fingerprint | None
    right: Fingerprint | None
    apart: tuple[Apart, ...]

    @property
    def is_equal(self) -> bool:
        """Whether both runs hold the same rows."""
        return self.left == self.right


def birth_differences(left: Path, right: Path) -> dict[str, tuple[str, str]]:
    """What the two run cards say differently about where the results come from."""
    cards = [Results(folder).card for folder in (left, right)]
    pairs = {name: (str(cards[0].get(name)), str(cards[1].get(name))) for name in BIRTH}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def compare_results(left: Path, right: Path, memory: str = "2GB",
                    report: Callable[[float, str], None] = lambda done, text: None) -> Iterator[Compared]:
    """Compare every table of two results folders, in the order of their names. Raises NoResults, OtherPromise."""
    sides = Results(left), Results(right)
    names = sorted(set(sides[0].names) | set(sides[1].names))
    with open_engine(memory=memory) as engine:
        for number, name in enumerate(names):
            report(number / len(names), name)
            files = [side.files(name) if name in side.names else None for side in sides]
            table = sides[0].promise(name)
            prints = [fingerprint(engine, table, each) if each else None for each in files]
            is_apart = prints[0] != prints[1] and all(files)
            yield Compared(name, *prints, tuple(where_apart(engine, table, *files)) if is_apart else ())
