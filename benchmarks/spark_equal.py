"""A year on DuckDB and on Spark: every table equal, and what each engine costs, step by step.

    python benchmarks/spark_equal.py RECORDS [--year 2020] [--workers 2] [--memory 3GB] [--out FOLDER] [--steps NAME ...]

Starts a standalone master and its workers (one core each) on loopback, runs the plan on DuckDB and then on Spark, and
prints equality by the digests of the files and by order-free row digests, then seconds, CPU seconds and memory with
their ratios. `--workers 0` takes this process's own Spark, local[2]. CPU and memory are those of all processes that
belong to the run: the driver, its Java, the master, the workers and their executors.

With `--out` a run that was broken off goes on from its finished steps: each step's cost is noted beside the results as
it ends, and the sums are those of all passes (the part of a step that a kill cut off is not among them).
"""
import argparse
import json
import os
import resource
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sanyi.runs.compare_results import compare_results
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run
from sanyi.runs.steps import all_steps

TICKS = os.sysconf("SC_CLK_TCK")


class Watched:
    """CPU seconds and resident memory of this process and all it started, looked at four times a second."""

    def __enter__(self) -> "Watched":
        self.peak, self._seconds, self._stop = 0, {}, threading.Event()
        self._look()
        self._before = dict(self._seconds)
        self._started = time.perf_counter()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._started

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        return sum(spent - self._before.get(pid, 0) for pid, spent in list(self._seconds.items()))

    def _watch(self) -> None:
        while not self._stop.wait(0.25):
            self._look()

    def _look(self) -> None:
        """Note what each process has spent so far: one that ended keeps what was seen last."""
        parents, spent, resident = {}, {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            pid = int(folder.name)
            parents[pid], spent[pid] = int(words[1]), (int(words[11]) + int(words[12])) / TICKS
            resident[pid] = int(words[21]) * resource.getpagesize()
        ours = {os.getpid()}
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        self._seconds.update({pid: spent[pid] for pid in ours})
        self.peak = max(self.peak, sum(resident[pid] for pid in ours))


class Notes:
    """What each step cost, a line of JSON as it ends, in a file that later passes go on with.

    Spark makes one step at a time, so that what was spent since the last one ended is the step's (the first has the engine's start
    too). The embedded engine makes two at once: its steps' seconds are those of its run card.
    """

    def __init__(self, path: Path, watched: Watched) -> None:
        self._path, self._watched = path, watched
        self._names = {step.makes.zh: step.name for step in all_steps().values()}
        self._seconds, self._cpu = 0.0, 0.0

    def report(self, _: float, zh: str) -> None:
        """Note what was spent until a step ended."""
        seconds, cpu = self._watched.seconds, self._watched.cpu
        self.write({"step": self._names.get(zh, "end"), "seconds": seconds - self._seconds, "cpu": cpu - self._cpu, "peak": self._watched.peak})
        self._seconds, self._cpu = seconds, cpu

    def write(self, note: dict) -> None:
        """Append a line."""
        with self._path.open("a", encoding="utf-8") as file:
            print(json.dumps(note), file=file)


@dataclass(frozen=True)
class Cost:
    """What an engine took over all passes: by step and in all; and the seconds of steps as its run cards have them."""

    seconds: dict[str, float]
    cpu: dict[str, float]
    on_card: dict[str, float]
    peak: int


def cost_of(path: Path) -> Cost:
    """Add up the notes."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    notes = [line for line in lines if "step" in line]
    seconds, cpu, on_card = Counter(), Counter(), {}
    for note in notes:
        seconds[note["step"]] += note["seconds"]
        cpu[note["step"]] += note["cpu"]
    for line in lines:
        on_card |= line.get("on_card", {})
    return Cost(seconds, cpu, on_card, max(note["peak"] for note in notes))


@contextmanager
def cluster(workers: int, memory: str, folder: Path) -> Iterator[str]:
    """A standalone master with workers of one core each, on loopback; gives the master's address."""
    import pyspark
    port, home = free_port(), Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
                   "SPARK_LOCAL_DIRS": str(folder), "SPARK_NO_DAEMONIZE": "1"}
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    commands = [[f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]]
    commands += [[f"{deploy}.worker.Worker", "--cores", "1", "--memory", memory.replace("GB", "g").replace("MB", "m"), "--work-dir",
                  str(folder / f"worker-{number}"), "--host", "127.0.0.1", "--webui-port", str(free_port()), address] for number in range(workers)]
    log = (folder / "daemons.log").open("w")
    daemons = []
    try:
        for command in commands:
            daemons.append(subprocess.Popen([str(home / "bin" / "spark-class"), *command], env=environment, stdout=log, stderr=log))
            if len(daemons) == 1:
                wait_for(port)
        yield address
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            daemon.wait(60)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until something listens."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the master did not come up")


