"""A source system's mapping file: which files hold which table, and which field becomes which column."""
import fnmatch
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanyi.intake import cells
from sanyi.intake.errors import MappingError
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Column, Table

SHIPPED = Path(__file__).parent / "mappings"
WORDS = {"from", "unit", "formats", "codes", "constant", "month_of"}
TABLE_WORDS = {"files", "sheet", "columns"}
PLAIN_FORMATS = ("%Y-%m-%d",)


@dataclass(frozen=True)
class Field:
    """How one column is filled: from a source field (or a constant), with unit, date formats and codes."""

    column: Column
    source: str = ""
    unit: str = ""
    formats: tuple[str, ...] = PLAIN_FORMATS
    codes: Mapping[str, str] = field(default_factory=dict)
    constant: Any = None
    is_month_of: bool = False
    is_identifier: bool = False

    @property
    def kind(self) -> str:
        """How its text is read: text, whole, yuan, date, flag or month."""
        if self.is_month_of:
            return "month"
        return "yuan" if self.unit == "yuan" else self.column.type

    def read(self, cell: str) -> cells.Read:
        """A cell's value, or the reason why it has none."""
        text = cells.translated(cell, self.codes) if self.codes else cell
        if self.kind == "text":
            return cells.read_text(text, self.is_identifier)
        if self.kind in ("date", "month"):
            return (cells.read_date if self.kind == "date" else cells.read_month)(text, self.formats)
        return {"whole": cells.read_whole, "yuan": cells.read_yuan, "flag": cells.read_flag}[self.kind](text)


@dataclass(frozen=True)
class TableMapping:
    """Where a table's files lie and how its columns are filled."""

    table: Table
    files: tuple[str, ...]
    fields: tuple[Field, ...]
    sheet: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The source fields it reads."""
        return tuple(dict.fromkeys(each.source for each in self.fields if each.source))

    @property
    def is_plain(self) -> bool:
        """Whether every column comes under its own name as it is."""
        return all(each.source == each.column.name and not each.codes and each.kind == each.column.type
                   and each.formats == PLAIN_FORMATS for each in self.fields)

    def optional(self, source: str) -> bool:
        """Whether the table can do without a source field."""
        return all(each.column.nullable for each in self.fields if each.source == source)

    def holds(self, file: str) -> bool:
        """Whether a file (path inside the source folder) is one of the table's."""
        return any(fnmatch.fnmatchcase(file, pattern) and file.count("/") == pattern.count("/")
                   for pattern in self.files)


def read_mapping(path: Path | str | None = None) -> tuple[TableMapping, ...]:
    """Read a mapping by path, or a shipped one by name; without either the record's own names. Raises MappingError."""
    file = _located(path)
    try:
        given = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise MappingError(f"{file}: 无法读取 / cannot be read: {error}") from None
    _only(file, "", given, {"name", "note", "every_table", "tables"})
    tables = _part(file, "tables", given.get("tables", {}))
    every = _part(file, "every_table", given["every_table"]) if "every_table" in given else None
    if every is not None:
        tables = {name: every | _part(file, f"tables.{name}", tables.get(name, {}))
                  for name in [*record_tables(), *(each for each in tables if each not in record_tables())]}
    if not tables:
        raise MappingError(f"{file}: no [tables.…] part is there")
    return tuple(_table_mapping(file, name, part) for name, part in tables.items())


def _located(path: Path | str | None) -> Path:
    if path is None:
        return SHIPPED / "sanyi.toml"
    if Path(path).is_file():
        return Path(path)
    shipped = sorted(each.stem for each in SHIPPED.glob("*.toml"))
    if str(path) in shipped:
        return SHIPPED / f"{path}.toml"
    raise MappingError(f"{path}: 没有该映射文件 / there is no such mapping file; shipped are {', '.join(shipped)}")


