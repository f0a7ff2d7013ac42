"""Who answers for an item: brackets, lines and rules that name the lead, the partners, the units and the persons."""

from dataclasses import dataclass
import re

from sanyi.plans.draft.departments import cut_units, is_unit
from sanyi.plans.draft.document import Paragraph, Place

_OPEN, _CLOSE = "（(〔【[［", "）)〕】]］"
_LABELS = re.compile(
    r"(?P<label>牵头(责任)?(单位|部门|科室|处室)?|主要责任单位|主责单位|责任(单位|部门|科室|处室|主体)(及分工)?|承办单位|负责(单位|部门)|(主要)?(配合|协作|协办|协同|参与)(责任)?(单位|部门|科室)|配合|参加单位|"
    r"责任领导|分管领导|牵头领导|责任人|落实单位|实施单位)[：:]"
)
_LINE = re.compile(rf"\s*[（(〔【\[［]?\s*{_LABELS.pattern}")
_END = re.compile(
    r"(?P<list>.+?)(?P<word>牵头负责|共同牵头|牵头|分别牵头|会同|按照?职责分工(负责|落实)?|按职责分工(负责|落实)?|根据职责分工(负责)?|分工负责|共同负责|依职责负责|具体负责|负责落实|组织实施|负责|配合(落实)?|参与|参加|协助|落实)"
)
_SAYS = re.compile(
    r"(?:^|(?<=[。；]))(?:该|此|本|以上|上述)[项些]?(?:工作|任务|事项|措施)?由(?P<who>[^。；]{3,160}?(?:负责|牵头|落实|组织实施)[^。；]*)"
)
_RULE = re.compile(r"[，,。；;]?(下同|(排|列)(名|在)?(第一|首位)|第一(位|个)|标\*|带\*)")
_LEADERS = ("责任领导", "分管领导", "牵头领导", "责任人")


@dataclass(frozen=True)
class Named:
    """A name in a list of those who answer, and where it stands."""

    name: str
    place: Place


@dataclass(frozen=True)
class Responsibility:
    """Those who answer: the first of `leads` is the lead; `place` is the bracket or line that says so."""

    leads: tuple[Named, ...] = ()
    partners: tuple[Named, ...] = ()
    leaders: tuple[Named, ...] = ()
    place: Place | None = None

    @property
    def lead(self) -> Named | None:
        """The body that leads: the first one listed."""
        return self.leads[0] if self.leads else None

    def __bool__(self) -> bool:
        return bool(self.leads or self.partners or self.leaders)


def responsibility_of(paragraphs) -> Responsibility:
    """Read who answers for an item, from brackets and from lines such as 责任单位：…; empty when nobody is named."""
    leads, partners, leaders, place = [], [], [], None
    for paragraph in paragraphs:
        for start, end in _stretches(paragraph.text):
            found = _parsed(paragraph, start, end, bool(leads))
            leads += [one for one in found[0] if one.name not in {each.name for each in leads}]
            partners += found[1]
            leaders += found[2]
            place = place or (paragraph.place(start, end) if any(found) else None)
    if not leads and partners:
        leads, partners = partners, []
    known = {one.name for one in leads}
    return Responsibility(tuple(leads), tuple(one for one in partners if one.name not in known), tuple(leaders), place)


def _stretches(text: str) -> list[tuple[int, int]]:
    """The pieces of a paragraph that may name who answers: what stands in brackets, and labelled lines."""
    if _LINE.match(text):
        return [(0, len(text))]
    said = _SAYS.search(text)
    if said:
        return [(said.start("who"), said.end("who"))]
    label = re.search(r"[。；]" + _LABELS.pattern, text)
    pieces = [
        (start + 1, end)
        for start, end in brackets(text)
        if _is_tag(text, start, end)
        or _names_bodies(text[start + 1 : end], is_apart=start == 0 or text[start - 1] in "。；”" or end >= len(text) - 2)
    ]
    return [
        *pieces,
        *([(label.start() + 1, len(text))] if label and not any(start <= label.start() < end for start, end in pieces) else []),
    ]


def brackets(text: str) -> list[tuple[int, int]]:
    """The outermost brackets of a text: opening and closing position. Kinds may be mixed; one left open ends with the text."""
    found, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in _OPEN:
            start = at if depth == 0 else start
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                found.append((start, at))
    if depth and re.match(r"[（(〔【\[［](责任|牵头)", text[start:]):
        found.append((start, len(text)))
    return found


