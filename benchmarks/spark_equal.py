"""A year on DuckDB and on Spark: every table equal, and what each engine costs.

    python benchmarks/spark_equal.py RECORDS [--year 2020] [--workers 2] [--memory 2GB] [--out FOLDER]

Starts a standalone master and its workers (one core each) on loopback, runs the plan on DuckDB and then on Spark, and
prints equality by the digests of the files and by order-free row digests, then seconds, CPU seconds and memory with
their ratios. `--workers 0` takes this process's own Spark, local[2]. CPU and memory are those of all processes that
belong to the run: the driver, its Java, the master, the workers and their executors.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanyi.runs.compare_results import compare_results
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run

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
        self.seconds = time.perf_counter() - self._started
        self.cpu = sum(spent - self._before.get(pid, 0) for pid, spent in self._seconds.items())

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


def measured(name: str, records: Path, year: int, out: Path, **engine) -> tuple[Watched, dict]:
    """Run the year once in a fresh folder."""
    with Watched() as watched:
        card = run(open_plan("haikou-2018"), records, year, out, **engine)
    print(f"{name}: {watched.seconds:.1f} s, {watched.cpu:.1f} CPU s, peak {watched.peak / 1e6:,.0f} MB", flush=True)
    return watched, json.loads(card.read_text("utf-8"))


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path)
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="2GB", help="of each worker")
    parser.add_argument("--out", type=Path, help="where results go; a folder that is thrown away by default")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanyi-spark-") as folder:
        out = chosen.out or Path(folder) / "results"
        duck, here = measured("duckdb", chosen.records, chosen.year, out / "duckdb", engine="duckdb")
        if chosen.workers:
            with cluster(chosen.workers, chosen.memory, Path(folder)) as master:
                spark, there = measured("spark", chosen.records, chosen.year, out / "spark", engine="spark", master=master,
                                        memory=f"{int(chosen.memory[:-2]) * (1000 if chosen.memory.endswith('GB') else 1) * 3 // 4}MB")
        else:
            spark, there = measured("spark", chosen.records, chosen.year, out / "spark", engine="spark", memory=chosen.memory)
        compared = list(compare_results(out / "duckdb", out / "spark"))
    say(here, there, compared, duck, spark)


def say(here: dict, there: dict, compared: list, duck: Watched, spark: Watched) -> None:
    """Print the table."""
    same_bytes = {name for name in here["steps"] if here["steps"][name]["digest"] == there["steps"][name]["digest"]}
    print(f"\n{'table':42} {'rows':>12} {'equal':>6} {'bytes':>6} {'duckdb s':>9} {'spark s':>9} {'ratio':>6}")
    for each in compared:
        seconds = here["seconds"][each.table], there["seconds"][each.table]
        print(f"{each.table:42} {each.left.rows:12,} {'yes' if each.is_equal else 'NO':>6} "
              f"{'same' if each.table in same_bytes else 'other':>6} {seconds[0]:9.2f} {seconds[1]:9.2f} {seconds[1] / max(seconds[0], 1e-3):6.1f}")
    print(f"\n{sum(each.is_equal for each in compared)} of {len(compared)} tables equal, {len(same_bytes)} to the byte, "
          f"{sum(each.left.rows for each in compared):,} rows; Spark ÷ DuckDB: {spark.seconds / duck.seconds:.1f} × the time, "
          f"{spark.cpu / duck.cpu:.1f} × the CPU, {spark.peak / duck.peak:.1f} × the memory")


if __name__ == "__main__":
    main()
