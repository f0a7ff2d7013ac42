"""What an import did, file by file, and how it is told."""
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sanyi.intake.reasons import expected


@dataclass
class FileReport:
    """One file's account for one table: every counted row is accepted, known, superseding or refused."""

    file: str
    table: str
    sha256: str = ""
    rows: int = 0
    accepted: int = 0
    superseding: int = 0
    known: int = 0
    refused: int = 0
    fen: dict[str, int] = field(default_factory=dict)
    fen_refused: dict[str, int] = field(default_factory=dict)
    declared_rows: int | None = None
    declared_fen: dict[str, int] = field(default_factory=dict)
    unreadable: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Something that makes the whole batch unusable: the file, a reason of the catalogue and what was seen."""

    file: str
    reason: str
    seen: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}: {expected(self.reason)}" + (f"; {self.seen}" if self.seen else "")


@dataclass
class IntakeReport:
    """The account of one batch; `state` is the digest of the record's rows after it."""

    source: str
    batch_number: int
    files: list[FileReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused_lines: int = 0
    delta_fen: dict[str, dict[str, int]] = field(default_factory=dict)
    has_declared_totals: bool = False
    is_new: bool = False
    state: str = ""
    seconds: float = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether the batch could be used."""
        return not self.problems

    def count(self, what: str) -> int:
        """A count (rows, accepted, superseding, known, refused) over all files."""
        return sum(getattr(each, what) for each in self.files)

    def as_dict(self) -> dict[str, Any]:
        """The account as plain values."""
        return {**asdict(self), "problems": [str(each) for each in self.problems], "is_usable": self.is_usable}

    def __str__(self) -> str:
        return "\n".join(_told(self))


def _told(report: IntakeReport) -> list[str]:
    counts: Mapping[str, int] = {what: report.count(what) for what in ("rows", "accepted", "superseding", "known", "refused")}
    lines = [f"批次 {report.batch_number}：共 {counts['rows']:,} 行，接收 {counts['accepted']:,}，更正 {counts['superseding']:,}，"
             f"已有 {counts['known']:,}，拒收 {counts['refused']:,}",
             f"batch {report.batch_number}: {counts['rows']:,} rows = {counts['accepted']:,} accepted + {counts['superseding']:,} "
             f"superseding + {counts['known']:,} known + {counts['refused']:,} refused"]
    if not report.has_declared_totals:
        lines.append("没有申报对账数 / no declared totals (control.json): rows and sums were counted from the files")
    for table, sums in sorted(report.delta_fen.items()):
        moved = ", ".join(f"{name} {fen:+,}" for name, fen in sums.items() if fen)
        lines.append(f"更正差额 / corrections changed {table} (fen): {moved or 'no sum'}")
    lines += [f"注意 / note: {each}" for each in report.warnings]
    if report.problems:
        lines.append("该批次不可用，记录未变 / the batch cannot be used; the record is as it was:")
        lines += [f"  {each}" for each in report.problems]
    return lines
