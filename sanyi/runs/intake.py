"""Taking a source's files into the record: all of a batch or nothing of it."""
import hashlib
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from graphlib import TopologicalSorter
from pathlib import Path

from sanyi.engines.errors import OutOfRoom
from sanyi.engines.raw_files import Found, list_files
from sanyi.engines.raw_record import RawRecord
from sanyi.intake.control import CONTROL, BrokenControl, Control, read_control
from sanyi.intake.errors import BatchUnusable, RoomLacking, SourceRefused
from sanyi.intake.mapping import TableMapping, read_mapping
from sanyi.runs.by_resident import make_by_resident
from sanyi.runs.errors import NoRecords
from sanyi.runs.intake_batch import Batch
from sanyi.runs.intake_commit import finish
from sanyi.runs.intake_report import IntakeReport, Problem
from sanyi.runs.intake_state import STAGING, State, holding, read_state, sweep
from sanyi.runs.intake_table import take_table
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

Report = Callable[[float, str], None]
BESIDE = ("readme", "license", "manifest.json", "faults")


def import_source(source: Path, out: Path, mapping: Path | str | None = None, memory: str = "4GB", threads: int = 2,
                  report: Report = lambda done, text: None) -> IntakeReport:
    """Take a folder of files into the record at `out`; the record changes in one rename or not at all.

    Rows that break the contract go to refused_rows; rows the record knows add nothing; a row with a known key and
    other values supersedes. Raises MappingError, SourceRefused, RecordBusy, RoomLacking,
    RowsLost, and BatchUnusable (with the report).
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
        if told.is_usable:
            _by_resident(out, memory, threads, report)
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
                take_table(batch, table, files)
            told.seconds = time.perf_counter() - started
            finish(batch)
    except OutOfRoom as full:
        raise RoomLacking(str(full)) from full
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return told


def _by_resident(out: Path, memory: str, threads: int, report: Report) -> None:
    """Lay each resident's rows together, for the years that changed; a record that still lacks its first tables is shown to nobody yet."""
    with suppress(NoRecords):
        make_by_resident(out, _engine_share(memory), threads, lambda name: report(1.0, f"by-resident/{name}"))


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


