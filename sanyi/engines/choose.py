"""Which engine a run asks for."""
from collections.abc import Mapping
from typing import Any

from sanyi.engines.duck import DuckEngine
from sanyi.engines.errors import BadSetting, UnknownEngine

ENGINES = ("duckdb", "spark")


def open_engine(name: str = "duckdb", memory: str = "4GB", threads: int = 2, master: str | None = None,
                settings: Mapping[str, str] | None = None) -> Any:
    """Open an engine by name; `master` and `settings` are Spark's. Raises UnknownEngine, BadSetting, NotInstalled."""
    if name == "spark":
        from sanyi.engines.spark import SparkEngine  # an extra: the house runs without it

        return SparkEngine(memory, threads, master, settings)
    if name != "duckdb":
        raise UnknownEngine(f"没有这个引擎 / engine {name!r} is not here; there is {', '.join(ENGINES)}")
    if master or settings:
        raise BadSetting("只有 --engine spark 才有主节点与 Spark 设置 / a master and Spark settings go with --engine spark only")
    return DuckEngine(memory, threads)
