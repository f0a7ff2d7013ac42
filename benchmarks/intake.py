"""How fast charge lines come in: lines a second from CSV and Parquet, peak memory, ratio to a bare read of the same file.

    python benchmarks/intake.py [--lines 5000000] [--months 1] [--faults 0] [--source DIR] [--threads 2] [--memory 4GB]

With --source a folder made by `sanyi world make` is taken as it is; without it a small region with the wanted number of
lines a month is made first. Every measure runs in a process of its own, so that peaks do not mix.
"""
import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LINES = """SELECT 'E' || lpad((i // 5)::VARCHAR, 11, '0') AS encounter_id, (i % 5 + 1)::BIGINT AS line_number,
 'I' || lpad(((i * 7919) % 3000)::VARCHAR, 14, '0') AS item_code, ['drug', 'herbal', 'material', 'laboratory', 'bed'][1 + i % 5] AS class_code,
 (1000 * (1 + i % 3))::BIGINT AS quantity_e3, (100 + (i * 31) % 5000)::BIGINT AS unit_price_fen,
 {amount} AS amount_fen, ((100 + (i * 31) % 5000) * (1 + i % 3) * 9 // 10)::BIGINT AS in_scope_fen,
 DATE '{day}' + (i % 28)::INT AS charged_on, {month}::BIGINT AS settled_month FROM range({start}, {end}) t(i)"""
AMOUNT = "((100 + (i * 31) % 5000) * (1 + i % 3))::BIGINT"
ENCOUNTERS = """SELECT 'E' || lpad(i::VARCHAR, 11, '0') AS encounter_id, 'P1' AS resident_id, 'H1' AS institution_id, 'inpatient' AS type_code,
 'resident' AS insurance_code, DATE '{day}' AS admitted_on, DATE '{day}' AS discharged_on, 1::BIGINT AS stay_days, 0::BIGINT AS icu_days,
 50::BIGINT AS age_years, NULL::BIGINT AS age_days, NULL::BIGINT AS birth_weight_grams, 'home' AS discharge_way_code,
 NULL::VARCHAR AS principal_diagnosis_code, NULL::VARCHAR AS referral_id, false AS is_booked, false AS is_planned_readmission,
 {month}::BIGINT AS settled_month FROM range({start}, {end}) t(i)"""
SMALL = {
    "regions": "SELECT 'R1' AS region_id, 'R' AS name, 'city' AS level_code, NULL::VARCHAR AS parent_region_id",
    "institutions": "SELECT 'H1' AS institution_id, 'H' AS name, '3A' AS level_code, 'general' AS kind_code, 'public' AS ownership_code, "
                    "'R1' AS region_id, true AS is_in_area, 100::BIGINT AS bed_count, DATE '2000-01-01' AS opened_on",
    "residents": "SELECT 'P1' AS resident_id, NULL::VARCHAR AS identity_hash, 'male' AS sex_code, DATE '1970-01-01' AS born_on, "
                 "'R1' AS region_id, NULL::DATE AS died_on",
    "charge_items": "SELECT 'I' || lpad(i::VARCHAR, 14, '0') AS item_code, 'n' AS name, 'drug' AS class_code, NULL::BIGINT AS price_limit_fen, "
                    "0::BIGINT AS scope_share_ppm, NULL::VARCHAR AS sex_code, NULL::BIGINT AS age_maximum_years, false AS is_antibacterial, "
                    "false AS is_intravenous, false AS is_essential FROM range(3000) t(i)",
}


