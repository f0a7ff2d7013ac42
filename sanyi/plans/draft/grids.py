"""Tables read by the roles of their columns: rows of tasks, of indicators, of documents to issue."""

from dataclasses import dataclass
import re

from sanyi.plans.draft.columns import is_header, roles_of
from sanyi.plans.draft.document import Cell
from sanyi.plans.draft.responsibility import Responsibility, listed


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells by role, the value cells with the header of their column (that names a year), and the merged cells above."""

    kind: str
    cells: dict
    years: tuple[tuple[Cell, Cell], ...]
    group: str

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
    for at, header in enumerate(table.rows[:3]):
        roles = roles_of(cell.text for cell in header)
        if is_header(roles):
            return tuple(_rows(table.rows[at + 1 :], roles, header))
    return ()


def _rows(rows, roles, headers):
    kind = next(role for role in ("document", "indicator", "task") if role in roles)
    group, merged = "", {}
    for row in rows:
        cells = {}
        for role, cell in zip(roles, row):
            if role and role != "year" and not (role in cells and cells[role].text):
                cells[role] = cell
        group = cells["group"].text if cells.get("group", Cell()).text else group
        for role in ("lead", "units", "leader", "due", "partners"):  # a cell merged downwards is written once
            if role in cells and cells[role].text:
                merged[role] = cells[role]
            elif role in cells and role in merged and _is_merged(rows, roles, role):
                cells[role] = merged[role]
        if cells.get(kind, Cell()).text and roles_of(cell.text for cell in row) != roles:
            years = tuple((header, cell) for role, header, cell in zip(roles, headers, row) if role == "year")
            yield Row(kind, cells, years, re.sub(r"\s", "", group))


def _is_merged(rows, roles, role) -> bool:
    """A column is merged downwards when most of its cells are empty but the first is not."""
    column = [row[roles.index(role)].text for row in rows if len(row) > roles.index(role)]
    return bool(column and column[0]) and sum(1 for text in column if text) * 2 < len(column)
