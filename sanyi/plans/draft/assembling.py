"""Put a document together from lines and real tables: furniture out, flattened tables found, paragraphs joined."""

import re

from sanyi.plans.draft.document import Document, Line, Paragraph, Table
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.flattened import find_tables
from sanyi.plans.draft.lines import is_page_number, paragraph_of, paragraphs_of, without_furniture, without_marks


LONGEST = 150_000  # characters of a plan: nine times the longest known


def refuse_long(name, length) -> None:
    """Refuse a text that is too long for a plan."""
    raise UnreadableDocument(
        f"{name}：有 {length} 字以上，超过 {LONGEST} 字，不像一份方案；请只留方案本身",
        f"{name}: {length} characters or more, over {LONGEST}: too long for a plan; keep the plan only",
    )


def document_of_lines(name: str, text: str, lines: list[Line]) -> Document:
    """Make a document of a text's lines."""
    kept, tables = find_tables(without_furniture(lines))
    paragraphs, counted, at = [], [], 0
    for before, rows in tables:
        paragraphs += paragraphs_of(_plain(kept[at:before]))
        counted.append(Table(rows, len(paragraphs)))
        at = before
    paragraphs += paragraphs_of(_plain(kept[at:]))
    return Document(name, text, tuple(paragraphs), tuple(counted))


def _plain(lines):
    """Numbers that stand alone on a line say nothing outside a table."""
    return [line for line in lines if not re.fullmatch(r"\s*\d{1,3}\s*", line.text) and not is_page_number(line.text)]


class TextInMaking:
    """Collects the text of a document piece by piece and says where each piece came to stand."""

    def __init__(self, name: str = ""):
        self.name = name
        self.pieces, self.length, self.line = [], 0, 0

    def add(self, words: str, page: int = 0) -> Line:
        """Add one line (a paragraph or a cell) and give it with its place."""
        words = without_marks(words).replace("\r", " ").replace("\n", " ")
        line = Line(self.length, words, page, self.line + 1, ends_block=True)
        self.pieces.append(words + "\n")
        self.length += len(words) + 1
        self.line += 1
        if self.length > LONGEST:  # said here, so that no reader goes on through what will be refused
            refuse_long(self.name, self.length)
        return line

    def paragraph(self, words: str, page: int = 0) -> Paragraph:
        """Add one paragraph."""
        return paragraph_of([self.add(words, page)])

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)
