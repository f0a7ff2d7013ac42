"""A city-year end to end: seconds per step, against the time the engine needs merely to scan the columns used.

    python benchmarks/city_year.py RECORDS [RECORDS ...] [--year 2020] [--memory 4GB] [--threads 2]

Several records folders (0.1×, 1×, 3× the residents) also print the growth. The floor of a step is decoding and hashing
exactly the columns its plan reads, in the same process, right after the step.
"""
import argparse
import json
import re
import resource
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

from sanyi.engines.duck import DuckEngine
from sanyi.runs.ahead import Ahead
from sanyi.runs.compiled import Compiled
from sanyi.runs.making import make
from sanyi.runs.packs import open_plan
from sanyi.runs.records import open_records
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps, in_order, promise
from sanyi.runs.under_way import STORE, Run, show


def columns_used(engine: DuckEngine, sql: str) -> dict[str, set[str]]:
    """Which columns of which files a query's plan reads, as {file list: columns}."""
    plan = json.loads(engine._connection.execute("EXPLAIN (FORMAT json) " + sql).fetchall()[0][1])
    found: dict[str, set[str]] = {}
    waiting = list(plan)
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        extra = node.get("extra_info", {})
        if "PARQUET" in node["name"].upper() or "PARQUET" in str(extra.get("Function", "")).upper():
            projections = extra.get("Projections", [])
            names = [projections] if isinstance(projections, str) else projections
            filters = re.findall(r"\b([a-z_0-9]+)\s*(?:=|<|>|IN|IS)", str(extra.get("Filters", "")))
            found.setdefault(str(extra.get("Total Files Read", "")) + node["name"], set()).update(names, filters)
    return found


def floor_seconds(engine: DuckEngine, step, sql: str) -> float:
    """Decode and hash the columns used, once per table the step reads."""
    used = set().union(*columns_used(engine, sql).values()) if columns_used(engine, sql) else set()
    spent = 0.0
    for name in step.tables:
        table = promise(name)
        columns = [column for column in table.names if column in used]
        if columns:
            hashed = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
            started = time.perf_counter()
            engine._connection.execute(f'SELECT {hashed} FROM "{name}"').fetchall()
            spent += time.perf_counter() - started
    return spent


class PeakMemory:
    """The process's resident memory, watched every 20 ms."""

    def __enter__(self) -> "PeakMemory":
        self.peak, self._stop = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            self.peak = max(self.peak, resident)


def measure(records: Path, year: int, memory: str, threads: int) -> dict:
    """Run every step once in a fresh results folder; give seconds, floors, rows and memory."""
    plan = open_plan("haikou-2018").on(date(year, 12, 31))
    opened = open_records(records)
    steps, rows = [], 0
    with tempfile.TemporaryDirectory() as folder, PeakMemory() as memory_used:
        (Path(folder) / STORE).mkdir()
        started = time.perf_counter()
        with DuckEngine(memory, threads) as engine, Ahead(lambda step: None, ()) as ahead:
            under_way = Run(opened, plan, year, Path(folder), engine, Compiled(Path(folder)))
            for step in in_order(all_steps()):  # one after another, so that each one's CPU-seconds are its own
                cpu = time.process_time()
                made = make(under_way, step, ahead)
                under_way.made[step.name] = made
                steps.append([step.name, made.seconds, time.process_time() - cpu, 0.0, made.rows])
            seconds = time.perf_counter() - started
            peak = memory_used.peak
            for line, step in zip(steps, in_order(all_steps()), strict=True):
                if not step.exact:
                    show(under_way, step)
                    line[3] = floor_seconds(engine, step, engine.sql(
                        expression(step, plan, year), step.makes))
            files = opened.paths(opened.chosen("charge_lines", year))
            rows = sum(engine.count(path) for path in files)
    return {"seconds": seconds, "floor": sum(line[3] for line in steps), "steps": steps, "lines": rows, "peak": peak}


def main() -> None:
    """Measure each folder and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path, nargs="+")
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    summary = []
    for folder in chosen.records:
        measured = measure(folder, chosen.year, chosen.memory, chosen.threads)
        print(f"\n{folder.name}\n{'step':42} {'s':>8} {'CPU s':>8} {'floor s':>8} {'rows':>10}")
        for name, seconds, cpu, floor, rows in measured["steps"]:
            print(f"{name:42} {seconds:8.2f} {cpu:8.2f} {floor:8.2f} {rows:10,}")
        summary.append((folder.name, measured))
    print(f"\n{'records':20} {'lines':>12} {'s':>8} {'floor s':>8} {'ratio':>6} {'lines/s':>12} {'peak MB':>8} {'growth':>7}")
    first = summary[0][1]
    for name, measured in summary:
        growth = (measured["seconds"] / first["seconds"]) / max(measured["lines"] / first["lines"], 1e-9)
        print(f"{name:20} {measured['lines']:12,} {measured['seconds']:8.1f} {measured['floor']:8.1f} "
              f"{measured['seconds'] / measured['floor']:6.1f} {measured['lines'] / measured['seconds']:12,.0f} "
              f"{measured['peak'] / 1e6:8.0f} {growth:7.2f}")


if __name__ == "__main__":
    main()
