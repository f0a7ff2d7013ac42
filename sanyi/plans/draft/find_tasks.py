"""Tasks of a plan: numbered items with who answers and until when; the rows of task tables; dated parts of tasks."""

from collections import Counter
from dataclasses import replace
import re

from sanyi.plans.draft.choosing import own_paragraphs, safeguard_positions, task_positions
from sanyi.plans.draft.dates import deadlines_in, recurring_in
from sanyi.plans.draft.document import Place
from sanyi.plans.draft.numerals import chinese
from sanyi.plans.draft.items import Confidence, DraftDue, DraftTask
from sanyi.plans.draft.prose_leads import lead_in_prose
from sanyi.plans.draft.responsibility import responsibility_of
from sanyi.plans.draft.sections import BACKGROUND, GOALS, PHASES, PREFACE

_NAMED = Confidence(9, "编号、标题和责任单位都写明", "number, heading and the bodies answerable are all written")
_UNNAMED = Confidence(7, "有编号和标题，未写责任单位", "numbered and with a heading, but no body is named")
_LOOSE = Confidence(5, "由段落位置推定为任务", "taken for a task by its place only")
_ACTS = Confidence(5, "责任单位由行文推定：句中写明由它来做", "the lead is the body that a sentence says is to act")
_ROW = Confidence(9, "任务表中的一行", "a row of the table of tasks")
_DATED = Confidence(7, "任务中带期限的一句", "a sentence of the task with a deadline of its own")
_RECURS = Confidence(6, "任务中定期要做的事", "something in the task that comes again")
_EXPLORES = re.compile(r"探索|试点")
_BARE = re.compile(r"(全面|基本|全部|如期)?(完成|落实|实现|建成|到位|落实到位)?[。；]?")  # what may follow a deadline that stands alone
_STRIVES = re.compile(r"力争|争取")


def due_of(deadline, place) -> DraftDue | None:
    """Make a draft's deadline of one found in words."""
    return (
        None
        if deadline is None
        else DraftDue(place, deadline.due, deadline.since, deadline.event, deadline.months, deadline.every)
    )


def chapter_of(nodes, at) -> str:
    """The heading an item stands under; empty when it is lost."""
    return nodes[nodes[at].parent].heading if nodes[at].parent >= 0 else ""


def tasks_of(nodes, kinds, rows, year) -> tuple[DraftTask, ...]:
    """Give the tasks of a plan; a table that repeats the numbered tasks of the text completes them."""
    positions = task_positions(nodes, kinds)
    restarts = _restarts(nodes, positions)
    closing = safeguard_positions(nodes, kinds)
    tasks = [_task(nodes, at, restarts, year) for at in positions]
    safeguards = [replace(_task(nodes, at, {}, year), number="", is_safeguard=True) for at in closing]
    if not any(task.responsibility for task in tasks) and not any(row.responsibility for row in rows):
        tasks, safeguards = _by_prose(nodes, positions, tasks), _by_prose(nodes, closing, safeguards)
    listed = [_row_task(row, number, year) for number, row in enumerate((row for row in rows if row.kind == "task"), 1)]
    return (*_merged(tasks, listed), *safeguards)


def _restarts(nodes, positions) -> dict:
    """Number of each run of brothers whose numbers come more than once: such tasks are called 三.2. The commonest style keeps plain numbers."""
    numbers = Counter((nodes[at].style, nodes[at].marker.number) for at in positions)
    styles = Counter(nodes[at].style for at in positions).most_common()
    plain = {number for style, number in numbers if styles and style == styles[0][0]}
    twice = {style for (style, number), count in numbers.items() if count > 1 or style != styles[0][0] and number in plain}
    runs = list(dict.fromkeys(nodes[at].run for at in positions if nodes[at].style in twice))
    return {run: chinese(place) for place, run in enumerate(runs, 1)}


