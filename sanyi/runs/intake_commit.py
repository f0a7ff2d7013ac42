"""The end of a batch: its refusals and journal are written, and one rename lets it become the record."""
import json
import shutil
from pathlib import Path
from typing import Any

from sanyi.engines.raw_join import append, say_expected, write_refused
from sanyi.intake.reasons import REASONS, expected
from sanyi.runs.intake_batch import Batch
from sanyi.runs.intake_state import REFUSED, SUPERSEDED, State, commit, entry_of, new_name


def finish(batch: Batch) -> None:
    """Write the refusals and the journal; let the batch become the record when it is usable and adds something."""
    told = batch.report
    say_expected(batch.engine, {reason: expected(reason) for reason in REASONS})
    before = batch.state.kept.get(REFUSED)
    refused = batch.staging / f"{REFUSED}.parquet"
    rows, told.refused_lines = write_refused(batch.engine, batch.out / before["file"] if before else None, refused)
    if not told.is_usable:
        _set_aside(batch, refused)
        return
    told.is_new = bool(batch.files or told.refused_lines or batch.superseded or not batch.state.batches)
    if not told.is_new:
        return
    _commit(batch, refused, rows)


def _set_aside(batch: Batch, refused: Path) -> None:
    """Keep the account of an unusable batch for people to look at; the record stays as it was."""
    folder = batch.out / "batches" / "unusable"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    refused.replace(folder / refused.name)
    (folder / "report.json").write_text(json.dumps(batch.report.as_dict(), ensure_ascii=False, indent=1), "utf-8")


def _commit(batch: Batch, refused: Path, rows: int) -> None:
    tables: dict[str, dict[int | None, Any]] = {name: dict(months) for name, months in batch.state.tables.items()}
    kept, moves = dict(batch.state.kept), {}
    for (table, month), (digest, count) in batch.entries.items():
        name, path = new_name(batch.out, table, month, batch.number), batch.files[table, month]
        tables.setdefault(table, {})[month] = entry_of(path, name, count, month, digest)
        moves[name] = path
    for table, pieces in batch.superseded.items():
        before = kept.get(f"{SUPERSEDED}/{table}")
        path = batch.staging / f"{SUPERSEDED}-{table}.parquet"
        append(batch.engine, batch.out / before["file"] if before else batch.staging / "none", pieces, path)
        name = f"{SUPERSEDED}/{table}.b{batch.number:04d}.parquet" if before else f"{SUPERSEDED}/{table}.parquet"
        kept[f"{SUPERSEDED}/{table}"] = entry_of(path, name, batch.engine.tally_file(path, [])[0])
        moves[name] = path
    name = new_name(batch.out, REFUSED, None, batch.number)
    kept[REFUSED] = entry_of(refused, name, rows)
    moves[name] = refused
    state = State(tables, kept, (*batch.state.batches, _journal(batch)))
    batch.report.state = state.digest
    commit(batch.out, state, moves)
    folder = batch.out / "batches"
    folder.mkdir(exist_ok=True)
    (folder / f"{batch.number:04d}.json").write_text(
        json.dumps(batch.report.as_dict(), ensure_ascii=False, indent=1), "utf-8")


def _journal(batch: Batch) -> dict[str, Any]:
    """What the manifest keeps of a batch: no times and no places, so that equal imports give equal bytes."""
    files = [{"file": each.file, "table": each.table, "sha256": each.sha256, "rows": each.rows, "accepted": each.accepted,
              "superseding": each.superseding, "known": each.known, "refused": each.refused, "fen": each.fen,
              "mapping": batch.mapping_digest} for each in batch.report.files]
    return {"number": batch.number, "has_declared_totals": batch.report.has_declared_totals, "files": files,
            "delta_fen": batch.report.delta_fen}
