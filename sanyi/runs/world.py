"""Making a synthetic region on disk: the generator and the file writer put together, in a few processes."""
import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import numpy as np

from sanyi.engines.column_files import FORMATS, ColumnFile
from sanyi.worlds.batch import Batch
from sanyi.worlds.frame import Frame
from sanyi.worlds.records import Planted
from sanyi.worlds.tally import Tally
from sanyi.worlds.world import Share, closing_records, share_records, shares

Report = Callable[[float, str], None]
TRUTH = "_truth"
SMALL = 30_000  # residents below which starting workers costs more than it saves


def _silent(done: float, text: str) -> None:
    """Report nothing."""


@dataclass
class Totals:
    """Rows, and sums of each money column in fen, by file: what a source system declares with its files."""

    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, file: str, rows: int, sums: dict[str, int]) -> None:
        """Count rows and money of a file."""
        self.rows[file] = self.rows.get(file, 0) + rows
        kept = self.sums.setdefault(file, {})
        for name, value in sums.items():
            kept[name] = kept.get(name, 0) + value


@dataclass(frozen=True)
class Made:
    """What one share gives back: totals, tallies and what was planted."""

    totals: Totals
    tallies: list[Tally]
    planted: list[Planted]


def make_world(residents: int, seed: int, years: int, out: Path, format: str = "parquet", report: Report = _silent,
               processes: int = 2, last_year: int = 2020) -> dict[str, dict[str, dict[str, object]]]:
    """Write a region's record under `out` and return its control totals (also `out`/control.json).

    `residents` 500 to 40 million; `years` counts the reform year `last_year`; `format` parquet or csv; `report` gets the
    share done (0 to 1) and a text. Tables kept by month: <table>/<YYYYMM>.<format>; others <table>.<format>; what was
    planted under _truth. The same arguments give the same bytes whatever the number of processes. Raises
    FileExistsError when `out` holds anything that is not a world, ValueError for a bad argument.
    """
    if format not in FORMATS:
        raise ValueError(f"format: seen {format!r}, expected one of {', '.join(FORMATS)}")
    frame = Frame(residents, seed, years, last_year, has_spoiled_text=format == "csv")
    _cleared(Path(out))
    made = list(_all_shares(frame, Path(out), format, report, processes))
    totals = Totals()
    for one in made:
        for file, rows in one.totals.rows.items():
            totals.add(file, rows, one.totals.sums[file])
    tallies, planted = [each for one in made for each in one.tallies], [each for one in made for each in one.planted]
    _write_closing(frame, Path(out), format, tallies, planted, totals)
    control = {"files": {file: {"rows": totals.rows[file], "fen": dict(sorted(totals.sums[file].items()))} for file in sorted(totals.rows)}}
    (Path(out) / "control.json").write_text(json.dumps(control, indent=1) + "\n", encoding="utf-8")
    report(1.0, "world")
    return control


def _cleared(out: Path) -> None:
    """Make room: an earlier world is removed, anything else is left alone and refused."""
    if out.exists() and any(out.iterdir()):
        if not (out / TRUTH).is_dir() and not (out / ".making").exists():
            raise FileExistsError(f"{out}: expected an empty directory or an earlier world, found other files")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / ".making").touch()


def _all_shares(frame: Frame, out: Path, format: str, report: Report, processes: int) -> Iterator[Made]:
    """Make every share, here or in worker processes, in the order of the shares."""
    parts = shares(frame)
    whole = sum(part.work for part in parts) * frame.block_count
    if processes <= 1 or frame.residents < SMALL:
        done = [0]

        def tell(step: int, text: str) -> None:
            done[0] += step
            report(min(0.99, done[0] / whole), text)

        for part in parts:
            yield _make_share(frame, part, out, format, tell)
        return
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_listen, initargs=(queue,)) as pool:
        futures = [pool.submit(_make_in_process, frame, part, out, format) for part in parts]
        seen = 0
        while not all(future.done() for future in futures):
            try:
                step, text = queue.get(timeout=0.25)
            except Empty:
                continue
            seen += step
            report(min(0.99, seen / whole), text)
        yield from (future.result() for future in futures)


def _listen(queue) -> None:
    """Remember where a worker sends its progress."""
    _worker["progress"] = queue


_worker: dict[str, Any] = {}


def _make_in_process(frame: Frame, part: Share, out: Path, format: str) -> Made:
    """Make a share in a worker; its progress goes through a queue."""
    return _make_share(frame, part, out, format, lambda step, text: _worker["progress"].put((step, text)))


def _make_share(frame: Frame, part: Share, out: Path, format: str, tell: Callable[[int, str], None]) -> Made:
    """Write the files of one share."""
    made = Made(Totals(), [], [])
    month_weight = part.work // max(1, len(part.months))
    with ExitStack() as stack:
        files: dict[tuple[str, int | None], ColumnFile] = {}
        for item in share_records(frame, part):
            if isinstance(item, Tally):
                made.tallies.append(item)
                tell(month_weight, f"{item.year * 100 + item.month}")
            elif isinstance(item, Planted):
                made.planted.append(item)
            else:
                _write(item, out, format, files, stack, made.totals)
                if item.table == "referrals":
                    tell(part.work, "people")
    return made


def _write(batch: Batch, out: Path, format: str, files: dict, stack: ExitStack, totals: Totals) -> None:
    """Append a batch to its file, opened at the first batch, and count it."""
    key = (batch.table, batch.month)
    name = f"{batch.table}.{format}" if batch.month is None else f"{batch.table}/{batch.month}.{format}"
    if key not in files:
        files[key] = stack.enter_context(ColumnFile(out / name, format))
    files[key].write(batch)
    totals.add(name, batch.row_count, _money(batch))


def _money(batch: Batch) -> dict[str, int]:
    """The sum of each money column, as the source knows it (spoiled cells with their true value)."""
    return {name: int(np.ma.filled(np.sum(values), 0)) for name, values in batch.columns.items() if name.endswith("_fen")}


def _write_closing(frame: Frame, out: Path, format: str, tallies: Iterable[Tally], planted: Iterable[Planted], totals: Totals) -> None:
    """Write the tables made from all months, and the truth apart."""
    with ExitStack() as stack:
        for batch, is_truth in closing_records(frame, list(tallies), list(planted)):
            _write(batch, out / TRUTH if is_truth else out, format, {}, stack, Totals() if is_truth else totals)
    (out / ".making").unlink()
