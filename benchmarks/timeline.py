"""A person's timeline from the record at several sizes of the region.

    python benchmarks/timeline.py RESULTS OUT [--times 1 10 100] [--persons 20]

The record of a run is repeated under other codes (`multiplied.py`), its rows by resident are made as intake makes them, and some persons'
timelines are read, the first and then as pages read them. Prints seconds, and ratios to the record once, taken in the same process.
"""
import argparse
from pathlib import Path
import shutil
import statistics
import time

from multiplied import OWN_CODES, repeat
from sanyi.runs.by_resident import TABLES, make_by_resident
from sanyi.runs.person_timeline import record_entries
from sanyi.runs.records import open_records
from sanyi.runs.results import Results
from sanyi.tables.record_tables import record_tables

ASKED = (*TABLES, "referrals", "contracts", "institutions", "diagnosis_codes", "charge_items")


def main() -> None:
    """Each size after the other; the smallest is what the others are held against."""
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--persons", type=int, default=20)
    chosen = parser.parse_args()
    source, first = Results(chosen.results), 0.0
    for times in chosen.times:
        taken, entries, residents = timed(grown(source, chosen.out / str(times), times), chosen.persons)
        first = first or taken
        print(f"× {times}: {residents:,} residents with stays or visits, {taken:.3f} CPU-s a timeline of {entries} entries, {taken / first:.2f} times the smallest", flush=True)


def grown(source: Results, folder: Path, times: int) -> Results:
    """The run's results over its record so many times over."""
    records, results = folder / "records", folder / "results"
    if not results.exists():
        for name in ASKED:
            for file in source.records.paths(sorted(source.records.files.get(name, {}))):
                place = records / file.relative_to(source.records.folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                repeat(file, [column for column in record_tables()[name].names if column in OWN_CODES], times, place)
        make_by_resident(records, memory="4GB")
        results.mkdir()
        shutil.copy(source.folder / "run-card.json", results)
    assert (results / source.card["records"]).resolve() == records.resolve(), "a run's card names its record beside it"
    return Results(results)


def timed(results: Results, persons: int) -> tuple[float, int, int]:
    """CPU-seconds and entries of a middle timeline, and how many residents there are to choose from."""
    assert open_records(results.records.folder).files
    people = [row["resident_id"] for row in results.grouped("encounters", ["resident_id"])]
    asked, took, found = people[:: max(1, len(people) // persons)][:persons], [], []
    record_entries(results, asked[0], (), ())
    for person in asked:
        began = time.process_time()
        found.append(len(record_entries(results, person, (), ())))
        took.append(time.process_time() - began)
    return statistics.median(took), int(statistics.median(found)), len(people)


if __name__ == "__main__":
    main()
