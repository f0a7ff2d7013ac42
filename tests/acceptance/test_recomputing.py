"""A settlement is computed again later: other hash seed, time zone, order of rows and number of threads, and the plan changed in between.

Twice here; `SANYI_RECOMPUTED=20` makes it twenty. Source: R05.
"""
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sanyi.runs.card import CARD
from sanyi.runs.intake import import_source
from sanyi.runs.kept import kept_digest
from sanyi.runs.world import make_world
from sanyi.tables.record_tables import record_tables

TIMES = int(os.environ.get("SANYI_RECOMPUTED", "2"))
ZONES = ("Asia/Shanghai", "America/Los_Angeles", "UTC", "Pacific/Apia", "Asia/Kathmandu")
PLAN, CHANGED = "haikou-2018", {"dip.high_ratio_ppm": 2_500_000, "fund.reserve_share_ppm": 30_000}
COMPUTED = """
import json, sys
from pathlib import Path
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.run import run
records, results, name, threads, changed = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), json.loads(sys.argv[5])
plan = open_plan(name, DEMO_REGION)
for each in ([plan.changed(changed)] if changed else []) + [plan]:
    run(each, records, 2020, results, threads=threads)
"""


def computed(records: Path, results: Path, seed: int, threads: int, changed: dict) -> dict[str, str]:
    """Run the year in a process of its own; with a change, first as the plan is then and after that as it was. Gives each result's digest."""
    told = {**os.environ, "PYTHONHASHSEED": str(seed), "TZ": ZONES[seed % len(ZONES)]}
    done = subprocess.run([sys.executable, "-c", COMPUTED, *map(str, (records, results, PLAN, threads, json.dumps(changed)))], env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    card = json.loads((results / CARD).read_text("utf-8"))
    return {name: kept_digest(results, made["file"]) for name, made in card["steps"].items()}


def shuffled(records: Path, folder: Path, seed: int) -> Path:
    """The same record with the rows of every file in another order."""
    for path in (path for name in record_tables() for path in (*records.glob(f"{name}.parquet"), *(records / name).glob("*.parquet"))):
        place = folder / path.relative_to(records)
        place.parent.mkdir(parents=True, exist_ok=True)
        table = pq.read_table(path)
        order = random.Random(f"{seed} {place.name}").sample(range(table.num_rows), table.num_rows)
        pq.write_table(table.take(pa.array(order, pa.int64())), place)
    return folder


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A region's record, and the digest of every result of its year."""
    folder = tmp_path_factory.mktemp("recomputed")
    make_world(2_000, 5, 4, folder / "source", "parquet", processes=1)
    import_source(folder / "source", folder / "records")
    found = computed(folder / "records", folder / "results", 0, 2, {})
    assert len(found) > 50 and "inpatient_clearings" in found and "journal_lines" in found
    return folder / "records", found


@pytest.mark.parametrize("seed", range(1, TIMES + 1))
def test_every_result_has_the_same_bytes_when_it_is_computed_again(first, tmp_path, seed):
    records, found = first
    again = computed(shuffled(records, tmp_path / "records", seed), tmp_path / "results", seed, 1 + seed % 4, CHANGED)
    assert [name for name in found.keys() | again.keys() if found.get(name) != again.get(name)] == []
