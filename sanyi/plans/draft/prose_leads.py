"""Who acts, where a plan names nobody in brackets: 市医保部门要…, 由…牵头组织, 以…为主体."""

import re

from sanyi.plans.draft.departments import is_unit
from sanyi.plans.draft.responsibility import Named, Responsibility

_NAME = r"(?P<name>(?!由)[\u4e00-\u9fff（）()]{2,22}?(?:部门|政府|委员会|委|局|厅|办公室|小组|中心|医院))"
_ACTS = re.compile(
    rf"(?:^|(?<=[。；]))(?:{_NAME}(?=要(?!求)|应当?(?!用|对)|须|对[^照]|按照|负责|牵头|主动|具体承担|承担))"
    rf"|(?:^|(?<=[。；，]))由{_NAME.replace('name', 'led')}(?=负责|牵头|组织|承担)"
    rf"|(?:^|(?<=[。；，]))以{_NAME.replace('name', 'core')}(?=为主体|为牵头)"
)


def lead_in_prose(node) -> Responsibility:
    """The first body of an item that is said to act; empty when the text says only what is to be done."""
    for at, paragraph in enumerate(node.paragraphs):
        for found in _ACTS.finditer(paragraph.text, node.body_at if at == 0 else 0):
            group = next(name for name in ("name", "led", "core") if found[name])
            if is_unit(found[group]):
                start, end = found.span(group)
                named = Named(found[group], paragraph.place(start, end))
                return Responsibility((named,), place=named.place)
    return Responsibility()
