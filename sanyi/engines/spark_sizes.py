"""How Spark is set for one query: small tables in one task and without code made for them, which takes a tenth of the time."""
from collections.abc import Mapping
from typing import Any

SMALL_BYTES = 4 << 20  # of the Parquet files a query reads; above it Spark cuts the work among its tasks and compiles each query
SMALL = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
         "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.constraintPropagation.enabled": "false"}


class Sizes:
    """Sets a session for small queries or large ones, by turns; what the user has set himself stays as it is."""

    def __init__(self, session: Any, given: Mapping[str, str]) -> None:
        self._session = session
        self._large = {name: session.conf.get(name) for name in SMALL if name not in given}
        self._is_small = False

    def set_for(self, read_bytes: int) -> None:
        """Set the session for a query that reads so many bytes of files."""
        is_small = read_bytes <= SMALL_BYTES
        if is_small != self._is_small:
            for name, large in self._large.items():
                self._session.conf.set(name, SMALL[name] if is_small else large)
            self._is_small = is_small
