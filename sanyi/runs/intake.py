"""Taking a source's files into the record: all of a batch or nothing of it."""
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_files import Found, list_files, look_at
from sanyi.engines.raw_join import append, join, name_refused_parents, say_expected, write_refused
from sanyi.engines.raw_record import RawRecord
from sanyi.engines.raw_rows import rows_of
from sanyi.intake.checks import WARNINGS
from sanyi.intake.control import CONTROL, BrokenControl, Control, differences, read_control
from sanyi.intake.errors import BatchUnusable, SourceRefused
from sanyi.intake.mapping import TableMapping, read_mapping
from sanyi.intake.reasons import REASONS, expected
from sanyi.runs.intake_report import FileReport, IntakeReport, Problem
from sanyi.runs.intake_slice import Slice, take_slice
from sanyi.runs.intake_state import (REFUSED, STAGING, SUPERSEDED, State, commit, entry_of, holding, new_name, read_state,
                                     sweep)
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

Report = Callable[[float, str], None]
BESIDE = ("readme", "license", "manifest.json", "faults")
WARNED_ROWS = (65_535, 65_536, 1_048_575, 1_048_576)


@dataclass
class Batch:
    """A batch under way: what is read, what stands in staging, and what is told of it."""

    out: Path
    staging: Path
    state: State
    engine: RawRecord
    control: Control | None
    mapping_digest: str
    threads: int
    report: IntakeReport
    files: dict[tuple[str, int | None], Path] = field(default_factory=dict)
    entries: dict[tuple[str, int | None], tuple[str, int]] = field(default_factory=dict)
    superseded: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The batch's number."""
        return self.report.batch_number

    def path(self, table: str, month: int | None) -> Path | None:
        """Where the rows of a table's month lie now: in staging, else in the record."""
        if (table, month) in self.files:
            return self.files[table, month]
        entry = self.state.tables.get(table, {}).get(month)
        return self.out / entry["file"] if entry else None

    def months(self, table: str) -> list[int | None]:
        """The months a table has so far."""
        staged = {month for name, month in self.files if name == table}
        return sorted(staged | set(self.state.tables.get(table, {})), key=lambda month: month or 0)


def import_source(source: Path, out: Path, mapping: Path | str | None = None, memory: str = "4GB", threads: int = 2,
                  report: Report = lambda done, text: None) -> IntakeReport:
    """Take a folder of files into the record at `out`; the record changes in one rename or not at all.

    Rows that break the contract go to refused_rows; rows the record knows add nothing; a row with a known key and
    other values supersedes. Raises MappingError, SourceRefused, RecordBusy, and BatchUnusable (with the report).
    """
    started = time.perf_counter()
    source, out = Path(source), Path(out)
    if not source.is_dir():
        raise SourceRefused(f"{source}: 不是文件夹 / is not a folder")
    if out.resolve() == source.resolve() or source.resolve() in out.resolve().parents:
        raise SourceRefused(f"{out}: 记录不能写在来源文件夹之内 / the record must lie outside the source folder")
    mappings = read_mapping(mapping)
    with holding(out):
        state = read_state(out)
        sweep(out, state)
        told = _import(source, out, mappings, state, memory, threads, report, started)
    report(1.0, "")
    if not told.is_usable:
        raise BatchUnusable(str(told), told)
    return told


def _import(source: Path, out: Path, mappings: Sequence[TableMapping], state: State, memory: str, threads: int,
            report: Report, started: float) -> IntakeReport:
    told = IntakeReport(str(source), len(state.batches) + 1, state=state.digest)
    staging = out / f"{STAGING}{told.batch_number:04d}"
    staging.mkdir()
    try:
        with RawRecord(_engine_share(memory), threads) as engine:
            batch = Batch(out, staging, state, engine, _control(source, told),
                          hashlib.sha256(repr(mappings).encode()).hexdigest(), threads, told)
            plan = _planned(source, mappings, batch)
            for number, (table, files) in enumerate(plan):
                report(number / len(plan), table.table.zh)
                _take_table(batch, table, files)
            told.seconds = time.perf_counter() - started
            _finish(batch)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return told


