"""The numbers that open items of Chinese plans: 一、 （一） 1. (1) ① 一是 第一条 第一章 第一部分 第一阶段, and # of Markdown."""

from dataclasses import dataclass
import re

from sanyi.plans.draft.numerals import chinese_number

_CN = r"[一二三四五六七八九十百]{1,4}"
_LEAD = r"\s*(?P<hashes>#{1,6})?\s*(?P<stars>\*{0,2})\s*"
STYLES = (
    ("annex", rf"(附件|附表|附录)\s*(?P<n>\d{{0,2}}|{_CN})\s*[：:]?\s*$"),
    ("part", rf"第(?P<n>{_CN}|\d{{1,2}})(部分|编|篇)[\s：:、.]*"),
    ("chapter", rf"第(?P<n>{_CN}|\d{{1,3}})章[\s：:、]*"),
    ("section", rf"第(?P<n>{_CN}|\d{{1,3}})节[\s：:、]*"),
    ("article", rf"第(?P<n>{_CN}|\d{{1,3}})条[\s：:、]*"),
    ("phase", rf"第(?P<n>{_CN}|\d{{1,2}})阶段[\s：:、]*"),
    ("mission", rf"(重点|主要|改革)?任务(?P<n>{_CN}|\d{{1,2}})[：:、.\s]+"),
    ("chinese", rf"(?P<n>{_CN})[、．.]\s*(?=\S)"),
    ("bracketed", rf"[（(](?P<n>{_CN})[）)][\s、.．]*"),
    ("decimal", r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})[.．、]?\s*(?=[^\d\s%‰—\-])"),
    ("arabic", r"(?P<n>\d{1,3})(?:[.．、]\s*(?=[^\d\s])|[.．、]\s+(?=\d))"),
    ("arabic_bracketed", r"[（(](?P<n>\d{1,2})[）)][\s、.．]*"),
    ("arabic_half", r"(?P<n>\d{1,2})[）)][\s、.．]*"),
    ("circled", r"(?P<n>[①-⑳])[\s、.．]*"),
    ("is", r"(?P<n>[一二三四五六七八九十]{1,2})是(?=[^否非])"),
)
_PATTERNS = tuple((style, re.compile(_LEAD + pattern)) for style, pattern in STYLES)
_HEADING = re.compile(r"\s*(?P<hashes>#{1,6})\s+\**(?=\S)")
HEADING_STYLES = ("part", "chapter", "section", "chinese", "bracketed", "arabic", "article", "mission", "decimal")


@dataclass(frozen=True)
class Marker:
    """A number that opens an item: style, number, how many characters it takes, and Markdown's heading depth (0: none)."""

    style: str
    number: int
    length: int
    depth: int = 0
    written: str = ""


def marker_of(text: str) -> Marker | None:
    """Read the marker at the start of a paragraph; a Markdown heading without a number is a marker of style `heading`."""
    for style, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            depth = len(found["hashes"] or "")
            return Marker(style, _number(style, found["n"]), found.end(), depth, found["n"])
    found = _HEADING.match(text)
    if found:
        return Marker("heading", 0, found.end(), len(found["hashes"]))
    return None


def _number(style: str, written: str) -> int:
    if style == "circled":
        return ord(written) - ord("①") + 1
    if style == "decimal":
        return int(written.split(".")[-1])
    return int(written) if written.isdigit() else chinese_number(written)


def in_context(text: str, last: dict) -> Marker | None:
    """Read a marker as the items before it suggest; `last` holds each style's last number.

    1.6个 is item 1 of 6 things unless 1.5 went before, and 三是 opens an item only after 二是 has opened one.
    """
    marker = marker_of(text)
    if marker and marker.style == "decimal" and marker.number != 1 and marker.number != last.get("decimal", 0) + 1:
        first = re.match(rf"{_LEAD}(\d{{1,2}})[.．、]", text)
        return Marker("arabic", int(first[3]), first.end(), marker.depth, first[3])
    if marker and marker.style == "is" and marker.number != 1 and marker.number != last.get("is", 0) + 1:
        return None
    return marker


def starts_item(text: str) -> bool:
    """Say whether a line opens an item, so that it does not go on with the line before."""
    marker = marker_of(text)
    if marker is None:
        return False
    if marker.style in ("arabic", "decimal") and not marker.depth:
        return bool(re.match(r"\s*[\u4e00-\u9fff“\"《（(]", text[marker.length :]))
    return True


_GLUED = re.compile(rf"(?<=[。；！？］】）〕)\]”])(?=[（(]{_CN}[）)]|\d{{1,3}}[.．、][^\d]|{_CN}、|[一二三四五六七八九十]{{1,2}}是)")


def glued_items(text: str) -> list[int]:
    """List the places inside a paragraph where an item may have been glued to what stands before it; (1) and ① inside are parts of it."""
    return [found.start() for found in _GLUED.finditer(text)]
