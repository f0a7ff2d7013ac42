"""Grouping a file of cases by a scheme, without a run: stretch by stretch, so that memory does not grow with the file."""
import csv
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.case_files import LIMITS, SEXES, FaultyCell, case_stretches
from sanyi.engines.duck import DuckEngine
from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.small_files import write_rows
from sanyi.grouping.drg.case_groups import ANSWER
from sanyi.grouping.drg.grouped import grouped
from sanyi.grouping.drg.traced import TRACE, traced
from sanyi.runs.errors import CasesRefused
from sanyi.runs.schemes import COMPILED, CompiledScheme, compiled_scheme, own_folder
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.tables.table import Table, flag, text, whole

STRETCH = 1_000_000
CASES = Table("cases", "病例", "Cases", key=("encounter_id",), columns=(text("encounter_id", "就诊编码", "encounter code"), *(
    whole(name, zh, en, nullable=True) for name, zh, en in (
        ("sex_number", "性别", "sex"), ("age_years", "年龄", "age"), ("age_days", "日龄", "age in days"), ("weight_grams", "体重", "birth weight"),
        ("stay_days", "住院天数", "stay"), ("icu_hours_count", "重症监护小时", "hours in intensive care"), ("leaving_number", "离院方式", "way of leaving")))))
DIAGNOSES = Table("diagnoses", "诊断", "Diagnoses", key=("encounter_id", "sequence_number"), columns=(
    text("encounter_id", "就诊编码", "encounter code"), whole("sequence_number", "序号", "place"), text("diagnosis_code", "诊断编码", "diagnosis"),
    flag("is_principal", "主要诊断", "principal")))
OPERATIONS = Table("operations", "操作", "Operations", key=("encounter_id", "sequence_number"), columns=(
    text("encounter_id", "就诊编码", "encounter code"), whole("sequence_number", "序号", "place"), text("operation_code", "操作编码", "operation")))
GROUPED = Table("grouped_cases", "病例入组", "Grouped cases", key=("encounter_id",), columns=(CASES["encounter_id"], *ANSWER))
TRACED = replace(GROUPED, columns=(*GROUPED.columns, *TRACE))
REFUSED_HEADER = ("line", "field", "seen", "expected")


@dataclass(frozen=True)
class CaseFault:
    """A cell of a file of cases that holds what cannot be, and what was expected."""

    file: str
    cell: FaultyCell

    @property
    def expected(self) -> tuple[str, str]:
        """What the field may hold, in Chinese and English."""
        if self.cell.column not in LIMITS:
            return f"性别：{'、'.join(SEXES)}，或留空", f"one of {', '.join(SEXES)}, or empty"
        low, high = LIMITS[self.cell.column]
        return f"{low}–{high} 的整数，或留空", f"a whole number from {low} to {high}, or empty"

    def __str__(self) -> str:
        zh, en = self.expected
        return f"{self.file}:{self.cell.line} {self.cell.field}：所见 {self.cell.seen!r}，应为{zh} / seen {self.cell.seen!r}, expected {en}"


@dataclass(frozen=True)
class GroupedFile:
    """What grouping a file came to: how many cases of each status and reason, and the faulty cells for which cases were refused unread."""

    counts: Mapping[str, int]
    faults: Sequence[CaseFault]
    faults_file: Path


@contextmanager
def scheme_engine(name: str, memory: str, threads: int) -> Iterator[DuckEngine]:
    """An engine that knows a scheme's compiled tables by their names; they are kept in the site's schemes folder. Raises UnknownScheme."""
    with DuckEngine(memory, threads) as engine:
        show_scheme(engine, compiled_scheme(name, own_folder() / COMPILED))
        yield engine


def show_scheme(engine: Any, scheme: CompiledScheme) -> None:
    """Let the compiled tables stand under their names."""
    for name, table in compiled_scheme_tables().items():
        engine.show_files(name, [scheme.path(name)], table)


def tables_by_promise() -> dict[str, ibis.Table]:
    """The cases' and the scheme's tables, known only by promise."""
    held = {**compiled_scheme_tables(), **{table.name: table for table in (CASES, DIAGNOSES, OPERATIONS)}}
    return {name: ibis.table(table.schema, name=name) for name, table in held.items()}