def _engine_share(memory: str) -> str:
    """The engine gets six tenths of the memory; the rest is for reading text and for what it does not count."""
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    unit = memory.strip()[-2:].upper()
    if unit not in units:
        raise SourceRefused(f"memory {memory!r}: a size such as 4GB was expected")
    return f"{int(memory.strip()[:-2]) * units[unit] * 6 // 10 // 10**6}MB"


def _control(source: Path, told: IntakeReport) -> Control | None:
    try:
        control = read_control(source)
    except BrokenControl as error:
        told.problems.append(Problem(CONTROL, "control_broken", str(error)))
        return None
    told.has_declared_totals = control is not None
    return control


def _planned(source: Path, mappings: Sequence[TableMapping], batch: Batch) -> list[tuple[TableMapping, list[Found]]]:
    """Each table's files, parents first; files that are not declared, not mapped or not there are told."""
    found = [each for each in list_files(source) if each.name != CONTROL]
    declared = batch.control.files if batch.control else {}
    for each in found:
        mapped = any(mapping.holds(each.name) for mapping in mappings)
        if each.reason:
            batch.report.problems.append(Problem(each.name, each.reason))
        elif declared and each.name not in declared and mapped:
            batch.report.problems.append(Problem(each.name, "file_undeclared"))
        elif not mapped and not _is_beside(each.name):
            batch.report.problems.append(Problem(each.name, "file_unmapped"))
    names = {each.name for each in found}
    if batch.control:
        taken = {mapping.table.name for mapping in mappings if any(mapping.holds(name) for name in names)}
        batch.report.problems += [Problem(table, "file_missing") for table, each in sorted(batch.control.tables.items())
                                  if each.rows and table not in taken]
    batch.report.problems += [Problem(name, "file_missing") for name in sorted(set(declared) - names)]
    order = list(TopologicalSorter({name: _parents(table) for name, table in sorted(record_tables().items())}).static_order())
    chosen = [(mapping, [each for each in found if mapping.holds(each.name) and not each.reason])
              for mapping in sorted(mappings, key=lambda each: order.index(each.table.name))]
    return [(mapping, files) for mapping, files in chosen if files]


def _is_beside(name: str) -> bool:
    return name.lower().startswith(BESIDE) or name.endswith(".md")


def _parents(table: Table) -> set[str]:
    return {column.references.split(".")[0] for column in table.columns if column.references} - {table.name}


def _take_table(batch: Batch, mapping: TableMapping, files: Sequence[Found]) -> None:
    """All files of a table, then each of its months joined with what the record holds."""
    slices: list[Slice] = []
    _remember_keys(batch, mapping.table)
    named = [_month_named(each) for each in files]
    for place, each in enumerate(files):
        account = FileReport(each.name, mapping.table.name)
        batch.report.files.append(account)
        try:
            slices += _take_file(batch, mapping, each, account, place, len(files) == 1,
                                 named[place] if named.count(named[place]) == 1 else None)
        except Unreadable as error:
            batch.report.problems.append(Problem(each.name, error.reason, error.seen))
    _compare_table(batch, mapping.table)
    for month in sorted({each.month for each in slices}, key=lambda month: month or 0):
        _join_month(batch, mapping.table, month, [each for each in slices if each.month == month])
    batch.engine.forget_keys()
    name_refused_parents(batch.engine, mapping.table, "reference_refused", expected("reference_refused") + ": ")


def _remember_keys(batch: Batch, table: Table) -> None:
    """Keys of the months the record has already, where a key must stand in one month only."""
    if table.partition and table.key[0] != "encounter_id" or table.name == "encounters":
        for month in batch.months(table.name):
            if month is not None:
                batch.engine.remember_keys(table, month, batch.path(table.name, month))


