"""Which items of an outline are the plan's tasks."""

from collections import Counter
import re

from sanyi.plans.draft.responsibility import responsibility_of
from sanyi.plans.draft.sections import GOALS, SAFEGUARDS, TASKS

LEVELS = (
    "part",
    "chapter",
    "section",
    "chinese",
    "heading",
    "article",
    "mission",
    "bracketed",
    "phase",
    "arabic",
    "decimal",
    "is",
    "arabic_bracketed",
    "arabic_half",
    "circled",
)
_SMALL = ("arabic_bracketed", "arabic_half", "circled", "is")


def task_positions(nodes, kinds) -> tuple[int, ...]:
    """Give the positions of the tasks: the items that name who answers and their likes; else the deepest items with a heading."""
    inside = [at for at, node in enumerate(nodes) if node.marker and kinds[at] == TASKS]
    if not inside:
        return ()
    inside = sorted((*inside, *_goals_led(nodes, kinds, inside)))
    named = {at for at in inside if responsibility_of(own_paragraphs(nodes, at)) or _has_due_line(nodes[at])}
    named -= _named_below(nodes, named)
    if len(named) * 4 >= len(inside) and len(named) > 1:
        return tuple(_by_names(nodes, inside, named))
    leaves = [at for at in inside if _is_leaf(nodes, inside, at) and nodes[at].style != "annex"]
    return tuple(_at_one_level(nodes, inside, leaves))


def _named_below(nodes, named):
    """Chapters that only their one (1) names: where (1), (2) of other chapters are tasks, so is this one."""
    elsewhere = {nodes[at].style for at in named if nodes[at].style in _SMALL and nodes[at].parent not in named}
    return {nodes[at].parent for at in named if nodes[at].style in elsewhere and not responsibility_of(nodes[nodes[at].parent].paragraphs)}


def _goals_led(nodes, kinds, inside):
    """An item called goals that stands among tasks and names who answers is one of them."""
    above = {nodes[at].parent for at in inside}
    return [
        at
        for at, node in enumerate(nodes)
        if node.marker and kinds[at] == GOALS and node.parent in above - {-1} and responsibility_of(node.paragraphs)
    ]


def safeguard_positions(nodes, kinds) -> tuple[int, ...]:
    """Give the positions of the safeguards: the items of the closing chapter, down to those that stand for themselves."""
    inside = [
        at
        for at, node in enumerate(nodes)
        if node.marker and kinds[at] == SAFEGUARDS and node.style not in ("arabic_bracketed", "circled", "arabic_half")
    ]
    return tuple(
        at
        for at in inside
        if not any(nodes[other].parent == at for other in inside)
        and len(nodes[at].text) > len(nodes[at].heading) + 12
        and nodes[at].style != "arabic"
    )


def _at_one_level(nodes, inside, leaves):
    """One numbering style carries the tasks of a plan: what lies deeper is part of the item of that style above it."""
    counted = Counter(nodes[at].style for at in leaves)
    if not counted:
        return
    level = max(counted, key=lambda style: (counted[style], -LEVELS.index(style) if style in LEVELS else -99))
    given = set()
    for at in leaves:
        while (
            nodes[at].style != level
            and nodes[at].parent in inside
            and any(nodes[up].style == level for up in _above(nodes, at))
        ):
            at = nodes[at].parent
        if at not in given:
            given.add(at)
            yield at


def _above(nodes, at):
    while nodes[at].parent >= 0:
        at = nodes[at].parent
        yield at


def own_paragraphs(nodes, at) -> tuple:
    """The paragraphs of an item with those of its (1), ①, 一是, unless two or more of these name who answers themselves."""
    below = [other for other in range(at + 1, len(nodes)) if nodes[other].parent == at and nodes[other].style in _SMALL]
    if nodes[at].style in _SMALL or sum(bool(responsibility_of(nodes[other].paragraphs)) for other in below) > 1:
        return nodes[at].paragraphs
    return (*nodes[at].paragraphs, *(paragraph for other in below for paragraph in nodes[other].paragraphs))


def _has_due_line(node) -> bool:
    return any(re.match(r"完成(时限|时间)[：:]", paragraph.text) for paragraph in node.paragraphs)


def _by_names(nodes, inside, named):
    """Those that name who answers; their brothers without a name count too, unless they are chapters that hold tasks."""
    styles = {nodes[at].style for at in named}
    holders = {nodes[at].parent for at in named}
    for at in inside:
        if at in named and not (nodes[at].style in _SMALL and nodes[at].parent in named):
            yield at
        elif (
            nodes[at].style in styles
            and at not in holders
            and nodes[at].style not in _SMALL
            and not _under(nodes, at, named)
            and (nodes[at].parent in holders or _alone(nodes, inside, at))
        ):
            yield at


def _under(nodes, at, named) -> bool:
    above = nodes[at].parent
    while above >= 0:
        if above in named:
            return True
        above = nodes[above].parent
    return False


def _alone(nodes, inside, at) -> bool:
    return not any(nodes[other].parent == at for other in inside) and len(nodes[at].text) > len(nodes[at].heading) + 30


def _is_leaf(nodes, inside, at) -> bool:
    """The deepest items with a heading; (1), ① and 一是 are parts of the item above them, unless that is a bare chapter."""
    node = nodes[at]
    below = [other for other in inside if nodes[other].parent == at]
    if node.style in _SMALL:
        above = node.parent
        return above >= 0 and nodes[above].style in ("part", "chapter", "section", "chinese", "heading") and not below
    return not [other for other in below if nodes[other].style not in _SMALL] and not (
        below and node.style in ("part", "chapter", "section", "chinese", "heading")
    )
