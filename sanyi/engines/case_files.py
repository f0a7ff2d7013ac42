"""A file of cases (one row each, codes joined by |) to the tables that grouping reads, a stretch of rows at a time."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sanyi.engines.duck import DuckEngine
from sanyi.engines.raw_errors import Unreadable

COLUMNS: Mapping[str, Sequence[str]] = {  # what each column may be called
    "encounter_id": ("encounter_id", "index"), "sex": ("sex", "gender"), "age_years": ("age_years", "age"), "age_days": ("age_days", "ageday"),
    "weight_grams": ("weight_grams", "birth_weight_grams", "weight"), "stay_days": ("stay_days", "inhospitaltime"), "icu_hours_count": ("icu_hours",),
    "leaving_number": ("leaving_type", "leavingtype"), "diagnoses": ("diagnoses", "zdlist"), "operations": ("operations", "sslist")}
NEEDED = ("encounter_id", "sex", "age_years", "diagnoses", "operations")
LIMITS: Mapping[str, tuple[int, int]] = {  # whole numbers that can be, both included; some systems give everybody's age in days, and 0 grams where nobody was weighed
    "age_years": (0, 130), "age_days": (0, 47_580), "weight_grams": (0, 20_000), "stay_days": (0, 36_600), "icu_hours_count": (0, 878_400), "leaving_number": (1, 9)}
SEXES = {"1": 1, "2": 2, "男": 1, "女": 2, "male": 1, "female": 2, "m": 1, "f": 2}
READERS = {".parquet": "read_parquet", ".csv": "read_csv"}


@dataclass(frozen=True)
class FaultyCell:
    """A cell that holds what cannot be: the case, the line (the header of a CSV file is line 1), the file's own name of the field, and what it holds."""

    encounter_id: str
    line: int
    column: str
    field: str
    seen: str


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file of cases, shown to the engine as `cases`, `diagnoses` and `operations`; cases with a faulty cell are left out."""

    first_row: int
    rows: int
    faults: tuple[FaultyCell, ...] = ()


def case_stretches(engine: DuckEngine, path: Path, rows: int) -> Iterator[Stretch]:
    """Show a file's cases stretch by stretch; raises Unreadable for a file, column or repeated case that cannot be taken."""
    connection, source = engine._connection, _source(path)
    fields = _fields(connection, path, source)
    named = [f"trim(CAST({_quoted(field)} AS VARCHAR)) AS {name}" if field else f"CAST(NULL AS VARCHAR) AS {name}" for name, field in fields.items()]
    try:
        whole = connection.cursor().sql(f"SELECT {', '.join(named)} FROM {source}").to_arrow_reader(rows)
        first = 0
        while batch := next(whole, None):
            connection.register("raw_batch", batch)
            connection.execute("CREATE OR REPLACE TEMP TABLE raw_cases AS SELECT * FROM raw_batch")
            connection.unregister("raw_batch")
            faults = _show(connection, path, first, fields)
            yield Stretch(first, batch.num_rows, faults)
            first += batch.num_rows
    except duckdb.Error as error:
        raise Unreadable("file_broken", f"{path.name}: {str(error).splitlines()[0]}") from None


def _source(path: Path) -> str:
    reader = READERS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise Unreadable("no_cases", f"{path}: expected a .parquet or .csv file of cases")
    quoted = str(path).replace("'", "''")
    return f"{reader}('{quoted}'{', all_varchar = true, header = true' if reader == 'read_csv' else ''})"


def _fields(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> dict[str, str | None]:
    """What the file calls each column; None for one it does not have."""
    try:
        held = {name.strip().lower(): name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    except duckdb.Error as error:
        raise Unreadable("file_broken", f"{path.name}: {str(error).splitlines()[0]}") from None
    found = {name: next((held[one] for one in called if one in held), None) for name, called in COLUMNS.items()}
    lacking = [f"{name} ({' / '.join(COLUMNS[name])})" for name in NEEDED if found[name] is None]
    if lacking:
        raise Unreadable("column_missing", f"{path.name}:1: {', '.join(held)}; lacking {', '.join(lacking)}")
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _show(connection: duckdb.DuckDBPyConnection, path: Path, first: int, fields: Mapping[str, str | None]) -> tuple[FaultyCell, ...]:
    """Text to numbers, an empty cell not known; what cannot be a number, a sex or lies out of its limits is a fault, and its case is left out."""
    sexes = " ".join(f"WHEN '{word}' THEN {number}" for word, number in SEXES.items())
    read = ", ".join([f"CASE lower(sex) {sexes} END AS sex_number", *(f"TRY_CAST({name} AS BIGINT) AS {name}_read" for name in LIMITS)])
    numbers = ", ".join(f"{name}_read AS {name}" for name in LIMITS)
    wrong = _wrong(fields)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cases AS SELECT encounter_id, sex_number, {numbers}, {' OR '.join(wrong.values())} AS is_faulty "
                       f"FROM (SELECT *, {read} FROM raw_cases)")
    doubled = connection.execute("SELECT encounter_id FROM cases GROUP BY 1 HAVING count(*) > 1 OR encounter_id IS NULL LIMIT 1").fetchall()
    if doubled:
        raise Unreadable("case_twice", f"{path.name}: rows from {first + 1}: encounter_id {doubled[0][0]!r}; expected one row a case, each with an id")
    faults = _faults(connection, first, fields, wrong, read)
    for table, code, more in (("diagnoses", "diagnosis_code", ", place = 1 AS is_principal"), ("operations", "operation_code", "")):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT encounter_id, place AS sequence_number, trim(code) AS {code}{more} FROM (SELECT encounter_id, "
            f"unnest(codes) AS code, unnest(range(1, len(codes) + 1)) AS place FROM (SELECT encounter_id, string_split({table}, '|') AS codes FROM raw_cases "
            f"WHERE {table} <> '')) WHERE trim(code) <> ''")
    return faults


def _wrong(fields: Mapping[str, str | None]) -> dict[str, str]:
    """For each column that the file has, what makes a cell of it faulty: it is not empty and no sex, no whole number, or beyond its limits."""
    tests = {"sex": "sex_number IS NULL", **{name: f"(coalesce({name}_read NOT BETWEEN {low} AND {high}, true) OR {_has_fraction(name)})" for name, (low, high) in LIMITS.items()}}
    return {name: f"coalesce({name} <> '' AND {test}, false)" for name, test in tests.items() if fields[name]}


def _has_fraction(name: str) -> str:
    """A cast to a whole number rounds 4.5; 30.0 is a whole number that some program wrote so."""
    return f"(contains({name}, '.') AND TRY_CAST({name} AS DOUBLE) <> {name}_read)"


def _faults(connection: duckdb.DuckDBPyConnection, first: int, fields: Mapping[str, str | None], wrong: Mapping[str, str], read: str) -> tuple[FaultyCell, ...]:
    """The faulty cells of a stretch, in the order of the file; their cases are taken out."""
    if not connection.execute("SELECT count(*) FROM cases WHERE is_faulty").fetchall()[0][0]:
        return ()
    source = f"(SELECT *, {read} FROM (SELECT *, row_number() OVER () AS place FROM raw_cases))"
    each = " UNION ALL ".join(f"SELECT encounter_id, place, '{name}', {name} FROM {source} WHERE {test}" for name, test in wrong.items())
    found = connection.execute(f"SELECT * FROM ({each}) ORDER BY 2, 3").fetchall()
    connection.execute("DELETE FROM cases WHERE is_faulty")
    return tuple(FaultyCell(case, first + place + 1, name, fields[name], seen) for case, place, name, seen in found)
