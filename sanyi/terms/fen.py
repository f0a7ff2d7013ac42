"""Money is a whole number of fen; only `take_rate` and `share_out` divide it."""
from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

PPM = 1_000_000
E4 = 10_000
E9_TO_E4, E9_TO_E6 = 100_000, 1_000  # from billionths to ten-thousandths and to millionths
E4_TO_E6, E4_TO_E8 = 100, 10_000  # from ten-thousandths to millionths and to hundred-millionths


class NothingToShareBy(ValueError):
    """An amount was to be shared out, but every weight is zero."""


def take_rate(amount_fen: int, numerator: int, denominator: int = PPM) -> int:
    """Take numerator/denominator of an amount, rounding half up once (half away from zero for negative sums).

    Amounts in fen, the rate as two whole numbers (parts per million unless said). Source: spec/02 part 0.
    """
    if denominator <= 0:
        raise ZeroDivisionError(f"a rate needs a positive denominator, seen {denominator}")
    product = amount_fen * numerator
    rounded = (2 * abs(product) + denominator) // (2 * denominator)
    return rounded if product >= 0 else -rounded


def share_out(total_fen: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Share a sum by weights so that the parts add up exactly: largest remainder first, ties by the smaller key.

    Weights are whole and not negative; the order they come in does not matter. Raises NothingToShareBy when a
    sum other than zero meets no weight. Source: R04.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    whole = sum(weights.values())
    if whole == 0:
        if total_fen:
            raise NothingToShareBy(f"{total_fen} fen cannot be shared out: the weights sum to zero")
        return dict.fromkeys(weights, 0)
    sign = 1 if total_fen >= 0 else -1
    exact = {key: divmod(abs(total_fen) * weight, whole) for key, weight in weights.items()}
    left = abs(total_fen) - sum(part for part, _ in exact.values())
    first = set(sorted(exact, key=lambda key: (-exact[key][1], key))[:left])
    return {key: sign * (part + (key in first)) for key, (part, _) in exact.items()}


def ratio(numerator: int | None, denominator: int | None, scale: int = PPM) -> int | None:
    """Give numerator ÷ denominator as a whole number of 1/scale, half up; None when it cannot be computed."""
    if numerator is None or not denominator or denominator < 0:
        return None
    return take_rate(numerator, scale, denominator)


def yuan(amount_fen: int | None) -> str:
    """Write fen as yuan with two decimals and thousands separators: 370370367 becomes 3,703,703.67."""
    if amount_fen is None:
        return "–"
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"
