"""A run under way: what it reads, where it writes, what is made so far, and which files stand for a table."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sanyi.engines.cuts import in_month
from sanyi.runs.compiled import Compiled
from sanyi.runs.kept import kept_column_digests, kept_files
from sanyi.runs.records import HISTORY, Records
from sanyi.runs.schemes import CompiledScheme, compiled_scheme
from sanyi.runs.steps import promise
from sanyi.tables.scheme_tables import compiled_scheme_tables
from sanyi.terms.step import Step

STORE, SCHEMES = "store", "schemes"


@dataclass(frozen=True)
class Made:
    """What a step made: the file, the key it is kept under, its rows, and which plan values it read."""

    name: str
    file: str
    key: str
    digest: str
    rows: int
    seconds: float
    was_kept: bool
    needs: tuple[str, ...]
    values: dict[str, Any]


@dataclass
class SchemeRead:
    """The DRG scheme of a run, compiled once by whichever step asks first; None while none has."""

    found: CompiledScheme | None = None
    lock: Any = field(default_factory=Lock)


@dataclass
class Run:
    """A run under way. Each hand has one of its own, with its own engine; all else is the same for all hands."""

    records: Records
    plan: Any
    year: int
    out: Path
    engine: Any
    compiled: Compiled
    made: dict[str, Made] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)  # each made table's columns' digests, once asked for
    scheme_read: SchemeRead = field(default_factory=SchemeRead)

    def compile_scheme(self) -> None:
        """Have the scheme ready before the first step, so that one that cannot be is refused then; raises UnknownScheme, SchemeRefused."""
        assert self.scheme

    @property
    def scheme(self) -> CompiledScheme:
        """The DRG scheme the plan names; raises UnknownScheme."""
        with self.scheme_read.lock:
            if self.scheme_read.found is None:
                self.scheme_read.found = compiled_scheme(self.plan.value("drg.scheme"), self.out / SCHEMES, self.records.folder)
            return self.scheme_read.found


def input_digest(under_way: Run, name: str, month: str = "", columns: Sequence[str] | None = None) -> str:
    """The digest of a table that a step asks for: of a result its columns that are read (None: all), of the record the files, or those of a month."""
    if name in under_way.made:
        return under_way.made[name].digest if columns is None or len(columns) == len(promise(name).names) else _columns_digest(under_way, name, columns)
    if name in compiled_scheme_tables():
        return under_way.scheme.key
    files = under_way.records.chosen(name, under_way.year, month)
    return under_way.records.digest(files, name.removeprefix(HISTORY))


def _columns_digest(under_way: Run, name: str, columns: Sequence[str]) -> str:
    """The digest of some columns; where none is read the key's stand for how many rows there are."""
    if name not in under_way.columns:
        under_way.columns[name] = kept_column_digests(under_way.out, under_way.made[name].file)
    return "".join(under_way.columns[name][column] for column in columns or promise(name).key)


def files_of(under_way: Run, name: str, month: str = "") -> list[Path]:
    """The files that hold a table."""
    if name in under_way.made:
        return kept_files(under_way.out, under_way.made[name].file)
    if name in compiled_scheme_tables():
        return [under_way.scheme.path(name)]
    return under_way.records.paths(under_way.records.chosen(name, under_way.year, month))


def show(under_way: Run, step: Step, month: str = "") -> None:
    """Let every table the step asks for be readable under its name: of the record a month's files, of a result a month's rows."""
    for name in step.tables:
        cut = in_month(promise(name), month) if month and name in under_way.made else ""
        under_way.engine.show_files(name, files_of(under_way, name, month), promise(name), cut)
