"""Joining a batch's pieces with what the record holds of the same table and month: new, known, changed, repeated."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sanyi.engines.raw_record import (WRITTEN_AS, RawRecord, parquet, quoted, quoted_names, row_digest, row_key, text)
from sanyi.tables.table import Table

KINDS = ("new", "changed", "known", "repeated")
SUPERSEDED_IN = "superseded_in_batch_number"


@dataclass(frozen=True)
class Joined:
    """Per file (by place) and kind: rows and sums in fen; what the changed rows held before; whether a file was written."""

    rows: dict[tuple[int, str], int]
    fen: dict[tuple[int, str], dict[str, int]]
    before_fen: dict[str, int]
    is_written: bool


def join(engine: RawRecord, table: Table, pieces: Mapping[int, Path], old: Path | None, superseded: Path | None,
         out: Path, superseded_out: Path, names: Mapping[int, str], batch: int, expected: str) -> Joined:
    """Join pieces (by the place of their file) with the old rows of the same table and month.

    A row equal to one the record holds, or held before it was superseded, is known and adds nothing; one with the
    same key and other values supersedes; a key that stands twice in the batch is taken once. `superseded` of None
    lets an earlier version come back.
    """
    _load(engine, table, pieces, old)
    if old and superseded and superseded.exists():
        _mark_seen_before(engine, table, superseded)
    money = [column.name for column in table.columns if column.unit == "fen"]
    rows, fen = _count(engine, money)
    _refuse_repeats(engine, table, names, batch, expected)
    changes = sum(count for (_, kind), count in rows.items() if kind in ("new", "changed"))
    before = _write_superseded(engine, table, old, money, batch, superseded_out, rows)
    if changes or not old:
        _write(engine, table, old, out)
    engine.query("DROP TABLE _new")
    return Joined(rows, fen, before, bool(changes or not old))


def _load(engine: RawRecord, table: Table, pieces: Mapping[int, Path], old: Path | None) -> None:
    columns = ", ".join(f'n."{name}"' for name in table.names)
    given = " UNION ALL BY NAME ".join(f"SELECT *, {place} AS _place FROM {parquet(path)}" for place, path in pieces.items())
    keys = " AND ".join(f'n."{name}" = o."{name}"' for name in table.key)
    same = " AND ".join(f'n."{name}" IS NOT DISTINCT FROM o."{name}"' for name in table.names)
    joined = f"LEFT JOIN {parquet(old)} o ON {keys}" if old else ""
    held = f'o."{table.key[0]}" IS NOT NULL' if old else "false"
    by = ", ".join(f'n."{name}"' for name in table.key)
    first = f"row_number() OVER (PARTITION BY {by} ORDER BY ({same if old else 'false'}) DESC, n._place, n._line)"
    engine.query(
        f"CREATE OR REPLACE TEMP TABLE _new AS SELECT {columns}, n._line, n._place, CASE WHEN {first} > 1 THEN 'repeated' "
        f"WHEN {held} AND {same if old else 'true'} THEN 'known' WHEN {held} THEN 'changed' ELSE 'new' END AS _kind "
        f"FROM ({given}) n {joined}")


def _mark_seen_before(engine: RawRecord, table: Table, superseded: Path) -> None:
    same = " AND ".join(f'_new."{name}" IS NOT DISTINCT FROM s."{name}"' for name in table.names)
    engine.query(f"UPDATE _new SET _kind = 'known' WHERE _kind = 'changed' AND EXISTS "
                 f"(SELECT 1 FROM {parquet(superseded)} s WHERE {same})")


def _count(engine: RawRecord, money: Sequence[str]) -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], dict[str, int]]]:
    sums = [f'coalesce(sum("{name}"::HUGEINT), 0)' for name in money]
    found = engine.query(f"SELECT _place, _kind, {', '.join(['count(*)', *sums])} FROM _new GROUP BY ALL ORDER BY ALL")
    return ({(row[0], row[1]): row[2] for row in found},
            {(row[0], row[1]): dict(zip(money, row[3:], strict=True)) for row in found})


def _refuse_repeats(engine: RawRecord, table: Table, names: Mapping[int, str], batch: int, expected: str) -> None:
    for place, name in names.items():
        engine.query(f"INSERT INTO _refused SELECT {batch}, {text(name)}, _line, {text(table.name)}, {text(table.key[-1])}, 'key_repeated', "
                     f"{row_key(table)}, {text(expected)}, {row_key(table)}, {row_digest(table, False)} "
                     f"FROM _new WHERE _kind = 'repeated' AND _place = {place}")


def _write_superseded(engine: RawRecord, table: Table, old: Path | None, money: Sequence[str], batch: int, out: Path,
                      rows: Mapping[tuple[int, str], int]) -> dict[str, int]:
    """Keep the old versions of changed rows beside the record, with the batch that superseded them."""
    if not old or not any(kind == "changed" and count for (_, kind), count in rows.items()):
        return dict.fromkeys(money, 0)
    by = ", ".join(quoted_names(table.key))
    engine.query(f"COPY (SELECT *, {batch}::BIGINT AS {SUPERSEDED_IN} FROM {parquet(old)} SEMI JOIN "
                 f"(SELECT * FROM _new WHERE _kind = 'changed') USING ({by}) ORDER BY {by}) TO {quoted(out)} {WRITTEN_AS}")
    return engine.tally_file(out, money)[1]


def _write(engine: RawRecord, table: Table, old: Path | None, out: Path) -> None:
    columns, by = ", ".join(quoted_names(table.names)), ", ".join(quoted_names(table.key))
    kept = (f"SELECT {columns} FROM {parquet(old)} ANTI JOIN (SELECT * FROM _new WHERE _kind = 'changed') USING ({by}) "
            "UNION ALL " if old else "")
    engine.write(f"SELECT * FROM ({kept}SELECT {columns} FROM _new WHERE _kind IN ('new', 'changed')) ORDER BY {by}", table, out)


def name_refused_parents(engine: RawRecord, table: Table, reason: str, told: str) -> None:
    """An orphan whose parent was refused in this batch says so, with the parent's file and line."""
    for column in table.columns:
        if column.references:
            parent = column.references.split(".")[0]
            engine.query(
                f"UPDATE _refused SET reason_code = {text(reason)}, expected = {text(told)} || p.place FROM (SELECT row_key, "
                f"min(table_name || ' ' || file || ' ' || line) AS place FROM _refused WHERE table_name = {text(parent)} "
                f"GROUP BY row_key) p WHERE table_name = {text(table.name)} AND column_name = {text(column.name)} "
                "AND reason_code = 'reference_missing' AND seen = p.row_key")


