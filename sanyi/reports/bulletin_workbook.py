"""The monthly bulletin as a workbook: one sheet for what it says in short, one for each table."""
from pathlib import Path
from typing import Any

from sanyi.reports.bulletin_parts import Bulletin, Part
from sanyi.reports.workbook import sheet_name, write_cell, cell_format, scale_of

PAGE_WIDTH = 120  # letters over a landscape page


def write_bulletin_workbook(path: Path, bulletin: Bulletin) -> None:
    """Write the bulletin to an .xlsx file; text always as text, shares as numbers with a percent format."""
    import xlsxwriter  # slow to read, and only an export needs it

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        wraps = book.add_format({"text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bg_color": "#E7F0FA", "bottom": 1, "text_wrap": True, "valign": "top"})
        first = book.add_worksheet("概要 Summary")
        first.set_column(0, 0, 100)
        for row, text in enumerate((bulletin.title, bulletin.subtitle, bulletin.summary)):
            first.write_string(row, 0, text, head if row == 0 else wraps)
        for part in bulletin.parts:
            _sheet(book, part, head, wraps)


def _sheet(book: Any, part: Part, head: Any, wraps: Any) -> None:
    sheet = book.add_worksheet(sheet_name(part.title))
    whole = sum(column.width for column in part.columns)
    for place, column in enumerate(part.columns):
        sheet.set_column(place, place, max(9, PAGE_WIDTH * column.width // whole))
        sheet.write_string(0, place, column.title, head)
    formats = [book.add_format({"num_format": cell_format(column.kind), "valign": "top"}) for column in part.columns]
    for number, row in enumerate(part.rows, 1):
        for place, column in enumerate(part.columns):
            if column.kind == "text" and row[place]:
                sheet.write_string(number, place, str(row[place]), wraps)
            elif column.kind != "text":
                write_cell(sheet, number, place, scale_of(column.kind), row[place], formats[place])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