def _task(nodes, at, restarts, year) -> DraftTask:
    node = nodes[at]
    paragraphs = own_paragraphs(nodes, at)
    who = responsibility_of(paragraphs)
    number = str(node.marker.number or "")
    if number and node.run in restarts:
        above = nodes[node.parent].marker if node.parent >= 0 else None
        number = f"{above.written if above and above.written else restarts[node.run]}.{number}"
    confidence = _NAMED if who else _UNNAMED if node.style in ("arabic", "bracketed", "chinese", "article") else _LOOSE
    return DraftTask(
        words=node.heading,
        place=node.heading_place(),
        confidence=confidence,
        clause=clause_of(nodes, at),
        number=number,
        heading=node.heading,
        chapter=chapter_of(nodes, at),
        whole=replace(node.place, end=paragraphs[-1].offsets[-1] + 1),
        responsibility=who,
        due=_line_due(paragraphs, who, year),
        is_exploratory=bool(_EXPLORES.search(node.heading)),
        is_striven_for=bool(_STRIVES.search(node.heading)),
    )


def _by_prose(nodes, positions, tasks) -> list:
    """In a plan without brackets of names, the body that a sentence says is to act is the best there is."""
    named = [lead_in_prose(nodes[at]) for at in positions]
    return [replace(task, responsibility=who, confidence=_ACTS) if who else task for task, who in zip(tasks, named)]


def clause_of(nodes, at) -> str:
    """The way to an item: 四(二)7."""
    node, parts = nodes[at], []
    while node is not None:
        if node.marker and node.marker.number:
            shape = {
                "chinese": "{}",
                "bracketed": "({})",
                "arabic": "{}",
                "arabic_bracketed": "({})",
                "part": "第{}部分",
                "chapter": "第{}章",
                "section": "第{}节",
                "article": "第{}条",
                "is": "{}是",
                "phase": "第{}阶段",
                "annex": "附件{}",
            }.get(node.style, "{}")
            parts.append(shape.format(node.marker.written))
        node = nodes[node.parent] if node.parent >= 0 else None
    return "".join(reversed(parts)) or "—"


_LABEL = re.compile(r"(完成时限|完成时间|时间节点|完成期限|时限要求|时限|时间要求)[：:为]")


def _line_due(paragraphs, who, year) -> DraftDue | None:
    """The deadline after a label such as 完成时限：, or in the bracket that says who answers."""
    for paragraph in paragraphs:
        for label in _LABEL.finditer(paragraph.text):
            stop = next(
                (label.end() + at for at, mark in enumerate(paragraph.text[label.end() :]) if mark in "。；;"),
                len(paragraph.text),
            )
            for one in deadlines_in(paragraph.text[label.end() : stop], year, is_labelled=True)[:1]:
                return due_of(one, paragraph.place(label.end() + one.start, label.end() + one.end))
        for one in deadlines_in(paragraph.text, year) if who.place else ():
            place = paragraph.place(one.start, one.end)
            if place.overlaps(who.place):
                return due_of(one, place)
    return None


def _row_task(row, position, year) -> DraftTask:
    cell = row.cell("task").paragraph
    end = re.search(r"[。：:；]", cell.text)
    stop = end.start() if end and end.start() <= 70 else min(len(cell.text), 70)
    number = row.cell("number").text or str(position)
    return DraftTask(
        words=cell.text[:stop],
        place=cell.place(0, max(stop, 1)),
        confidence=_ROW,
        clause=f"任务表 {number}",
        number=number.strip(".、"),
        heading=cell.text[:stop],
        chapter=row.group,
        whole=_whole(row, cell),
        responsibility=row.responsibility,
        due=cell_due(row.cell("due"), year),
    )


def _whole(row, cell) -> Place:
    """All that a row says is to be done, over the columns that say it."""
    places = [one.paragraph.place(0, len(one.text)) for one in (*row.contents, row.cell("task"))]
    return replace(cell.place(0, len(cell.text)), start=min(one.start for one in places), end=max(one.end for one in places))


def cell_due(cell, year) -> DraftDue | None:
    """The deadline of a table cell: 2022年6月底, 2018.4月底, 市政策出台后三个月内, 每季度."""
    found = [*deadlines_in(cell.text, year, is_labelled=True), *recurring_in(cell.text)] if cell.text else []
    return due_of(found[0], cell.paragraph.place(found[0].start, found[0].end)) if found else None


