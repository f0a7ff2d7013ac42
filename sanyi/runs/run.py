"""One run: every step once, in order, each result under the digest of all that went into it."""
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.choose import open_engine
from sanyi.engines.cuts import RESIDENT, in_month, in_share
from sanyi.engines.small_files import write_rows
from sanyi.plans import Plan
from sanyi.runs.ahead import Ahead
from sanyi.runs.card import code_version, write_card
from sanyi.runs.compiled import Compiled, Said
from sanyi.runs.errors import NoRecords, ResultsBusy
from sanyi.runs.kept import kept_digest, kept_files
from sanyi.runs.month_files import MONTHS, lend_month, month_file
from sanyi.runs.records import HISTORY, Records, open_records
from sanyi.runs.schemes import CompiledScheme, compiled_scheme
from sanyi.runs.shares import share_files, shares_for
from sanyi.runs.steps import all_steps, in_order, promise
from sanyi.tables.record_tables import record_tables
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.terms.step import Step

Report = Callable[[float, str], None]
STORE, SCHEMES = "store", "schemes"


@dataclass(frozen=True)
class Made:
    """What a step made: the file, the key it is kept under, its rows, and which plan values it read."""

    name: str
    file: str
    key: str
    digest: str
    rows: int
    seconds: float
    was_kept: bool
    needs: tuple[str, ...]
    values: dict[str, Any]


@dataclass
class Run:
    """A run under way: what it reads, where it writes, and what is made so far."""

    records: Records
    plan: Any
    year: int
    out: Path
    engine: Any
    compiled: Compiled
    made: dict[str, Made] = field(default_factory=dict)
    scheme: CompiledScheme | None = None
    ahead: Ahead | None = None


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
    (out / STORE).mkdir(parents=True, exist_ok=True)
    steps, taken = in_order(all_steps(), wanted), plan.on(plan_on or date(year, 12, 31))
    with only_run(out), open_engine(engine, memory, threads, master, settings) as opened_engine:
        compiled = Compiled(out, code_version(), str(year), opened_engine.name, opened_engine.version)
        under_way = Run(opened, taken, year, out, opened_engine, compiled)
        with Ahead(partial(_said, under_way), _not_said_yet(under_way, steps)) as under_way.ahead:
            for number, step in enumerate(steps):
                report(number / len(steps), step.makes.zh)
                under_way.made[step.name] = _make(under_way, step)
        compiled.keep()
        report(1.0, "")
        return write_card(under_way, plan)


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


def _make(under_way: Run, step: Step) -> Made:
    started = time.perf_counter()
    proxy, values = under_way.plan.recording()
    if not _is_chosen(step, proxy):
        file, key, rows, kept = _make_empty(under_way, step)
    elif step.exact:
        file, key, rows, kept = _make_exact(under_way, step, proxy, values)
    else:
        file, key, rows, kept = _make_by_engine(under_way, step, values)
    return Made(step.name, file, key, kept_digest(under_way.out, file), rows, time.perf_counter() - started, kept, step.tables, dict(values))


def _is_chosen(step: Step, plan: Any) -> bool:
    if step.chosen_by is None:
        return True
    name, wanted = step.chosen_by
    return plan.value(name) in (wanted if isinstance(wanted, tuple) else (wanted,))


def _make_empty(under_way: Run, step: Step) -> tuple[str, str, int, bool]:
    """Leave the table of a method that the plan does not choose without rows, and without compiling anything."""
    key = hashlib.sha256(f"{step.name}\nnot chosen\n{step.makes.schema!r}".encode()).hexdigest()
    path = under_way.out / STORE / f"{step.name}-{key[:24]}.parquet"
    kept = path.exists()
    if not kept:
        write_rows(step.makes, [], path)
    return _relative(under_way, path), key, 0, kept


def _make_by_engine(under_way: Run, step: Step, values: dict[str, Any]) -> tuple[str, str, int, bool]:
    """Compile the step's expression; what it says and what it reads is the key its result is kept under."""
    sql = _sql(under_way, step, values)
    key = _key(under_way, step, sql)
    path = _store_path(under_way, step, key)
    if all(part.exists() for part in _parts(under_way, step, path, sql)):
        return _relative(under_way, path), key, under_way.engine.count(path), True
    rows = _write(under_way, step, sql, path)
    return _relative(under_way, path), key, rows, False