def _table_mapping(file: Path, name: str, part: Any) -> TableMapping:
    key = f"tables.{name}"
    if name not in record_tables():
        raise MappingError(f"{file}, {key}: no such table; there are {', '.join(record_tables())}")
    _only(file, key, _part(file, key, part), TABLE_WORDS)
    table = record_tables()[name]
    patterns = part.get("files")
    if not isinstance(patterns, list) or not patterns or not all(isinstance(each, str) and each for each in patterns):
        raise MappingError(f"{file}, {key}.files: a list of file patterns was expected, {patterns!r} was seen")
    if not isinstance(part.get("sheet", ""), str):
        raise MappingError(f"{file}, {key}.sheet: a sheet's name was expected, {part['sheet']!r} was seen")
    columns = part.get("columns", "canonical")
    if columns == "canonical":
        columns = {column: column for column in table.names}
    fields = _fields(file, f"{key}.columns", table, _part(file, f"{key}.columns", columns))
    return TableMapping(table, tuple(each.replace("{table}", name) for each in patterns), fields, part.get("sheet", ""))


def _fields(file: Path, key: str, table: Table, columns: Mapping[str, Any]) -> tuple[Field, ...]:
    for name in columns:
        if name not in table.names:
            raise MappingError(f"{file}, {key}.{name}: table {table.name} has no such column; "
                               f"it has {', '.join(table.names)}")
    lacking = [column.name for column in table.columns if column.name not in columns and not column.nullable]
    if lacking:
        raise MappingError(f"{file}, {key}: the columns {', '.join(lacking)} must be filled and are not mapped")
    return tuple(_field(file, f"{key}.{column.name}", column, columns[column.name])
                 if column.name in columns else Field(column) for column in table.columns)


def _field(file: Path, key: str, column: Column, given: Any) -> Field:
    said = {"from": given} if isinstance(given, str) else _part(file, key, given)
    _only(file, key, said, WORDS)
    ways = [word for word in ("from", "constant", "month_of") if word in said]
    if len(ways) != 1:
        raise MappingError(f"{file}, {key}: exactly one of from, constant, month_of was expected, {ways} was seen")
    unit, codes = said.get("unit", ""), _part(file, f"{key}.codes", said.get("codes", {}))
    if unit not in ("", "yuan", "fen") or (unit and column.unit != "fen"):
        raise MappingError(f"{file}, {key}.unit: yuan or fen for a money column was expected, {unit!r} was seen")
    source = said.get("from", said.get("month_of", ""))
    if not isinstance(source, str) or (not source and "constant" not in said):
        raise MappingError(f"{file}, {key}: a source field's name was expected, {source!r} was seen")
    made = Field(column, source, unit, _formats(file, key, said), {str(k): str(v) for k, v in codes.items()},
                 is_month_of="month_of" in said, is_identifier=column.name.endswith("_id"))
    _check_codes(file, key, column, made.codes)
    return made if "constant" not in said else _constant(file, key, made, said["constant"])


def _constant(file: Path, key: str, made: Field, constant: Any) -> Field:
    text = str(constant).lower() if isinstance(constant, bool) else str(constant)
    value, reason = made.read(text)
    if reason or value is None:
        raise MappingError(f"{file}, {key}.constant: {text!r} does not fit a {made.column.type} column")
    _check_codes(file, key, made.column, {"constant": value} if made.column.allowed else {})
    return Field(made.column, constant=value)


def _formats(file: Path, key: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    given = said.get("formats", list(PLAIN_FORMATS))
    if not isinstance(given, list) or not given or not all(isinstance(each, str) and "%" in each for each in given):
        raise MappingError(f"{file}, {key}.formats: a list such as ['%Y-%m-%d'] was expected, {given!r} was seen")
    return tuple(given)


def _check_codes(file: Path, key: str, column: Column, codes: Mapping[str, str]) -> None:
    for value in codes.values():
        if column.allowed and value not in column.allowed:
            raise MappingError(f"{file}, {key}.codes: {value!r} is none of {', '.join(column.allowed)}")


def _part(file: Path, key: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise MappingError(f"{file}, {key}: a part with keys was expected, {given!r} was seen")
    return given


def _only(file: Path, key: str, given: Mapping[str, Any], words: set[str]) -> None:
    for word in given:
        if word not in words:
            raise MappingError(f"{file}, {key + '.' if key else ''}{word}: unknown word; "
                               f"there are {', '.join(sorted(words))}")