def _merged(tasks, listed) -> list:
    """Complete numbered tasks by the rows that say the same; rows that say something else are tasks of their own."""
    by_number = {task.number: at for at, task in enumerate(tasks)}
    merged, rest = list(tasks), []
    for row in listed:
        at = by_number.get(row.number)
        if at is None or not _alike(merged[at].heading, row.heading):
            at = next((other for other, task in enumerate(merged) if _alike(task.heading, row.heading)), None)
        if at is None:
            rest.append(row)
        else:
            task = merged[at]
            merged[at] = replace(
                task,
                responsibility=row.responsibility or task.responsibility,
                due=row.due or task.due,
                chapter=task.chapter or row.chapter,
                confidence=_NAMED if row.responsibility else task.confidence,
            )
    return [*merged, *rest]


def _alike(one: str, other: str) -> bool:
    short = min(len(one), len(other), 12)
    return short >= 4 and one[:short] == other[:short]


def dated_parts(tasks, sentences, kinds, taken) -> tuple[DraftTask, ...]:
    """Sentences with a deadline and no figure, inside tasks and safeguards, are parts with a deadline of their own.

    `taken` holds the places of deadlines that other items have already used.
    """
    parts = []
    for sentence in sentences:
        if kinds[sentence.node] in (GOALS, PHASES, PREFACE, BACKGROUND):
            continue
        whole = sentence.place(0, len(sentence.text))
        task = next((one for one in tasks if one.whole and one.whole.overlaps(whole)), None)
        for at, one in enumerate(sentence.deadlines):
            place = sentence.place(one.start, one.end)
            if any(place.overlaps(other) for other in taken) or task and task.due and task.due.place.overlaps(place):
                continue
            parts.append(_part(sentence, at, one, task, _DATED))
        if not sentence.deadlines and task:
            parts += [
                _part(sentence, 0, one, task, _RECURS)
                for one in recurring_in(sentence.text)[:1]
                if not any(sentence.place(one.start, one.end).overlaps(other) for other in taken)
            ]
    return tuple(parts)


def with_dated_headings(tasks, parts) -> tuple[tuple[DraftTask, ...], tuple[DraftTask, ...]]:
    """A deadline in a task's own heading, or one that stands alone after its text, is the task's, not a part's; gives tasks and the other parts."""
    own = {}
    for part in parts:
        task = next(
            (one for one in tasks if one.due is None and (
                one.place.overlaps(part.place) and one.place.overlaps(part.due.place)
                or _is_bare(part) and one.whole and one.whole.overlaps(part.place))),
            None,
        )
        if task:
            own.setdefault(id(task), (task, part))
    absorbed = {id(part) for _, part in own.values()}
    return (
        tuple(replace(task, due=own[id(task)][1].due) if id(task) in own else task for task in tasks),
        tuple(part for part in parts if id(part) not in absorbed),
    )


def _is_bare(part) -> bool:
    """Whether a part says nothing but its deadline: then it is the task's."""
    rest = len(part.words) - (part.due.place.end - part.due.place.start)
    return rest <= 0 or _BARE.fullmatch(part.words[-rest:]) is not None


def _part(sentence, at, one, task, confidence) -> DraftTask:
    """The stretch a deadline governs: from it to the next deadline of the sentence, with the clause before when it stands inside one."""
    later = [other.start for other in sentence.deadlines if other.start > one.start]
    stop = later[0] if later else len(sentence.text)
    opening = max(sentence.text.rfind(mark, 0, one.start) for mark in "，,；;：:）)］〕】]") + 1
    start = opening if opening < one.start else one.start
    words = sentence.text[start:stop].strip("，；。、,;")
    length = min(len(words), 120)
    start = sentence.text.index(words, start) if words else start
    return DraftTask(
        words=words[:length],
        place=sentence.place(start, max(start + length, start + 1)),
        confidence=confidence,
        is_part=True,
        clause=task.clause if task else "—",
        parent=task.number if task else "",
        heading=words[:length],
        chapter=task.chapter if task else "",
        whole=sentence.place(start, max(start + length, start + 1)),
        responsibility=task.responsibility if task else responsibility_of(()),
        due=due_of(one, sentence.place(one.start, one.end)),
        is_exploratory=bool(_EXPLORES.search(words)),
        is_striven_for=bool(_STRIVES.search(words)) or one.is_striven_for,
    )
