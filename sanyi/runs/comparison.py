"""A what-if held against its base: differences and their reasons, written beside the what-if's results and read again."""
import os
from collections import Counter
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.runs.measures import ALL, DIFFERENCES, MEASURES, PATIENT, PATIENTS, Measure
from sanyi.runs.reasons import reasons_apart, shown
from sanyi.runs.results import Condition, Order, Results, read_page
from sanyi.tables.money import total
from sanyi.tables.table import Table

TABLES = (DIFFERENCES, PATIENTS, CLEARING_REASONS)


def compare(base: Results, other: Results) -> None:
    """Write the differences, the patients that differ and the clearings' reasons into the what-if's folder."""
    patients = _patients(base, other)
    write_rows(DIFFERENCES, [*(row for measure in MEASURES for row in _of_measure(measure, base, other)), *patients], _file(other.folder, DIFFERENCES))
    write_rows(CLEARING_REASONS, reasons_apart(base, other), _file(other.folder, CLEARING_REASONS))


def compared(folder: Path, table: Table, where: tuple[Condition, ...] = (), order: tuple[Order, ...] = (), limit: int | None = None) -> list[dict[str, Any]]:
    """Rows of one of the TABLES of a comparison."""
    return read_page(table, [_file(folder, table)], where, order, limit)


def _of_measure(measure: Measure, base: Results, other: Results) -> list[dict[str, Any]]:
    before, after = _sums(measure, base), _sums(measure, other)
    return [_row(measure, *key, before[key], after[key]) for key in sorted(before.keys() | after.keys())]


def _sums(measure: Measure, results: Results) -> Counter:
    """The measure's sums by subject and insurance; nothing where the run did not make its table."""
    found: Counter = Counter()
    if measure.table in results.names:
        for row in results.grouped(measure.table, list(dict.fromkeys(measure.by)), [measure.column], measure.where):
            found[row[measure.by[0]], row[measure.by[1]] if len(measure.by) > 1 else ALL] += measure.sign * row[measure.column]
    return found


def _row(measure: Measure, subject_id: str, insurance: str, before: int, after: int) -> dict[str, Any]:
    return {"subject_code": measure.subject, "subject_id": subject_id, "insurance_code": insurance, "measure_code": measure.code,
            "base_fen": before, "tried_fen": after, "difference_fen": after - before}


def _patients(base: Results, other: Results) -> list[dict[str, Any]]:
    """Write each patient whose payment differs; give the sum over all. There are too many for Python."""
    place = _file(other.folder, PATIENTS)
    if PATIENT.table not in other.names:
        write_rows(PATIENTS, [], place)
        return []
    with DuckEngine() as engine:
        before, after = (_by_patient(shown(engine, name, results.files(PATIENT.table), results.promise(PATIENT.table)), when)
                         for name, results, when in (("before", base, "before"), ("after", other, "after")))
        both = before.outer_join(after, [before.id_before == after.id_after])
        both = both.select(resident_id=ibis.coalesce(both.id_before, both.id_after), base_fen=both.fen_before.fill_null(0), tried_fen=both.fen_after.fill_null(0))
        both = both.mutate(difference_fen=both.tried_fen - both.base_fen)
        part = place.with_suffix(".new")
        engine.write(engine.sql(both.filter(both.difference_fen != 0), PATIENTS), PATIENTS, part)
        os.replace(part, place)
        sums = [engine.rows(f'SELECT CAST(coalesce(sum("{PATIENT.column}"), 0) AS BIGINT) AS fen FROM "{name}"')[0]["fen"] for name in ("before", "after")]
    return [_row(PATIENT, ALL, ALL, *sums)]


def _by_patient(cases: ibis.Table, when: str) -> ibis.Table:
    summed = cases.group_by("resident_id").aggregate(fen=total(cases[PATIENT.column]))
    return summed.select(**{f"id_{when}": summed.resident_id, f"fen_{when}": summed.fen})


def _file(folder: Path, table: Table) -> Path:
    return folder / f"{table.name}.parquet"
