"""Targets of a plan: figures in sentences with the deadline that governs them, and the rows of indicator tables."""

from datetime import date
from fractions import Fraction
import re

from sanyi.plans.draft.columns import year_of
from sanyi.plans.draft.document import Cell
from sanyi.plans.draft.figures import figures_in
from sanyi.plans.draft.find_tasks import clause_of, due_of
from sanyi.plans.draft.items import Confidence, DraftDue, DraftTarget
from sanyi.plans.draft.sections import BACKGROUND, GOALS, PREFACE
from sanyi.plans.likeness import letter_pairs
from sanyi.plans.draft.sentences import governing, sentences_in

_CLEAR = Confidence(9, "指标、数值和期限都在同一句", "indicator, value and deadline stand in one sentence")
_DATED_ABOVE = Confidence(8, "期限取自本段前文", "the deadline is taken from earlier in the paragraph")
_UNDATED = Confidence(7, "有指标和数值，未见期限", "indicator and value are clear; no deadline was found")
_DOUBTFUL = Confidence(5, "有数值，但未必是要达到的目标", "there is a figure, but it may be no target")
_TABLE = Confidence(9, "指标表中的一格", "a cell of the table of indicators")
_CELL = re.compile(
    r"(?P<sign>[<>≤≥＜＞﹤﹥=]=?|不低于|不少于|不超过|不高于|达到|约)?(?P<value>\d+(?:\.\d+)?)(?:[-—–~～至](?P<upper>\d+(?:\.\d+)?))?(?P<unit>%|‰)?"
    r"(?P<after>[\u4e00-\u9fff]{0,2}?(左右|及?以上|及?以下|以内))?[\u4e00-\u9fff/]{0,3}"
)
_SIGNS = {
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
    "﹤": "<",
    "﹥": ">",
    "<=": "≤",
    ">=": "≥",
    "不低于": "≥",
    "不少于": "≥",
    "不超过": "≤",
    "不高于": "≤",
    "约": "≈",
}


def targets_of(sentences, nodes, kinds, tasks) -> tuple[DraftTarget, ...]:
    """Give every figure of the text as a target; a heading of its own (2.建立3项制度) only announces what follows."""
    found, carried = [], {}
    for sentence in sentences:
        if kinds[sentence.node] == BACKGROUND:  # what has been reached is no target
            continue
        if (
            len(sentence.text) < 24
            and sentence.start < 8
            and sentence.end == len(sentence.paragraph.text)
            and sentence.text[-1] not in "。；"
        ):
            continue
        for figure in figures_in(sentence.text):
            found.append(_target(sentence, figure, kinds, carried.get(sentence.node), tasks, clause_of(nodes, sentence.node)))
        dated = [one for one in sentence.deadlines if one.due]
        if dated:
            carried[sentence.node] = DraftDue(sentence.place(dated[-1].start, dated[-1].end), dated[-1].due)
    return tuple(found)


def _target(sentence, figure, kinds, carried, tasks, clause) -> DraftTarget:
    start, end = figure.measured
    place = sentence.place(min(start, figure.start), max(end, figure.end))
    task = next((one for one in tasks if one.whole and one.whole.overlaps(place)), None)
    deadline = governing(sentence, figure.start)
    due = due_of(deadline, sentence.place(deadline.start, deadline.end)) if deadline else None
    confidence = _CLEAR if due else _UNDATED
    if due is None and kinds[sentence.node] in (GOALS, PREFACE) and carried:
        due, confidence = carried, _DATED_ABOVE
    if due is None and task and task.due and task.due.due:
        due, confidence = task.due, _DATED_ABOVE
    return DraftTarget(
        words=_words(sentence, figure),
        place=place,
        confidence=confidence if figure.is_sure else _DOUBTFUL,
        clause=clause,
        measured=sentence.text[start:end],
        comparator=figure.comparator,
        value=figure.value,
        unit=figure.unit,
        upper=figure.upper,
        per=figure.per,
        due=due,
        task=task.number if task else "",
        is_striven_for=figure.is_striven_for or bool(deadline and deadline.is_striven_for),
    )


