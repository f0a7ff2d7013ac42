"""The order of a plan: which item stands under which, told by the numbering styles in the order in which they nest."""

from dataclasses import dataclass, replace
import re

from sanyi.plans.draft.bare_headings import bare_headings
from sanyi.plans.draft.document import Document, Paragraph, Place
from sanyi.plans.draft.markers import Marker, glued_items, in_context, marker_of

_RUN_IN_END = re.compile(r"[。：:]")
LONGEST_HEADING = 70


@dataclass(frozen=True)
class Node:
    """One item: its marker, heading, the paragraphs up to the next item, and the item it stands under (-1: none).

    `paragraphs[0]` begins with the marker; `body_at` is where the text after the heading begins in it.
    """

    marker: Marker | None
    heading: str
    heading_at: int
    body_at: int
    paragraphs: tuple[Paragraph, ...]
    parent: int = -1
    run: int = 0

    @property
    def style(self) -> str:
        """The numbering style; `none` for text before the first item."""
        return self.marker.style if self.marker else "none"

    @property
    def text(self) -> str:
        """All words of the item itself."""
        return "".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def place(self) -> Place:
        """Where the item stands."""
        first, last = self.paragraphs[0], self.paragraphs[-1]
        return replace(first.place(0, len(first.text)), end=last.offsets[-1] + 1)

    def heading_place(self) -> Place:
        """Where its heading stands."""
        first = self.paragraphs[0]
        start = min(self.heading_at, len(first.text) - 1)
        return first.place(start, max(self.body_at, start + 1))


def outline_of(document: Document) -> tuple[Node, ...]:
    """Give the items of a document in order, each with its parent's position."""
    return _nested(_items(_unglued(document.paragraphs)))


def _unglued(paragraphs) -> list[Paragraph]:
    """Cut paragraphs where the next item of an open numbering was glued into their middle."""
    cut, last = [], {}
    for paragraph in paragraphs:
        start = 0
        _count(marker_of(paragraph.text), last)
        for at in glued_items(paragraph.text):
            marker = marker_of(paragraph.text[at:])
            if marker and _expected(marker, last, marker_of(paragraph.text)):
                cut.append(paragraph.part(start, at))
                start = at
                _count(marker, last)
        cut.append(paragraph.part(start, len(paragraph.text)))
    return cut


def _count(marker, last) -> None:
    if marker:
        last[marker.style] = marker.number


def _expected(marker, last, own) -> bool:
    """An item in a paragraph's middle is one only where its number is next, or opens a list below the paragraph's own.

    二是 and 三是 are items only in a paragraph that 一是 opens; elsewhere they are parts of the item they stand in.
    """
    if marker.style == "is" and (own is None or own.style != "is"):
        return False
    if marker.number == last.get(marker.style, 0) + 1 and marker.number > 1:
        return True
    return marker.number == 1 and own is not None and marker.style != own.style and marker.style in ("arabic", "bracketed")


def _items(paragraphs) -> list[Node]:
    items, opened, last = [], [], {}
    marker, headings = None, bare_headings(paragraphs)
    for at, paragraph in enumerate(paragraphs):
        found = None if opened and _lists_annexes(opened[-1].text, paragraph.text) else in_context(paragraph.text, last)
        found = headings.get(at, found)
        if found or not opened:
            if opened:
                items.append(_node(opened, marker))
            opened, marker = [paragraph], found
            _count(marker, last)
        else:
            opened.append(paragraph)
    return [*items, _node(opened, marker)] if opened else items


def _lists_annexes(before: str, text: str) -> bool:
    """附件：1.… is followed by 2.…, which is no item of the plan."""
    return bool(re.match(r"附件[：:]", before)) and bool(re.match(r"(附件)?\d{1,2}[.．、]", text))


def _node(paragraphs, marker) -> Node:
    first = paragraphs[0]
    if marker is None:
        return Node(None, "", 0, 0, tuple(paragraphs))
    at = 0 if marker.style in ("is", "phase") else marker.length
    found = _RUN_IN_END.search(first.text, marker.length)
    end = found.start() if found and found.start() - at <= LONGEST_HEADING else len(first.text)
    if end - at > LONGEST_HEADING:  # sentences without a heading: the first one stands for it
        end = found.start() if found else len(first.text)
    heading = first.text[at:end].strip("*# ")
    return Node(marker, heading, at, min(end + 1, len(first.text)), tuple(paragraphs))


def _nested(items) -> tuple[Node, ...]:
    """Give every item its parent: the last item of the style that was open before its own style opened."""
    nodes, stack, runs = [], [], 0  # stack of (style, position)
    for position, node in enumerate(items):
        style = _style_key(node)
        if node.marker is None:
            nodes.append(node)
            continue
        open_styles = [each for each, _ in stack]
        if style in open_styles:
            at = open_styles.index(style)
            restarted = node.marker.number == 1 and node.style != "heading"
            stack = stack[:at]
            runs += restarted
        else:
            stack = [each for each in stack if _may_hold(each[0], style)]
            runs += 1
        nodes.append(replace(node, parent=stack[-1][1] if stack else -1, run=runs))
        stack.append((style, position))
    return tuple(nodes)


_RANK = {
    "annex": 0,
    "heading1": 0,
    "part": 1,
    "chapter": 1,
    "section": 2,
    "heading2": 2,
    "chinese": 3,
    "article": 3,
    "heading3": 4,
    "phase": 5,
    "bracketed": 5,
    "mission": 5,
    "heading4": 6,
    "heading5": 6,
    "heading6": 6,
    "decimal": 7,
    "arabic": 7,
    "is": 9,
    "arabic_bracketed": 8,
    "arabic_half": 9,
    "circled": 10,
}


def _style_key(node) -> str:
    return f"heading{node.marker.depth}" if node.style == "heading" else node.style


def _may_hold(outer: str, inner: str) -> bool:
    """A style new to the open branch stands under all that is open, save where its usual rank is higher (a chapter after an item)."""
    if inner.startswith("heading") or outer.startswith("heading"):
        return _RANK.get(outer, 9) < _RANK.get(inner, 9) or not inner.startswith("heading") and outer.startswith("heading")
    high = ("annex", "part", "chapter", "section", "chinese")
    return inner not in high or outer in high and high.index(outer) < high.index(inner)
