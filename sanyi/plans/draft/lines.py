"""From lines to paragraphs: page furniture dropped, words broken over lines joined, white space inside Chinese removed."""

from collections import Counter
import re

from sanyi.plans.draft.document import Line, Paragraph
from sanyi.plans.draft.markers import starts_item

ONE_FOR_ONE = str.maketrans("０１２３４５６７８９％＜＞．／－", "0123456789%<>./-")
_PAGE_NUMBER = re.compile(r"[\s\-—–－─·]*(第\s*)?\d{1,3}(\s*页)?(\s*(/|共)\s*\d{1,3}\s*页?)?[\s\-—–－─·]*")
_MARKED_PAGE_NUMBER = re.compile(r"\s*([\-—–－─·]\s*\d{1,3}\s*[\-—–－─·]?|第\s*\d{1,3}\s*页.{0,10})\s*")
_ENDS_SENTENCE = "。；！？：:;!?"
_OWN_LINE = re.compile(
    r"\s*(附件|附表|附录|抄送|主送|责任(单位|部门|科室|领导|人)|牵头(责任)?(单位|部门|科室|领导)|(主要)?(配合|协作|协办|参与)(责任)?(单位|部门)|完成(时限|时间))\s*\d*\s*([：:]|$)"
    r"|\s*(目标|建设任务|工作目标|主要措施|重点任务)[：:]|\s*#{1,6}\s|\s*20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*$"
)


def is_page_number(line: str) -> bool:
    """Say whether a line is a page number set off by dashes or by 第…页, as no table cell is."""
    return bool(line.strip()) and bool(_MARKED_PAGE_NUMBER.fullmatch(line))


def without_furniture(lines: list[Line]) -> list[Line]:
    """Drop page numbers, and the first and last lines that repeat from page to page."""
    pages = {}
    for line in lines:
        if line.text.strip():
            pages.setdefault(line.page, []).append(line)
    edges = [edge for page in pages.values() for edge in {id(line): line for line in (page[0], page[-1])}.values()]
    seen = Counter(_shape(edge.text) for edge in edges)
    repeated = {shape for shape, count in seen.items() if count >= max(3, len(pages) // 2)}
    dropped = {
        id(edge)
        for edge in edges
        if _shape(edge.text) in repeated and len(pages) > 2 or len(pages) > 1 and _PAGE_NUMBER.fullmatch(edge.text)
    }
    return [line for line in lines if id(line) not in dropped and not is_page_number(line.text)]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", "".join(text.split()))


def paragraphs_of(lines: list[Line]) -> tuple[Paragraph, ...]:
    """Join lines into paragraphs and keep, for every character, where it stood."""
    width = _full_width(lines)
    paragraphs, open_lines = [], []
    for line in lines:
        if open_lines and not _goes_on(open_lines[-1], line, width):
            paragraphs.append(paragraph_of(open_lines))
            open_lines = []
        if line.text.strip():
            open_lines.append(line)
    if open_lines:
        paragraphs.append(paragraph_of(open_lines))
    return tuple(paragraph for paragraph in paragraphs if paragraph.text)


def _full_width(lines) -> int:
    """The length near which most lines of a hard-wrapped text break; 0 for a text that is not wrapped."""
    lengths = sorted(len(line.text.strip()) for line in lines if len(line.text.strip()) > 12)
    if not lengths:
        return 0
    widest = lengths[len(lengths) * 9 // 10]
    near = sum(1 for length in lengths if widest - 4 <= length <= widest + 2)
    return widest if widest <= 60 and near * 3 >= len(lengths) else 0


def _goes_on(before: Line, line: Line, width: int) -> bool:
    if _is_title(before.text) or _signs(before.text, line.text):
        return False
    if (
        line.text.strip()
        and re.fullmatch(r"\s*([（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、])\s*", before.text)
        and not starts_item(line.text)
    ):
        return True  # a number on a line of its own
    if before.ends_block or not line.text.strip() or starts_item(line.text) or _OWN_LINE.match(line.text):
        return False
    last = before.text.rstrip()
    if not last or before.text.lstrip().startswith("#"):
        return False
    if _is_open(last):
        return True
    if last[-1] not in _ENDS_SENTENCE:  # a broken sentence goes on, whatever the length; a short title line does not
        return len(last.strip()) >= max(width * 2 // 3, 16)
    return bool(width) and len(last.strip()) >= width * 4 // 5 and not line.text.startswith(("  ", "\u3000", "\t"))


_TITLE_ENDS = re.compile(
    r"\s*[^，。；：、,;:]{5,60}(方案|意见|计划|规划|办法|通知|要点|细则|清单|目录|指标|措施|纲要|工作任务|重点任务|工作安排)([（(][^（）()]{1,12}[）)])?\s*"
)
_SIGNATURE = re.compile(r"\s*[^，。；：、,;:]{3,40}(政府|委员会|办公厅|办公室|局|厅|小组|党委)\s*")
_DAY = re.compile(r"\s*[（(]?20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日[）)]?\s*")


def _is_title(text: str) -> bool:
    """A line without any stop that ends like the name of a document is one, or ends one; the text goes on below it."""
    return bool(_TITLE_ENDS.fullmatch(text)) and not re.match(
        r"\s*(根据|按照|依据|落实|贯彻|和|与|及|关于印发(?!.*通知))", text
    )


def _signs(before: str, after: str) -> bool:
    """Bodies that sign one under the other, above the date."""
    signs = bool(_SIGNATURE.fullmatch(after) or _DAY.fullmatch(after))
    return signs and (bool(_SIGNATURE.fullmatch(before)) or before.rstrip().endswith("。"))


def _is_open(text: str) -> bool:
    return text.count("（") + text.count("(") > text.count("）") + text.count(")")


def paragraph_of(lines: list[Line]) -> Paragraph:
    """Join lines into one paragraph: white space stays only between two Latin words or numbers."""
    characters, offsets = [], []
    for line in lines:
        for at, character in enumerate(line.text):
            if not character.isspace():
                characters.append(character.translate(ONE_FOR_ONE))
                offsets.append(line.start + at)
    return Paragraph(
        _with_chinese_stops("".join(characters)), tuple(offsets), lines[0].page if lines else 0, lines[0].number if lines else 0
    )


_LATIN_STOP = re.compile(r"(?<=[\u4e00-\u9fff%”》）)])[,:;]|[,:;](?=[\u4e00-\u9fff“《])|(?<=\d),(?=\d{1,2}(?!\d)|\d{4})")


def _with_chinese_stops(text: str) -> str:
    """Read , : ; beside Chinese words as the Chinese stops they stand for; the length stays."""
    return _LATIN_STOP.sub(lambda found: {",": "，", ":": "：", ";": "；"}[found.group()], text)


_MARKS = {code: None for code in (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)}


def without_marks(text: str) -> str:
    """Take out characters that show nothing: zero-width spaces, marks of the writing direction, soft hyphens."""
    return text.translate(_MARKS)


def lines_of(text: str) -> list[Line]:
    """Cut a text at its line ends and form feeds (a form feed begins a page)."""
    lines, start, page = [], 0, 1
    for number, piece in enumerate(text.splitlines(keepends=True), 1):
        lines.append(Line(start, piece.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), page, number))
        start += len(piece)
        page += piece.count("\x0c")
    return lines if page > 1 else [Line(line.start, line.text, 0, line.number) for line in lines]