def cell_targets(rows, tasks, year, told) -> tuple[DraftTarget, ...]:
    """Give the figures that the cells of task tables state in words, each due when its row is; those the text has `told` once are left out."""
    found = []
    for row in rows:
        for part in (part for cell in row.contents for part in cell.parts):
            for sentence in sentences_in(part, year):
                for figure in figures_in(sentence.text):
                    found.append(_target(sentence, figure, {-1: ""}, None, tasks, "任务表"))
    return tuple(one for one in found if not any(_is_same(one, other) for other in told))


def _is_same(one, other) -> bool:
    """The same figure of what goes by almost the same words, or is a part of it."""
    pairs, others = letter_pairs(one.measured), letter_pairs(other.measured)
    is_figure = (one.comparator, one.value, one.unit) == (other.comparator, other.value, other.unit)
    return is_figure and len(pairs & others) * 2 >= min(len(pairs), len(others))


def _words(sentence, figure) -> str:
    start = min(figure.measured[0], figure.start)
    return sentence.text[start : max(figure.end, figure.measured[1])]


def table_targets(rows, year) -> tuple[DraftTarget, ...]:
    """Give the targets of indicator tables: one for every year column, with the baseline beside it.

    A column of a year before the plan's own `year` is the baseline where no column is called that.
    """
    return tuple(target for row in rows if row.kind == "indicator" for target in _row_targets(row, year))


def _row_targets(row, year):
    name, unit = row.cell("indicator"), _unit(row)
    past = [cell for header, cell in row.years if year_of(header.text) < year] if not row.cell("baseline").text else []
    baseline = _CELL.fullmatch(past[-1].text if past else row.cell("baseline").text)
    columns = tuple(pair for pair in row.years if pair[1] not in past) or (
        ((Cell(), row.cell("value")),) if row.cell("value").text else ()
    )
    for header, cell in columns:
        found = _CELL.fullmatch(cell.text)
        worded = figures_in(name.text + cell.text) if not found else ()
        place = cell.paragraph.place(0, len(cell.text)) if cell.text else None
        if not found and place is None:
            continue
        due = (
            DraftDue(header.paragraph.place(0, len(header.text)), date(year_of(header.text), 12, 31))
            if year_of(header.text)
            else None
        )
        yield DraftTarget(
            words=f"{name.text} {cell.text}",
            place=place,
            confidence=_TABLE,
            clause="指标表",
            measured=_measured(name.text, cell.text, worded),
            **_amount(found, worded, unit),
            baseline=Fraction(baseline["value"]) if baseline else None,
            due=due,
            group=row.group,
        )


def _measured(name, words, worded) -> str:
    """What a row measures; with the words of a change that its cell speaks of (较2020年下降)."""
    bare = re.sub(r"[（(][^（）()]*[%‰]?[）)]$", "", name) or name
    change = worded and re.match(r"(较|比)[^，。；\d]*(20\d\d年?)?[^，。；\d]*", words)
    return bare + change[0] if change else bare


def _amount(found, worded, unit) -> dict:
    """Comparator, value, upper end and unit of a value cell: a number, a figure in words, or words only."""
    if found:
        upper = Fraction(found["upper"]) if found["upper"] else None
        return dict(
            comparator=_comparator(found), value=Fraction(found["value"]), upper=upper, unit=unit or found["unit"] or ""
        )
    if len(worded) == 1:
        return dict(comparator=worded[0].comparator, value=worded[0].value, upper=worded[0].upper, unit=worded[0].unit or unit)
    return dict(comparator="open", value=None, unit=unit)


def _unit(row) -> str:
    """The unit of a row: its unit column, or the brackets that close the indicator's name."""
    if row.cell("unit").text:
        return row.cell("unit").text.strip("（）()")
    found = re.search(r"[（(]([^（）()]{1,6})[）)]$", row.cell("indicator").text)
    if found and re.fullmatch(r"%|‰|/?\d*万?|/10万|张|人|元|天|岁|个|名|家|日|次|万元|倍|/十万|每10万", found[1]):
        return found[1]
    return "%" if re.search(r"率$|占比$|比例$|比重$", row.cell("indicator").text) else ""


def _comparator(found) -> str:
    after = found["after"] or ""
    if "左右" in after:
        return "≈"
    if "以上" in after:
        return "≥"
    if "以下" in after or "以内" in after:
        return "≤"
    return _SIGNS.get(found["sign"] or "", "=")
