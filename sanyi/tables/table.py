"""A table's promise: its columns with meaning, unit, type and allowed values, and its key."""
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # promises are read everywhere, expressions only where a year is run
    import ibis

IBIS_TYPES = {"text": "string", "whole": "int64", "date": "date", "flag": "boolean"}


@dataclass(frozen=True)
class Column:
    """One column: name, type (text, whole, date, flag), meaning in both languages, unit, and what it may hold.

    `allowed` maps each code to its meaning (zh, en); `references` names "table.column"; `minimum` bounds a
    whole number from below.
    """

    name: str
    type: str
    zh: str
    en: str
    unit: str = ""
    allowed: Mapping[str, tuple[str, str]] | None = None
    nullable: bool = False
    references: str = ""
    minimum: int | None = None

    @property
    def ibis_type(self) -> str:
        """The column's type in the expression library's words."""
        return ("" if self.nullable else "!") + IBIS_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """A named list of columns with a key; `partition` is "month" where rows are kept month by month."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""
    partition: str = ""

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}; it has {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> "ibis.Schema":
        """The columns as the expression library's schema (nullability left to the checks)."""
        import ibis

        return ibis.schema({column.name: IBIS_TYPES[column.type] for column in self.columns})

    def called(self, name: str, zh: str = "", en: str = "") -> "Table":
        """The same promise under another name (the hits of one rule, the values of one indicator)."""
        return replace(self, name=name, zh=zh or self.zh, en=en or self.en)


def text(name: str, zh: str, en: str, **more: Any) -> Column:
    """A text column."""
    return Column(name, "text", zh, en, **more)


def code(name: str, zh: str, en: str, allowed: Mapping[str, tuple[str, str]], **more: Any) -> Column:
    """A text column that holds one of a list of codes."""
    return Column(name, "text", zh, en, allowed=allowed, **more)


def whole(name: str, zh: str, en: str, unit: str = "", **more: Any) -> Column:
    """A whole-number column (64 bits) with its unit."""
    return Column(name, "whole", zh, en, unit=unit, **more)


def fen(name: str, zh: str, en: str, **more: Any) -> Column:
    """A money column in fen, not negative unless `minimum` says otherwise."""
    more.setdefault("minimum", 0)
    return Column(name, "whole", zh, en, unit="fen", **more)


def date(name: str, zh: str, en: str, **more: Any) -> Column:
    """A date column (local dates, UTC+8)."""
    return Column(name, "date", zh, en, **more)


def flag(name: str, zh: str, en: str, **more: Any) -> Column:
    """A yes-or-no column."""
    return Column(name, "flag", zh, en, **more)


def month(zh: str = "结算月份", en: str = "month the bill was settled") -> Column:
    """The month column that partitioned tables are cut by, as YYYYMM."""
    return whole("settled_month", zh, en, "yyyymm", minimum=190001)
