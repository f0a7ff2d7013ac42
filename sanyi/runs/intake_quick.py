"""A file that is alone in its place and nearly in order comes in with one pass; all others go the long way."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanyi.engines.raw_apart import keys_there, rows_apart, strays_apart
from sanyi.engines.raw_files import Found, Opened, look_at, sha256
from sanyi.engines.raw_keys import Keys
from sanyi.engines.raw_record import LINE_BITS
from sanyi.engines.raw_rows import rows_of
from sanyi.engines.raw_stream import NotInOrder, Streamed, stand_already, stream, sums_of
from sanyi.intake.checks import COLUMN_LAWS, COLUMN_WARNINGS, broken_row, references
from sanyi.intake.errors import RowsLost
from sanyi.intake.mapping import TableMapping
from sanyi.runs.intake_batch import Batch
from sanyi.runs.intake_report import FileReport
from sanyi.runs.intake_slice import Slice, list_broken, refuse
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table


@dataclass(frozen=True)
class Looked:
    """A file after the first look: what it is, and, when one pass was enough, what that pass found."""

    opened: Opened
    streamed: Streamed | None = None
    parents: Mapping[str, Keys] | None = None
    path: Path | None = None
    sha256: str = ""


def places(batch: Batch, table: Table, files: Sequence[Found]) -> list[int | None] | None:
    """The month (or None) that each file alone fills, when the record has nothing there yet; None when that is not so."""
    months = [month_named(each) for each in files] if table.partition else [None]
    is_own = len(set(months)) == len(files) and (not table.partition or None not in months)
    refers_to_itself = any(each.table == table.name for each in references(table))
    if not is_own or refers_to_itself or any(batch.path(table.name, month) for month in months):
        return None
    return months


def month_named(found: Found) -> int | None:
    """The month a file is named by."""
    stem = found.path.stem
    is_month = len(stem) == 6 and stem.isascii() and stem.isdigit() and 1 <= int(stem[4:]) <= 12 and int(stem) <= 219912
    return int(stem) if is_month else None


def shared_parents(batch: Batch, table: Table) -> dict[str, Keys]:
    """Keys that all of a table's files refer to alike."""
    return {each.column: Keys([path for month in batch.months(each.table) if (path := batch.path(each.table, month))], each.key)
            for each in references(table) if not _is_by_month(table, each.table)}


def _is_by_month(table: Table, parent: str) -> bool:
    return bool(table.partition and record_tables()[parent].partition)


def look(batch: Batch, mapping: TableMapping, found: Found, place: int, month: int | None, shared: Mapping[str, Keys],
         is_quick: bool) -> Looked:
    """Look at a file and, where it may be, take its sound rows to staging in one pass. Raises Unreadable."""
    opened, table = look_at(found.path), mapping.table
    if not is_quick or batch.state.knows(table.name, opened.sha256, batch.mapping_digest):
        return Looked(opened)
    rows = rows_of(found.path, opened, mapping, batch.threads)
    own = {each.column: Keys([path] if (path := batch.path(each.table, month)) else [], each.key)
           for each in references(table) if _is_by_month(table, each.table)}
    parents, path = {**shared, **own}, batch.staging / f"{table.name}-{month}-{place}.parquet"
    try:
        streamed = stream(rows, found.path, table, month, COLUMN_LAWS.get(table.name, ()),
                          COLUMN_WARNINGS.get(table.name, {}), parents, path)
    except NotInOrder:
        path.unlink(missing_ok=True)
        return Looked(opened)
    if streamed.strays.num_rows and not stand_already(streamed.strays, path, table):
        path.unlink()
        return Looked(opened)
    if sums_of(path, list(streamed.fen)) != (streamed.written, streamed.written_fen):
        raise RowsLost(f"{found.name}: 写入与读入不符 / what was written is not what was read")
    return Looked(opened, streamed, parents, path, sha256(path))


def settle(batch: Batch, table: Table, taken: Mapping[int, tuple[FileReport, Looked]], months: Sequence[int | None]) -> dict[int, Slice]:
    """Refuse the rows that were set apart in any of the files; a file whose rows are not all refused after all is left out."""
    apart = {place: looked.streamed for place, (_, looked) in taken.items()
             if looked.streamed and looked.streamed.doubtful.num_rows + looked.streamed.strays.num_rows}
    failed = _refuse_apart(batch, table, taken, apart) if apart else set()
    slices = {}
    for place, (account, looked) in taken.items():
        streamed = looked.streamed
        if streamed is None or looked.path is None or place in failed:
            continue
        account.rows, account.fen = streamed.rows, dict(streamed.fen)
        account.warnings = {name: count for name, count in streamed.warnings.items() if count}
        account.accepted, account.refused = streamed.written, streamed.doubtful.num_rows + streamed.strays.num_rows
        slices[place] = Slice(account, place, months[place], looked.path, streamed.written, False, streamed.written_fen,
                              looked.sha256)
    return slices


def _refuse_apart(batch: Batch, table: Table, taken: Mapping[int, tuple[FileReport, Looked]],
                  apart: Mapping[int, Streamed]) -> set[int]:
    """List the refusals of all files together; gives the places of those that must go the long way."""
    engine = batch.engine
    engine.take_rows(rows_apart(apart))
    parents = _found_parents(engine, table, taken, apart)
    engine.find_offenders("true", broken_row(table), parents)
    found = engine.count_out_by_file()
    failed = {place for place, each in apart.items() if found.get(place, 0) != each.doubtful.num_rows}
    engine.leave_out_files(failed)
    first = engine.count_refused()
    told = FileReport("", table.name)
    if sum(each.doubtful.num_rows for place, each in apart.items() if place not in failed):
        list_broken(batch, table, told, "", parents)
    strays = {place: each for place, each in apart.items() if place not in failed and each.strays.num_rows}
    if strays:
        engine.keep("_again", strays_apart(strays))
        refuse(batch, table, told, "", "_again", table.key[-1], "key_repeated")
    engine.name_files(first, {place: account.file for place, (account, _) in taken.items()})
    money = [column.name for column in table.columns if column.unit == "fen"]
    for place, fen, unreadable in engine.tally_by_file(money):
        if place not in failed:
            taken[place][0].fen_refused, taken[place][0].unreadable = fen, unreadable
    return failed


def _found_parents(engine: Any, table: Table, taken: Mapping[int, tuple[FileReport, Looked]],
                   apart: Mapping[int, Streamed]) -> dict[str, str]:
    """Per referring column, SQL for those of the keys a file asks for that are there."""
    found = {}
    for number, each in enumerate(references(table)):
        parents = {place: (taken[place][1].parents or {})[each.column] for place in apart}
        engine.keep(f"_found_{number}", keys_there(apart, each.column, parents))
        found[each.column] = f"SELECT key FROM _found_{number} WHERE place = _line >> {LINE_BITS}"
    return found
