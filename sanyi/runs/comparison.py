"""A what-if held against its base: differences and their reasons, written beside the what-if's results and read again."""
from collections import Counter
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.runs.measures import ALL, DIFFERENCES, MEASURES, PATIENT, PATIENTS, RECORDED, Measure
from sanyi.runs.reasons import reasons_apart, shown
from sanyi.runs.results import Condition, Order, Results, read_count, read_page
from sanyi.tables.money import total
from sanyi.tables.table import Table

TABLES = (DIFFERENCES, PATIENTS, CLEARING_REASONS)
_SUMS = Table("sums", "合计", "sums", ("subject_id",), tuple(DIFFERENCES[name] for name in ("subject_id", "base_fen", "tried_fen")))


def compare(base: Results, other: Results) -> None:
    """Write the differences, the patients that differ and the clearings' reasons into the what-if's folder."""
    patients = _patients(base, other)
    write_rows(DIFFERENCES, [*(row for measure in MEASURES for row in _of_measure(measure, base, other)), *patients], _file(other.folder, DIFFERENCES))
    write_rows(CLEARING_REASONS, reasons_apart(base, other), _file(other.folder, CLEARING_REASONS))


def compared(folder: Path, table: Table, where: tuple[Condition, ...] = (), order: tuple[Order, ...] = (), limit: int | None = None, offset: int = 0) -> list[dict[str, Any]]:
    """Rows of one of the TABLES of a comparison."""
    return read_page(table, [_file(folder, table)], where, order, limit, offset)


def compared_count(folder: Path, table: Table, where: tuple[Condition, ...] = ()) -> int:
    """How many rows of one of the TABLES meet all conditions."""
    return read_count(table, [_file(folder, table)], where)


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
    if _paid_from(base) == _paid_from(other):
        write_rows(PATIENTS, [], place)
        paid = base.grouped(_table_paid(base), (), _columns_paid(base))[0]
        whole = sum(paid[name] for name in _columns_paid(base))
        return [_row(PATIENT, ALL, ALL, whole, whole)]
    with DuckEngine() as engine:
        before, after = (_by_patient(engine, results, when) for results, when in ((base, "before"), (other, "after")))
        both = before.outer_join(after, [before.id_before == after.id_after])
        both = both.select(resident_id=ibis.coalesce(both.id_before, both.id_after), base_fen=both.fen_before.fill_null(0), tried_fen=both.fen_after.fill_null(0))
        both = both.mutate(difference_fen=both.tried_fen - both.base_fen, size_fen=(both.tried_fen - both.base_fen).abs())
        engine.write(engine.sql(both.filter(both.difference_fen != 0), PATIENTS), PATIENTS, place)
        sums = engine.rows(engine.sql(both.aggregate(subject_id=ibis.literal(ALL), base_fen=total(both.base_fen), tried_fen=total(both.tried_fen)), _SUMS))
    return [_row(PATIENT, ALL, ALL, row["base_fen"], row["tried_fen"]) for row in sums]


def _by_patient(engine: DuckEngine, results: Results, when: str) -> ibis.Table:
    """What each resident paid in the year: by the plan's benefit where it is worked out, else by the record."""
    rows = shown(engine, when, results.files(_table_paid(results)), results.promise(_table_paid(results)))
    rows = rows.mutate(paid_fen=sum((rows[name] for name in _columns_paid(results)), ibis.literal(0, "int64")))
    summed = rows.group_by("resident_id").aggregate(fen=total(rows.paid_fen))
    return summed.select(**{f"id_{when}": summed.resident_id, f"fen_{when}": summed.fen})


def _is_worked_out(results: Results) -> bool:
    return results.card["steps"].get(PATIENT.table, {}).get("rows", 0) > 0


def _table_paid(results: Results) -> str:
    return PATIENT.table if _is_worked_out(results) else "settlements"


def _columns_paid(results: Results) -> tuple[str, ...]:
    return (PATIENT.column,) if _is_worked_out(results) else RECORDED


def _paid_from(results: Results) -> str:
    """What names the rows that say what patients paid: equal names, equal payments."""
    return results.card["steps"][PATIENT.table]["digest"] if _is_worked_out(results) else results.card["records_snapshot"]


def _file(folder: Path, table: Table) -> Path:
    return folder / f"{table.name}.parquet"
