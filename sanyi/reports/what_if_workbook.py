"""A what-if's differences as a workbook, with what was changed on its second sheet."""
from collections.abc import Sequence
from pathlib import Path

from sanyi.reports.workbook import Field, write_workbook
from sanyi.runs.comparison import compared
from sanyi.runs.measures import DIFFERENCES
from sanyi.runs.results import Results
from sanyi.tables.shown import kind_of, shown


def write_what_if(path: Path, other: Results, changed: Sequence[str], language: str) -> int:
    """Write every difference, the largest first; returns the number of rows."""
    fields = [Field(column.name, column.zh if language == "zh" else column.en, kind_of(column) if column.type == "whole" else "text") for column in DIFFERENCES.columns]
    rows = sorted(compared(other.folder, DIFFERENCES), key=lambda row: -abs(row["difference_fen"]))
    said = ({column.name: row[column.name] if column.type == "whole" else shown(column, row[column.name], language) for column in DIFFERENCES.columns} for row in rows)
    notes = [("改动" if language == "zh" else "change", line) for line in changed]
    return write_workbook(path, DIFFERENCES.zh if language == "zh" else DIFFERENCES.en, fields, said,
                          [*notes, ("运行编号" if language == "zh" else "run", str(other.card["digest"]))])