def make(folder: Path, lines: int, months: int, faults: int, form: str) -> None:
    """Write a small region with many charge lines; one line in `faults` has a negative price."""
    connection = duckdb.connect()
    options = "(FORMAT parquet, COMPRESSION zstd)" if form == "parquet" else "(HEADER)"
    for table, sql in SMALL.items():
        connection.execute(f"COPY ({sql}) TO '{folder}/{table}.{form}' {options}")
    for number in range(months):
        month, day, start = 202001 + number, f"2020-{number + 1:02d}-01", number * lines
        for table, sql in (("encounters", ENCOUNTERS.format(month=month, day=day, start=start // 5, end=(start + lines) // 5)),
                           ("charge_lines", LINES.format(month=month, day=day, start=start, end=start + lines, amount=AMOUNT))):
            (folder / table).mkdir(exist_ok=True)
            if table == "charge_lines" and faults:
                sql = f"SELECT * REPLACE (CASE WHEN (unit_price_fen * 7 + line_number) % {faults} = 0 THEN -1 ELSE unit_price_fen END AS unit_price_fen) FROM ({sql})"
            connection.execute(f"COPY ({sql}) TO '{folder}/{table}/{month}.{form}' {options}")


def measured(job: str, folder: str, threads: int, memory: str) -> dict[str, float]:
    """Run one job in its own process and give its seconds, lines and peak memory in MB."""
    done = subprocess.run([sys.executable, __file__, "--job", job, "--source", folder, "--threads", str(threads), "--memory", memory],
                          stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def run_job(job: str, folder: Path, threads: int, memory: str) -> dict[str, float]:
    """Import a folder once for everything but charge lines, then again with them: the difference is theirs alone."""
    from sanyi.runs import intake

    out = Path(tempfile.mkdtemp(prefix="sanyi-bench-"))
    clock = {"charge_lines": 0.0, "bare": 0.0, "lines": 0}
    take = intake.take_table

    def timed(batch, mapping, files):
        started, cpu = time.perf_counter(), time.process_time()
        take(batch, mapping, files)
        if mapping.table.name == "charge_lines":
            clock["charge_lines"] += time.perf_counter() - started
            clock["cpu"] = time.process_time() - cpu
            clock["lines"] = sum(each.rows for each in batch.report.files if each.table == "charge_lines")
            clock["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            clock["bare"] = bare(folder, files, threads)

    intake.take_table = timed
    try:
        started = time.perf_counter()
        told = intake.import_source(folder, out / "record", memory=memory, threads=threads)
        clock["whole"] = time.perf_counter() - started
        clock["refused"] = told.count("refused")
    finally:
        shutil.rmtree(out)
    return clock


def bare(folder: Path, files, threads: int) -> float:
    """The engine's own time to read and hash every value of the same files."""
    connection = duckdb.connect(config={"threads": threads})
    started = time.perf_counter()
    for each in files:
        reader = f"read_parquet('{each.path}')" if each.path.suffix == ".parquet" else f"read_csv('{each.path}', all_varchar = true)"
        connection.execute(f"SELECT sum(hash(COLUMNS(*)) % 1000) FROM {reader}").fetchall()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source")
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--faults", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--forms", default="csv,parquet")
    parser.add_argument("--job")
    given = parser.parse_args()
    if given.job:
        print(json.dumps(run_job(given.job, Path(given.source), given.threads, given.memory)))
        return
    for form in given.forms.split(","):
        folder = Path(given.source) if given.source else Path(tempfile.mkdtemp(prefix="sanyi-bench-"))
        if not given.source:
            make(folder, given.lines, given.months, given.faults, form)
        clock = measured("import", str(folder), given.threads, given.memory)
        print(f"{form if not given.source else given.source}: {clock['lines']:,} lines in {clock['charge_lines']:.1f} s = "
              f"{clock['lines'] / clock['charge_lines']:,.0f} lines/s ({clock['cpu']:.1f} CPU s); bare read {clock['bare']:.1f} s, ratio "
              f"{clock['charge_lines'] / clock['bare']:.1f}; peak {clock['peak_mb']:,.0f} MB; refused {clock['refused']:,}; "
              f"whole import {clock['whole'] - clock['bare']:.1f} s", flush=True)
        if given.source:
            break
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
