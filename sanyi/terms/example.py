"""A worked example: rows that go in, plan values that hold, rows that must come out."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """Rows given per table (columns left out are filled with plain values), and the columns expected of each row out.

    The example is the manual and a test at once: it runs on every engine. `numbers` cites worked examples (EX-52).
    """

    title_zh: str
    title_en: str
    given: Mapping[str, Sequence[Row]]
    expect: Sequence[Row]
    values: Mapping[str, Any] = field(default_factory=dict)
    year: int = 2020
    numbers: tuple[str, ...] = ()