def _is_tag(text, start, end) -> bool:
    """One body alone in brackets behind the last full stop of a paragraph: …平台建设。（体改处）"""
    inside = text[start + 1 : end]
    return (
        start > 0
        and text[start - 1] in "。；"
        and end >= len(text) - 2
        and is_unit(inside)
        and bool(re.fullmatch(r"[\u4e00-\u9fff]{2,16}(处|科|股|局|委|办|厅|部|中心|公司|集团)", inside))
    )


def _names_bodies(inside: str, is_apart: bool) -> bool:
    if _LABELS.match(inside):
        return True
    words = re.split(r"[。；]", inside)[0]
    parts = [words[a:b] for a, b in cut_units(_END.sub(lambda found: found["list"], words))]
    if _END.search(words) and parts and is_unit(_bare(parts[0])):
        return True
    if (
        is_apart
        and len(parts) == 1
        and is_unit(parts[0])
        and re.match(r"[省市县区州旗盟各国]", parts[0])
        and not re.search(r"院|中心", parts[0])
    ):
        return True
    return (
        is_apart
        and len(parts) >= 2
        and sum(is_unit(_bare(part)) for part in parts) * 3 >= len(parts) * 2
        and len(words) <= 200
        and is_unit(_bare(parts[0]))
        and not re.search(r"以下简称|含|包括", words)
    )


def _bare(name: str) -> str:
    return re.sub(r"(按照?职责分工|分工)?(负责|牵头|配合|落实|参与)+$", "", name)


def _parsed(paragraph: Paragraph, start: int, end: int, is_led: bool):
    """The three lists (leads, partners, leaders) of one stretch; `is_led`: a lead is named already, so that 责任单位 are those with it."""
    lists = ([], [], [])
    text = paragraph.text[:end].rstrip(_CLOSE) if _LINE.match(paragraph.text) else paragraph.text[:end]
    role = 0
    for piece_start, piece_end, label in _labelled(text, start):
        at = piece_start
        if label.startswith("牵头"):
            is_led = True
        if label:
            role = (
                1
                if is_led and label.startswith("责任单位")
                else 2 if label.startswith(_LEADERS) else 1 if re.match(r"(主要)?(配合|参与|参加|协)", label) else 0
            )
        for clause in re.finditer(r"[^。；;]+", text[at:piece_end]):
            _clause(paragraph, at + clause.start(), at + clause.end(), role, lists)
    return lists


def _labelled(text, start):
    marks = list(_LABELS.finditer(text, start))
    if not marks:
        return [(start, len(text), "")]
    pieces = [(start, marks[0].start(), "")] if marks[0].start() > start + 1 else []
    for mark, after in zip(marks, [*marks[1:], None]):
        pieces.append((mark.end(), after.start() if after else len(text), mark["label"]))
    return pieces


def _clause(paragraph, start, end, role, lists) -> None:
    """One clause: …牵头，…、…配合. The word after a list says what those before it do; without such a word all are listed alike."""
    rule = _RULE.search(paragraph.text, start, end)
    at, end = start, rule.start() if rule else end
    for found in _END.finditer(paragraph.text, start, end):
        word = found["word"]
        here = 1 if word.startswith(("配合", "参与", "参加", "协助")) else role
        _take(paragraph, at, found.start("word"), here, lists)
        at = found.end()
        role = 1 if "牵头" in word or word == "会同" else role
    _take(paragraph, at, end, role, lists)


def _take(paragraph, start, end, role, lists) -> None:
    for a, b in cut_units(paragraph.text[start:end]):
        name = paragraph.text[start + a : start + b]
        if role == 2 and re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", name) or is_unit(name):
            lists[role].append(Named(name, paragraph.place(start + a, start + b)))


def listed(cell) -> tuple[Named, ...]:
    """The names in a table cell: several under each other, or one list."""
    parts = (
        cell.parts
        if len(cell.parts) > 1 and all(_whole(part.text) for part in cell.parts)
        else ([cell.paragraph] if cell.text else [])
    )
    return tuple(Named(part.text[a:b], part.place(a, b)) for part in parts for a, b in cut_units(part.text) if part.text[a:b])


def _whole(text: str) -> bool:
    cut = cut_units(text)
    return bool(cut) and (is_unit(text[cut[-1][0] : cut[-1][1]]) or len(text) <= 4) and text[-1] not in "、，,"
