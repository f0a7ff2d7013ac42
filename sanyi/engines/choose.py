"""Which engine a run asks for."""
from sanyi.engines.duck import DuckEngine
from sanyi.engines.errors import UnknownEngine

ENGINES = {DuckEngine.name: DuckEngine}


def open_engine(name: str = "duckdb", memory: str = "4GB", threads: int = 2) -> DuckEngine:
    """Open an engine by name; raises UnknownEngine naming those there are."""
    if name not in ENGINES:
        raise UnknownEngine(f"engine {name!r} is not here; there is {', '.join(ENGINES)}")
    return ENGINES[name](memory, threads)