def _take_file(batch: Batch, mapping: TableMapping, found: Found, account: FileReport, place: int,
               is_alone: bool, own_month: int | None) -> list[Slice]:
    opened = look_at(found.path)
    account.sha256 = opened.sha256
    table, engine = mapping.table, batch.engine
    reader = rows_of(found.path, opened, mapping, batch.threads)
    if batch.state.knows(table.name, opened.sha256, batch.mapping_digest):
        return _known_file(batch, account)
    engine.take(reader, found.path, table)
    tally = engine.tally(table, dict(WARNINGS.get(table.name, ())))
    account.rows, account.fen, account.unreadable = tally.rows, tally.fen, tally.unreadable
    account.warnings = {name: count for name, count in tally.warnings.items() if count}
    _compare(batch, account, table)
    is_own_month = is_alone or tally.months == [own_month]
    slices = []
    for month in tally.months:
        old = batch.path(table.name, month)
        slices.append(take_slice(batch, table, account, found.name, month, place, len(tally.months) == 1,
                                 with_line=old is not None or not is_own_month))
    if sum(each.rows for each in slices) + account.refused != account.rows:
        raise AssertionError(f"{found.name}: rows were lost inside intake")
    return [each for each in slices if each.rows]


def _month_named(found: Found) -> int | None:
    """The month a file is named by."""
    stem = found.path.stem
    return int(stem) if len(stem) == 6 and stem.isascii() and stem.isdigit() else None


def _known_file(batch: Batch, account: FileReport) -> list[Slice]:
    """A file of known content: every row is in the record, or was and has been superseded."""
    earlier = next(each for done in reversed(batch.state.batches) for each in done["files"]
                   if (each["table"], each["sha256"]) == (account.table, account.sha256) and not each["refused"])
    account.rows = account.known = earlier["rows"]
    account.fen = dict(earlier["fen"])
    _compare(batch, account, record_tables()[account.table])
    return []


def _compare(batch: Batch, account: FileReport, table: Table) -> None:
    declared = batch.control.files.get(account.file) if batch.control else None
    if declared is not None:
        account.declared_rows, account.declared_fen = declared.rows, dict(declared.fen)
        for reason, seen in differences(declared, account.rows, account.fen, account.unreadable):
            batch.report.problems.append(Problem(account.file, reason, seen))
    elif account.rows in WARNED_ROWS:
        batch.report.warnings.append(f"{account.file}: {account.rows:,} rows is a spreadsheet's limit; was it cut?")
    for name, count in account.warnings.items():
        batch.report.warnings.append(f"{account.file}: {name}: {count:,} rows")


def _compare_table(batch: Batch, table: Table) -> None:
    """Compare a table's files together with what was declared of the table."""
    declared = batch.control.tables.get(table.name) if batch.control else None
    if declared is None:
        return
    accounts = [each for each in batch.report.files if each.table == table.name]
    fen = {name: sum(each.fen.get(name, 0) for each in accounts) for each in accounts for name in each.fen}
    unreadable = {name: sum(each.unreadable.get(name, 0) for each in accounts) for name in fen}
    for reason, seen in differences(declared, sum(each.rows for each in accounts), fen, unreadable):
        batch.report.problems.append(Problem(table.name, reason, seen))


def _join_month(batch: Batch, table: Table, month: int | None, slices: Sequence[Slice]) -> None:
    """One piece and nothing before it is the month's file; otherwise pieces and old rows are joined."""
    old = batch.path(table.name, month)
    if len(slices) == 1 and old is None and not slices[0].has_line:
        batch.files[table.name, month] = slices[0].path
        batch.entries[table.name, month] = (slices[0].path.name, slices[0].rows)
        return
    out = batch.staging / f"{table.name}-{month}-joined.parquet"
    gone = batch.staging / f"{table.name}-{month}-superseded.parquet"
    joined = join(batch.engine, table, {each.place: each.path for each in slices}, old, _superseded_before(batch, table), out,
                  gone, {each.place: each.account.file for each in slices}, batch.number, expected("key_repeated"))
    _account(batch, table, slices, joined)
    if gone.exists():
        batch.superseded.setdefault(table.name, []).append(gone)
    if joined.is_written:
        batch.files[table.name, month] = out
        batch.entries[table.name, month] = (out.name, batch.engine.tally_file(out, [])[0])


def _superseded_before(batch: Batch, table: Table) -> Path | None:
    if batch.control and batch.control.is_correction:
        return None
    entry = batch.state.kept.get(f"{SUPERSEDED}/{table.name}")
    return batch.out / entry["file"] if entry else None


