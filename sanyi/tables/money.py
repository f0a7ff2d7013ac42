"""The only money arithmetic on columns: exact on every engine, in whole numbers."""
import ibis
from ibis import _  # noqa: F401  (re-exported for readers of expressions)


@ibis.udf.scalar.builtin(name="div", signature=(("int64", "int64"), "int64"))
def whole_quotient(numerator: int, denominator: int) -> int:
    """Divide whole numbers, cutting the rest off (a macro on DuckDB, native on Spark).

    The expression library's own `//` goes through floating point and loses fen above 2^53.
    """


@ibis.udf.scalar.builtin(name="whole", signature=(("int64",), "int64"))
def whole(summed: int) -> int:
    """Bring a sum back to 64 bits; a sum too large is an error, never a wrapped number.

    The engine sums into 128 bits, which Parquet would store as a floating-point number, and the expression library
    drops a plain cast because it believes the sum to be 64 bits wide already. A macro on each engine.
    """


def total(column: ibis.expr.types.IntegerColumn) -> ibis.expr.types.IntegerScalar:
    """Sum whole numbers as 64-bit whole numbers; the sum of no rows is 0."""
    return whole(column.sum()).fill_null(0)


def take_rate(amount, numerator, denominator):
    """Take numerator/denominator of a column of fen, half up once (half away from zero for negative sums).

    Whole numbers throughout; the rate is not negative; a zero denominator gives null.
    The remainder is taken apart first, so amount × numerator never overflows while
    (amount mod denominator) × numerator × 2 stays below 2^63.
    """
    if isinstance(denominator, int):
        if denominator <= 0:
            raise ZeroDivisionError(f"a rate needs a positive denominator, seen {denominator}")
        positive = ibis.literal(denominator, "int64")
    else:
        positive = denominator.cast("int64").nullif(0)
    amount, numerator = _as_whole(amount), _as_whole(numerator)
    size = amount.abs()
    quotient = whole_quotient(size, positive)
    rest = size - quotient * positive
    part = quotient * numerator + whole_quotient(rest * numerator * 2 + positive, positive * 2)
    return (amount < 0).ifelse(-part, part)


def _as_whole(value):
    """Make a whole-number expression of a Python number or a column."""
    return ibis.literal(value, "int64") if isinstance(value, int) else value.cast("int64")
