"""Keys and places: a result lies under the digest of all that went into it, so equal questions find it again."""
import hashlib
from pathlib import Path

from sanyi.runs.card import code_version
from sanyi.runs.compiled import Said
from sanyi.runs.month_files import MONTHS, month_file
from sanyi.runs.under_way import STORE, Run, input_digest
from sanyi.tables.record_tables import record_tables
from sanyi.terms.step import Step

KEY_SHOWN = 24


def result_key(under_way: Run, step: Step, said: Said, month: str = "") -> str:
    """What a result, or a month of a case-local one, is made from: what the step says and the columns that hangs on."""
    inputs = (f"{name}={input_digest(under_way, name, month, said.columns.get(name))}" for name in step.tables)
    engine = under_way.engine
    return _digest(step.name, said.sql, repr(step.makes.schema), engine.name, engine.version, code_version(("engines",)), *inputs)


def empty_key(step: Step) -> str:
    """The key of a table without rows, of a step that the plan does not choose."""
    return _digest(step.name, "not chosen", repr(step.makes.schema))


def place_of(under_way: Run, step: Step, key: str, is_whole: bool = False) -> Path:
    """Where a result lies: a file, or a pattern of one a month where its table is kept so and is not `is_whole`."""
    months = MONTHS if step.makes.partition and not is_whole else ""
    return under_way.out / STORE / f"{step.name}-{key[:KEY_SHOWN]}{months}.parquet"


def month_places(under_way: Run, step: Step, path: Path, said: Said) -> dict[str, Path]:
    """Where each month of a case-local result lies: under what that month is made from."""
    return {month: month_file(path, month, result_key(under_way, step, said, month)) for month in months_of(under_way, step)}


def months_of(under_way: Run, step: Step) -> list[str]:
    """The months that a step's tables of the record have."""
    return sorted({month for name in monthly_needs(step) for month in under_way.records.months(name, under_way.year)})


def monthly_needs(step: Step) -> list[str]:
    """The tables of the record that a step asks for and that are kept by month."""
    return [name for name in step.tables if name in record_tables() and record_tables()[name].partition]


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
