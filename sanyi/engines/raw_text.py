"""CSV to columns of text with the true physical line of each row: fast where a block is plain, line by line where not."""
import codecs
import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import pyarrow as pa
import pyarrow.csv as arrow_csv

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_files import Opened, chunks

LONGEST_LINE = 1 << 20
LONGEST_BLOCK = 64 << 20
MOST_LINES_IN_QUOTES = 1000


@dataclass(frozen=True)
class Cells:
    """A stretch of rows as text: one array per column asked for, their lines, and the lines that are no rows.

    A problem is (line, reason, what was seen).
    """

    columns: dict[str, pa.StringArray]
    lines: numpy.ndarray
    problems: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """Whole physical lines of a file in UTF-8, the number of the first, and how many lines they are."""

    data: bytes
    first_line: int
    lines: int


def read_header(path: Path, opened: Opened) -> list[str]:
    """The names in a CSV file's first line; raises Unreadable."""
    for block in _blocks(path, opened):
        record = next(_records(block), None)
        if record and isinstance(record[1], list):
            return [name.strip() for name in record[1]]
        break
    raise Unreadable("file_empty", "no header")


def text_blocks(path: Path, opened: Opened) -> Iterator[Block]:
    """The file after its header in blocks of whole lines (and whole records where quotes span lines)."""
    rest = _blocks(path, opened)
    first = next(rest)
    ends = _end_of_header(first)
    header_lines = first.data[:ends].count(b"\n")
    head = Block(first.data[ends:], first.first_line + header_lines, first.lines - header_lines)
    yield from _closed(itertools.chain([head], rest))


def cells_of(block: Block, header: Sequence[str], wanted: Sequence[str]) -> Cells:
    """A block's rows as text columns."""
    if not block.data:
        return Cells({name: pa.array([], pa.string()) for name in wanted}, numpy.array([], "int64"))
    plain = _is_plain(block)
    return _fast(block, header, wanted) if plain else _careful(block, header, wanted)


def _is_plain(block: Block) -> bool:
    """Whether every physical line is one record that the fast parser reads as we do."""
    data = block.data
    if b"\n\n" in data or data.startswith((b"\n", b"\r\n")) or b"\n\r" in data or b"\0" in data:
        return False
    if data.count(b"\r") != data.count(b"\r\n"):
        return False
    return b'"' not in data or not any(line.count(b'"') & 1 for line in data.split(b"\n"))


def _fast(block: Block, header: Sequence[str], wanted: Sequence[str]) -> Cells:
    problems: list[tuple[int, str, str]] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        problems.append((block.first_line + row.number - 1, "column_count", f"{row.actual_columns}: {row.text[:200]}"))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block.data),
            read_options=arrow_csv.ReadOptions(column_names=list(header), use_threads=False, block_size=len(block.data) + 64),
            parse_options=arrow_csv.ParseOptions(quote_char='"' if b'"' in block.data else False,
                                                 ignore_empty_lines=False, invalid_row_handler=keep),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()), include_columns=list(wanted),
                strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""], check_utf8=False))
    except pa.ArrowInvalid:
        return _careful(block, header, wanted)
    if table.num_rows + len(problems) != block.lines:
        return _careful(block, header, wanted)
    lines = numpy.arange(block.first_line, block.first_line + block.lines, dtype="int64")
    if problems:
        lines = numpy.delete(lines, [line - block.first_line for line, _, _ in problems])
    return Cells({name: _one(table[name]) for name in wanted}, lines, problems)


def _one(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], pa.string())])


def _careful(block: Block, header: Sequence[str], wanted: Sequence[str]) -> Cells:
    places = [header.index(name) for name in wanted]
    rows, lines, problems = [], [], []
    for line, record in _records(block):
        if isinstance(record, str):
            problems.append((line, record, ""))
        elif len(record) != len(header):
            problems.append((line, "column_count", f"{len(record)}: {','.join(record)[:200]}"))
        else:
            rows.append([record[place] or None for place in places])
            lines.append(line)
    columns = zip(*rows, strict=True) if rows else ([] for _ in wanted)
    return Cells({name: pa.array(column, pa.string()) for name, column in zip(wanted, columns, strict=True)},
                 numpy.array(lines, "int64"), problems)


