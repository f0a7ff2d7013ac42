"""One file's rows of one month: checks, references, repeats, and the accepted rows written in key order."""
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanyi.engines.raw_record import parquet
from sanyi.intake.checks import Check, Reference, broken_row, references, row_checks
from sanyi.intake.reasons import expected
from sanyi.runs.intake_report import FileReport
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table


@dataclass(frozen=True)
class Slice:
    """The accepted rows of one file and month, in staging."""

    account: FileReport
    place: int
    month: int | None
    path: Path
    rows: int
    has_line: bool
    fen: Mapping[str, int]
    sha256: str = ""


def take_slice(batch: Any, table: Table, account: FileReport, file: str, month: int | None, place: int, is_whole: bool,
               with_line: bool) -> Slice:
    """Refuse what breaks a promise and write the rest; every row of the slice is one or the other."""
    engine, money = batch.engine, [column.name for column in table.columns if column.unit == "fen"]
    within = _within(table, month, is_whole)
    parents = parent_keys(batch, table, month)
    refused = _refuse_broken(batch, table, account, file, within, parents)
    again, is_sorted = engine.find_repeats(table, within)
    if again:
        refused += refuse(batch, table, account, file, "_again", table.key[-1], "key_repeated")
    if table.partition and month is not None and key_stands_alone(table) and engine.known_elsewhere(table, month, within):
        refused += refuse(batch, table, account, file, "_away", table.key[0], "key_in_other_month")
    path = batch.staging / f"{table.name}-{month}-{place}.parquet"
    engine.write_accepted(table, within, is_sorted, with_line, path)
    rows, fen = engine.tally_file(path, money)
    if table.partition and month is not None and key_stands_alone(table):
        engine.remember_keys(table, month, path)
    account.accepted += rows
    account.refused += refused
    return Slice(account, place, month, path, rows, with_line, fen)


def key_stands_alone(table: Table) -> bool:
    """Whether a key must stand in one month only by itself; a child's key follows its encounter's."""
    return table.name == "encounters" or table.key[0] != "encounter_id"


def _within(table: Table, month: int | None, is_whole: bool) -> str:
    if is_whole or not table.partition:
        return "true"
    return "settled_month IS NULL" if month is None else f"settled_month = {month}"


def parent_keys(batch: Any, table: Table, month: int | None) -> dict[str, str]:
    """Per referring column, SQL for the keys it may name: those of the same month where both are kept by month."""
    return {each.column: _keys(batch, table, each, month) for each in references(table)}


def _keys(batch: Any, table: Table, reference: Reference, month: int | None) -> str:
    parent = record_tables()[reference.table]
    months = [month] if parent.partition and table.partition else batch.months(parent.name)
    paths = [path for path in (batch.path(parent.name, each) for each in months) if path]
    keys = f'SELECT "{reference.key}" FROM {parquet(paths)}' if paths else "SELECT NULL::VARCHAR WHERE false"
    if parent.name == table.name:
        keys += f' UNION SELECT "{reference.key}" FROM _raw WHERE "{reference.key}" IS NOT NULL'
    return keys


def _refuse_broken(batch: Any, table: Table, account: FileReport, file: str, within: str, parents: Mapping[str, str]) -> int:
    """Rows that break a check or lack a parent; in a table that refers to itself, children of refused rows follow."""
    own = [each for each in references(table) if each.table == table.name]
    count = batch.engine.find_offenders(within, broken_row(table), parents)
    while own and count:
        batch.engine.query("CREATE OR REPLACE TEMP TABLE _gone AS SELECT * FROM _out")
        narrowed = {name: keys + (" AND _line NOT IN (SELECT _line FROM _gone)" if name in {e.column for e in own} else "")
                    for name, keys in parents.items()}
        more = batch.engine.find_offenders(within, broken_row(table), narrowed)
        parents = narrowed if more == count else parents
        if more == count:
            break
        count = more
    if count:
        list_broken(batch, table, account, file, parents)
    return count


def list_broken(batch: Any, table: Table, account: FileReport, file: str, parents: Mapping[str, str]) -> None:
    """List why the rows that are out are refused."""
    notes = [_note(check) for check in row_checks(table)] + [_orphan(each, parents[each.column]) for each in references(table)]
    _list(batch, table, account, file, notes)


def refuse(batch: Any, table: Table, account: FileReport, file: str, lines: str, column: str, reason: str) -> int:
    """Refuse the rows of a list for one reason and add them to those that are out."""
    engine = batch.engine
    count = engine.put_out(lines)
    seen = " || '|' || ".join(f'"{name}"::VARCHAR' for name in table.key)
    _list(batch, table, account, file, [_struct(column, f"'{reason}'", seen, f"'{expected(reason)}'")])
    engine.put_out_too()
    return count


def _list(batch: Any, table: Table, account: FileReport, file: str, notes: list[str]) -> None:
    for name, fen in batch.engine.sum_out([each.name for each in table.columns if each.unit == "fen"]).items():
        account.fen_refused[name] = account.fen_refused.get(name, 0) + fen
    batch.engine.list_refusals(table, notes, batch.number, file)


def _note(check: Check) -> str:
    note = _struct(check.column, f"'{check.reason}'", f'"{check.column}"::VARCHAR', _text(check.expected))
    return f"CASE WHEN {check.condition} THEN {note} END"


def _orphan(reference: Reference, keys: str) -> str:
    column = f'"{reference.column}"'
    told = _text(expected("reference_missing", f"{reference.table}.{reference.key}"))
    note = _struct(reference.column, "'reference_missing'", column, told)
    return f"CASE WHEN {column} IS NOT NULL AND {column} NOT IN ({keys}) THEN {note} END"


def _struct(column: str, reason: str, seen: str, told: str) -> str:
    return f"{{'column_name': '{column}', 'reason_code': {reason}, 'seen': {seen}, 'expected': {told}}}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
