"""Decisions of special reviews that were frozen into a batch, as rows of the record table `special_reviews`; kept by year."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from sanyi.store.exports import RecordExport, Row
from sanyi.store.models import Book
from sanyi.store.special_reviews import decided_rows


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for plan, year in Book.objects.filter(year__range=(first.year, last.year)).order_by("pk").values_list("plan", "year"):
        seen |= {row["encounter_id"]: row for row in decided_rows(plan, year)}  # a case that two plans reviewed stands as the later book has it
    yield from seen.values()


def _is_own(row: Row, first: date, last: date) -> bool:
    return first.year <= row["year"] <= last.year


SPECIAL_REVIEWS = RecordExport("special_reviews", _rows, _is_own)
