"""The amount in scope of a bill, line by line: what is left of each line, and why the rest is not."""
from collections.abc import Iterable
from dataclasses import dataclass

from sanyi.terms.fen import PPM, take_rate


@dataclass(frozen=True)
class BillLine:
    """One line: amount and unit price in fen, quantity in thousandths, the share in scope (0 class C, the whole class A), the price limit."""

    amount_fen: int
    scope_share_ppm: int
    unit_price_fen: int = 0
    quantity_e3: int = 1000
    price_limit_fen: int | None = None


@dataclass(frozen=True)
class InScope:
    """total = class C + class B self-pay + over the limit + in scope, in fen."""

    total_fen: int = 0
    class_c_fen: int = 0
    class_b_self_fen: int = 0
    over_limit_fen: int = 0
    in_scope_fen: int = 0

    def __add__(self, other: "InScope") -> "InScope":
        return InScope(*(one + two for one, two in zip(vars(self).values(), vars(other).values(), strict=True)))


def in_scope_of(lines: Iterable[BillLine]) -> InScope:
    """Add up a bill's lines. Source: BEN-1."""
    return sum((in_scope_of_line(line) for line in lines), InScope())


def in_scope_of_line(line: BillLine) -> InScope:
    """Cut off what is over the price limit, then take the share in scope, half up once."""
    over = 0
    if line.price_limit_fen is not None and line.unit_price_fen > line.price_limit_fen:
        over = line.amount_fen - take_rate(line.price_limit_fen, line.quantity_e3, 1000)
    allowed = line.amount_fen - over
    inside = take_rate(allowed, line.scope_share_ppm, PPM)
    if line.scope_share_ppm == 0:
        return InScope(line.amount_fen, allowed, 0, over, 0)
    return InScope(line.amount_fen, 0, allowed - inside, over, inside)
