"""A table as an XLSX workbook: one row at a time, so that memory stays small."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"money": "#,##0.00", "share": "0.00%", "whole": "#,##0", "plain": "0", "month": "0", "date": "yyyy-mm-dd"}
SCALES = {"money": 2, "share": 6}
WIDEST = 40
MOST_ROWS = 1_048_000
MOST_EXACT = 2**53  # a workbook's numbers are doubles


@dataclass(frozen=True)
class Field:
    """One column of a workbook: the row's key, its heading, and its kind.

    Kinds: money (fen), share (ppm), e1…e9 (scaled whole numbers), whole, plain, month, date, text.
    """

    name: str
    title: str
    kind: str


def write_workbook(path: Path, title: str, fields: Sequence[Field], rows: Iterable[Mapping[str, Any]],
                   notes: Sequence[tuple[str, str]] = ()) -> int:
    """Write rows to a sheet with a second sheet of notes; returns the number of rows written.

    Whole fen become yuan by moving the decimal point, never by dividing; numbers that a double cannot hold
    exactly are written as text. Text is always written as text: a cell that begins with = is no formula.
    """
    import xlsxwriter  # slow to read, and only an export needs it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        formats = {field.name: book.add_format({"num_format": cell_format(field.kind)}) for field in fields}
        head = book.add_format({"bold": True, "bg_color": "#E7F0FA", "bottom": 1, "text_wrap": True, "valign": "top"})
        for place, field in enumerate(fields):
            sheet.set_column(place, place, min(WIDEST, max(11, 2 * len(field.title) + 2)))
            sheet.write_string(0, place, field.title, head)
        sheet.freeze_panes(1, 0)
        columns = [(field.name, scale_of(field.kind), formats[field.name]) for field in fields]
        count = 0
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                raise ValueError(f"a sheet holds {MOST_ROWS} rows at most")
            for place, (name, scale, form) in enumerate(columns):
                write_cell(sheet, count, place, scale, row[name], form)
        sheet.autofilter(0, 0, max(count, 1), max(0, len(fields) - 1))
        _write_notes(book, notes)
    return count


def write_cell(sheet: Any, row: int, place: int, scale: int, value: Any, form: Any) -> None:
    """Write one value; a scaled whole number moves its decimal point, and one that a double cannot hold is written as text."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, date)):
        sheet.write_string(row, place, str(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, form)
    elif abs(value) < MOST_EXACT:
        sheet.write_number(row, place, Decimal(value).scaleb(-scale) if scale else value, form)
    else:
        sheet.write_string(row, place, str(Decimal(value).scaleb(-scale)))


def scale_of(kind: str) -> int:
    """How many decimals a kind keeps."""
    return SCALES.get(kind) or (int(kind[1:]) if kind[0] == "e" and kind[1:].isdigit() else 0)


def cell_format(kind: str) -> str:
    """How a workbook shows a kind."""
    return FORMATS.get(kind) or ("0." + "#" * scale_of(kind) if scale_of(kind) else "General")


def sheet_name(title: str) -> str:
    """A title as a sheet may be called."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"


def _write_notes(book: Any, notes: Sequence[tuple[str, str]]) -> None:
    if not notes:
        return
    sheet = book.add_worksheet("说明 About")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (name, text) in enumerate(notes):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
