"""Read PDF: lines of text page by page, ruled tables as tables; a scanned PDF without text is refused."""

import io
import re
import zlib

import pdfplumber

from sanyi.plans.draft.assembling import TextInMaking
from sanyi.plans.draft.document import Cell, Document, Line, Table
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.flattened import find_tables
from sanyi.plans.draft.lines import paragraph_of, paragraphs_of, without_furniture


LARGEST = 200 * 1024 * 1024  # bytes of all streams when unpacked
MOST_PAGES = 300


def read_pdf(name: str, content: bytes) -> Document:
    """Read a PDF file.

    Errors: UnreadableDocument, when it is no PDF, is locked by a password, or holds pictures of text only.
    """
    _refuse_bomb(name, content)
    made = TextInMaking(name)
    blocks = _blocks(name, content, made)
    lines = [block for block in blocks if isinstance(block, Line)]
    if sum(len(line.text.strip()) for line in lines) < 20 and len(blocks) == len(lines):
        raise UnreadableDocument(
            f"{name}：PDF 里没有文字，像是扫描件；请先做文字识别（OCR）或换可复制文字的版本",
            f"{name}: the PDF holds no text and looks scanned; run character recognition on it first",
        )
    kept = {id(line) for line in without_furniture(lines)}
    paragraphs, tables, run = [], [], []
    for block in [*blocks, None]:
        if isinstance(block, Line):
            run += [block] if id(block) in kept else []
            continue
        _close(run, paragraphs, tables)
        run = []
        if block is not None:
            tables.append(Table(block, len(paragraphs)))
    return Document(name, made.text, tuple(paragraphs), tuple(_joined(tables)))


def _refuse_bomb(name, content) -> None:
    """Unpack every compressed stream up to a bound before the reader of PDF unpacks it whole."""
    room = LARGEST
    for found in re.finditer(rb"stream\r?\n", content):
        stream, at = zlib.decompressobj(), found.end()
        try:
            while not stream.eof and at < len(content) and room > 0:
                room -= len(stream.decompress(stream.unconsumed_tail or content[at : at + 65536], 1 << 20))
                at += 0 if stream.unconsumed_tail else 65536
        except zlib.error:
            continue
        if room <= 0:
            raise UnreadableDocument(f"{name}：文件解开后过大", f"{name}: the file is too large when unpacked")


def _close(run, paragraphs, tables) -> None:
    outside, found = find_tables(run)
    at = 0
    for before, rows in found:
        paragraphs += paragraphs_of(outside[at:before])
        tables.append(Table(rows, len(paragraphs)))
        at = before
    paragraphs += paragraphs_of(outside[at:])


def _joined(tables):
    """A table that runs over a page end goes on as one: same place, same number of columns."""
    joined = []
    for table in tables:
        if joined and joined[-1].at == table.at and len(joined[-1].rows[0]) == len(table.rows[0]):
            joined[-1] = Table((*joined[-1].rows, *table.rows), table.at)
        else:
            joined.append(table)
    return joined


def _blocks(name, content, made):
    blocks = []
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise UnreadableDocument(
                    f"{name}：有 {len(pdf.pages)} 页，超过 {MOST_PAGES} 页；请只留方案本身",
                    f"{name}: {len(pdf.pages)} pages, more than {MOST_PAGES}; keep the plan only",
                )
            for number, page in enumerate(pdf.pages, 1):
                blocks += _page(page, number, made)
    except UnreadableDocument:
        raise
    except Exception as error:  # pdfminer raises whatever a damaged file leads it into
        locked = "password" in f"{type(error).__name__} {error!r}".lower()
        zh, en = (
            ("有密码，打不开", "it is locked by a password")
            if locked
            else ("不是完好的 PDF 文件", "it is not a sound PDF file")
        )
        raise UnreadableDocument(f"{name}：{zh}", f"{name}: {en}") from error
    return blocks


def _page(page, number, made):
    """Lines and tables of one page, from top to bottom."""
    ruled = [table for table in page.find_tables() if len(table.rows) >= 2]
    found = []
    for line in page.extract_text_lines(return_chars=False):
        middle = (line["top"] + line["bottom"]) / 2
        if not any(box.bbox[1] <= middle <= box.bbox[3] and box.bbox[0] <= line["x0"] + 2 <= box.bbox[2] for box in ruled):
            found.append((line["top"], line["text"]))
    found += [(table.bbox[1], table.extract()) for table in ruled]
    blocks = []
    for _, block in sorted(found, key=lambda each: each[0]):
        if isinstance(block, str):
            line = made.add(block, number)
            blocks.append(Line(line.start, line.text, number, line.number))
        else:
            blocks.append(tuple(tuple(_cell(words, number, made) for words in row) for row in block))
    return blocks


def _cell(words, number, made) -> Cell:
    if not (words or "").strip():
        return Cell()
    return Cell((paragraph_of([made.add(piece, number) for piece in words.splitlines() if piece.strip()]),))