def _account(batch: Batch, table: Table, slices: Sequence[Slice], joined: Any) -> None:
    for each in slices:
        counts = {kind: joined.rows.get((each.place, kind), 0) for kind in ("new", "changed", "known", "repeated")}
        if sum(counts.values()) != each.rows:
            raise AssertionError(f"{each.account.file}: rows were lost while joining")
        each.account.accepted -= each.rows - counts["new"]
        each.account.superseding += counts["changed"]
        each.account.known += counts["known"]
        each.account.refused += counts["repeated"]
        for name, fen in joined.fen.get((each.place, "repeated"), {}).items():
            each.account.fen_refused[name] = each.account.fen_refused.get(name, 0) + fen
    delta = batch.report.delta_fen.setdefault(table.name, {})
    for name, before in joined.before_fen.items():
        after = sum(fen.get(name, 0) for (_, kind), fen in joined.fen.items() if kind == "changed")
        delta[name] = delta.get(name, 0) + after - before
    if not any(count for (_, kind), count in joined.rows.items() if kind == "changed") and not any(delta.values()):
        batch.report.delta_fen.pop(table.name)


def _finish(batch: Batch) -> None:
    """Write the refusals and the journal; let the batch become the record when it is usable and adds something."""
    told = batch.report
    say_expected(batch.engine, {reason: expected(reason) for reason in REASONS})
    before = batch.state.kept.get(REFUSED)
    refused = batch.staging / f"{REFUSED}.parquet"
    rows, told.refused_lines = write_refused(batch.engine, batch.out / before["file"] if before else None, refused)
    if not told.is_usable:
        _set_aside(batch, refused)
        return
    told.is_new = bool(batch.files or told.refused_lines or batch.superseded or not batch.state.batches)
    if not told.is_new:
        return
    _commit(batch, refused, rows)


def _set_aside(batch: Batch, refused: Path) -> None:
    """Keep the account of an unusable batch for people to look at; the record stays as it was."""
    folder = batch.out / "batches" / "unusable"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    refused.replace(folder / refused.name)
    (folder / "report.json").write_text(json.dumps(batch.report.as_dict(), ensure_ascii=False, indent=1), "utf-8")


def _commit(batch: Batch, refused: Path, rows: int) -> None:
    tables: dict[str, dict[int | None, Any]] = {name: dict(months) for name, months in batch.state.tables.items()}
    kept, moves = dict(batch.state.kept), {}
    for (table, month), (_, count) in batch.entries.items():
        name, path = new_name(batch.out, table, month, batch.number), batch.files[table, month]
        tables.setdefault(table, {})[month] = entry_of(path, name, count, month)
        moves[name] = path
    for table, pieces in batch.superseded.items():
        before = kept.get(f"{SUPERSEDED}/{table}")
        path = batch.staging / f"{SUPERSEDED}-{table}.parquet"
        append(batch.engine, batch.out / before["file"] if before else batch.staging / "none", pieces, path)
        name = f"{SUPERSEDED}/{table}.b{batch.number:04d}.parquet" if before else f"{SUPERSEDED}/{table}.parquet"
        kept[f"{SUPERSEDED}/{table}"] = entry_of(path, name, batch.engine.tally_file(path, [])[0])
        moves[name] = path
    name = new_name(batch.out, REFUSED, None, batch.number)
    kept[REFUSED] = entry_of(refused, name, rows)
    moves[name] = refused
    state = State(tables, kept, (*batch.state.batches, _journal(batch)))
    batch.report.state = state.digest
    commit(batch.out, state, moves)
    folder = batch.out / "batches"
    folder.mkdir(exist_ok=True)
    (folder / f"{batch.number:04d}.json").write_text(
        json.dumps(batch.report.as_dict(), ensure_ascii=False, indent=1), "utf-8")


def _journal(batch: Batch) -> dict[str, Any]:
    """What the manifest keeps of a batch: no times and no places, so that equal imports give equal bytes."""
    files = [{"file": each.file, "table": each.table, "sha256": each.sha256, "rows": each.rows, "accepted": each.accepted,
              "superseding": each.superseding, "known": each.known, "refused": each.refused, "fen": each.fen,
              "mapping": batch.mapping_digest} for each in batch.report.files]
    return {"number": batch.number, "has_declared_totals": batch.report.has_declared_totals, "files": files,
            "delta_fen": batch.report.delta_fen}
