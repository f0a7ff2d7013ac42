"""Months summed to the periods that are shown: years for every scope, months for the whole region."""
from collections.abc import Sequence

import ibis

from sanyi.indicators.values import SCOPE_KEY
from sanyi.tables.money import total, whole_quotient

MONTHLY = ("region", "primary")


def by_period(rows: ibis.Table, measures: Sequence[str], year: int) -> ibis.Table:
    """Sum rows (scope_code, scope_id, month as YYYYMM, measures) by year, and the year's months for the whole region."""
    years = rows.mutate(period=whole_quotient(rows.month, 100).cast("string"))
    months = rows.filter(rows.scope_code.isin(MONTHLY), whole_quotient(rows.month, 100) == year)
    months = months.mutate(period=months.month.cast("string").substr(0, 4) + "-" + months.month.cast("string").substr(4, 2))
    both = years.union(months)
    return both.group_by(list(SCOPE_KEY)).agg(**{name: total(both[name]) for name in measures})
