"""What a section of a plan is for: background, preface, goals, tasks, phases, safeguards, annex; told by the words of its heading."""

import re

TASKS, GOALS, PREFACE, PHASES, SAFEGUARDS, BACKGROUND = "tasks", "goals", "preface", "phases", "safeguards", "background"
_BACKGROUND = re.compile(
    r"背景|形势|现状|发展基础|工作基础|(主要|工作|改革|取得的?)成[效就]|存在(的|主要)?问题|面临|起草|编制依据|回顾"
)
_PHASES = re.compile(
    r"实施步骤|工作步骤|实施进度|进度安排|时间安排|步骤安排|实施阶段|工作安排|阶段安排|推进步骤|方法步骤|时间步骤"
)
_SAFEGUARDS = re.compile(
    r"保障措施|组织实施|工作要求|有关要求|工作保障|组织保障|保障机制$|相关要求|具体要求|实施保障|保障与监督|组织领导和保障|^保障$"
)
_GOALS = re.compile(
    r"目标(任务)?$|(主要|核心|预期|具体|发展|约束性)指标$|^(总体|工作|主要|发展|具体|改革|行动|阶段|总|建设|任务)(性)?目标|^目标|主要指标|预期目标"
)
_PREFACE = re.compile(
    r"指导思想|总体要求|基本原则|总体思路|工作思路|主要路径|实施路径|实施范围|实施时间|工作背景|重要意义|工作原则|适用范围|考核对象|总则|附则"
)
_TASKS = re.compile(
    r"任务|举措|工作措施|主要措施|重点工作|工作内容|主要内容|改革内容|重点内容|实施内容|工作重点|政策措施|具体措施|重点项目|建设内容|主要工作"
)
_CLOSING = re.compile(
    r"组织领导|组织实施|领导责任|工作责任|目标责任|责任落实|落实责任|压实责任|投入责任|思想认识|提高认识|督导|督促|督查|考核评估|考核评价|考核问责|跟踪问效|宣传|舆论|投入保障|经费保障|资金保障"
    r"|监测评价|监测评估|总结推广|推广经验|经验总结|科学评价|试点示范|示范引领|试点推进|信息支撑|氛围|统筹协调|评价机制|指导考核|培训指导|制度保障|机制保障|行风建设|监督检查|激励|问责|部门协同|协调配合|政策支持|加强领导|工作机制|总结评估|加强统筹|监管保障"
)


def kind_by_heading(heading: str) -> str:
    """Give the kind of section a heading names; empty when its words say nothing."""
    if len(heading) > 200:
        return ""
    words = re.sub(r"[（(].*?[）)]|\s", "", heading)
    if len(words) > 24:
        return ""
    for kind, pattern in ((BACKGROUND, _BACKGROUND), (PHASES, _PHASES), (SAFEGUARDS, _SAFEGUARDS)):
        if pattern.search(words):
            return kind
    if _TASKS.search(words) and not re.search(r"目标任务$|任务目标$|目标$", words):
        return TASKS
    if _GOALS.search(words):
        return GOALS
    return PREFACE if _PREFACE.search(words) else ""


def kinds_of(nodes) -> tuple[str, ...]:
    """Give the kind of section each item of an outline belongs to."""
    own = [kind_by_heading(node.heading) if node.marker else PREFACE for node in nodes]
    kinds, is_explicit = [], []
    for position, node in enumerate(nodes):
        above = kinds[node.parent] if node.parent >= 0 else ""
        explicit = node.parent >= 0 and is_explicit[node.parent]
        if explicit:  # inside a chapter called 主要任务 everything is a task, whatever its words
            kinds.append(TASKS)
        elif node.marker is None or _is_stray(nodes, position):
            kinds.append(PREFACE)
        elif above and above != TASKS and own[position] in ("", PREFACE):
            kinds.append(above)
        else:
            kinds.append(own[position] or above or TASKS)
        is_explicit.append(explicit or own[position] == TASKS)
    return tuple(_closed(nodes, own, kinds))


def _is_stray(nodes, position) -> bool:
    """A number that follows no other, at the head of an annex, is a torn-off line."""
    node = nodes[position]
    return (
        node.parent >= 0
        and nodes[node.parent].style == "annex"
        and node.marker.number > 1
        and not any(other.parent == node.parent and other.style == node.style for other in nodes[:position])
    )


def _closed(nodes, own, kinds) -> list:
    """Where chapter headings are lost: a last run of items that speak of leadership, publicity and the like are safeguards."""
    tops = [position for position, node in enumerate(nodes) if node.marker and node.parent == -1]
    if not tops or any(own[position] == SAFEGUARDS for position in tops):
        return kinds
    last_run = [
        position
        for position in tops
        if nodes[position].run == nodes[tops[-1]].run and nodes[position].style == nodes[tops[-1]].style
    ]
    closing = [position for position in last_run if _CLOSING.search(nodes[position].heading)]
    whole = len(closing) * 2 >= len(last_run)
    first = last_run[0] if whole else _trailing(last_run, closing)
    if first is None or len(last_run) == len(tops) and whole:
        first = _trailing(last_run, closing)
    return (
        kinds
        if first is None
        else [SAFEGUARDS if position >= first and nodes[position].marker else kind for position, kind in enumerate(kinds)]
    )


def _trailing(run, closing):
    """The first of the items at the end of a run that all speak of safeguards."""
    first = None
    for position in reversed(run):
        if position not in closing:
            break
        first = position
    return first
