"""A record as it might have been: the cases that answer a changed plan left out, doubled, moved or shortened; all else the very same files."""
from pathlib import Path
from typing import Any

import ibis

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.payment.behaviour import CASE_CHANGES, DRIVERS, RESPONSES, Answer, answers, case_changes
from sanyi.plans import Plan, PlanOnDay
from sanyi.plans.units import value_words
from sanyi.runs.kept import file_digest
from sanyi.runs.lent_records import lend_records
from sanyi.runs.results import Condition, Results
from sanyi.runs.what_if import day_of
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.record_tables import record_tables
from sanyi.terms.fen import PPM

RECORDS, CHANGES = "records", "case_changes.parquet"
PAYERS = ("fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen")
COPIED = ("encounter_id", "settlement_id", "prescription_id")
STAYS = ("inpatient", "day_surgery")


def answered(base: Results, plan: Plan, changed: Plan, out: Path) -> tuple[Path, list[Answer]]:
    """The record to run a changed plan on, with what was assumed: the base's own where nobody answers."""
    before, after = plan.on(day_of(base)), changed.on(day_of(base))
    given = answers(before, after)
    changes = list(case_changes(_stays(base), base.page("institutions", limit=None), given, after.value("behaviour.day_cost_share_ppm"))) if given else []
    if not changes:
        return base.records.folder, given
    out.mkdir(parents=True, exist_ok=True)
    write_rows(CASE_CHANGES, changes, out / CHANGES)
    return _reshaped(base, {change["case_id"] for change in changes}, out), given


def assumption_words(given: list[Answer], plan: PlanOnDay, language: str) -> list[str]:
    """What was assumed, one line for each answer: who, by what, how far; and that none of it is verified."""
    word = 0 if language == "zh" else 1
    note = plan.entry("behaviour.responses").note_zh if language == "zh" else plan.entry("behaviour.responses").note_en
    who = {code: words[word] for code, words in codes.INSURANCE.items()}
    lines = [f"{RESPONSES[each.response][word]} {who.get(each.insurance, '')} {each.level}: {DRIVERS[each.driver][word]} {value_words(each.moved_ppm, 'ppm', language)} → "
             f"{value_words(each.share_ppm, 'ppm', language)}" for each in given]
    return [note, *(lines or ["没有人改变行为" if language == "zh" else "nobody acts otherwise"])]


def _stays(base: Results) -> list[dict[str, Any]]:
    return base.page("encounters", [Condition("type_code", "in", STAYS)], limit=None)


def _reshaped(base: Results, changed: set[str], out: Path) -> Path:
    """Write the months that hold a changed case anew, and link the rest."""
    opened, year = base.records, str(base.year)
    with DuckEngine() as engine:
        engine.show_files("case_changes", [out / CHANGES], CASE_CHANGES)
        changes = ibis.table(CASE_CHANGES.schema, name="case_changes")
        months = {f"{row['settled_month']}" for row in _stays(base) if row["encounter_id"] in changed}

        def written(table: str, file: str) -> str | None:
            promised = record_tables()[table]
            if not promised.partition or Path(file).stem[:4] != year or Path(file).stem not in months:
                return None
            engine.show_files("reshaped_rows", opened.paths([file]), promised)
            place = out / RECORDS / file
            place.unlink(missing_ok=True)  # it may be a link to the base's own file
            sql = engine.sql(_with_changes(ibis.table(promised.schema, name="reshaped_rows"), changes), promised)
            engine.write(sql, promised, place, sort=False)
            return file_digest(place)

        standing = ((table, file) for table, files in opened.files.items() for file in sorted(files))
        return lend_records(opened, out / RECORDS, standing, written)


def _with_changes(rows: ibis.Table, changes: ibis.Table) -> ibis.Table:
    """Rows without the cases left out, the moved and the shortened changed; and those of the cases that come besides."""
    names = rows.columns
    joined = rows.left_join(changes, rows.encounter_id == changes.case_id)
    stay = _shortened(joined.filter(~joined.is_left_out.fill_null(False)))
    if "institution_id" in names:
        stay = stay.mutate(institution_id=ibis.coalesce(stay.moved_to, stay.institution_id))
    besides = rows.inner_join(changes.filter(changes.copy_id.notnull()), rows.encounter_id == changes.case_id)
    besides = besides.mutate(**{name: besides[name] + "+" for name in COPIED if name in names})
    return stay.select(*names).union(besides.select(*names))


def _shortened(rows: ibis.Table) -> ibis.Table:
    fewer, cost = rows.fewer_days.fill_null(0), rows.cost_ppm.fill_null(PPM)
    if "stay_days" in rows.columns:
        return rows.mutate(stay_days=rows.stay_days - fewer, discharged_on=(rows.discharged_on.cast("timestamp") - fewer.as_interval("D")).cast("date"))
    if "cash_fen" in rows.columns:
        rows = rows.mutate(**{name: take_rate(rows[name], cost, PPM) for name in (*PAYERS, "in_scope_fen")})
        total = sum((rows[name] for name in PAYERS), ibis.literal(0, "int64"))
        return rows.mutate(total_fen=total, in_scope_fen=ibis.least(rows.in_scope_fen, total))
    return rows
