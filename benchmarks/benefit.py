"""Patient benefit at the size of a city: a year of a million residents set-based, and one claim at a time.

    python benchmarks/benefit.py [--residents 1000000] [--out FOLDER]

The record is made with numpy: seven visits and a sixth of a stay a head. The set-based time is given beside a plain scan of the same
files in the same process (all columns of settlements and encounters summed up), the one-by-one time in microseconds a claim; the two
ways are compared on a sample of residents to the fen.
"""
import argparse
import json
import shutil
import time
from datetime import date
from pathlib import Path

import numpy as np

from sanyi.engines.column_files import ColumnFile
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.recorded import claim_of
from sanyi.payment.benefit.year import settle_year
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Condition, Results
from sanyi.runs.run import run
from sanyi.tables import codes
from sanyi.worlds.batch import Batch, Words, dates, ids

YEAR, BLOCK = 2020, 100_000
LEVELS, HOUSES = tuple(codes.LEVEL), 64
VISITS, STAYS = 7, 6  # seven visits a head, a stay for every sixth


def main() -> None:
    """Make the record if it is not there, run, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--residents", type=int, default=1_000_000)
    asked.add_argument("--out", type=Path, default=Path("/tmp/sanyi-benefit"))
    chosen = asked.parse_args()
    records = chosen.out / f"records-{chosen.residents}"
    if not records.exists():
        make(records, chosen.residents)
    scan = timed(lambda: scanned(records))
    plan = open_plan("haikou-2018").changed({"benefit.recompute": "on"})
    results = chosen.out / "results"
    shutil.rmtree(results, ignore_errors=True)
    made = timed(lambda: run(plan, records, YEAR, results, wanted=["benefit_years"]))
    card = json.loads((results / "run-card.json").read_text("utf-8"))
    bills = card["steps"]["benefit_claims"]["rows"]
    print(f"scan of the same files: {scan[0]:.1f} s wall, {scan[1]:.1f} CPU-s")
    print(f"{bills:,} bills of {chosen.residents:,} residents set-based: {made[0]:.1f} s wall, {made[1]:.1f} CPU-s, "
          f"{made[1] / scan[1]:.1f} times the scan; by step {card['seconds']}")
    print(one_by_one(Results(results), plan))


def timed(work) -> tuple[float, float]:
    """Wall and CPU seconds of some work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def scanned(records: Path) -> None:
    """The baseline: read and hash every column of the two large tables."""
    import duckdb
    for table in ("settlements", "encounters"):
        duckdb.sql(f"SELECT sum(hash(t) % 1000) FROM read_parquet('{records}/{table}/*.parquet') t").fetchall()


def one_by_one(results: Results, plan) -> str:
    """Settle the years of the first residents claim by claim, hold them against the set-based ones, and time the arithmetic."""
    first = [Condition("resident_id", "lt", "P0000RS")]
    rows = results.page("benefit_claims", first, limit=None)
    people: dict = {}
    for row in rows:
        people.setdefault((row["resident_id"], row["insurance_code"]), []).append(claim_of(row))
    policies = read_policies(plan.on(date(YEAR, 12, 31)), YEAR)
    started = time.perf_counter()
    years = [settle_year(claims, policies) for claims in people.values()]
    spent = time.perf_counter() - started
    said = {row["settlement_id"]: row for row in results.page("benefit_settlements", first, limit=None)}
    apart = [one.claim.settlement_id for year in years for one in year.settled
             if {name: said[one.claim.settlement_id][name] for name in one.amounts} != one.amounts]
    return (f"one by one: {spent / max(1, len(rows)) * 1e6:.0f} µs a claim over {len(rows):,} claims of {len(people):,} residents; "
            f"{len(apart)} differ from the set-based fen")