def say_expected(engine: RawRecord, told: Mapping[str, str]) -> None:
    """Say what was expected where only the reason is noted yet."""
    for reason, each in told.items():
        engine.query(f"UPDATE _refused SET expected = {text(each)} WHERE expected = '' AND reason_code = {text(reason)}")


def write_refused(engine: RawRecord, before: Path | None, out: Path) -> tuple[int, int]:
    """Write the batch's refusals after those of earlier batches, leaving out what was refused before as it is.

    Returns the rows of the whole table and those that are new.
    """
    fresh = ("SELECT r.* FROM _refused r ANTI JOIN " f"{parquet(before)} b ON r.table_name = b.table_name AND r.row_digest = b.row_digest "
             "AND r.column_name = b.column_name AND r.reason_code = b.reason_code" if before else "SELECT * FROM _refused")
    engine.query(f"CREATE OR REPLACE TEMP TABLE _fresh AS {fresh}")
    earlier = f"SELECT * FROM {parquet(before)} UNION ALL " if before else ""
    engine.query(f"COPY (SELECT * FROM ({earlier}SELECT * FROM _fresh) ORDER BY batch_number, table_name, file, line, column_name, "
                 f"reason_code) TO {quoted(out)} {WRITTEN_AS}")
    return engine.tally_file(out, [])[0], engine.query("SELECT count(*) FROM _fresh")[0][0]


def append(engine: RawRecord, before: Path, more: Sequence[Path], out: Path) -> None:
    """Write the rows of several files one after the other."""
    files = [path for path in [before, *more] if path.exists()]
    engine.query(f"COPY (SELECT * FROM {parquet(files)} ORDER BY ALL) TO {quoted(out)} {WRITTEN_AS}")
