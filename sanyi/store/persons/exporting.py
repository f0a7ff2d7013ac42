"""Codes of the record that the index has merged, as rows of the record table `same_residents`: always all of them, whatever the days."""
from collections.abc import Iterator
from datetime import date

from sanyi.store.exports import RecordExport, Row
from sanyi.store.persons.same import same_rows


def _rows(first: date, last: date) -> Iterator[dict[str, str]]:
    yield from sorted(same_rows(), key=lambda row: row["resident_id"])


def _is_own(row: Row, first: date, last: date) -> bool:
    """Every row: what was parted meanwhile is parted in the record too."""
    return True


SAME_RESIDENTS = RecordExport("same_residents", _rows, _is_own)