def make(records: Path, residents: int) -> None:
    """Write a record of a year: institutions, insured months, referrals, encounters and settlements by month."""
    random = np.random.default_rng(1)
    records.mkdir(parents=True)
    houses = np.arange(HOUSES)
    _write(records / "institutions.parquet", {
        "institution_id": ids("H", houses, 3), "name": ids("H", houses, 3), "level_code": Words((houses % 8).astype(np.int32), LEVELS),
        "kind_code": Words(np.zeros(HOUSES, np.int32), ("general",)), "ownership_code": Words(np.zeros(HOUSES, np.int32), ("public",)),
        "region_id": Words(np.zeros(HOUSES, np.int32), ("R",)), "is_in_area": houses < 60, "bed_count": houses * 10, "opened_on": dates(houses)})
    person = np.arange(residents)
    kind = random.choice(5, residents, p=[0.55, 0.05, 0.02, 0.15, 0.23])
    _write(records / "insured_months.parquet", {
        "resident_id": ids("P", person, 6), "insurance_code": Words((person % 4 == 0).astype(np.int32), ("resident", "employee")),
        "year": np.full(residents, YEAR), "from_month": np.ones(residents, np.int64), "to_month": np.full(residents, 12),
        "person_class_code": Words(kind.astype(np.int32), ("ordinary", "poor", "disabled", "retired", "student"))})
    stays = residents // STAYS
    counts = random.multinomial(residents * VISITS, [1 / 12] * 12) + stays // 12
    first = 0
    for month, count in enumerate(counts.tolist(), 1):
        _month(records, random, month, count, stays // 12, residents, first)
        first += count


def _month(records: Path, random, month: int, count: int, stays: int, residents: int, first: int) -> None:
    start = (np.datetime64(f"{YEAR}-{month:02}-01") - np.datetime64("1970-01-01")).astype(int)
    day = start + random.integers(0, 28, count)
    is_stay = np.arange(count) < stays
    person = random.integers(0, residents, count)
    house = random.integers(0, HOUSES, count)
    total = np.where(is_stay, random.lognormal(13.3, 0.9, count), random.lognormal(9.6, 0.8, count)).astype(np.int64)
    inside = total * random.integers(800, 1000, count) // 1000
    kind = np.where(is_stay, 0, np.where(random.random(count) < 0.06, 1, 2)).astype(np.int32)
    insurance = Words((person % 4 == 0).astype(np.int32), ("resident", "employee"))
    number = first + np.arange(count)
    zero, whole_month = np.zeros(count, np.int64), np.full(count, YEAR * 100 + month)
    common = {"encounter_id": ids("E", number, 7), "resident_id": ids("P", person, 6), "institution_id": ids("H", house, 3)}
    _write(records / f"encounters/{YEAR * 100 + month}.parquet", {
        **common, "type_code": Words(kind, ("inpatient", "emergency", "outpatient")), "insurance_code": insurance,
        "admitted_on": dates(np.where(is_stay, day - 8, day)), "discharged_on": dates(day), "stay_days": np.where(is_stay, 8, 0), "icu_days": zero,
        "age_years": zero + 40, "age_days": np.ma.masked_array(zero, True), "birth_weight_grams": np.ma.masked_array(zero, True),
        "discharge_way_code": Words(kind * 0, ("home",)), "principal_diagnosis_code": Words(kind * 0, ("I10.x00",)),
        "referral_id": np.ma.masked_array(ids("F", number, 7), True), "is_booked": is_stay, "is_planned_readmission": is_stay,
        "settled_month": whole_month})
    _write(records / f"settlements/{YEAR * 100 + month}.parquet", {
        "settlement_id": ids("S", number, 7), **common, "insurance_code": insurance, "total_fen": total, "in_scope_fen": inside, "fund_fen": zero,
        "catastrophic_fen": zero, "aid_fen": zero, "account_fen": zero, "cash_fen": total, "settled_on": dates(day), "settled_month": whole_month})


def _write(path: Path, columns) -> None:
    path.parent.mkdir(exist_ok=True)
    with ColumnFile(path, "parquet") as file:
        file.write(Batch(path.stem, None, columns))


if __name__ == "__main__":
    main()
