"""Headings of a plan that numbers nothing: short lines without a stop above the text that they head."""

import re

from sanyi.plans.draft.departments import is_unit
from sanyi.plans.draft.markers import Marker, marker_of
from sanyi.plans.draft.sections import kind_by_heading

_NO_HEADING = re.compile(
    r"[。；：，、！？,;:!?|]|20\d\d年\d{1,2}月|(方案|通知|意见|办法|规划|计划|要点|清单|文件)([（(].*[）)])?$|^(附件|抄送|主送|关于|单位)|号$"
)
_SHORTEST, _LONGEST = 4, 26


def bare_headings(paragraphs) -> dict[int, Marker]:
    """Give the headings without numbers by position, those that name a section (目标, 任务, 保障) above the others.

    None where two or more paragraphs are numbered.
    """
    if sum(marker_of(paragraph.text) is not None for paragraph in paragraphs) >= 2:
        return {}
    fits = [_fits(paragraph.text) for paragraph in paragraphs]
    texts = [bool(re.search(r"[。；：]", paragraph.text)) for paragraph in paragraphs]
    heads = {}
    for at in range(len(paragraphs) - 2, -1, -1):
        if fits[at] and (texts[at + 1] or at + 1 in heads):
            heads[at] = Marker("heading", 0, 0, 1 if kind_by_heading(paragraphs[at].text) else 2)
    return heads


def _fits(text: str) -> bool:
    is_short = _SHORTEST <= len(text) <= _LONGEST and bool(re.match(r"[\u4e00-\u9fff“]", text))
    return is_short and not _NO_HEADING.search(text) and not is_unit(text)
