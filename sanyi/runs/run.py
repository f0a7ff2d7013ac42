"""One run: every step once, each after what it asks for, each result under the digest of all that went into it."""
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sanyi.engines.choose import open_engine
from sanyi.plans import Plan
from sanyi.runs.ahead import Ahead
from sanyi.runs.card import code_version, write_card
from sanyi.runs.compiled import Compiled
from sanyi.runs.errors import NoRecords, ResultsBusy
from sanyi.runs.hands import made_in_turn
from sanyi.runs.making import make
from sanyi.runs.records import open_records
from sanyi.runs.saying import compile_step, is_chosen, not_said_yet
from sanyi.runs.schemes import find_scheme
from sanyi.runs.steps import all_steps, in_order
from sanyi.runs.under_way import STORE, Run
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.terms.step import Step

Report = Callable[[float, str], None]


def run(plan: Plan, records: Path, year: int, out: Path, engine: str = "duckdb", memory: str = "4GB",
        threads: int = 2, wanted: Iterable[str] | None = None, report: Report = lambda done, text: None,
        plan_on: date | None = None, master: str | None = None, settings: Mapping[str, str] | None = None) -> Path:
    """Run a plan on a year of records and write results with a run card; returns the card's path.

    The plan is taken as it stands on the year's last day, or on `plan_on`: so a new plan is tried on an earlier year. Steps whose inputs, plan values and code are as before are not run again. Equal inputs give equal bytes.
    `master` and `settings` are for Spark.
    """
    opened = open_records(records)
    if not opened.months("encounters", year):
        raise NoRecords(f"{records}: 没有 {year} 年的就诊记录 / has no encounters of the year {year}")
    steps, taken = in_order(all_steps(), wanted), plan.on(plan_on or date(year, 12, 31))
    reads_scheme = any(is_chosen(step, taken) and not compiled_scheme_tables().keys().isdisjoint(step.tables) for step in steps)
    if reads_scheme:
        find_scheme(taken.value("drg.scheme"), records)  # a plan whose scheme is nowhere begins nothing
    (out / STORE).mkdir(parents=True, exist_ok=True)
    with only_run(out), open_engine(engine, memory, threads, master, settings) as opened_engine:
        compiled = Compiled(out, code_version(), str(year), opened_engine.name, opened_engine.version)
        under_way = Run(opened, taken, year, out, opened_engine, compiled)
        if reads_scheme:
            under_way.compile_scheme()
        make_all(under_way, steps, report)
        compiled.keep()
        report(1.0, "")
        return write_card(under_way, plan)


def make_all(under_way: Run, steps: Sequence[Step], report: Report = lambda done, text: None) -> None:
    """Make every step's result; steps that do not wait for each other go side by side on the engine's hands."""
    with under_way.engine.hands() as hands, Ahead(partial(compile_step, under_way), not_said_yet(under_way, steps)) as ahead:
        runs = [replace(under_way, engine=hand) for hand in hands]
        for number, step in enumerate(made_in_turn(steps, runs, partial(make, ahead=ahead), under_way.made)):
            report((number + 1) / len(steps), step.makes.zh)


@contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Let one run at a time write to a results folder; raises ResultsBusy for a second one."""
    folder = os.open(out, os.O_RDONLY)
    try:
        _lock(folder, out)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, out: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ResultsBusy(f"{out}: 另一次核算正在写入 / another run is writing here") from None
