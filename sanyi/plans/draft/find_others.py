"""Goals without figures, phases, events, documents to issue and prohibitions."""

import re

from sanyi.plans.draft.find_tasks import cell_due, due_of
from sanyi.plans.draft.items import Confidence, DraftGoal, DraftIssue, DraftMilestone, DraftProhibition
from sanyi.plans.draft.responsibility import responsibility_of
from sanyi.plans.draft.sections import BACKGROUND, GOALS, PHASES, PREFACE

_GOAL = Confidence(8, "目标段落中带期限的一句", "a dated sentence of the goals")
_PHASE = Confidence(8, "实施步骤中的一个阶段", "a phase of the plan")
_EVENT = Confidence(8, "期限从此事之日起算", "a deadline counts from this event")
_LISTED = Confidence(9, "文件目录中的一行", "a row of the list of documents")
_NAMED = Confidence(6, "正文提到要制定的文件", "the text speaks of a document to be written")
_FORBIDS = Confidence(8, "原文写明不得做", "the text forbids it in so many words")
_FORBIDDEN = re.compile(r"严禁|不得|禁止|不准|一律不|杜绝|严格禁止|不允许|不再(把|将|新增)")
_WRITES = re.compile(
    r"(?:研究制定|制定出台|制定印发|制定|制订|(?<!拟)出台(?!后)|印发|(?<!机构)编制(?!部门|总量|备案|管理|内|外|员|制|数|人|标准|使用)|起草|修订)(?:和?(?:完善|落实|实施|下发))?"
    r"(?P<name>《[^《》]{4,50}》|[^，。；、：《》]{3,36}?(?:实施方案|方案|管理办法|办法|实施意见|意见|细则|规划|目录|清单|指南|行动计划|章程|规定|规程|流程|规范))(?=[，。；、等和及并]|$)"
)
_VAGUE = re.compile(r"本|的|有效|相关|有关|具体|专项|各项|配套|规范合理|部门|工作(方案|计划)$")


def goals_of(sentences, kinds, targets) -> tuple[DraftGoal, ...]:
    """Give the dated sentences of goals and preface; a sentence whose figures are targets is still a goal if it says more."""
    goals = []
    for sentence in sentences:
        if kinds[sentence.node] not in (GOALS, PREFACE):
            continue
        for at, one in enumerate(sentence.deadlines):
            if not one.due:
                continue
            stop = next((other.start for other in sentence.deadlines[at + 1 :]), len(sentence.text))
            words = sentence.text[one.start : stop].rstrip("，；。、")
            goals.append(
                DraftGoal(
                    words=words,
                    place=sentence.place(one.start, one.start + max(len(words), 1)),
                    confidence=_GOAL,
                    clause="目标",
                    due=due_of(one, sentence.place(one.start, one.end)),
                    is_striven_for=one.is_striven_for,
                )
            )
    return tuple(goals)


def phases_of(nodes, kinds, sentences) -> tuple[DraftMilestone, ...]:
    """Give the phases: items of 实施步骤, and items called 第一阶段."""
    found = []
    for at, node in enumerate(nodes):
        if not node.marker or not (node.style == "phase" or kinds[at] == PHASES and node.parent >= 0):
            continue
        if any(other.parent == at for other in nodes):
            continue
        dated = [(sentence, one) for sentence in sentences if sentence.node == at for one in sentence.deadlines if one.due]
        due = due_of(dated[0][1], dated[0][0].place(dated[0][1].start, dated[0][1].end)) if dated else None
        found.append(
            DraftMilestone(
                words=node.heading, place=node.heading_place(), confidence=_PHASE, clause=node.marker.written, due=due
            )
        )
        for sentence, one in dated[1:]:
            later = due_of(one, sentence.place(one.start, one.end))
            found.append(
                DraftMilestone(
                    words=sentence.text[one.start :].rstrip("。"),
                    place=sentence.place(one.start, len(sentence.text)),
                    confidence=_PHASE,
                    clause=node.marker.written,
                    due=later,
                )
            )
    return tuple(found)


def events_of(items) -> tuple[DraftMilestone, ...]:
    """Give one undated milestone for every event from which deadlines count."""
    first = {}
    for item in items:
        due = getattr(item, "due", None)
        if due and due.event and due.event not in first:
            first[due.event] = DraftMilestone(
                words=due.event, place=due.place, confidence=_EVENT, clause=item.clause, is_event=True
            )
    return tuple(first.values())


def issues_of(rows, sentences, kinds, tasks, year) -> tuple[DraftIssue, ...]:
    """Give the documents to be written: rows of a list of documents, and those the text speaks of."""
    listed = [
        DraftIssue(
            words=row.cell("document").text,
            place=row.cell("document").paragraph.place(0, len(row.cell("document").text)),
            confidence=_LISTED,
            clause=f"文件目录 {row.cell('number').text or position}",
            number=row.cell("number").text or str(position),
            responsibility=row.responsibility,
            due=cell_due(row.cell("due"), year),
        )
        for position, row in enumerate((row for row in rows if row.kind == "document"), 1)
    ]
    return (*listed, *_written(sentences, kinds, tasks, {issue.words for issue in listed}))


def _written(sentences, kinds, tasks, known):
    for sentence in sentences:
        if kinds[sentence.node] in (PREFACE, GOALS, BACKGROUND):
            continue
        for found in _WRITES.finditer(sentence.text):
            name = found["name"].strip("《》")
            if name in known or _VAGUE.match(name) and not found["name"].startswith("《"):
                continue
            place = sentence.place(found.start("name"), found.end("name"))
            task = next((one for one in tasks if one.whole and one.whole.overlaps(place)), None)
            before = [one for one in sentence.deadlines if one.start <= found.start()]
            yield DraftIssue(
                words=name,
                place=place,
                confidence=_NAMED,
                clause=task.clause if task else "—",
                responsibility=task.responsibility if task else responsibility_of(()),
                due=due_of(before[-1], sentence.place(before[-1].start, before[-1].end)) if before else None,
            )


def prohibitions_of(sentences) -> tuple[DraftProhibition, ...]:
    """Give the clauses that forbid something."""
    found = []
    for sentence in sentences:
        for match in _FORBIDDEN.finditer(sentence.text):
            start = max(sentence.text.rfind(mark, 0, match.start()) for mark in "，；。：") + 1
            stop = min(
                (at for mark in "，；。" if (at := sentence.text.find(mark, match.end())) >= 0), default=len(sentence.text)
            )
            if found and found[-1].place.overlaps(sentence.place(start, stop)):
                continue
            found.append(
                DraftProhibition(words=sentence.text[start:stop], place=sentence.place(start, stop), confidence=_FORBIDS)
            )
    return tuple(found)
