"""A document as read: its text, its paragraphs with their places in the text, and its tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something stands: characters `start` to `end` of the document's text, with page (0: unknown) and line."""

    start: int
    end: int
    page: int = 0
    line: int = 0

    def overlaps(self, other: "Place") -> bool:
        """Say whether two places share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Line:
    """One line of the document's text as it was read; `ends_block` says that no later line belongs to its paragraph."""

    start: int
    text: str
    page: int = 0
    number: int = 0
    ends_block: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One repaired paragraph: its characters, and for each of them its offset in the document's text."""

    text: str
    offsets: tuple[int, ...]
    page: int = 0
    line: int = 0

    def place(self, start: int, end: int) -> Place:
        """Give the place of the characters from `start` up to `end` of this paragraph."""
        return Place(self.offsets[start], self.offsets[end - 1] + 1, self.page, self.line)

    def part(self, start: int, end: int) -> "Paragraph":
        """Give a piece of the paragraph as a paragraph."""
        return Paragraph(self.text[start:end], self.offsets[start:end], self.page, self.line)


@dataclass(frozen=True)
class Cell:
    """One table cell: the paragraphs or stacked names in it, in order."""

    parts: tuple[Paragraph, ...] = ()

    @property
    def paragraph(self) -> Paragraph:
        """The whole cell as one paragraph."""
        if len(self.parts) == 1:
            return self.parts[0]
        offsets = tuple(offset for part in self.parts for offset in part.offsets)
        first = self.parts[0] if self.parts else Paragraph("", ())
        return Paragraph("".join(part.text for part in self.parts), offsets, first.page, first.line)

    @property
    def text(self) -> str:
        """The cell's words."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Table:
    """A table: rows of cells. `at` is the number of paragraphs that stand before it."""

    rows: tuple[tuple[Cell, ...], ...]
    at: int


@dataclass(frozen=True)
class Document:
    """A plan document: name, whole text, repaired paragraphs in order, tables in order."""

    name: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()

    def words(self, place: Place) -> str:
        """Give what stands at a place, without the white space that line breaks leave."""
        return "".join(self.text[place.start : place.end].split())
