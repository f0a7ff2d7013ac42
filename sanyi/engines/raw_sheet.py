"""XLSX to columns of text with sheet rows; hostile packages are refused before they are unpacked."""
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy
import pyarrow as pa
import python_calamine

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_text import Cells

MOST_BYTES = 256 << 20
MOST_PARTS = 2000
MOST_CELLS = 5_000_000
SHEET_ROWS = 1_048_576
HOSTILE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
FORMULA = re.compile(rb"<f[\s>/]")


def read_sheet(path: Path, sheet: str, wanted: Sequence[str]) -> tuple[list[str], Cells]:
    """A sheet's header and its rows as text; rows with formulas or merged cells are marked. Raises Unreadable."""
    parts = _safe_parts(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet and sheet not in names:
            raise Unreadable("sheet_missing", f"{sheet}; there are {', '.join(names)}")
        name = sheet or names[0]
        marks = _marked_rows(parts, names.index(name))
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError, KeyError) as error:
        raise Unreadable("file_broken", str(error)[:200]) from None
    if len(rows) >= SHEET_ROWS:
        raise Unreadable("sheet_full", str(len(rows)))
    return _cells(rows, marks, wanted)


def sheets_of(path: Path) -> list[str]:
    """The names of a workbook's sheets, after the same look at its package; raises Unreadable."""
    _safe_parts(path)
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("file_broken", str(error)[:200]) from None


def _safe_parts(path: Path) -> dict[str, bytes]:
    """The sheets of a package after a look at every part's name, size and markup."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_BYTES:
                raise Unreadable("sheet_hostile", "too many parts, or too large when unpacked")
            for info in infos:
                _check_part(info)
            return {info.filename: _read_part(package, info) for info in infos
                    if info.filename.endswith((".xml", ".rels"))}
    except Unreadable:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.zlib.error) as error:
        raise Unreadable("file_broken", str(error)[:200]) from None


def _check_part(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        raise Unreadable("sheet_hostile", f"part name {name[:80]!r}")
    if "vbaProject" in name:
        raise Unreadable("sheet_hostile", "macros")
    if info.flag_bits & 1:
        raise Unreadable("sheet_hostile", "encrypted part")


def _read_part(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one part, never more than its declared size and the limit."""
    with package.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise Unreadable("file_broken", f"part {info.filename[:80]} is not as long as declared")
    plain = data.decode("utf-16").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    if HOSTILE.search(plain):
        raise Unreadable("sheet_hostile", f"document type or entity in {info.filename[:80]}")
    return plain if info.filename.startswith("xl/worksheets/") else b""


def _marked_rows(parts: dict[str, bytes], place: int) -> dict[int, tuple[str, str]]:
    """Sheet rows that hold a formula or a merged cell (sheet files are numbered in the order they were made)."""
    sheets = sorted((name for name, data in parts.items() if data and re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)),
                    key=lambda name: (len(name), name))
    marks: dict[int, tuple[str, str]] = {}
    for name in sheets[place:place + 1]:
        data = parts[name]
        if FORMULA.search(data):
            for found in CELL.finditer(data):
                if found[3] and FORMULA.search(found[3]):
                    marks[int(found[2])] = ("formula", (found[1] + found[2]).decode())
        for found in MERGED.finditer(data):
            for row in range(int(found[2]), min(int(found[4]), int(found[2]) + 10_000) + 1):
                marks[row] = ("merged_cells", (found[1] + found[2] + b":" + found[3] + found[4]).decode())
    for name in sheets:
        _check_extent(parts[name])
    return marks


def _check_extent(data: bytes) -> None:
    rows = columns = 0
    for letters, digits in REFERENCE.findall(data):
        rows = max(rows, int(digits))
        columns = max(columns, _column_number(letters))
    if rows * columns > MOST_CELLS:
        raise Unreadable("sheet_hostile", f"{rows} rows × {columns} columns; send large tables as CSV or Parquet")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells(rows: list[list[Any]], marks: dict[int, tuple[str, str]], wanted: Sequence[str]) -> tuple[list[str], Cells]:
    top = next((place for place, row in enumerate(rows) if any(_text(cell) for cell in row)), None)
    if top is None:
        raise Unreadable("file_empty", "no header")
    header = [(_text(cell) or "").strip() for cell in rows[top]]
    while header and not header[-1]:
        header.pop()
    kept, lines, problems = [], [], []
    for number, row in enumerate(rows[top + 1:], top + 2):
        if not any(_text(cell) for cell in row):
            continue
        if number in marks:
            problems.append((number, *marks[number]))
        elif any(_text(cell) for cell in row[len(header):]):
            problems.append((number, "column_count", str(row)[:200]))
        else:
            kept.append(row)
            lines.append(number)
    columns = {name: pa.array([_text(row[header.index(name)]) for row in kept], pa.string())
               for name in wanted if name in header}
    return header, Cells(columns, numpy.array(lines, "int64"), problems)


def _text(cell: Any) -> str | None:
    """A cell as the text a person sees; numbers in their shortest exact form."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell)
