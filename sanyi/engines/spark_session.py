"""Opening Spark: what must be installed, which master, how much memory; each refused with its reason."""
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sanyi.engines.errors import BadSetting, NotInstalled

OLDEST_JAVA = 17
LEAST_MIB = 512  # below about 470 MB Spark itself refuses to start
CONNECT_SECONDS = 5
EXECUTOR_SECONDS = 60
MASTER = re.compile(r"local(\[(\d+|\*)\])?|spark://[^\s/,:]+:\d+(,[^\s/,:]+:\d+)*")
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
PLANNER = " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a cluster's driver only plans: its second compiler would cost more than it gains
QUIET = "rootLogger.level = error\nrootLogger.appenderRef.stderr.ref = stderr\nappender.stderr.type = Console\n" \
    "appender.stderr.name = stderr\nappender.stderr.target = SYSTEM_ERR\nappender.stderr.layout.type = PatternLayout\n" \
    "appender.stderr.layout.pattern = Spark %p %c{1}: %m%n%ex{short}\n"


def open_session(memory: str, threads: int, master: str | None, settings: Mapping[str, str], folder: Path) -> Any:
    """Start Spark (or join a cluster) and give its session; `folder` takes what this process spills.

    Raises NotInstalled, BadSetting.
    """
    chosen = checked_master(master or f"local[{threads}]")
    mib = mebibytes(memory)
    check_installed()
    check_reachable(chosen)
    _prepare_environment(chosen)
    session = _started(_with(_settings(chosen, mib, folder), settings))
    try:
        _wait_for_executors(session, chosen, memory)
    except BaseException:
        session.stop()
        raise
    if "spark.sql.shuffle.partitions" not in settings:
        session.conf.set("spark.sql.shuffle.partitions", str(4 * session.sparkContext.defaultParallelism))
    return session


def checked_master(master: str) -> str:
    """The master's address where it is of a kind that has been tried; raises BadSetting."""
    if not MASTER.fullmatch(master) or master == "local[0]":
        raise BadSetting(f"Spark 主节点地址无效 / the master {master!r} is not taken; "
                         "应为 / expected local[2], local[*] or spark://HOST:7077")
    return master


def mebibytes(memory: str) -> int:
    """How many MiB a memory setting such as 4GB or 512MiB is; raises BadSetting, also for too little."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MGT])(i?)B?", memory.strip(), re.IGNORECASE)
    if not found:
        raise BadSetting(f"内存设置无效 / memory {memory!r} is not taken; 应为 / expected such as 4GB")
    power = "MGT".index(found[2].upper()) + 2
    mib = int(float(found[1]) * (1024 if found[3] else 1000) ** power) >> 20
    if mib < LEAST_MIB:
        raise BadSetting(f"内存太小 / memory {memory!r} is too little: Spark 每个进程至少需要 / each Spark process needs at least "
                         f"{LEAST_MIB} MiB")
    return mib


def check_installed() -> None:
    """Raise NotInstalled, saying what to install, where Spark's Python package or Java is not here."""
    import importlib.util

    if importlib.util.find_spec("pyspark") is None:
        raise NotInstalled("没有安装 pyspark / pyspark is not installed: python3 bootstrap.py spark")
    java = _java()
    if java is None:
        raise NotInstalled("没有安装 Java / Java is not installed: apt-get install default-jre-headless (Java 17+), "
                           "或设置 / or set JAVA_HOME")
    version = java_version(java)
    if version < OLDEST_JAVA:
        raise NotInstalled(f"Java 太旧 / Java is too old: {java} 为 / is {version}, Spark 4 需要 / needs {OLDEST_JAVA}+")


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")


def java_version(java: str) -> int:
    """The major version that a `java` command says it is; 0 where it says nothing."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else 0


def check_reachable(master: str) -> None:
    """Raise BadSetting where no master of a cluster answers within some seconds."""
    if not master.startswith("spark://"):
        return
    reasons = []
    for address in master.removeprefix("spark://").split(","):
        host, port = address.rsplit(":", 1)
        try:
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
            return
        except (OSError, OverflowError) as unreachable:
            reasons.append(f"{address}: {unreachable}")
    raise BadSetting(f"连不上 Spark 主节点 / the Spark master cannot be reached: {'; '.join(reasons)}")


def is_here(master: str) -> bool:
    """Whether all of Spark runs on this machine."""
    return master.startswith("local") or bool(re.match(r"spark://(localhost|127\.\d+\.\d+\.\d+):", master))


def _prepare_environment(master: str) -> None:
    """Say to the Java process what it takes from the environment only."""
    if is_here(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    if not any("UTF" in os.environ.get(name, "").upper() for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        os.environ["LC_ALL"] = "C.UTF-8"  # else Java 17 cannot open a file with a Chinese name


def _settings(master: str, mib: int, folder: Path) -> dict[str, str]:
    """All that makes Spark count as the house does, and be still."""
    quiet = folder / "log4j2.properties"
    quiet.write_text(QUIET, "utf-8")
    planner = "" if master.startswith("local") else PLANNER
    return {"spark.master": master, "spark.app.name": "sanyi",
            "spark.driver.memory": f"{mib}m" if master.startswith("local") else f"{max(LEAST_MIB, min(mib, 1024))}m",
            "spark.executor.memory": f"{mib}m",
            JAVA_OPTIONS: f"-Dlog4j2.configurationFile=file://{quiet}{planner}",
            "spark.sql.ansi.enabled": "true",  # an overflow or x/0 is an error, never a wrapped number or a null
            "spark.sql.ansi.doubleQuotedIdentifiers": "true",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.local.dir": str(folder),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false"}  # it would write into our own lines


def _with(ours: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Given settings win over ours; options for Java are added to ours."""
    java = " ".join(each[JAVA_OPTIONS] for each in (ours, given) if JAVA_OPTIONS in each)
    return {**ours, **given, JAVA_OPTIONS: java}


def _started(settings: Mapping[str, str]) -> Any:
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession
    if SparkContext._active_spark_context is not None:  # it would be joined, whatever is asked for, and stopped under its owner
        raise BadSetting("本进程已开着一个 Spark / this process has a Spark open already")
    try:
        return SparkSession.builder.config(conf=SparkConf().setAll(list(settings.items()))).getOrCreate()
    except Exception as refused:  # the library raises whatever Java or the gateway raised
        raise BadSetting(f"Spark 没有启动 / Spark did not start with {settings['spark.master']}, "
                         f"{settings['spark.executor.memory']}: {str(refused).strip().splitlines()[0]}") from refused


def _wait_for_executors(session: Any, master: str, memory: str) -> None:
    """Wait, within bounds, until a cluster gives us a process to work in."""
    if master.startswith("local"):
        return
    until = time.monotonic() + EXECUTOR_SECONDS
    while len(session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) < 2:  # the first is this process
        if time.monotonic() > until:
            raise BadSetting(f"{master} 在 {EXECUTOR_SECONDS} 秒内没有给出工作进程 / gave no process to work in within {EXECUTOR_SECONDS} s: "
                             f"没有工作节点，或没有节点有 {memory} 空闲内存与空闲核 / it has no worker, or none has {memory} and a core free")
        time.sleep(0.2)
    time.sleep(1)  # the other workers' processes start at the same time
