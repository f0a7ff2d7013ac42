"""The units a plan's values may have: which values fit, and how a person reads them."""
from dataclasses import dataclass
import re
from typing import Callable

from sanyi.plans.code_words import code_word, key_word
from sanyi.plans.frozen import Table

NAMING_KEYS = ("band", "disease", "district", "indicator", "kind", "level", "minimum_score_e4", "part", "person", "set", "staff")  # they say what the rest of a row is about


@dataclass(frozen=True)
class UnitOfMeasure:
    """One unit: what a value of it must look like, in Chinese and in English, and how to print it."""

    zh: str
    en: str
    fits: Callable[[object], bool]
    words: Callable[[object, str], str]


def _whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -2**63 <= value < 2**63  # what a column can hold


def _whole_from_zero(value) -> bool:
    return _whole(value) and value >= 0


def _whole_from_one(value) -> bool:
    return _whole(value) and value >= 1


def _code(value) -> bool:
    return isinstance(value, str) and value != ""


def _list_of(fits):
    return lambda value: type(value) is tuple and len(value) > 0 and all(fits(part) for part in value)


def _leaf(value) -> bool:
    return isinstance(value, (str, bool, int)) or (type(value) is tuple and all(_leaf(part) for part in value))


def _table(value) -> bool:
    return isinstance(value, Table) and len(value) > 0 and all(_leaf(part) for _, part in value)


def _scaled(value: int, digits: int) -> str:
    sign, whole = ("-" if value < 0 else ""), str(abs(value)).rjust(digits + 1, "0")
    return f"{sign}{int(whole[:-digits]):,}.{whole[-digits:]}"


def _trimmed(value: int, digits: int) -> str:
    return _scaled(value, digits).rstrip("0").rstrip(".")


def _fen_words(value, language) -> str:
    return f"{_scaled(value, 2)} {'元' if language == 'zh' else 'yuan'}"


def _ppm_words(value, language) -> str:
    return f"{_trimmed(value, 4)} %"


def _e4_words(value, language) -> str:
    return _trimmed(value, 4)


def _per(zh, en):
    return lambda value, language: f"每{zh} {_trimmed(value, 4)}" if language == "zh" else f"{_trimmed(value, 4)} per {en}"


def _year_words(value, language) -> str:
    return f"{_trimmed(value, 4)} {'年' if language == 'zh' else 'years'}"


def _counted(zh, en):
    return lambda value, language: f"{value:,} {zh if language == 'zh' else en}".rstrip()


def _flag_words(value, language) -> str:
    return {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}[language, value]


def _list_words(value, language) -> str:
    return ("、" if language == "zh" else ", ").join(_code_words(part, language) for part in value)


def _code_words(value, language) -> str:
    return code_word(value, language) if isinstance(value, str) else str(value)


def _table_words(value, language) -> str:
    parts = (f"{key_word(key, language)} {_part_words(key, part, language)}"
             for key, part in sorted(value, key=lambda pair: getattr(pair[0], "code", pair[0]) not in NAMING_KEYS))
    return ("，" if language == "zh" else ", ").join(parts)


def _part_words(key, part, language) -> str:
    """One value of a small table, read by the unit its key ends in."""
    ending = key.rpartition("_")[2]
    if type(part) is tuple:
        return _list_words(part, language)
    if isinstance(part, bool):
        return _flag_words(part, language)
    return UNITS[ending].words(part, language) if ending in ("fen", "ppm", "e4") and _whole(part) else _code_words(part, language)


def _tables_words(value, language) -> str:
    return ("；" if language == "zh" else "; ").join(_table_words(row, language) for row in value)


UNITS = {
    "fen": UnitOfMeasure("不小于 0 的整数（分）", "a whole number of fen, 0 or more", _whole_from_zero, _fen_words),
    "ppm": UnitOfMeasure("整数（百万分之一）", "a whole number of parts per million", _whole, _ppm_words),
    "e4": UnitOfMeasure("整数（万分之一）", "a whole number of ten-thousandths", _whole, _e4_words),
    "per_1000_e4": UnitOfMeasure("整数（每千之数的万分之一）", "a whole number of ten-thousandths per 1,000", _whole, _per("千", "1,000")),
    "per_10000_e4": UnitOfMeasure("整数（每万之数的万分之一）", "a whole number of ten-thousandths per 10,000", _whole, _per("万", "10,000")),
    "per_100000_e4": UnitOfMeasure("整数（每十万之数的万分之一）", "a whole number of ten-thousandths per 100,000", _whole,
                                   _per("十万", "100,000")),
    "years_e4": UnitOfMeasure("整数（年的万分之一）", "a whole number of ten-thousandths of a year", _whole, _year_words),
    "year": UnitOfMeasure("四位年份", "a year of four digits", lambda value: _whole(value) and 1900 <= value <= 2199,
                          lambda value, language: f"{value} 年" if language == "zh" else str(value)),
    "days": UnitOfMeasure("不小于 0 的整数（天）", "a whole number of days, 0 or more", _whole_from_zero, _counted("天", "days")),
    "months": UnitOfMeasure("不小于 0 的整数（月）", "a whole number of months, 0 or more", _whole_from_zero,
                            _counted("个月", "months")),
    "count": UnitOfMeasure("不小于 0 的整数", "a whole number, 0 or more", _whole_from_zero, _counted("", "")),
    "scale": UnitOfMeasure("不小于 1 的整数（倍数）", "a whole number, 1 or more", _whole_from_one, _counted("倍", "times")),
    "weights": UnitOfMeasure("非负整数列表", "a list of whole numbers, 0 or more", _list_of(_whole_from_zero), _list_words),
    "numbers": UnitOfMeasure("非负整数列表", "a list of whole numbers, 0 or more", _list_of(_whole_from_zero), _list_words),
    "flag": UnitOfMeasure("true 或 false", "true or false", lambda value: isinstance(value, bool), _flag_words),
    "code": UnitOfMeasure("一个代码（文字）", "one code, as text", _code, _code_words),
    "codes": UnitOfMeasure("代码列表", "a list of codes", _list_of(_code), _list_words),
    "table": UnitOfMeasure("一张小表", "one table of codes, whole numbers and flags", _table, _table_words),
    "tables": UnitOfMeasure("小表列表", "a list of tables", _list_of(_table), _tables_words),
}


def misfit(name: str, unit: str, value) -> str:
    """Say what was expected when a frozen value does not fit its unit or its name; nothing when it fits."""
    if not UNITS[unit].fits(value):
        return f"{UNITS[unit].zh} / {UNITS[unit].en}"
    if unit == "ppm" and re.search(r"(^|[._])share_ppm(\.|$)", name) and not 0 <= value <= 1_000_000:
        return "0…1000000"
    return ""


def value_words(value, unit: str, language: str) -> str:
    """Print a frozen value with its unit the way a person reads it: 830.00 yuan, 85 %, 2 months."""
    return UNITS[unit].words(value, language)