def _sql(under_way: Run, step: Step, values: dict[str, Any]) -> str:
    """What the step says to the engine: as a run kept it whose plan answered the step as this one does, or compiled now."""
    said = next(under_way.compiled.of(step.name, under_way.plan), None)
    if said is None:
        said = (under_way.ahead and under_way.ahead.said(step)) or _said(under_way, step)
        under_way.compiled.add(step.name, said)
    values.update(said.values)
    return said.sql


def _said(under_way: Run, step: Step) -> Said:
    """Compile a step; what decides whether it runs is among what it read of the plan."""
    proxy, values = under_way.plan.recording()
    _is_chosen(step, proxy)
    sql = under_way.engine.sql(expression(step, proxy, under_way.year), step.makes)
    return Said(sql, dict(proxy.reads), dict(values))


def _not_said_yet(under_way: Run, steps: Iterable[Step]) -> list[Step]:
    """The engine steps that the plan chooses and that no earlier run compiled."""
    return [step for step in steps if not step.exact and _is_chosen(step, under_way.plan)
            and not any(under_way.compiled.of(step.name, under_way.plan))]


def _write(under_way: Run, step: Step, sql: str, path: Path) -> int:
    """Write a step's result: in one go, month by month where every row of a case is in one month, or by shares of the residents."""
    if not _is_cut(under_way, step):
        shares = _shares(under_way, step)
        if shares > 1:
            return _write_by_shares(under_way, step, sql, path, shares)
        _show(under_way, step)
        rows = under_way.engine.write(sql, step.makes, path)
        under_way.engine.check_key(step.makes, path)
        return rows
    if step.makes.partition:
        return sum(_write_months(under_way, step, sql, path))
    rows = _write_month_by_month(under_way, step, sql, path)
    under_way.engine.check_key(step.makes, path)
    return rows


def _is_cut(under_way: Run, step: Step) -> bool:
    """Whether a step is run month by month: to bound memory, or because its table is kept so."""
    return step.locality == "case" and bool(_partitioned_needs(step)) and (under_way.engine.has_bounded_memory or bool(step.makes.partition))


def _shares(under_way: Run, step: Step) -> int:
    """In how many shares of the residents a person-local step is run: by the rows of the largest table that names residents."""
    if step.locality != "person" or not under_way.engine.has_bounded_memory:
        return 1
    rows = [sum(map(under_way.engine.count, _paths(under_way, name))) for name in step.tables if RESIDENT in promise(name).names]
    return shares_for(max(rows, default=0))


def _write_by_shares(under_way: Run, step: Step, sql: str, path: Path, shares: int) -> int:
    """Run a person-local step on one share of the residents after another, then put their rows in order: the same bytes as in one go."""
    with share_files(path, shares) as parts:
        for number, part in enumerate(parts):
            for name in step.tables:
                under_way.engine.show_files(name, _paths(under_way, name), promise(name), in_share(promise(name), number, shares))
            under_way.engine.write(sql, step.makes, part, sort=False)
        rows = under_way.engine.merge(parts, step.makes, path)
    under_way.engine.check_key(step.makes, path)
    return rows


def _write_months(under_way: Run, step: Step, sql: str, path: Path) -> Iterator[int]:
    """Keep a large case-local result one file a month, each in the order of the key; they appear together at the end."""
    parts = _parts(under_way, step, path, sql)
    for month, part in zip(_months(under_way, step), parts, strict=True):
        new = part.with_suffix(".new")
        if lend_month(part, new):
            yield under_way.engine.count(new)
            continue
        _show(under_way, step, month)
        yield under_way.engine.write(sql, step.makes, new)
        under_way.engine.check_key(step.makes, new)
    for part in parts:
        part.with_suffix(".new").rename(part)


def _make_exact(under_way: Run, step: Step, proxy: Any, values: dict[str, Any]) -> tuple[str, str, int, bool]:
    """Run a plain-Python step on small tables, unless its result from equal tables and equal answers of the plan is kept."""
    for said in under_way.compiled.of(step.name, under_way.plan):
        key, path = _exact_place(under_way, step, said.reads)
        if path.exists():
            values.update(said.values)
            return _relative(under_way, path), key, under_way.engine.count(path), True
    _show(under_way, step)
    given = {name: under_way.engine.rows_of(name, promise(name)) for name in step.tables}
    rows = step.function(**given, **_besides(step, proxy, under_way.year))
    under_way.compiled.add(step.name, Said("", dict(proxy.reads), dict(values)))
    key, path = _exact_place(under_way, step, proxy.reads)
    kept = path.exists()
    if not kept:
        write_rows(step.makes, rows, path)
    return _relative(under_way, path), key, len(rows), kept


