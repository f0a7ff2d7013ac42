"""Tables whose rows stand on one line each, their cells parted by tabs, bars or blanks."""

import re

from sanyi.plans.draft.columns import is_header, roles_of
from sanyi.plans.draft.document import Cell, Line
from sanyi.plans.draft.lines import paragraph_of

_PARTS = (re.compile(r"[^|｜│]+"), re.compile(r"[^\t]+"), re.compile(r"\S+(?: \S+)*?(?=\s{2,}|$)"), re.compile(r"\S+"))
_RULE = re.compile(r"[\s|:｜│\-—=+┼├┤]+")


def delimited_at(lines: list[Line], at: int):
    """Give (rows, number of the line after the table) when a header stands on line `at` with rows below it; else None."""
    for pattern in _PARTS:
        header = _cut(lines[at], pattern)
        if len(header) >= 3 and is_header(roles_of(cell.text for cell in header)):
            rows, end = _rows(lines, at + 1, pattern, len(header))
            if len(rows) >= 2:
                return (header, *rows), end
    return None


def _rows(lines, at, pattern, count):
    """The lines below a header that hold as many cells; rules between them are passed over."""
    rows = []
    while at < len(lines):
        cells = _cut(lines[at], pattern)
        if len(cells) == count:
            rows.append(cells)
        elif not (rows == [] and not lines[at].text.strip() or _RULE.fullmatch(lines[at].text)):
            break
        at += 1
    return rows, at


def _cut(line: Line, pattern) -> tuple[Cell, ...]:
    if _RULE.fullmatch(line.text):
        return ()
    cells = []
    for found in pattern.finditer(line.text):
        words = found.group()
        if words.strip():
            cells.append(Cell((paragraph_of([Line(line.start + found.start(), words, line.page, line.number)]),)))
        elif pattern is _PARTS[0] and 0 < found.start() and found.end() < len(line.text):
            cells.append(Cell())
    return tuple(cells)
