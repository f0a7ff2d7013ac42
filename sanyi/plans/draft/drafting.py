"""Draft a plan: from a document to everything found in it. Pure: the same document and indicators give the same draft."""

from dataclasses import replace
from fractions import Fraction

from sanyi.plans.draft.amounts import plan_amount
from sanyi.plans.draft.document import Document
from sanyi.plans.draft.errors import NoPlan
from sanyi.plans.draft.find_others import events_of, goals_of, issues_of, phases_of, prohibitions_of
from sanyi.plans.draft.find_targets import cell_targets, table_targets, targets_of
from sanyi.plans.draft.find_tasks import dated_parts, tasks_of, with_dated_headings
from sanyi.plans.draft.grids import rows_of
from sanyi.plans.draft.identity import identity_of, plan_year
from sanyi.plans.draft.items import Draft
from sanyi.plans.draft.leftovers import leftovers_of
from sanyi.plans.draft.likeness import likeliest
from sanyi.plans.draft.outline import outline_of
from sanyi.plans.draft.sections import BACKGROUND, kinds_of
from sanyi.plans.draft.sentences import sentences_of


def draft_plan(document: Document, indicators=()) -> Draft:
    """Find everything a plan pack can hold in a document.

    `indicators`: known indicators as (id, Chinese name, plan unit); a target whose words and unit are like one of them names it.
    Errors: NoPlan, when the text holds neither numbered items nor figures nor a table of tasks.
    """
    nodes = outline_of(document)
    kinds = kinds_of(nodes)
    identity = identity_of(document, nodes)
    year = plan_year(identity, document)
    rows = [row for table in document.tables for row in rows_of(table)]
    sentences = sentences_of(nodes, year)
    tasks = tasks_of(nodes, kinds, rows, year)
    indicators = tuple(indicators)
    told = (*targets_of(sentences, nodes, kinds, tasks), *table_targets(rows, year))
    targets = tuple(_with_indicator(one, indicators) for one in (*told, *cell_targets(rows, tasks, year, told)))
    goals, phases = goals_of(sentences, kinds, targets), phases_of(nodes, kinds, sentences)
    issues = issues_of(rows, sentences, kinds, tasks, year)
    taken = [item.due.place for item in (*targets, *goals, *phases, *issues) if item.due]
    tasks, parts = with_dated_headings(tasks, dated_parts(tasks, sentences, kinds, taken))
    tasks = (*tasks, *parts)
    milestones = (*phases, *events_of((*tasks, *issues)))
    prohibitions = prohibitions_of(sentences)
    items = (*tasks, *targets, *goals, *milestones, *issues, *prohibitions)
    _refuse_what_is_no_plan(document, tasks, targets, rows)
    return Draft(
        document.name,
        identity,
        tasks,
        targets,
        goals,
        milestones,
        issues,
        prohibitions,
        leftovers_of(
            [one for one in sentences if kinds[one.node] != BACKGROUND],
            nodes,
            items,
            identity.parents,
            (identity.title, identity.number),
        ),
        document.text,
    )


def _with_indicator(target, indicators):
    unit = plan_amount(target.value or Fraction(0), target.unit, target.per + target.measured)[1]
    return replace(target, indicator=likeliest(target.per + target.measured, unit, indicators))


def _refuse_what_is_no_plan(document, tasks, targets, rows) -> None:
    numbered = [task for task in tasks if task.number]
    answered = [task for task in tasks if not task.is_part and (task.responsibility or task.due)]
    if len(answered) >= 2 and targets or len(numbered) >= 2 and (answered or targets or len(numbered) >= 4) or rows:
        return
    raise NoPlan(
        f"{document.name}：不像改革方案。找过：编号的任务（一、（一）1.）{len(numbered)} 项，责任单位或期限 {len(answered)} 处，"
        f"目标数值 {len(targets)} 个，任务表或指标表 {len(rows)} 行；至少要有两项编号任务或一张任务表",
        f"{document.name} does not look like a plan: looked for numbered tasks ({len(numbered)} found), bodies answerable or deadlines ({len(answered)}), "
        f"target figures ({len(targets)}) and tables of tasks or indicators ({len(rows)} rows); two numbered tasks or one such table are needed",
    )
