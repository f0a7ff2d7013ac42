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
SEXES = {"1": 1, "2": 2, "男": 1, "女": 2, "male": 1, "female": 2, "m": 1, "f": 2}
READERS = {".parquet": "read_parquet", ".csv": "read_csv"}


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file of cases, shown to the engine as `cases`, `diagnoses` and `operations`."""

    first_row: int
    rows: int


def case_stretches(engine: DuckEngine, path: Path, rows: int) -> Iterator[Stretch]:
    """Show a file's cases stretch by stretch; raises Unreadable for a file, column or repeated case that cannot be taken."""
    connection, source = engine._connection, _source(path)
    named = _named(connection, path, source)
    try:
        whole = connection.cursor().sql(f"SELECT {', '.join(named)} FROM {source}").to_arrow_reader(rows)
        first = 0
        while batch := next(whole, None):
            connection.register("raw_batch", batch)
            connection.execute("CREATE OR REPLACE TEMP TABLE raw_cases AS SELECT * FROM raw_batch")
            connection.unregister("raw_batch")
            _show(connection, path, first)
            yield Stretch(first, batch.num_rows)
            first += batch.num_rows
    except duckdb.Error as error:
        raise Unreadable("file_broken", f"{path.name}: {str(error).splitlines()[0]}") from None


def _source(path: Path) -> str:
    reader = READERS.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise Unreadable("no_cases", f"{path}: expected a .parquet or .csv file of cases")
    quoted = str(path).replace("'", "''")
    return f"{reader}('{quoted}'{', all_varchar = true, header = true' if reader == 'read_csv' else ''})"


def _named(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> list[str]:
    try:
        held = {name.strip().lower(): name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    except duckdb.Error as error:
        raise Unreadable("file_broken", f"{path.name}: {str(error).splitlines()[0]}") from None
    found = {name: next((held[one] for one in called if one in held), None) for name, called in COLUMNS.items()}
    lacking = [f"{name} ({' / '.join(COLUMNS[name])})" for name in NEEDED if found[name] is None]
    if lacking:
        raise Unreadable("column_missing", f"{path.name}:1: {', '.join(held)}; lacking {', '.join(lacking)}")
    quoted = {name: '"' + column.replace('"', '""') + '"' if column else None for name, column in found.items()}
    return [f"trim(CAST({column} AS VARCHAR)) AS {name}" if column else f"CAST(NULL AS VARCHAR) AS {name}" for name, column in quoted.items()]


def _show(connection: duckdb.DuckDBPyConnection, path: Path, first: int) -> None:
    """Text to numbers: what is no number is not known, and the case is refused for it by name. Sex as text or number is the same."""
    sexes = " ".join(f"WHEN '{word}' THEN {number}" for word, number in SEXES.items())
    numbers = ", ".join(f"TRY_CAST({name} AS BIGINT) AS {name}" for name in ("age_years", "age_days", "weight_grams", "stay_days", "icu_hours_count", "leaving_number"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cases AS SELECT encounter_id, CASE lower(sex) {sexes} END AS sex_number, {numbers} FROM raw_cases")
    doubled = connection.execute("SELECT encounter_id FROM cases GROUP BY 1 HAVING count(*) > 1 OR encounter_id IS NULL LIMIT 1").fetchall()
    if doubled:
        raise Unreadable("case_twice", f"{path.name}: rows from {first + 1}: encounter_id {doubled[0][0]!r}; expected one row a case, each with an id")
    for table, code, more in (("diagnoses", "diagnosis_code", ", place = 1 AS is_principal"), ("operations", "operation_code", "")):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT encounter_id, place AS sequence_number, trim(code) AS {code}{more} FROM (SELECT encounter_id, "
            f"unnest(codes) AS code, unnest(range(1, len(codes) + 1)) AS place FROM (SELECT encounter_id, string_split({table}, '|') AS codes FROM raw_cases "
            f"WHERE {table} <> '')) WHERE trim(code) <> ''")
