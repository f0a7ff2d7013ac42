"""A record cut at a day: what was settled by then; months that are whole stay the very same files."""
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import ibis

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.runs.kept import file_digest
from sanyi.runs.lent_records import lend_records
from sanyi.runs.records import Records, open_records
from sanyi.tables.record_tables import record_tables

DAYS = "counted_days"


def cut_records(source: Path, day: date, out: Path, engine: DuckEngine, is_pro_rata: bool) -> Path:
    """Write the record as it stood on a day into a folder of its own; raises NoRecords where the source is no record.

    A case stands in it when it was settled by the day; one that was never settled, when it was discharged by the day. With
    `is_pro_rata` the record says how many days of the year budgets count for (they are split first and shared out then), and
    contributions and the institutions' months are cut to the months begun. Whole months, the years before and all other tables are links
    to the source's files.
    """
    opened, cuts_budgets = open_records(source), is_pro_rata and (day.month, day.day) != (12, 31)

    def written(table: str, file: str) -> str | None:
        if table == DAYS:
            return _write_days(day, out / file)
        made = _cut(table, file, day, cuts_budgets)
        return _write(engine, opened, table, file, made, day, out) if made else None

    return lend_records(opened, out, _standing(opened, day, cuts_budgets), written)


def _standing(opened: Records, day: date, cuts_budgets: bool) -> Iterator[tuple[str, str]]:
    """The files that hold anything by the day, and the one that says how much of the year budgets count for."""
    if cuts_budgets:
        yield DAYS, f"{DAYS}.parquet"
    for table, files in opened.files.items():
        for file in sorted(files):
            if not record_tables()[table].partition or Path(file).stem <= f"{day:%Y%m}":
                yield table, file


def _write_days(day: date, place: Path) -> str:
    year_ends = date(day.year - 1, 12, 31), date(day.year, 12, 31)
    gone, whole = ((each - year_ends[0]).days for each in (day, year_ends[1]))
    place.unlink(missing_ok=True)  # it may be a link to the source's own file
    write_rows(record_tables()[DAYS], [{"year": day.year, "gone_days": gone, "year_days": whole}], place)
    return file_digest(place)


def _cut(table: str, file: str, day: date, cuts_budgets: bool) -> Callable[..., ibis.Table] | None:
    """How a file is cut; None for one that stands whole."""
    if record_tables()[table].partition:
        is_whole = Path(file).stem != f"{day:%Y%m}" or day.day == monthrange(day.year, day.month)[1]
        return None if is_whole else {"settlements": _settled, "encounters": _standing_cases}.get(table, _of_standing_cases)
    return BUDGETS.get(table) if cuts_budgets else None


def _settled(rows, day, **_):
    return rows.filter(rows.settled_on <= day)


def _standing_cases(rows, day, settlements, **_):
    """Cases with a settlement by the day, and those without any that were discharged by it."""
    billed = settlements.select(billed_id="encounter_id").distinct()
    in_time = settlements.filter(settlements.settled_on <= day).select(settled_id="encounter_id").distinct()
    rows = rows.left_join(billed, rows.encounter_id == billed.billed_id)
    rows = rows.left_join(in_time, rows.encounter_id == in_time.settled_id)
    return rows.filter(rows.settled_id.notnull() | (rows.billed_id.isnull() & (rows.discharged_on <= day)))


def _of_standing_cases(rows, day, settlements, encounters):
    cases = _standing_cases(encounters, day, settlements).select(standing_id="encounter_id")
    return rows.inner_join(cases, rows.encounter_id == cases.standing_id)


def _months_insured(rows, day, **_):
    rows = rows.filter((rows.year < day.year) | ((rows.year == day.year) & (rows.from_month <= day.month)))
    is_cut = (rows.year == day.year) & (rows.to_month > day.month)
    return rows.mutate(to_month=is_cut.ifelse(day.month, rows.to_month))


def _months_gone(rows, day, **_):
    return rows.filter(rows.month <= day.year * 100 + day.month)


def _versions_begun(rows, day, **_):
    return rows.filter((rows.year < day.year) | ((rows.year == day.year) & (rows.from_month <= day.year * 100 + day.month)))


BUDGETS: Mapping[str, Callable[..., ibis.Table]] = {"budget_versions": _versions_begun, "insured_months": _months_insured, "monthly_finance": _months_gone}


def _write(engine: DuckEngine, opened: Records, table: str, file: str, cut: Callable[..., ibis.Table], day: date, out: Path) -> str:
    """Write a cut file, under its own name only when it is whole; returns its digest."""
    promised, place = record_tables()[table], out / file
    given = {"rows": (table, [file])}
    if cut in (_standing_cases, _of_standing_cases):
        given |= {name: (name, _months_file(opened, name, file)) for name in ("settlements", "encounters")}
    shown = {}
    for name, (of_table, files) in given.items():
        engine.show_files(f"cut_{name}", opened.paths(files), record_tables()[of_table])
        shown[name] = ibis.table(record_tables()[of_table].schema, name=f"cut_{name}")
    place.unlink(missing_ok=True)  # it may be a link to the source's own file
    engine.write(engine.sql(cut(day=day, **shown), promised), promised, place, sort=False)
    return file_digest(place)


def _months_file(opened: Records, table: str, file: str) -> list[str]:
    return [each for each in opened.files.get(table, {}) if Path(each).stem == Path(file).stem]
