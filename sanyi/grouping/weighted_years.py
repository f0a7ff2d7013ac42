"""Exact means and spreads over weighted history years."""
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

Row = Mapping[str, Any]


def half_up(value: Fraction) -> int:
    """Round a fraction that is not negative to a whole number, half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def year_weights(year: int, weights: Sequence[int]) -> dict[int, int]:
    """The weight of each history year, the oldest first. Source: DIP-7."""
    return {year - len(weights) + place: weight for place, weight in enumerate(weights)}


def weighted_mean(rows: Iterable[Row], weights: Mapping[int, int]) -> Fraction | None:
    """The weighted mean cost in fen of the kept cases of several years; weights of missing years are left out.

    A year's mean is exact. None where no year with a weight has a kept case. Source: DIP-7.
    """
    counted, costs = {}, {}
    for row in rows:
        counted[row["year"]] = counted.get(row["year"], 0) + row["kept_count"]
        costs[row["year"]] = costs.get(row["year"], 0) + row["kept_cost_fen"]
    present = [year for year, count in counted.items() if count and weights.get(year)]
    if not present:
        return None
    return (sum(Fraction(weights[year] * costs[year], counted[year]) for year in present)
            / sum(weights[year] for year in present))


def squares_about_mean(rows: Iterable[Row]) -> Fraction:
    """The sum of squared distances (yuan squared) of the kept cases from their own mean."""
    rows = list(rows)
    count, cost, square = (sum(row[name] for row in rows) for name in ("kept_count", "kept_cost_yuan", "kept_square_yuan"))
    return Fraction(square * count - cost * cost, count) if count else Fraction(0)


def variation_squared(rows: Iterable[Row]) -> Fraction | None:
    """The square of standard deviation ÷ mean of the kept cases (all of them: divided by n); None without costs."""
    rows = list(rows)
    count, cost = (sum(row[name] for row in rows) for name in ("kept_count", "kept_cost_yuan"))
    return squares_about_mean(rows) * count / (cost * cost) if cost else None


def root_ppm(squared: Fraction | None) -> int | None:
    """The square root of a fraction in parts per million, half up and exact."""
    if squared is None:
        return None
    whole = isqrt(4 * 10 ** 12 * squared.numerator // squared.denominator)
    return (whole + 1) // 2
