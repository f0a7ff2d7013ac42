"""A batch under way: what is read, what stands in staging, and what is told of it."""
from dataclasses import dataclass, field
from pathlib import Path

from sanyi.engines.raw_record import RawRecord
from sanyi.intake.control import Control
from sanyi.runs.intake_report import IntakeReport
from sanyi.runs.intake_state import State


@dataclass
class Batch:
    """A batch under way: what is read, what stands in staging, and what is told of it."""

    out: Path
    staging: Path
    state: State
    engine: RawRecord
    control: Control | None
    mapping_digest: str
    threads: int
    report: IntakeReport
    files: dict[tuple[str, int | None], Path] = field(default_factory=dict)
    entries: dict[tuple[str, int | None], tuple[str, int]] = field(default_factory=dict)
    superseded: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The batch's number."""
        return self.report.batch_number

    def path(self, table: str, month: int | None) -> Path | None:
        """Where the rows of a table's month lie now: in staging, else in the record."""
        if (table, month) in self.files:
            return self.files[table, month]
        entry = self.state.tables.get(table, {}).get(month)
        return self.out / entry["file"] if entry else None

    def months(self, table: str) -> list[int | None]:
        """The months a table has so far."""
        staged = {month for name, month in self.files if name == table}
        return sorted(staged | set(self.state.tables.get(table, {})), key=lambda month: month or 0)
