"""A person's own number: the row's, with two check digits, so that a slip of one digit or two swapped names nobody else. Source: ISO 7064, modulo 97."""
import re

DIGITS = 8


def number_of(id: int) -> str:
    """The number of a row: at least ten digits."""
    return f"{id:0{DIGITS}d}{98 - id * 100 % 97:02d}"


def id_of(number: str) -> int | None:
    """The row of a number; None where its check digits are wrong."""
    if not re.fullmatch(rf"\d{{{DIGITS + 2},18}}", number, re.ASCII) or int(number) % 97 != 1:
        return None
    return int(number[:-2])
