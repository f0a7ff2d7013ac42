"""What single steps take on a large record: each in a process of its own, so that its memory is its own.

    python benchmarks/step_memory.py RECORDS STEP [STEP ...] [--change NAME=VALUE] [--year 2020] [--memory 4GB] [--out FOLDER]

The steps are taken in their order in a run; what a step needs and no step before it made is made with it. Prints rows, seconds, CPU
seconds, the largest resident memory and the largest spill of each.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sanyi.runs.packs import open_plan
from sanyi.runs.run import run
from sanyi.runs.steps import all_steps, in_order

GIB = 1 << 30


def main() -> None:
    """Measure each step and print a line, or (as its child) run one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path)
    parser.add_argument("steps", nargs="+")
    parser.add_argument("--change", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        run(open_plan("haikou-2018").changed(dict(each.split("=", 1) for each in chosen.change)), chosen.records, chosen.year, chosen.out,
            memory=chosen.memory, wanted=chosen.steps)
        return
    wanted = [step.name for step in in_order(all_steps(), chosen.steps) if step.name in chosen.steps]
    with tempfile.TemporaryDirectory(prefix="sanyi-memory-") as folder:
        out = chosen.out or Path(folder) / "results"
        out.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(wanted, 1):
            print(measured(chosen, out, Path(folder), wanted[:number]), flush=True)


def measured(chosen: argparse.Namespace, out: Path, spill: Path, steps: list[str]) -> str:
    """Run the last of the steps in a child (those before it are kept) and say what it took."""
    command = [sys.executable, __file__, "--child", str(chosen.records), *steps, "--year", str(chosen.year), "--memory", chosen.memory, "--out", str(out),
               *(part for each in chosen.change for part in ("--change", each))]
    started, spilled = time.perf_counter(), 0
    child = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(spill)})
    while not (ended := os.wait4(child.pid, os.WNOHANG))[0]:
        spilled = max(spilled, sum(_size(path) for path in spill.glob("sanyi-spill-*/*")))
        time.sleep(0.1)
    _, status, used = ended
    if status:
        return f"{steps[-1]:32} failed, exit status {os.waitstatus_to_exitcode(status)}"
    card = json.loads((out / "run-card.json").read_text("utf-8"))
    return (f"{steps[-1]:32} {card['steps'][steps[-1]]['rows']:12,} rows {time.perf_counter() - started:8.1f} s {used.ru_utime + used.ru_stime:8.1f} CPU s "
            f"{used.ru_maxrss * 1024 / GIB:6.2f} GiB, spilled {spilled / GIB:6.2f} GiB; made {', '.join(sorted(set(card['steps']) - set(card['kept'])))}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    main()
