"""Growth of a mean: two means against each other, exact enough to the last millionth of a percent."""
from sanyi.tables.money import take_rate

FINE = 10_000  # means are compared in ten-thousandths of a fen


def mean_growth(now_fen, now_count, before_fen, before_count):
    """Give the numerator and the denominator of (mean now − mean before) ÷ mean before; null where a count is 0."""
    now, before = take_rate(now_fen, FINE, now_count), take_rate(before_fen, FINE, before_count)
    return now - before, before
