"""Values as people read them: fen as yuan, ppm as percent, ten-thousandths as decimals, codes as words."""
import re
from datetime import date
from typing import Any

from sanyi.tables.table import Column
from sanyi.terms.fen import take_rate, yuan

EMPTY = "–"
PLAIN_UNITS = ("year", "month", "yyyymm")
SCALED = re.compile(r"_e(\d)$")


def kind_of(column: Column) -> str:
    """What a column holds for a reader: text, code, flag, date, month, money, share, whole, plain or a scale such as e4."""
    if column.allowed:
        return "code"
    return number_kind(column.unit, column.name) if column.type == "whole" else column.type


def number_kind(unit: str, name: str = "") -> str:
    """The kind of a whole number by its unit, else by the ending of its name."""
    if unit == "fen" or name.endswith("_fen"):
        return "money"
    if unit == "ppm" or name.endswith("_ppm"):
        return "share"
    scale = SCALED.search(name) or re.fullmatch(r"e(\d)", unit)
    if scale:
        return f"e{scale.group(1)}"
    if unit == "yyyymm":
        return "month"
    return "plain" if unit in PLAIN_UNITS or name.endswith("year") else "whole"


def shown(column: Column, value: Any, language: str) -> str:
    """One value of a column, written out."""
    if column.allowed and value in column.allowed:
        return column.allowed[value][0 if language == "zh" else 1]
    return written(kind_of(column), value, language)


def written(kind: str, value: Any, language: str = "zh") -> str:
    """One value of a kind, written out."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if not isinstance(value, int):
        return value.isoformat() if isinstance(value, date) else str(value)
    return _number(kind, value)


def _number(kind: str, value: int) -> str:
    if kind == "money":
        return yuan(value)
    if kind == "share":
        return f"{yuan(take_rate(value, 1, 100))}%"  # hundredths of a percent have two decimals, as fen have
    if kind == "month":
        return f"{value // 100}-{value % 100:02d}"
    if kind == "plain":
        return str(value)
    return decimal(value, int(kind[1:])) if kind.startswith("e") else f"{value:,}"


def decimal(value: int, digits: int) -> str:
    """A scaled whole number as a decimal without needless zeros: 12500 of e4 is 1.25."""
    sign, text = ("-" if value < 0 else ""), str(abs(value)).rjust(digits + 1, "0")
    return f"{sign}{int(text[:-digits]):,}.{text[-digits:]}".rstrip("0").rstrip(".")
