"""Which codes of the region's record the index has merged, as rows of the record table `same_residents`."""
from collections import defaultdict
from collections.abc import Iterator

from sanyi.store.persons.tables import Person


def same_rows() -> Iterator[dict[str, str]]:
    """A row for each code that was merged: the code, and the one that stays: the kept row's, or the oldest where that has none. What was parted has none."""
    codes: dict[int, list[str]] = defaultdict(list)
    merged = Person.objects.exclude(merged_into=None).values_list("merged_into", "merged_into__resident_id", "resident_id").order_by("merged_into", "pk")
    for kept, code, gone in merged.iterator():
        codes[kept] += [each for each in (code, gone) if each and each not in codes[kept]]
    for stays, *others in (each for each in codes.values() if each):
        yield from ({"resident_id": other, "same_as_id": stays} for other in others)