def _records(block: Block) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the line each starts on; a line that is no record comes as a reason's name; blank lines are none."""
    lines = block.data.decode("utf-8", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    at = 0
    while at < len(lines):
        took, record = _record(lines, at)
        if record is not None:
            yield block.first_line + at, record
        at += took


def _record(lines: Sequence[str], at: int) -> tuple[int, list[str] | str | None]:
    line = lines[at].removesuffix("\r")
    if len(line) > LONGEST_LINE:
        return 1, "line_too_long"
    if not line.strip():
        return 1, None
    took, text = 1, line
    while text.count('"') & 1:
        if took >= MOST_LINES_IN_QUOTES or at + took >= len(lines) or len(text) > LONGEST_LINE:
            return (1, _parsed(line)) if not _opens_quote(line) else (1, "quote_not_closed")
        text += "\n" + lines[at + took].removesuffix("\r")
        took += 1
    if took > 1 and not _opens_quote(line):
        return 1, _parsed(line)
    return took, _parsed(text)


def _opens_quote(line: str) -> bool:
    """Whether a line ends inside a quoted field (a quote in the middle of a bare field opens nothing)."""
    try:
        parsed = next(csv.reader([line + "\n", '",']), [])
    except csv.Error:
        return False
    return any("\n" in each for each in parsed)


def _parsed(text: str) -> list[str] | str:
    try:
        return next(csv.reader([line + "\n" for line in text.split("\n")]), [])
    except csv.Error:
        return "control_character" if "\r" in text else "line_too_long"


def _end_of_header(block: Block) -> int:
    """Where the rows begin: after the first record that is not blank."""
    at = 0
    for line in block.data.split(b"\n"):
        at += len(line) + 1
        if line.strip():
            break
    return min(at, len(block.data))


def _closed(blocks: Iterator[Block]) -> Iterator[Block]:
    """Join blocks where a quoted field runs over a block's end."""
    held: Block | None = None
    for block in blocks:
        joined = block if held is None else Block(held.data + block.data, held.first_line, held.lines + block.lines)
        is_open = joined.data.count(b'"') & 1
        if is_open and len(joined.data) < 3 * LONGEST_LINE * 4:
            held = joined
            continue
        held = None
        yield joined
    if held is not None:
        yield held


def _blocks(path: Path, opened: Opened) -> Iterator[Block]:
    rest, line = b"", 1
    for piece in _as_utf8(path, opened):
        data = rest + piece if rest else piece
        cut = data.rfind(b"\n") + 1
        if not cut:
            if len(data) > LONGEST_BLOCK:
                raise Unreadable("line_too_long", f"line {line} is longer than {LONGEST_BLOCK >> 20} MB")
            rest = data
            continue
        block = data[:cut]
        count = block.count(b"\n")
        yield Block(block, line, count)
        line, rest = line + count, data[cut:]
    if rest:
        yield Block(rest + b"\n", line, 1)


def _as_utf8(path: Path, opened: Opened) -> Iterator[bytes]:
    """The file's bytes in UTF-8; a file of bare carriage returns gets line feeds."""
    pieces = chunks(path, opened.skip)
    if opened.encoding != "utf-8":
        pieces = _transcoded(pieces, opened.encoding)
    first = next(pieces, b"")
    old_ends = b"\n" not in first and b"\r" in first
    for piece in itertools.chain([first], pieces):
        yield piece.replace(b"\r", b"\n") if old_ends else piece


def _transcoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-broken"))("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    last = decoder.decode(b"", True)
    if last:
        yield last.encode("utf-8", "replace")
