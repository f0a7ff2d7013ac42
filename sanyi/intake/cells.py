"""One cell's text to a value, or to the reason why not; exact, without floating point."""
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

Read = tuple[Any, str]

LARGEST = 2**63 - 1
LONGEST = 4000
OUTER = " \t\u00a0\u3000"
FULL_WIDTH = re.compile("[０-９]")
CONTROL = re.compile("[\x00-\x1f\x7f]")
WHOLE = re.compile("[+-]?[0-9]+")
YUAN = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]{1,2}))?")
FRACTION = re.compile(r"[+-]?[0-9]*\.[0-9]+")
SEPARATED = re.compile(r"[+-]?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?")
SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+")
SERIAL = re.compile(r"[0-9]{4,5}(\.[0-9]+)?")
FLAGS = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False, "yes": True, "no": False,
         "y": True, "n": False, "t": True, "f": False}


def read_text(cell: str, is_identifier: bool = False) -> Read:
    """Read text: outer spaces off; control characters, broken bytes and digits spoilt by a spreadsheet refused."""
    text = cell.strip(OUTER)
    if not text:
        return None, ""
    if CONTROL.search(text):
        return None, "control_character"
    if "\ufffd" in text:
        return None, "bad_encoding"
    if len(text) > LONGEST:
        return None, "too_long"
    if is_identifier and SCIENTIFIC.fullmatch(text) and "+" in text:
        return None, "scientific_notation"
    if is_identifier and FULL_WIDTH.search(text):
        return None, "full_width_digits"
    return text, ""


def read_whole(cell: str) -> Read:
    """Read a 64-bit whole number."""
    text = cell.strip(OUTER)
    if not text:
        return None, ""
    if WHOLE.fullmatch(text):
        return _within(int(text)) if len(text) < 30 else (None, "too_large")
    return None, "has_fraction" if FRACTION.fullmatch(text) else _why_no_number(text, "not_whole")


def read_yuan(cell: str) -> Read:
    """Read yuan with at most two decimals as fen."""
    text = cell.strip(OUTER)
    if not text:
        return None, ""
    parts = YUAN.fullmatch(text)
    if not parts or len(text) > 30:
        return None, "too_large" if parts else _why_no_number(text, "not_money")
    sign, yuan, cents = parts.groups()
    fen = int(yuan) * 100 + int((cents or "").ljust(2, "0"))
    return _within(-fen if sign == "-" else fen)


def read_date(cell: str, formats: Sequence[str] = ("%Y-%m-%d",)) -> Read:
    """Read a date in one of the agreed formats; a time of day is dropped."""
    text = cell.strip(OUTER)
    if not text:
        return None, ""
    for form in formats:
        found = _in_format(text, form)
        if found:
            return (found, "") if 1880 <= found.year <= 2199 else (None, "date_out_of_range")
    if FULL_WIDTH.search(text):
        return None, "full_width_digits"
    return None, "date_serial" if SERIAL.fullmatch(text) else "not_a_date"


def read_flag(cell: str) -> Read:
    """Read yes or no."""
    text = cell.strip(OUTER).lower()
    if not text:
        return None, ""
    return (FLAGS[text], "") if text in FLAGS else (None, "not_a_flag")


def read_month(cell: str, formats: Sequence[str]) -> Read:
    """Read the month (YYYYMM) of a date."""
    found, reason = read_date(cell, formats)
    return (found.year * 100 + found.month if found else None), reason


def translated(cell: str, codes: Mapping[str, str]) -> str:
    """A transmitted code in the record's words; an unknown one stays as it is, so that the check names it."""
    return codes.get(cell.strip(OUTER), cell)


def _within(number: int) -> Read:
    return (number, "") if -LARGEST <= number <= LARGEST else (None, "too_large")


def _why_no_number(text: str, otherwise: str) -> str:
    if CONTROL.search(text):
        return "control_character"
    for pattern, reason in ((FULL_WIDTH, "full_width_digits"), (SEPARATED, "thousands_separator"),
                            (SCIENTIFIC, "scientific_notation")):
        if pattern.search(text) if pattern is FULL_WIDTH else pattern.fullmatch(text):
            return reason
    return "bad_encoding" if "\ufffd" in text else otherwise


def _in_format(text: str, form: str) -> date | None:
    try:
        if form == "%Y-%m-%d":
            return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" and text.isascii() else None
        return datetime.strptime(text, form).date() if text.isascii() and len(text) < 40 else None
    except ValueError:
        return None
