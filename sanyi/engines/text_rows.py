"""Any small foreign file (CSV, XLSX, Parquet) as plain rows of text with their line numbers."""
from collections.abc import Iterator
from pathlib import Path

from sanyi.engines.raw_files import look_at
from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_parquet import open_parquet, parquet_cells
from sanyi.engines.raw_sheet import read_sheet
from sanyi.engines.raw_text import Cells, cells_of, read_header, text_blocks

TextRow = tuple[int, dict[str, str]]


def text_rows(path: Path, sheet: str = "") -> Iterator[TextRow]:
    """Each row's line and its cells by header, an empty cell as an empty text; raises Unreadable (also for a row that is none)."""
    opened = look_at(path)
    if opened.kind == "parquet":
        file = open_parquet(path)
        pieces = parquet_cells(file, _once(file.schema_arrow.names))
    elif opened.kind == "xlsx":
        header = _once(read_sheet(path, sheet, ())[0])
        pieces = iter([read_sheet(path, sheet, header)[1]])
    else:
        header = _once(read_header(path, opened))
        pieces = (cells_of(block, header, header) for block in text_blocks(path, opened))
    for cells in pieces:
        yield from _rows(cells)


def _once(header: list[str]) -> list[str]:
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise Unreadable("columns_repeated", ", ".join(repeated)[:200])
    return header


def _rows(cells: Cells) -> Iterator[TextRow]:
    if cells.problems:
        line, reason, seen = cells.problems[0]
        raise Unreadable(reason, f"line {line}: {seen}")
    columns = {name: column.to_pylist() for name, column in cells.columns.items()}
    for place, line in enumerate(cells.lines.tolist()):
        found = {name: (column[place] or "").strip() for name, column in columns.items()}
        if any(found.values()):
            yield line, found
