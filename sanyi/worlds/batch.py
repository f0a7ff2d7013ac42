"""A batch: some rows of one table as columns of whole arrays, text as codes into a vocabulary."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

import numpy as np

DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)


@dataclass(frozen=True)
class Words:
    """A text column: `codes` into `vocabulary` (str, or an array of ASCII bytes), -1 where there is none."""

    codes: np.ndarray
    vocabulary: Union[tuple[str, ...], np.ndarray]

    def __len__(self) -> int:
        return len(self.codes)


Values = Union[np.ndarray, Words]


@dataclass(frozen=True)
class Batch:
    """Rows of one table (of one settled month where the table is kept by month).

    Columns are int64, bool or datetime64[D] arrays (NaT is empty), masked arrays (masked is empty), arrays of
    ASCII bytes, or Words. `spoiled` names cells that a text format shall write as they stand: column, row, text.
    """

    table: str
    month: int | None
    columns: Mapping[str, Values]
    spoiled: tuple[tuple[str, int, str], ...] = field(default=())

    @property
    def row_count(self) -> int:
        """How many rows."""
        return len(next(iter(self.columns.values())))


def ids(letter: str, numbers: np.ndarray, width: int) -> np.ndarray:
    """Identifiers of one letter and `width` base-36 digits, as ASCII bytes."""
    text = np.empty((len(numbers), width + 1), dtype=np.uint8)
    text[:, 0] = ord(letter)
    rest = np.asarray(numbers, dtype=np.int64)
    for place in range(width, 0, -1):
        rest, digit = np.divmod(rest, 36)
        text[:, place] = DIGITS[digit]
    return text.reshape(-1).view(f"S{width + 1}")


def one_word(word: str, count: int) -> Words:
    """The same word `count` times."""
    return Words(np.zeros(count, dtype=np.int32), (word,))


def words(values: list[str | None]) -> Words:
    """A text column of a short list."""
    vocabulary = tuple(dict.fromkeys(value for value in values if value is not None))
    place = {word: code for code, word in enumerate(vocabulary)}
    return Words(np.array([-1 if value is None else place[value] for value in values], dtype=np.int32), vocabulary)


def maybe(values: list[int | None]) -> np.ma.MaskedArray:
    """A whole-number column with empty cells."""
    return np.ma.masked_array([value or 0 for value in values], [value is None for value in values], dtype=np.int64)


def days(year: int, month: int = 1, day: int = 1) -> int:
    """A date as days since 1970, the form dates are computed in."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))


def dates(day_numbers: np.ndarray) -> np.ndarray:
    """Days since 1970 as dates; -1000000 is no date."""
    numbers = np.asarray(day_numbers, dtype=np.int64)
    return np.where(numbers == NO_DAY, np.datetime64("NaT", "D"), numbers.astype("datetime64[D]"))


NO_DAY = -1_000_000
