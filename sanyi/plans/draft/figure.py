"""What a figure found in words is: what is measured, comparator, exact value, unit."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Figure:
    """A numeric target at `start`…`end` of a text; `value` and `upper` are exact, in `unit` as written (%, ‰, 张, :, …).

    `per` is 每千常住人口 and the like, carried on from an earlier figure of the list. Unit `flag` means: reached or not.
    """

    start: int
    end: int
    comparator: str
    value: Fraction
    unit: str
    measured: tuple[int, int]
    upper: Fraction | None = None
    is_striven_for: bool = False
    is_sure: bool = True
    per: str = ""
