"""Read Word documents: paragraphs with their automatic numbers written out, and tables."""

from collections import defaultdict
import io
import re
import zipfile

from docx import Document as open_docx
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from sanyi.plans.draft.assembling import TextInMaking
from sanyi.plans.draft.document import Cell, Document, Table
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.numerals import chinese

LARGEST = 200 * 1024 * 1024  # bytes when unpacked: what a plan with pictures may take, and no zip bomb
LARGEST_TEXT = 15 * 1024 * 1024  # of these, the parts that hold the text and its formats


def read_docx(name: str, content: bytes) -> Document:
    """Read a Word file (.docx).

    Errors: UnreadableDocument, when it is no Word file, is damaged or unpacks to more than LARGEST bytes.
    """
    word = _opened(name, content)
    try:
        document = _read(name, word)
    except (KeyError, ValueError, AttributeError, TypeError, IndexError) as error:  # a part that is not as Word writes it
        raise _unsound(name) from error
    if not document.text.strip():
        raise UnreadableDocument(
            f"{name}：Word 文件里没有文字（可能是扫描图片）", f"{name}: the Word file holds no text (scanned pictures?)"
        )
    return document


def _read(name, word) -> Document:
    made, paragraphs, tables, counts = TextInMaking(name), [], [], defaultdict(lambda: defaultdict(int))
    styled = {one.get(qn("w:styleId")): one.pPr.numPr for one in word.styles.element.style_lst if one.pPr is not None}
    for block in word.iter_inner_content():
        if isinstance(block, WordParagraph):
            words = _number_of(block, word, counts, styled) + block.text
            if words.strip():
                paragraphs.append(made.paragraph(words))
        elif isinstance(block, WordTable):
            tables.append(Table(_rows(block, made), len(paragraphs)))
    return Document(name, made.text, tuple(paragraphs), tuple(tables))


def _opened(name, content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sizes = [(part.filename.endswith((".xml", ".rels")), part.file_size) for part in packed.infolist()]
            if sum(size for _, size in sizes) > LARGEST or sum(size for is_text, size in sizes if is_text) > LARGEST_TEXT:
                raise UnreadableDocument(f"{name}：文件解开后过大", f"{name}: the file is too large when unpacked")
        return open_docx(io.BytesIO(content))
    except UnreadableDocument:
        raise
    except Exception as error:  # a damaged or disguised file leads zipfile, lxml and python-docx into errors of many kinds
        raise _unsound(name) from error


def _unsound(name) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}：不是完好的 Word 文件（.docx）；旧的 .doc、带宏的 .docm 和 .odt 请先另存为 .docx",
        f"{name}: not a sound Word file (.docx); save an old .doc, a .docm or .odt as .docx first",
    )


def _rows(table, made):
    """The cells of a table; a merged cell is read once, and is the same cell in every row that it covers."""
    known, rows = {}, []
    for row in table.rows:
        cells, seen = [], set()
        for cell in row.cells:
            if cell._tc not in known:
                parts = [made.paragraph(paragraph.text) for paragraph in cell.paragraphs if paragraph.text.strip()]
                known[cell._tc] = Cell(tuple(parts))
            cells.append(Cell() if cell._tc in seen else known[cell._tc])
            seen.add(cell._tc)
        rows.append(tuple(cells))
    return tuple(rows)


def _number_of(paragraph, word, counts, styled) -> str:
    """Write out the automatic number of a paragraph, as Word would show it."""
    number, level = _numbering(paragraph, styled)
    if not number:
        return ""
    definition = _level(word, number, level)
    if definition is None:
        return ""
    shape, pattern, start = definition
    current = counts[number]
    current[level] = current[level] + 1 if level in current else start
    for deeper in [other for other in current if other > level]:
        del current[deeper]
    return re.sub(r"%(\d)", lambda found: _shown(current.get(int(found[1]) - 1, 1), shape), pattern)


def _numbering(paragraph, styled):
    properties = paragraph._p.pPr
    numbered = properties.numPr if properties is not None else None
    if numbered is None and properties is not None and properties.style:
        numbered = styled.get(properties.style)
    if numbered is None or numbered.numId is None:
        return "", 0
    return str(numbered.numId.val), numbered.ilvl.val if numbered.ilvl is not None else 0


def _level(word, number, level):
    try:
        numbering = word.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None
    abstract = next(
        (
            one.find(qn("w:abstractNumId")).get(qn("w:val"))
            for one in numbering.findall(qn("w:num"))
            if one.get(qn("w:numId")) == number
        ),
        None,
    )
    for one in numbering.findall(qn("w:abstractNum")):
        if one.get(qn("w:abstractNumId")) == abstract:
            for each in one.findall(qn("w:lvl")):
                if each.get(qn("w:ilvl")) == str(level):
                    return _parts(each)
    return None


def _parts(level):
    def value(tag, default):
        found = level.find(qn(tag))
        return found.get(qn("w:val")) if found is not None else default

    return value("w:numFmt", "decimal"), value("w:lvlText", "") or "", int(value("w:start", "1") or 1)


def _shown(number: int, shape: str) -> str:
    if shape.startswith(("chinese", "ideograph", "japanese", "taiwanese")):
        return chinese(number)
    if shape.startswith("decimalEnclosed") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    return "" if shape in ("bullet", "none") else str(number)