def _exact_place(under_way: Run, step: Step, reads: Mapping[str, str]) -> tuple[str, Path]:
    """Which answers a step asks for may hang on its rows: rows and answers together are the key."""
    key = _key(under_way, step, f"{code_version()} {under_way.year} {json.dumps(dict(reads), sort_keys=True)}")
    return key, _store_path(under_way, step, key)


def expression(step: Step, plan: Any, year: int) -> ibis.Table:
    """Call an engine step's function on tables known only by promise."""
    tables = {name: ibis.table(promise(name).schema, name=name) for name in step.tables}
    return step.function(**tables, **_besides(step, plan, year))


def _besides(step: Step, plan: Any, year: int) -> dict[str, Any]:
    return {name: value for name, value in (("plan", plan), ("year", year)) if name in step.needs}


def _key(under_way: Run, step: Step, said: str) -> str:
    return _digest_of(under_way, step, said, {name: _input_digest(under_way, name) for name in step.tables})


def _month_key(under_way: Run, step: Step, said: str, month: str) -> str:
    """What one month of a case-local result is made from: a month that did not change is not made again."""
    return _digest_of(under_way, step, said, {name: _input_digest(under_way, name, month) for name in step.tables})


def _digest_of(under_way: Run, step: Step, said: str, inputs: Mapping[str, str]) -> str:
    words = [step.name, said, repr(step.makes.schema), under_way.engine.name, under_way.engine.version, code_version(("engines",)),
             *(f"{name}={digest}" for name, digest in inputs.items())]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _input_digest(under_way: Run, name: str, month: str = "") -> str:
    if name in under_way.made:
        return under_way.made[name].digest
    if name in compiled_scheme_tables():
        return _scheme(under_way).key
    files = under_way.records.chosen(name, under_way.year, month)
    return under_way.records.digest(files, name.removeprefix(HISTORY))


def _show(under_way: Run, step: Step, month: str = "") -> None:
    """Let every table the step asks for be readable under its name: of the record a month's files, of a result a month's rows."""
    for name in step.tables:
        cut = in_month(promise(name), month) if month and name in under_way.made else ""
        under_way.engine.show_files(name, _paths(under_way, name, month), promise(name), cut)


def _paths(under_way: Run, name: str, month: str = "") -> list[Path]:
    """The files that hold a table."""
    if name in under_way.made:
        return kept_files(under_way.out, under_way.made[name].file)
    if name in compiled_scheme_tables():
        return [_scheme(under_way).path(name)]
    return under_way.records.paths(under_way.records.chosen(name, under_way.year, month))


def _scheme(under_way: Run) -> CompiledScheme:
    """The DRG scheme the plan names, compiled once; raises UnknownScheme."""
    if under_way.scheme is None:
        under_way.scheme = compiled_scheme(under_way.plan.value("drg.scheme"), under_way.out / SCHEMES, under_way.records.folder)
    return under_way.scheme


def _partitioned_needs(step: Step) -> list[str]:
    return [name for name in step.tables if name in record_tables() and record_tables()[name].partition]


def _write_month_by_month(under_way: Run, step: Step, sql: str, path: Path) -> int:
    """Run a case-local step one month at a time (a seventh of the memory), then put the parts in order; they stay for the next run."""
    parts = [month_file(path, month, _month_key(under_way, step, sql, month)) for month in _months(under_way, step)]
    for month, part in zip(_months(under_way, step), parts, strict=True):
        if not part.exists() and not lend_month(part, part):
            _show(under_way, step, month)
            under_way.engine.write(sql, step.makes, part, sort=False)
    return under_way.engine.merge(parts, step.makes, path)


def _months(under_way: Run, step: Step) -> list[str]:
    return sorted({month for name in _partitioned_needs(step) for month in under_way.records.months(name, under_way.year)})


def _parts(under_way: Run, step: Step, path: Path, sql: str) -> list[Path]:
    """The files a result is kept in: one, or one a month."""
    if not step.makes.partition:
        return [path]
    return [month_file(path, month, _month_key(under_way, step, sql, month)) for month in _months(under_way, step)]


def _store_path(under_way: Run, step: Step, key: str) -> Path:
    return under_way.out / STORE / f"{step.name}-{key[:24]}{MONTHS if step.makes.partition else ''}.parquet"


def _relative(under_way: Run, path: Path) -> str:
    return path.relative_to(under_way.out).as_posix()