def measured(name: str, chosen: argparse.Namespace, out: Path, **engine) -> tuple[Cost, dict]:
    """Run the year, or what an earlier pass left of it."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "cost.jsonl"
    with Watched() as watched:
        notes = Notes(path, watched)
        card = json.loads(run(open_plan("haikou-2018"), chosen.records, chosen.year, out, wanted=chosen.steps, report=notes.report,
                              engine=name, **engine).read_text("utf-8"))
    notes.write({"on_card": {step: seconds for step, seconds in card["seconds"].items() if step not in card["kept"]}})
    cost = cost_of(path)
    print(f"{name}: {sum(cost.seconds.values()):.1f} s, {sum(cost.cpu.values()):.1f} CPU s, peak {cost.peak / 1e6:,.0f} MB", flush=True)
    return cost, card


def executor_memory(worker: str) -> str:
    """Three quarters of a worker's memory: Java takes the rest beside its heap."""
    return f"{int(worker[:-2]) * (1000 if worker.endswith('GB') else 1) * 3 // 4}MB"


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path)
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="3GB", help="of each worker")
    parser.add_argument("--steps", nargs="*", help="these and what they need; all by default")
    parser.add_argument("--out", type=Path, help="where results go and are gone on with; a folder that is thrown away by default")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanyi-spark-") as folder:
        out = chosen.out or Path(folder) / "results"
        duck, here = measured("duckdb", chosen, out / "duckdb")
        if chosen.workers:
            with cluster(chosen.workers, chosen.memory, Path(folder)) as master:
                spark, there = measured("spark", chosen, out / "spark", master=master, memory=executor_memory(chosen.memory))
        else:
            spark, there = measured("spark", chosen, out / "spark", memory=chosen.memory)
        compared = list(compare_results(out / "duckdb", out / "spark"))
    say(here, there, compared, duck, spark)


def say(here: dict, there: dict, compared: list, duck: Cost, spark: Cost) -> None:
    """Print the table, the dearest steps first."""
    same_bytes = {name for name in here["steps"] if here["steps"][name]["digest"] == there["steps"][name]["digest"]}
    print(f"\n{'table':42} {'rows':>12} {'equal':>6} {'bytes':>6} {'duckdb s':>9} {'spark s':>9} {'spark CPU':>10}")
    for each in sorted(compared, key=lambda each: -spark.cpu[each.table]):
        print(f"{each.table:42} {each.left.rows:12,} {'yes' if each.is_equal else 'NO':>6} {'same' if each.table in same_bytes else 'other':>6} "
              f"{duck.on_card[each.table]:9.2f} {spark.seconds[each.table]:9.2f} {spark.cpu[each.table]:10.2f}")
    ratios = [sum(there.values()) / sum(here.values()) for here, there in ((duck.seconds, spark.seconds), (duck.cpu, spark.cpu))]
    print(f"\n{sum(each.is_equal for each in compared)} of {len(compared)} tables equal, {len(same_bytes)} to the byte, "
          f"{sum(each.left.rows for each in compared):,} rows; Spark ÷ DuckDB: {ratios[0]:.1f} × the time, "
          f"{ratios[1]:.1f} × the CPU, {spark.peak / duck.peak:.1f} × the memory")


if __name__ == "__main__":
    main()
