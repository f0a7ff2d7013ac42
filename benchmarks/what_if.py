"""What-ifs and closings on a year's results: seconds and CPU-seconds, and the ratio to a full run in the same process.

Usage: python benchmarks/what_if.py RECORDS [--year 2020] [--out FOLDER]
The bars: a what-if of a city-year (1 million residents, base results kept) under 10 s; an empty change leaves every table's digest.
"""
import argparse
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from sanyi.runs.closing import close_on
from sanyi.runs.comparison import compare
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.what_if import open_base, tables_apart, what_if

CHANGES = ({}, {"consortium.budget_share_ppm": 900_000}, {"dip.low_ratio_ppm": 400_000}, {"dip.trim_case_minimum": 30}, {"audit.readmission_days": 5})
BAR_SECONDS = 10


def timed(work) -> tuple[float, float, object]:
    """Seconds, CPU-seconds of this process, and what the work gives."""
    started, cpu = time.perf_counter(), time.process_time()
    made = work()
    return time.perf_counter() - started, time.process_time() - cpu, made


def said(name: str, seconds: float, cpu: float, whole: float, results: Results) -> None:
    """One line of figures."""
    steps = len(results.card["steps"])
    print(f"{name:<44} {seconds:7.2f} s {cpu:7.2f} CPU-s  1/{whole / max(cpu, 0.001):,.0f} of the full run  {steps - len(results.card['kept'])} of {steps} steps", flush=True)


def main() -> int:
    """Print the figures; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--out", type=Path, default=None, help="kept results; a folder that is removed again without it")
    chosen = parser.parse_args()
    home = chosen.out or Path(tempfile.mkdtemp(prefix="sanyi-what-if-"))
    try:
        return measured(chosen.records, chosen.year, home)
    finally:
        if chosen.out is None:
            shutil.rmtree(home)


def measured(records: Path, year: int, home: Path) -> int:
    """A full run from nothing, then what-ifs, then closings day after day."""
    plan, missed = open_plan("haikou-2018"), 0
    shutil.rmtree(home / "base", ignore_errors=True)
    seconds, whole, _ = timed(lambda: run(plan, records, year, home / "base"))
    base = open_base(home / "base", plan)
    said("full run", seconds, whole, whole, base)
    for number, changes in enumerate(CHANGES):
        out = home / f"tried-{number}"
        shutil.rmtree(out, ignore_errors=True)
        seconds, cpu, other = timed(lambda: what_if(base, plan.changed(changes), out, changes=changes))
        said(f"what-if {', '.join(changes) or 'nothing'}", seconds, cpu, whole, other)
        more, cpu_more, _ = timed(lambda: compare(base, other))
        print(f"{'  its differences and reasons':<44} {more:7.2f} s {cpu_more:7.2f} CPU-s", flush=True)
        missed += min(seconds + more, cpu + cpu_more) > BAR_SECONDS or (not changes and tables_apart(base, other) != [])
    shutil.rmtree(home / "closed", ignore_errors=True)
    for day in (date(year, 6, 30), date(year, 7, 14), date(year, 7, 15), date(year, 12, 31)):
        seconds, cpu, closing = timed(lambda: close_on(base, plan, day, home / "closed"))
        said(f"closed on {day}{' (a day later)' if day - timedelta(days=1) == date(year, 7, 14) else ''}", seconds, cpu, whole, closing.results)
    apart = [name for name, made in closing.results.card["steps"].items() if made["digest"] != base.card["steps"][name]["digest"]]
    print(f"on the last day {len(closing.results.card['steps'])} tables, {len(apart)} of them unlike the year's own")
    return int(bool(missed or apart))


if __name__ == "__main__":
    raise SystemExit(main())
