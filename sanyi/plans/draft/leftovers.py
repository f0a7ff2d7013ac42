"""What was not understood: sentences with a number, a date or department words that entered no item."""

import re

from sanyi.plans.draft.items import Leftover

_BLANK = re.compile(r"20[xX×]{2}|[xX×]{4}年|[xX×]{2,}年|□|＿{2,}|_{2,}")
_DATE = re.compile(r"20\d\d年|年底|月底|季度")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:%|‰|个|名|人|元|张|所|家|项|天|次|年|亿|万)|[一二三四五六七八九十两]+分之")
_BODY = re.compile(r"(?:牵头|责任单位|责任部门|负责)[：:]|(?:局|委|厅|办|部)(?:牵头|负责)")
_SIGNED_ON = re.compile(r"[（(]?20\d\d年\d{1,2}月\d{1,2}日(印发)?[）)]?")
_REASONS = (
    (_BLANK, "年份或数字在原文中被遮去", "a year or number is blanked out in the text"),
    (_DATE, "有日期，未能归入任何条目", "a date that entered no item"),
    (_NUMBER, "有数字，未能归入任何条目", "a number that entered no item"),
    (_BODY, "有责任字样，未能认出单位", "words of responsibility, but no body was recognised"),
)


def leftovers_of(sentences, nodes, items, parents, known) -> tuple[Leftover, ...]:
    """List the sentences with something checkable in them that no item has taken up; `known` are lines of the identity."""
    places = [place for item in items for place in _places(item)] + [parent.place for parent in parents]
    taken = _taken(places)
    left = []
    for sentence in sentences:
        if nodes[sentence.node].style in ("none", "heading") and sentence.text[-1] not in "。；！":  # title lines
            continue
        if _SIGNED_ON.fullmatch(sentence.text.strip()) or sentence.paragraph.text in known:
            continue
        for pattern, zh, en in _REASONS:
            missed = [
                found
                for found in pattern.finditer(sentence.text)
                if not _is_named(sentence.text, found)
                and not any(taken[(place := sentence.place(found.start(), found.end())).start : place.end])
            ]
            if missed:
                left.append(Leftover(sentence.text.strip(), sentence.place(0, len(sentence.text)), zh, en))
                break
    return tuple(left)


def _taken(places) -> bytearray:
    """One byte for each character of the text: whether an item took it up."""
    taken = bytearray(max((place.end for place in places), default=0))
    for place in places:
        taken[place.start : place.end] = b"\1" * (place.end - place.start)
    return taken


def _places(item):
    yield item.place if item.__class__.__name__ != "DraftGoal" else item.due.place
    if getattr(item, "due", None):
        yield item.due.place
    if getattr(item, "responsibility", None) and item.responsibility.place:
        yield item.responsibility.place


def _is_named(text, found) -> bool:
    """Numbers inside titles of documents and quoted slogans are names."""
    before = text[: found.start()]
    return before.count("《") > before.count("》") or before.count("“") > before.count("”")
