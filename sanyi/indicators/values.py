"""What every indicator makes: numerator, denominator and value for each scope and period."""
from collections.abc import Sequence

import ibis

from sanyi.indicators.groups import GROUP_WORDS
from sanyi.indicators.indicator import SCALE
from sanyi.tables import codes
from sanyi.tables.money import whole_quotient
from sanyi.tables.table import Table, code, text, whole

SCOPE = {**codes.SCOPE, "primary": ("基层医疗机构", "primary institutions"), **GROUP_WORDS}
SCOPE_KEY = ("scope_code", "scope_id", "period")
REGION = "region"
AREAS = ("region", "consortium")
PLACES = ("region", "primary", "consortium", "institution", *GROUP_WORDS)
INDICATOR_VALUES = Table(
    "indicator_values", "指标值", "Indicator values", key=("indicator_code", *SCOPE_KEY),
    note="The value is in millionths of the indicator's unit; empty, never 0, where it cannot be computed.",
    columns=(
        text("indicator_code", "指标编码", "indicator (IND-43)"),
        code("scope_code", "范围", "scope", SCOPE),
        text("scope_id", "范围编码", "consortium or institution code; the scope's own name for the region and its primary institutions, all for a group"),
        text("period", "期间", "year (2020) or month (2020-03)"),
        whole("numerator", "分子", "numerator", nullable=True),
        whole("denominator", "分母", "denominator", nullable=True),
        whole("value_e6", "指标值", "value in millionths of the unit", "e6", nullable=True),
    ),
)


def values_of(indicator_code: str) -> Table:
    """The promise of one indicator's own table of values."""
    return INDICATOR_VALUES.called(f"indicator_values_{indicator_code.lower().replace('-', '_')}",
                                   f"指标值 {indicator_code}", f"Values of {indicator_code}")


def values(measures: ibis.Table, indicator_code: str, unit: str, numerator, denominator,
           scopes: Sequence[str] = PLACES) -> ibis.Table:
    """Values of one indicator from rows that have scope_code, scope_id and period; the two are columns of those rows."""
    made = measures.mutate(numerator=numerator.cast("int64"), denominator=denominator.cast("int64"))
    made = made.filter(made.scope_code.isin(list(scopes)))
    return made.select(*SCOPE_KEY, "numerator", "denominator", indicator_code=ibis.literal(indicator_code),
                       value_e6=scaled_quotient(made.numerator, made.denominator, SCALE[unit]))


def scaled_quotient(numerator, denominator, scale: int):
    """Give numerator ÷ denominator × scale, half up; null where the denominator is not positive.

    Long division four digits at a time, so that sums of fen do not overflow: denominators stay below 9 × 10^14.
    The scale is a power of ten. A quotient that 64 bits cannot hold gives null.
    """
    positive = (denominator > 0).ifelse(denominator, ibis.null("int64"))
    size = numerator.abs()
    quotient = whole_quotient(size, positive)
    fits = quotient < 9 * 10**18 // scale
    rest, quotient = size - quotient * positive, fits.ifelse(quotient, ibis.null("int64"))
    while scale > 1:
        step = min(scale, 10**4)
        raised, scale = rest * step, scale // step
        digits = whole_quotient(raised, positive)
        quotient, rest = quotient * step + digits, raised - digits * positive
    rounded = quotient + (rest * 2 >= positive).ifelse(1, 0)
    return (numerator < 0).ifelse(-rounded, rounded)
