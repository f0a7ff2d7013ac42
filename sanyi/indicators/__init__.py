"""Indicators: one per file, from the region's records to a numerator, a denominator and a value."""
from functools import cache

from sanyi.indicators.indicator import Indicator
from sanyi.terms.registry import find


@cache
def indicators() -> tuple[Indicator, ...]:
    """All indicators in the order of their codes, found by folder."""
    return tuple(sorted(find(__name__, Indicator), key=lambda indicator: indicator.code))
