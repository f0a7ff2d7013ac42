"""All files of a table, then each of its months joined with what the record holds."""
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_files import Found, Opened
from sanyi.engines.raw_join import join, name_refused_parents
from sanyi.engines.raw_rows import rows_of
from sanyi.intake.checks import WARNINGS
from sanyi.intake.control import differences
from sanyi.intake.errors import RowsLost
from sanyi.intake.mapping import TableMapping
from sanyi.intake.reasons import expected
from sanyi.runs.intake_batch import Batch
from sanyi.runs.intake_quick import Looked, look, month_named, places, settle, shared_parents
from sanyi.runs.intake_report import FileReport, Problem
from sanyi.runs.intake_slice import Slice, key_stands_alone, take_slice
from sanyi.runs.intake_state import SUPERSEDED
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

WARNED_ROWS = (65_535, 65_536, 1_048_575, 1_048_576)


def take_table(batch: Batch, mapping: TableMapping, files: Sequence[Found]) -> None:
    """All files of a table, then each of its months joined with what the record holds.

    Files nearly in order are taken side by side in one pass each. Where a key turns out to stand in two months, the
    table is taken once more, file after file, so that the first file keeps the key.
    """
    table, told = mapping.table, (len(batch.report.files), len(batch.report.problems), len(batch.report.warnings))
    months = places(batch, table, files)
    slices = _take_files(batch, mapping, files, months)
    if months is not None and table.partition and key_stands_alone(table) and _keys_clash(batch, table, slices):
        for each, kept in zip((batch.report.files, batch.report.problems, batch.report.warnings), told, strict=True):
            del each[kept:]
        batch.engine.forget_refusals(table)
        slices = _take_files(batch, mapping, files, None)
    _compare_table(batch, table)
    for month in sorted({each.month for each in slices}, key=lambda month: month or 0):
        _join_month(batch, table, month, [each for each in slices if each.month == month])
    name_refused_parents(batch.engine, table, "reference_refused", expected("reference_refused") + ": ")


def _keys_clash(batch: Batch, table: Table, slices: Sequence[Slice]) -> bool:
    paths = [path for month in batch.months(table.name) if month is not None and (path := batch.path(table.name, month))]
    paths += [each.path for each in slices]
    return len(paths) > 1 and batch.engine.keys_clash(table, paths)


def _take_files(batch: Batch, mapping: TableMapping, files: Sequence[Found], months: Sequence[int | None] | None) -> list[Slice]:
    """Look at all files, settle those that one pass was enough for, and take the others one after the other."""
    table, accounts, slices = mapping.table, [FileReport(each.name, mapping.table.name) for each in files], []
    batch.report.files += accounts
    looked = _looked_at(batch, mapping, files, months)
    quick = settle(batch, table, {place: (accounts[place], each) for place, each in looked.items() if each.streamed},
                   months or [])
    is_remembered = False
    for place, each in looked.items():
        account = accounts[place]
        account.sha256 = each.opened.sha256
        if place in quick:
            _check_sums(account, [quick[place]])
            _compare(batch, account, table)
            slices += [quick[place]] if quick[place].rows else []
            continue
        try:
            if not is_remembered:
                _remember_keys(batch, table)
                is_remembered = True
            slices += _take_file(batch, mapping, files, place, account, each.opened)
        except Unreadable as error:
            batch.report.problems.append(Problem(account.file, error.reason, error.seen))
    batch.engine.forget_keys()
    return slices


def _looked_at(batch: Batch, mapping: TableMapping, files: Sequence[Found],
               months: Sequence[int | None] | None) -> dict[int, Looked]:
    """Look at the files side by side; those that cannot be read are told."""
    shared = shared_parents(batch, mapping.table) if months is not None else {}
    looked = {}
    with ThreadPoolExecutor(batch.threads) as pool:
        coming = [pool.submit(look, batch, mapping, each, place, months[place] if months else None, shared, months is not None)
                  for place, each in enumerate(files)]
        try:
            for place, each in enumerate(files):
                try:
                    looked[place] = coming[place].result()
                except Unreadable as error:
                    batch.report.problems.append(Problem(each.name, error.reason, error.seen))
        finally:
            pool.shutdown(cancel_futures=True)
    return looked


def _check_sums(account: FileReport, slices: Sequence[Slice]) -> None:
    """Every row and every fen that was read is accepted or refused; raises RowsLost."""
    rows = sum(each.rows for each in slices)
    if rows + account.refused != account.rows:
        raise RowsLost(f"{account.file}: 行数不守恒 / rows were lost inside intake: {account.rows:,} read, {rows:,} written, "
                       f"{account.refused:,} refused")
    for name, fen in account.fen.items():
        written = sum(each.fen[name] for each in slices)
        if written + account.fen_refused.get(name, 0) != fen:
            raise RowsLost(f"{account.file}: {name}: 金额不守恒 / fen were lost inside intake: {fen:,} read, {written:,} written")


def _take_file(batch: Batch, mapping: TableMapping, files: Sequence[Found], place: int, account: FileReport,
               opened: Opened) -> list[Slice]:
    found, table, engine = files[place], mapping.table, batch.engine
    rows = rows_of(found.path, opened, mapping, batch.threads)
    if batch.state.knows(table.name, opened.sha256, batch.mapping_digest):
        return _known_file(batch, account)
    engine.take(rows, found.path, table)
    tally = engine.tally(table, dict(WARNINGS.get(table.name, ())))
    account.rows, account.fen, account.unreadable = tally.rows, tally.fen, tally.unreadable
    account.warnings = {name: count for name, count in tally.warnings.items() if count}
    _compare(batch, account, table)
    is_own_month = len(files) == 1 or (tally.months == [month_named(found)]
                                       and [month_named(each) for each in files].count(tally.months[0]) == 1)
    slices = []
    for month in tally.months:
        old = batch.path(table.name, month)
        slices.append(take_slice(batch, table, account, found.name, month, place, len(tally.months) == 1,
                                 with_line=old is not None or not is_own_month))
    _check_sums(account, slices)
    return [each for each in slices if each.rows]


def _remember_keys(batch: Batch, table: Table) -> None:
    """Keys of the months the record has already, where a key must stand in one month only."""
    if table.partition and table.key[0] != "encounter_id" or table.name == "encounters":
        for month in batch.months(table.name):
            if month is not None:
                batch.engine.remember_keys(table, month, batch.path(table.name, month))


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
        batch.entries[table.name, month] = (slices[0].sha256, slices[0].rows)
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
        batch.entries[table.name, month] = ("", batch.engine.tally_file(out, [])[0])


def _superseded_before(batch: Batch, table: Table) -> Path | None:
    if batch.control and batch.control.is_correction:
        return None
    entry = batch.state.kept.get(f"{SUPERSEDED}/{table.name}")
    return batch.out / entry["file"] if entry else None


def _account(batch: Batch, table: Table, slices: Sequence[Slice], joined: Any) -> None:
    for each in slices:
        counts = {kind: joined.rows.get((each.place, kind), 0) for kind in ("new", "changed", "known", "repeated")}
        if sum(counts.values()) != each.rows:
            raise RowsLost(f"{each.account.file}: rows were lost while joining")
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
