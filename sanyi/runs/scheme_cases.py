"""Grouping a file of cases by a scheme, without a run: stretch by stretch, so that memory does not grow with the file."""
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.case_files import case_stretches
from sanyi.engines.duck import DuckEngine
from sanyi.engines.raw_errors import Unreadable
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


def group_file(path: Path, scheme: str, out: Path, has_trace: bool = False, memory: str = "2GB", threads: int = 2) -> dict[str, int]:
    """Group a file of cases into a Parquet or CSV file, whole or not at all; gives the count of each status and reason.

    Rows keep no order of the input: they come in the order of encounter_id within each stretch. Raises CasesRefused, UnknownScheme.
    """
    if out.suffix.lower() not in (".parquet", ".csv"):
        raise CasesRefused(f"{out}: 应为 .parquet 或 .csv / expected a name ending in .parquet or .csv")
    table, part = TRACED if has_trace else GROUPED, out.with_name(out.name + ".part")
    with scheme_engine(scheme, memory, threads) as engine, tempfile.TemporaryDirectory(prefix="sanyi-cases-") as folder:
        sql, parts = grouping_sql(engine, has_trace), []
        try:
            for stretch in case_stretches(engine, path, STRETCH):
                parts.append(Path(folder) / f"{stretch.first_row}.parquet")
                engine.write(sql, table, parts[-1])
        except Unreadable as unreadable:
            raise CasesRefused(f"{path}: 无法入组 / cannot be grouped: {unreadable}") from None
        if not parts:
            raise CasesRefused(f"{path}: 没有病例 / holds no cases")
        engine.join_files(parts, part, out.suffix.lower() == ".csv")
        counts = engine.counts(parts, ("status_code", "reason_code"))
    os.replace(part, out)
    return counts


def trace_of(path: Path, scheme: str, encounter_id: str) -> Mapping[str, Any]:
    """One case of a file with its trace. Raises CasesRefused where the file has no such case."""
    with scheme_engine(scheme, "1GB", 2) as engine:
        sql = grouping_sql(engine, True)
        try:
            for _ in case_stretches(engine, path, STRETCH):
                found = engine.rows_where(sql, "encounter_id", encounter_id)
                if found:
                    return found[0]
        except Unreadable as unreadable:
            raise CasesRefused(f"{path}: 无法入组 / cannot be grouped: {unreadable}") from None
    raise CasesRefused(f"{path}: 没有病例 {encounter_id} / has no case {encounter_id}")
