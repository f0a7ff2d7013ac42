"""How fast a world is made: seconds, lines a second, peak memory of all processes, and the ratio to writing plain columns.

Run `python benchmarks/world.py [residents ...]` (100,000 and 1,000,000 unless told).
"""
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sanyi.engines.column_files import ColumnFile  # noqa: E402
from sanyi.runs.world import make_world  # noqa: E402
from sanyi.worlds.batch import Batch, Words  # noqa: E402

BLOCK_ROWS = 450_000


class PeakMemory:
    """Watches the resident memory of this process and its children (Linux), four times a second."""

    def __init__(self) -> None:
        self.bytes, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self.bytes = max(self.bytes, sum(_resident(each) for each in _family()))


def _family() -> list[Path]:
    """This process and its children, and theirs."""
    own = Path("/proc/self").resolve()
    parents = {}
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parents[each.name] = each.joinpath("stat").read_text().rsplit(") ", 1)[1].split()[1]
        except OSError:
            continue
    found = {own.name}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return [Path("/proc") / name for name in found]


def _resident(process: Path) -> int:
    try:
        return int(process.joinpath("statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def plain_seconds(out: Path, lines: int) -> float:
    """Seconds one process needs to draw and write as many charge lines of plain random columns."""
    random, start = np.random.default_rng(1), time.perf_counter()
    with ColumnFile(out / "plain.parquet", "parquet") as file:
        for first in range(0, lines, BLOCK_ROWS):
            count = min(BLOCK_ROWS, lines - first)
            owners = np.array([f"E{number:07d}".encode() for number in range(count // 8 + 1)])
            file.write(Batch("plain", 202001, {
                "encounter_id": Words((np.arange(count) // 8).astype(np.int32), owners), "line_number": np.arange(count) % 8,
                "item_code": Words(random.integers(0, 300, count).astype(np.int32), tuple(f"XD{place:05d}" for place in range(300))),
                "class_code": Words(random.integers(0, 11, count).astype(np.int32), tuple(f"class{place}" for place in range(11))),
                "quantity_e3": random.integers(1, 9, count) * 1000, "unit_price_fen": random.integers(100, 9000, count),
                "amount_fen": random.integers(100, 90000, count), "in_scope_fen": random.integers(100, 90000, count),
                "charged_on": (18262 + random.integers(0, 366, count)).astype("datetime64[D]"), "settled_month": np.full(count, 202001)}))
    return time.perf_counter() - start


def measured(residents: int) -> None:
    """Make one world in a temporary directory and print its figures."""
    out = Path(tempfile.mkdtemp())
    try:
        start = time.perf_counter()
        with PeakMemory() as peak:
            control = make_world(residents, 1, 4, out / "world")
        seconds = time.perf_counter() - start
        lines = sum(one["rows"] for name, one in control["files"].items() if name.startswith("charge_lines"))
        size = sum(each.stat().st_size for each in out.rglob("*") if each.is_file())
        plain = plain_seconds(out, lines)
        print(f"{residents:>11,} residents  {lines:>12,} lines  {seconds:7.1f} s  {lines / seconds:>10,.0f} lines/s  "
              f"peak {peak.bytes / 2**20:6,.0f} MB  {size / 2**20:7,.0f} MB on disk  "
              f"{seconds / plain:5.2f} × plain columns of charge lines ({plain:.1f} s, one process)", flush=True)
    finally:
        shutil.rmtree(out)


if __name__ == "__main__":
    for wanted in [int(word.replace("_", "").replace(",", "")) for word in sys.argv[1:]] or [100_000, 1_000_000]:
        measured(wanted)