def grouping_sql(engine: Any, has_trace: bool) -> str:
    """What grouping `cases`, `diagnoses` and `operations` says to an engine."""
    known = tables_by_promise()
    found = grouped(known["cases"], known["diagnoses"], known["operations"], known)
    if not has_trace:
        return engine.sql(found, GROUPED)
    answer = found.select(*GROUPED.names)
    return engine.sql(traced(answer, known["diagnoses"], known["operations"], known), TRACED)


def group_file(path: Path, scheme: str, out: Path, has_trace: bool = False, memory: str = "2GB", threads: int = 2) -> GroupedFile:
    """Group a file of cases into a Parquet or CSV file, whole or not at all.

    Rows keep no order of the input: they come in the order of encounter_id within each stretch, then its cases refused for a faulty
    cell (an age of -3); every such cell is listed in a CSV file beside. Raises CasesRefused, UnknownScheme.
    """
    if out.suffix.lower() not in (".parquet", ".csv"):
        raise CasesRefused(f"{out}: 应为 .parquet 或 .csv / expected a name ending in .parquet or .csv")
    table, part, cells = TRACED if has_trace else GROUPED, out.with_name(out.name + ".part"), []
    with scheme_engine(scheme, memory, threads) as engine, tempfile.TemporaryDirectory(prefix="sanyi-cases-") as folder:
        sql, parts = grouping_sql(engine, has_trace), []
        try:
            for stretch in case_stretches(engine, path, STRETCH):
                parts.append(Path(folder) / f"{stretch.first_row}.parquet")
                engine.write(sql, table, parts[-1])
                if stretch.faults:
                    cells += stretch.faults
                    parts.append(Path(folder) / f"{stretch.first_row}-refused.parquet")
                    write_rows(table, _refused(table, stretch.faults), parts[-1])
        except Unreadable as unreadable:
            raise CasesRefused(f"{path}: 无法入组 / cannot be grouped: {unreadable}") from None
        if not parts:
            raise CasesRefused(f"{path}: 没有病例 / holds no cases")
        engine.join_files(parts, part, out.suffix.lower() == ".csv")
        counts = engine.counts(parts, ("status_code", "reason_code"))
    faults = [CaseFault(path.name, cell) for cell in cells]
    _list(faults, faults_file := out.with_name(f"{out.stem}.refused.csv"))
    os.replace(part, out)
    return GroupedFile(counts, faults, faults_file)


def _refused(table: Table, faults: Sequence[FaultyCell]) -> list[dict[str, Any]]:
    """The rows of the cases that a faulty cell keeps from being grouped."""
    known = {"status_code": "refused", "reason_code": "faulty_cell", "complication_code": "none"}
    ids = sorted({fault.encounter_id for fault in faults})
    return [{**{column.name: None if column.nullable else "" for column in table.columns}, **known, "encounter_id": name} for name in ids]


def _list(faults: Sequence[CaseFault], path: Path) -> None:
    """Write every fault with its place; a list of an earlier time goes where there is none now."""
    path.unlink(missing_ok=True)
    if faults:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(REFUSED_HEADER)
            lines.writerows((fault.cell.line, fault.cell.field, fault.cell.seen, " / ".join(fault.expected)) for fault in faults)


def trace_of(path: Path, scheme: str, encounter_id: str) -> Mapping[str, Any]:
    """One case of a file with its trace. Raises CasesRefused where the file has no such case."""
    with scheme_engine(scheme, "1GB", 2) as engine:
        sql = grouping_sql(engine, True)
        try:
            for stretch in case_stretches(engine, path, STRETCH):
                faults = [str(CaseFault(path.name, cell)) for cell in stretch.faults if cell.encounter_id == encounter_id]
                if faults:
                    raise CasesRefused("\n".join(faults))
                found = engine.rows_where(sql, "encounter_id", encounter_id)
                if found:
                    return found[0]
        except Unreadable as unreadable:
            raise CasesRefused(f"{path}: 无法入组 / cannot be grouped: {unreadable}") from None
    raise CasesRefused(f"{path}: 没有病例 {encounter_id} / has no case {encounter_id}")
