"""What a plan says of itself: title, own number, issuing body, date, and the documents it rests on."""

from datetime import date
import re

from sanyi.plans.draft.departments import is_unit
from sanyi.plans.draft.items import DraftIdentity, Parent

NUMBER = r"[\u4e00-\u9fff]{1,10}[〔\[［【（(„]20(?:\d\d|[xX×]{2})[〕\]］】）)‟”]第?\d{1,4}号"
_NUMBER = re.compile(NUMBER)
_CITED = re.compile(rf"《(?P<title>[^《》]{{4,90}}(?:《[^《》]*》[^《》]*)?)》(?:[（(](?P<number>{NUMBER})[）)])?")
_KINDS = r"(实施方案|工作方案|行动方案|改革方案|方案|行动计划|工作计划|计划|规划|实施意见|指导意见|意见|办法|要点|细则|任务清单|任务分工|清单|措施|纲要|工作任务|重点任务|工作安排|任务安排|任务分解表?|责任分工|工作台账|通知|决定)"
_TITLE = re.compile(rf".{{4,70}}{_KINDS}(篇[一二三四五六七八九十]+)?([（(](试行|征求意见稿|修订版?|[^（）()]{{0,12}})[）)])?")
_DATE = re.compile(r"[（(]?(20\d\d)年(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])日[）)]?")
_RESTS = re.compile(r"根据|按照|依据|落实|贯彻|结合|参照|为(了)?|关于")


def identity_of(document, nodes) -> DraftIdentity:
    """Read title, number, body, date and parent documents from the head and the foot of a document."""
    head = [paragraph for paragraph in (nodes[0].paragraphs if nodes and nodes[0].marker is None else ())]
    head += [paragraph for node in nodes[:2] if node.marker and node.style == "heading" for paragraph in node.paragraphs[:6]]
    every = document.paragraphs
    named = _title(document, head)
    inner = re.search(r"印发《([^《》]+)》的通知$", named)
    title = inner[1] if inner else named
    return DraftIdentity(
        title, _own_number(head[:12]), _body(head, every, named), _date(head[:14], every), _parents(every, title)
    )


def _title(document, head) -> str:
    """The longest title line of the head; a title broken over two lines is joined."""
    lines = [paragraph.text.strip("#* ") for paragraph in head[:14]]
    joined = [
        *lines,
        *(
            a + b
            for a, b in zip(lines, lines[1:])
            if len(a) < 40
            and not re.search(r"[。；：:]$|文件$|号$", a)
            and not _DATE.search(a)
            and not _TITLE.fullmatch(a)
            and (not is_unit(a) or b.startswith("关于"))
        ),
    ]
    fits = [line for line in joined if _TITLE.fullmatch(line) and "。" not in line and not line.startswith(("附件", "现将"))]
    inner = [line for line in fits if not line.endswith("通知")]
    found = max(inner or fits, key=lambda line: (bool(re.match(r"[^关]{2,24}关于", line)), len(line)), default="")
    return re.sub(r"篇[一二三四五六七八九十]+$", "", found)


def _own_number(head) -> str:
    """A number that stands alone on a line of the head."""
    for paragraph in head:
        if _NUMBER.fullmatch(paragraph.text.strip()):
            return paragraph.text.strip()
    return ""


def _body(head, every, title) -> str:
    """The body that signs, above the date; else the one the title begins with."""
    for near in (head[:14], every[-12:], every):
        for at, paragraph in enumerate(near):
            if at and _DATE.fullmatch(paragraph.text) and is_unit(near[at - 1].text):
                return "、".join(reversed([one.text for one in _signing(near[:at])]))
    named = re.match(r"(.{3,24}?)关于", title)
    if named and is_unit(named[1]):
        return named[1]
    return next(
        (
            words
            for paragraph in head[:4]
            if (words := re.sub(r"文件$", "", paragraph.text)) != paragraph.text and is_unit(words)
        ),
        "",
    )


def _signing(before):
    """The bodies that stand one under the other right above a date."""
    for paragraph in reversed(before[-4:]):
        if not is_unit(paragraph.text):
            return
        yield paragraph


def _date(head, every):
    for paragraph in [*head, *reversed(every)]:
        found = _DATE.fullmatch(paragraph.text.strip())
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue
    return None


def _parents(paragraphs, own) -> tuple[Parent, ...]:
    """Documents cited with their number anywhere, or cited in the opening sentences that say what the plan rests on."""
    parents, seen = [], {own}
    for at, paragraph in enumerate(paragraphs):
        for found in _CITED.finditer(paragraph.text):
            opening = (
                at < 14
                and len(paragraph.text) < 500
                and _RESTS.search(paragraph.text[max(0, found.start() - 60) : found.start()])
            )
            if (
                (found["number"] or opening)
                and found["title"] not in seen
                and not re.search(r"以下简称|现将", paragraph.text[max(0, found.start() - 6) : found.start()])
            ):
                seen.add(found["title"])
                parents.append(Parent(found["title"], found["number"] or "", paragraph.place(found.start(), found.end())))
    return tuple(parents)


def plan_year(identity: DraftIdentity, document) -> int:
    """The year a plan speaks of when it says 年底: that of its title, its date or its number; 0 when it names none."""
    five = re.search(r"十([二三四五六])五", identity.title)
    if five:
        return 2011 + 5 * "二三四五六".index(five[1])
    opening = "".join(paragraph.text for paragraph in document.paragraphs[:4])
    stated = re.search(r"(?:为[^。]{0,12}|^|。)(20\d\d)年度", re.sub(r"[《〔\[（(][^》〕\]）)]*[》〕\]）)]", "", opening))
    for words in (identity.title, str(identity.issued_on or ""), identity.number, stated[1] if stated else ""):
        found = re.search(r"20\d\d", words)
        if found:
            return int(found.group())
    return 0
