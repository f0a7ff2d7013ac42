"""A file that is alone in its place and nearly in order comes in with one pass; all others go the long way."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sanyi.engines.raw_files import Found, Opened, look_at, sha256
from sanyi.engines.raw_keys import Keys
from sanyi.engines.raw_record import parquet, quoted_names
from sanyi.engines.raw_rows import rows_of
from sanyi.engines.raw_stream import NotInOrder, Streamed, stream, sums_of
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
    if sums_of(path, list(streamed.fen)) != (streamed.written, streamed.written_fen):
        raise RowsLost(f"{found.name}: 写入与读入不符 / what was written is not what was read")
    return Looked(opened, streamed, parents, path, sha256(path))


def settle(batch: Batch, table: Table, account: FileReport, looked: Looked, month: int | None, place: int) -> Slice | None:
    """Refuse the rows that were set apart; None when they are not all refused after all, so that the long way is needed."""
    streamed = looked.streamed
    assert streamed is not None and looked.path is not None
    account.rows, account.fen = streamed.rows, dict(streamed.fen)
    account.warnings = {name: count for name, count in streamed.warnings.items() if count}
    account.unreadable = dict.fromkeys(streamed.fen, 0)
    apart = streamed.doubtful.num_rows + streamed.strays.num_rows
    if apart and not _refuse_apart(batch, table, account, looked, streamed):
        return None
    account.accepted, account.refused = streamed.written, apart
    return Slice(account, place, month, looked.path, streamed.written, False, streamed.written_fen,
                 looked.sha256)


def _refuse_apart(batch: Batch, table: Table, account: FileReport, looked: Looked, streamed: Streamed) -> bool:
    engine = batch.engine
    engine.take_rows(pa.concat_tables([streamed.doubtful, streamed.strays]))
    account.unreadable = engine.tally(table, {}).unreadable
    parents = _found_parents(engine, table, streamed, looked.parents or {})
    if engine.find_offenders("true", broken_row(table), parents) != streamed.doubtful.num_rows:
        return False
    strays = streamed.strays.num_rows
    if strays and not _all_stand_already(engine, table, streamed.strays, looked.path):
        return False
    if streamed.doubtful.num_rows:
        list_broken(batch, table, account, account.file, parents)
    if strays:
        refuse(batch, table, account, account.file, "_again", table.key[-1], "key_repeated")
    return True


def _found_parents(engine: Any, table: Table, streamed: Streamed, parents: Mapping[str, Keys]) -> dict[str, str]:
    """Per referring column, SQL for those of the keys asked for that are there."""
    asked = pa.concat_tables([streamed.doubtful, streamed.strays])
    found = {}
    for place, each in enumerate(references(table)):
        values = asked[each.column].drop_null().unique()
        engine.keep(f"_found_{place}", pa.table({"key": values.filter(pa.array(parents[each.column].holds(values), pa.bool_()))}))
        found[each.column] = f"SELECT key FROM _found_{place}"
    return found


def _all_stand_already(engine: Any, table: Table, strays: pa.Table, path: Path | None) -> bool:
    """Whether each row out of order repeats a key that was written; a key is written only once and before its repeats."""
    by = ", ".join(quoted_names(table.key))
    engine.keep("_again", strays)
    return bool(engine.query(f"SELECT count(*) FROM _again SEMI JOIN {parquet(path)} USING ({by})")[0][0] == strays.num_rows)
