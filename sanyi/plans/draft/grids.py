"""Tables read by the roles of their columns: rows of tasks, of indicators, of documents to issue."""

from dataclasses import dataclass
import re

from sanyi.plans.draft.columns import is_header, role_of, roles_of
from sanyi.plans.draft.document import Cell
from sanyi.plans.draft.responsibility import Responsibility, listed


_CONTENTS = ("task", "result", "value")


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells by role, the value cells with the header of their column (that names a year), and the merged cells above.

    `contents` are all cells that say what is to be done or reached, of a row of tasks."""

    kind: str
    cells: dict
    years: tuple[tuple[Cell, Cell], ...]
    group: str
    contents: tuple[Cell, ...] = ()

    def cell(self, role: str) -> Cell:
        """The cell of a role; an empty one when the table has none."""
        return self.cells.get(role, Cell())

    @property
    def responsibility(self) -> Responsibility:
        """Who answers, by the columns of the table."""
        leads, units = listed(self.cell("lead")), listed(self.cell("units"))
        place = next(
            (
                self.cell(role).paragraph.place(0, len(self.cell(role).text))
                for role in ("lead", "units")
                if self.cell(role).text
            ),
            None,
        )
        if leads:
            return Responsibility(leads, (*units, *listed(self.cell("partners"))), listed(self.cell("leader")), place)
        return Responsibility(units, listed(self.cell("partners")), listed(self.cell("leader")), place)


def rows_of(table) -> tuple[Row, ...]:
    """Give a table's rows; none when no row of its first three is a header whose words are known."""
    for at, first in enumerate(table.rows[:3]):
        header, below = _header(first, table.rows[at + 1 : at + 3])
        roles = roles_of(cell.text for cell in header)
        if is_header(roles):
            return tuple(_rows(table.rows[at + 1 + below :], roles, header))
    return ()


def _header(first, others):
    """A header and how many further rows it takes: the cells of such a row are merged with those above or name parts of them."""
    header, below = first, 0
    for row in others:
        new = [cell for cell, above in zip(row, header) if cell.text and cell is not above]
        if len(row) != len(header) or not new or not all(role_of(cell.text) for cell in new):
            break
        header, below = tuple(cell if cell.text else above for cell, above in zip(row, header)), below + 1
    return header, below


def _rows(rows, roles, headers):
    kind = next(role for role in ("document", "indicator", "task") if role in roles)
    roles = _with_group(rows, roles)
    group, merged = "", {}
    for row in rows:
        cells = {}
        for role, cell in zip(roles, row):
            if role and role != "year" and not (role in cells and cells[role].text):
                cells[role] = cell
        group = cells["group"].text if cells.get("group", Cell()).text else _chapter(row) or group
        for role in ("lead", "units", "leader", "due", "partners"):  # a cell merged downwards is written once
            if role in cells and cells[role].text:
                merged[role] = cells[role]
            elif role in cells and role in merged and _is_merged(rows, roles, role):
                cells[role] = merged[role]
        if cells.get(kind, Cell()).text and roles_of(cell.text for cell in row) != roles:
            years = tuple((header, cell) for role, header, cell in zip(roles, headers, row) if role == "year")
            contents = tuple(cell for role, cell in zip(roles, row) if role in _CONTENTS and cell.text)
            yield Row(kind, cells, years, re.sub(r"\s", "", group), contents if kind == "task" else ())


def _chapter(row) -> str:
    """The words of a row that is one cell from side to side: 一、优化就诊流程."""
    written = [cell.text for cell in row if cell.text]
    return written[0] if len(written) == 1 and not written[0].isdigit() else ""


def _with_group(rows, roles) -> tuple[str, ...]:
    """Of two columns of tasks, the first is a group of rows when it is merged downwards; its rows are told apart by the second."""
    columns = [at for at, role in enumerate(roles) if role == "task"]
    if len(columns) < 2 or "group" in roles:
        return roles
    cells = [row[columns[0]] for row in rows if len(row) > columns[1] and row[columns[1]].text]
    is_merged = any(not one.text or one is other for one, other in zip(cells[1:], cells))
    return tuple("group" if is_merged and at == columns[0] else role for at, role in enumerate(roles))


def _is_merged(rows, roles, role) -> bool:
    """A column is merged downwards when most of its cells are empty but the first is not."""
    column = [row[roles.index(role)].text for row in rows if len(row) > roles.index(role)]
    return bool(column and column[0]) and sum(1 for text in column if text) * 2 < len(column)
