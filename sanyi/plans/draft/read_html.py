"""Read HTML pages: the main text and its tables, without menus, scripts and page feet."""

import re

from lxml import etree, html

from sanyi.plans.draft.assembling import TextInMaking
from sanyi.plans.draft.document import Cell, Document, Table
from sanyi.plans.draft.errors import UnreadableDocument

_DROPPED = "//script|//style|//nav|//header|//footer|//aside|//form|//noscript|//iframe|//select|//button|//template|//svg|//head/*[not(self::title)]"
_MENU = re.compile(
    r"(^|[\s_-])(nav|menu|footer|header|sidebar|breadcrumb|crumb|share|toolbar|copyright|topbar|search|related|ewm|qrcode)([\s_-]|$)",
    re.I,
)
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
WIDEST = 100  # columns of a table; spans that claim more are cut
_BLOCKS = {
    "p",
    "div",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "br",
    "ul",
    "ol",
    "blockquote",
    "center",
    "main",
    "body",
    "td",
    "tr",
    "pre",
    "dd",
    "dt",
    "title",
}


def read_html(name: str, content: bytes) -> Document:
    """Read an HTML page.

    Errors: UnreadableDocument, when nothing of it is text.
    """
    tree = _parsed(name, content)
    body = _main(tree)
    made, paragraphs, tables = TextInMaking(name), [], []
    for kind, found in _walk(body):
        if kind == "text":
            paragraphs.append(made.paragraph(found))
        else:
            cells = {}
            tables.append(Table(tuple(tuple(_known(cell, cells, made) for cell in row) for row in found), len(paragraphs)))
    if not made.text.strip():
        raise UnreadableDocument(f"{name}：网页里没有正文文字", f"{name}: the page holds no text")
    return Document(name, made.text, tuple(paragraph for paragraph in paragraphs if paragraph.text), tuple(tables))


def _parsed(name, content):
    try:
        encoding = _encoding(content)
        text = _UNPRINTED.sub(" ", content.decode(encoding, "replace"))
        tree = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableDocument(f"{name}：不是能读的网页", f"{name}: not a readable page") from error
    for node in [
        *tree.xpath(_DROPPED),
        *tree.xpath("//comment()"),
        *[node for node in tree.xpath("//*[@class or @id]") if _is_menu(node)],
    ]:
        if node.getparent() is not None:
            node.drop_tree()
    return tree


def _encoding(content: bytes) -> str:
    declared = re.search(rb"charset=[\"']?([\w-]+)", content[:3000], re.I)
    named = declared[1].decode("ascii").lower() if declared else ""
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "gb18030" if named in ("", "gb2312", "gbk", "gb18030", "utf-8") else named


def _is_menu(node) -> bool:
    """A block is a menu when it is called one and most of its words are links."""
    if node.tag in ("body", "html") or not _MENU.search(f"{node.get('class', '')} {node.get('id', '')}"):
        return False
    return len(node.text_content().strip()) < 600 or _link_share(node) > 0.5


def _link_share(node) -> float:
    whole = len("".join(node.text_content().split()))
    return sum(len("".join(link.text_content().split())) for link in node.iter("a")) / whole if whole else 1.0


def _main(tree):
    """The smallest block that still holds most of the page's words outside links."""
    body = tree.find("body") if tree.find("body") is not None else tree
    whole = _own_length(body)
    while True:
        best = max((child for child in body if isinstance(child.tag, str)), key=_own_length, default=None)
        if best is None or best.tag in ("table", "p", "tbody", "tr") or _own_length(best) * 10 < whole * 8:
            return body
        body = best


def _own_length(node) -> int:
    return len("".join(node.text_content().split())) - sum(len("".join(link.text_content().split())) for link in node.iter("a"))


def _walk(body):
    """Give the blocks of text and the tables in reading order; a table without a header row is layout and read as text."""
    words = []

    def flush():
        text = "".join(words)
        words.clear()
        return [("text", piece.strip()) for piece in text.split("\n") if piece.strip()]

    def walk(node):
        if not isinstance(node.tag, str):
            words.append(node.tail or "")
            return
        if node.tag == "table" and _is_data(node):
            yield from flush()
            yield "table", _rows(node)
        else:
            words.append("\n" if node.tag in _BLOCKS else "")
            words.append(" ".join((node.text or "").split("\n")))
            for child in node:
                yield from walk(child)
            words.append("\n" if node.tag in _BLOCKS else "")
        words.append(" ".join((node.tail or "").split("\n")))

    yield from walk(body)
    yield from flush()


def _is_data(table) -> bool:
    rows = table.xpath(".//tr")
    return not table.xpath(".//table") and len(rows) >= 2 and max(len(row.xpath("./td|./th")) for row in rows) >= 3


def _rows(table):
    """The grid of a table with its spans filled: a cell merged downwards is the same list in every row, one merged across empty but at its head."""
    grid, waiting, held = [], {}, {}
    for row in table.xpath(".//tr"):
        cells, column = [], 0
        for cell in row.xpath("./td|./th"):
            while waiting.get(column, 0):
                waiting[column] -= 1
                cells.append(held[column])
                column += 1
            wide, high = (_span(cell, key) for key in ("colspan", "rowspan"))
            for at in range(min(wide, max(WIDEST - column, 0))):
                held[column + at] = _pieces(cell) if at == 0 else []
                cells.append(held[column + at])
                waiting[column + at] = high - 1
            column += wide
        cells = cells[:WIDEST]
        for late in [key for key in waiting if key >= WIDEST]:
            del waiting[late]
        for late in sorted(key for key, count in waiting.items() if key >= column and count):
            waiting[late] -= 1
            cells.append(held[late])
        grid.append(cells)
    return grid


def _span(cell, key) -> int:
    value = cell.get(key, "1")
    return min(int(value), 50) if value.isdigit() and int(value) else 1


def _pieces(cell):
    parts = [" ".join("".join(block.itertext()).split()) for block in cell.xpath("./p|./div")] or [
        " ".join(cell.text_content().split())
    ]
    return [part for part in parts if part]


def _known(pieces, cells, made) -> Cell:
    """The cell of a list of pieces; the same list gives the same cell, its words written once."""
    if id(pieces) not in cells:
        cells[id(pieces)] = Cell(tuple(made.paragraph(piece) for piece in pieces))
    return cells[id(pieces)]
