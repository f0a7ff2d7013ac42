"""The sentences of an item, with the deadline that governs each."""

from dataclasses import dataclass
import re

from sanyi.plans.draft.dates import Deadline, deadlines_in
from sanyi.plans.draft.document import Paragraph, Place

_DONE = re.compile(r"(全面|全部)?(完成|实现|到位|达标)")
_END = re.compile(r"[^。！？]*[。！？]?[”’]?")


@dataclass(frozen=True)
class Sentence:
    """One sentence: characters `start` to `end` of a paragraph of item number `node`."""

    node: int
    paragraph: Paragraph
    start: int
    end: int
    deadlines: tuple[Deadline, ...]

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.paragraph.text[self.start : self.end]

    def place(self, start: int, end: int) -> Place:
        """Give a place by positions counted in the sentence."""
        return self.paragraph.place(self.start + start, self.start + end)


def sentences_of(nodes, year: int) -> tuple[Sentence, ...]:
    """Cut every item into sentences; deadlines are counted from the sentence's start."""
    found = []
    for position, node in enumerate(nodes):
        for at, paragraph in enumerate(node.paragraphs):
            skip = node.marker.length if node.marker and at == 0 and node.style not in ("is", "phase") else 0
            deadlines = deadlines_in(paragraph.text, year)
            for match in _END.finditer(paragraph.text, skip):
                if match.group().strip():
                    found.append(_sentence(position, paragraph, match, deadlines))
    return tuple(found)


def sentences_in(paragraph: Paragraph, year: int) -> tuple[Sentence, ...]:
    """Cut a paragraph that belongs to no item, such as a table cell, into sentences."""
    deadlines = deadlines_in(paragraph.text, year)
    return tuple(_sentence(-1, paragraph, match, deadlines) for match in _END.finditer(paragraph.text) if match.group().strip())


def _sentence(position, paragraph, match, deadlines) -> Sentence:
    own = tuple(_moved(one, match.start()) for one in deadlines if match.start() <= one.start < match.end())
    return Sentence(position, paragraph, match.start(), match.end(), own)


def _moved(one: Deadline, by: int) -> Deadline:
    return Deadline(
        one.start - by, one.end - by, one.due, one.since, one.event, one.months, one.every, one.is_sure, one.is_striven_for
    )


def governing(sentence: Sentence, at: int) -> Deadline | None:
    """The last deadline before a position of a sentence; else one that closes the sentence (…350个以上，2022年底前完成)."""
    before = next((one for one in reversed(sentence.deadlines) if one.start <= at and one.due), None)
    if before or not sentence.deadlines:
        return before
    text = sentence.text
    return next(
        (one for one in sentence.deadlines if one.start > at and one.due and _DONE.match(text, one.end)),
        None,
    )
