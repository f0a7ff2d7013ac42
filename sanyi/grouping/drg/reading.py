"""From cells to a scheme's typed rows: what does not fit is a problem with its file, line and field."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sanyi.tables.scheme_tables import MAY_BE_LACKING, scheme_tables
from sanyi.tables.table import Column, Table

FLAGS = {"0": False, "1": True, "false": False, "true": True, "否": False, "是": True}


class Cells(Protocol):
    """A table as read."""

    table: str
    file: str
    header: Sequence[str]
    lines: Sequence[int]
    rows: Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Fault:
    """What is wrong where: file, line (0: the whole file), field, what was seen and what was expected."""

    file: str
    line: int
    column: str
    seen: str
    expected_zh: str
    expected_en: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.column}：{self.seen}；应为{self.expected_zh} / {self.column}: {self.seen}; expected {self.expected_en}"


@dataclass
class Read:
    """A scheme as read: rows by table, each row's line, each table's file, the faults found, and what was passed over."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


def read_cells(sheets: Iterable[Cells]) -> Read:
    """Type every cell by its table's promise; a table that must be there and is not is a fault."""
    read = Read()
    for sheet in sheets:
        _read_sheet(read, sheet, scheme_tables()[sheet.table])
    for name, table in scheme_tables().items():
        if name not in read.rows and name not in MAY_BE_LACKING:
            read.faults.append(Fault(name, 0, "", "–", f"有此表（{table.zh}）", f"this table ({table.en})"))
    return read


def _read_sheet(read: Read, sheet: Cells, table: Table) -> None:
    read.files[table.name] = sheet.file
    read.rows[table.name], read.lines[table.name] = [], []
    unknown = [name for name in sheet.header if name not in table.names]
    lacking = [column.name for column in table.columns if column.name not in sheet.header and not column.nullable]
    for name in unknown + lacking + [name for name in sheet.header if list(sheet.header).count(name) > 1]:
        read.faults.append(Fault(sheet.file, 1, name, "–" if name in lacking else name, f"各列为 {'、'.join(table.names)}", f"the columns {', '.join(table.names)}"))
    if unknown or lacking:
        return
    places = [(column, sheet.header.index(column.name) if column.name in sheet.header else None) for column in table.columns]
    keys: dict[tuple, tuple[int, dict[str, Any]]] = {}
    repeated = 0
    for line, cells in zip(sheet.lines, sheet.rows, strict=True):
        row = {column.name: _typed(read, sheet, line, column, None if place is None else cells[place], table) for column, place in places}
        key = tuple(row[name] for name in table.key)
        before, same = keys.setdefault(key, (line, row))
        if before != line:
            repeated += row == same
            if row != same:
                read.faults.append(Fault(sheet.file, line, ", ".join(table.key), ", ".join(map(str, key)), f"与第 {before} 行不重复", f"no repeat of line {before}"))
            continue
        read.rows[table.name].append(row)
        read.lines[table.name].append(line)
    if repeated:
        read.notices.append(Fault(sheet.file, 0, ", ".join(table.key), f"{repeated}", "没有重复的行（已只取一次）", "no repeated rows (each was taken once)"))


def _typed(read: Read, sheet: Cells, line: int, column: Column, cell: str | None, table: Table) -> Any:
    """A cell as its column's type; a fault is noted and the cell left empty."""
    if cell is None:
        if column.nullable:
            return "" if column.name in table.key else None
        expected = ("有值", "a value")
    elif column.type == "flag":
        if cell.lower() in FLAGS:
            return FLAGS[cell.lower()]
        expected = ("0 或 1", "0 or 1")
    elif column.type == "whole":
        if cell.isdecimal() and cell.isascii() and len(cell) < 10 and int(cell) >= (column.minimum or 0):
            return int(cell)
        expected = (f"不小于 {column.minimum or 0} 的整数", f"a whole number of at least {column.minimum or 0}")
    elif column.allowed and cell not in column.allowed:
        expected = (" / ".join(column.allowed), " / ".join(column.allowed))
    else:
        return cell
    read.faults.append(Fault(sheet.file, line, column.name, cell or "–", *expected))
    return {"flag": False, "whole": 0}.get(column.type, "")
