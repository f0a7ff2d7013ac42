"""What people enter here, as rows of the region's record: each area says its own in its `exporting.py`; there is no list to edit."""
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from sanyi.store.areas import area_files

Row = Mapping[str, Any]


@dataclass(frozen=True)
class RecordExport:
    """One table of the record: `rows(first, last)` are those of a span of days, `is_own(row, first, last)` tells which rows of the record an earlier
    export of those days has put there (they make room), `left_out` how many have no place in the record (no visit, nobody the record knows),
    `carried` the columns that the record alone knows: they stay as its row of the same key has them."""

    table: str
    rows: Callable[[date, date], Iterable[Row]]
    is_own: Callable[[Row, date, date], bool]
    left_out: Callable[[date, date], int] = lambda first, last: 0
    carried: tuple[str, ...] = ()


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of a day to the last of another, by the region's clock."""
    begin, after = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    return begin, after - timedelta(microseconds=1)


@cache
def record_exports() -> dict[str, RecordExport]:
    """Every export by its table."""
    found = [value for file in area_files("exporting") for value in vars(file).values() if isinstance(value, RecordExport)]
    named = {each.table: each for each in found}
    assert len(named) == len(found), "two areas export one table"
    return named
