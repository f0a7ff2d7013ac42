"""Any foreign file as one relation of typed rows with line numbers and notes on unreadable cells."""
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_files import Opened
from sanyi.engines.raw_parquet import is_canonical, open_parquet, parquet_cells
from sanyi.engines.raw_sheet import read_sheet
from sanyi.engines.raw_text import cells_of, read_header, text_blocks
from sanyi.engines.raw_typed import typed, typed_schema

NAMES_LISTED = 40


@dataclass(frozen=True)
class Rows:
    """A stream of typed rows; what goes wrong inside it is kept, because the engine that reads it tells only its own words."""

    reader: pa.RecordBatchReader
    failures: list[Exception]


def rows_of(path: Path, opened: Opened, mapping: Any, threads: int) -> Rows | None:
    """Typed rows of a file, in order; None for a Parquet file that the engine may read as it is. Raises Unreadable.

    `mapping` says: `fields`, `sources`, `sheet`, `is_plain` and `optional(source)`.
    """
    schema = typed_schema(mapping.fields)
    if opened.kind == "parquet":
        file = open_parquet(path)
        if mapping.is_plain and is_canonical(file, mapping.fields):
            _check_header(file.schema_arrow.names, mapping)
            return None
        wanted = _check_header(file.schema_arrow.names, mapping)
        return _rows(schema, (typed(cells, mapping.fields) for cells in parquet_cells(file, wanted)))
    if opened.kind == "xlsx":
        header, cells = read_sheet(path, mapping.sheet, mapping.sources)
        _check_header(header, mapping)
        return _rows(schema, iter([typed(cells, mapping.fields)]))
    header = read_header(path, opened)
    wanted = _check_header(header, mapping)
    return _rows(schema, _side_by_side(
        text_blocks(path, opened), lambda block: typed(cells_of(block, header, wanted), mapping.fields), threads))


def _rows(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Rows:
    failures: list[Exception] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except Exception as error:
            failures.append(error)
            raise

    return Rows(pa.RecordBatchReader.from_batches(schema, watched()), failures)


def _check_header(header: Sequence[str], mapping: Any) -> list[str]:
    """The wanted names that the header has; raises Unreadable where it lacks one or says one twice."""
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise Unreadable("columns_repeated", ", ".join(repeated)[:200])
    lacking = [name for name in mapping.sources if name not in header and not mapping.optional(name)]
    if lacking:
        raise Unreadable("columns_missing", f"{', '.join(lacking)}; there are "
                                            f"{', '.join(header[:NAMES_LISTED])}"[:400])
    return [name for name in mapping.sources if name in header]


def _side_by_side(blocks: Iterator[Any], work: Callable[[Any], Any], threads: int) -> Iterator[Any]:
    """Work on a few blocks at once and give the results in the blocks' order."""
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Any] = deque()
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > threads + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
