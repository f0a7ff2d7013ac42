"""Reading a DRG scheme as published: a folder of Parquet or CSV files, or a workbook; cells come as text with their lines."""
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import python_calamine

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_sheet import read_sheet

ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Sheet:
    """One table as read: where it stands, its header, and per row its line and cells (None where empty)."""

    table: str
    file: str
    header: tuple[str, ...]
    lines: Sequence[int]
    rows: Sequence[tuple[str | None, ...]]


def read_sheets(path: Path, tables: Mapping[str, Sequence[str]]) -> list[Sheet]:
    """Read those tables that are there; other files and sheets are left alone. Raises Unreadable with the file's name."""
    if path.is_dir():
        files = [(name, path / f"{name}{ending}") for name in tables for ending in (".parquet", ".csv") if (path / f"{name}{ending}").is_file()]
        doubled = sorted({name for name, _ in files if sum(name == other for other, _ in files) > 1})
        if doubled:
            raise Unreadable("file_twice", f"{path}: {', '.join(doubled)} (.parquet, .csv)")
        return [_named(file, _of_parquet if file.suffix == ".parquet" else _of_csv, name) for name, file in files]
    if path.suffix.lower() != ".xlsx" or not path.is_file():
        raise Unreadable("no_scheme", f"{path}: expected a folder of .parquet or .csv files, or an .xlsx workbook")
    return [_of_workbook(path, name, tables[name]) for name in _sheet_names(path) if name in tables]


def _named(file: Path, read, table: str) -> Sheet:
    try:
        return read(file, table)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise Unreadable("file_broken", f"{file.name}: {str(error)[:200]}") from None


def _of_parquet(file: Path, table: str) -> Sheet:
    read = parquet.read_table(file)
    columns = [[_text(cell) for cell in read[name].to_pylist()] for name in read.column_names]
    return Sheet(table, file.name, tuple(read.column_names), range(1, read.num_rows + 1), list(zip(*columns, strict=True)))


def _text(cell: object) -> str | None:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return None if cell is None or str(cell).strip() == "" else str(cell).strip()


def _of_csv(file: Path, table: str) -> Sheet:
    lines, rows = [], []
    reader = csv.reader(_decoded(file).splitlines(keepends=True), strict=True)
    header = tuple(name.strip() for name in next(reader, []))
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise Unreadable("column_count", f"{file.name}:{reader.line_num}: {len(cells)} cells were seen, {len(header)} expected")
        lines.append(reader.line_num)
        rows.append(tuple(cell.strip() or None for cell in cells))
    return Sheet(table, file.name, header, lines, rows)


def _decoded(file: Path) -> str:
    data = file.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"neither {' nor '.join(ENCODINGS)}")


def _sheet_names(path: Path) -> list[str]:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    except (python_calamine.CalamineError, OSError) as error:
        raise Unreadable("file_broken", f"{path.name}: {str(error)[:200]}") from None


def _of_workbook(path: Path, table: str, columns: Sequence[str]) -> Sheet:
    header, cells = read_sheet(path, table, columns)
    if cells.problems:
        line, reason, seen = cells.problems[0]
        raise Unreadable(reason, f"{path.name}[{table}]:{line}: {seen}")
    names = [name for name in header if name in cells.columns]
    rows = list(zip(*([_text(cell) for cell in cells.columns[name].to_pylist()] for name in names), strict=True))
    return Sheet(table, f"{path.name}[{table}]", tuple(header), cells.lines.tolist(), [_spread(row, names, header) for row in rows])


def _spread(row: tuple[str | None, ...], names: Sequence[str], header: Sequence[str]) -> tuple[str | None, ...]:
    held = dict(zip(names, row, strict=True))
    return tuple(held.get(name) for name in header)
