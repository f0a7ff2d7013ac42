"""Workflows are values: every cell of state, step and role is either declared or refused, and every state can be left and reached."""
from dataclasses import fields
from datetime import date, datetime, timezone
import importlib
from pathlib import Path
import re

import pytest

from sanyi.workflows import workflow_of, workflows
from sanyi.workflows.diagram import diagram
from sanyi.workflows.errors import BadField, FactorNeeded, GuardRefused, NotAllowed, Refused, UndeclaredStep
from sanyi.workflows.facts import BOUND_TO_UNIT, ROLES, Actor, Facts
from sanyi.workflows.guards import EVIDENCE
from sanyi.workflows.lines import LINES, line_of
from sanyi.workflows.plan_facts import Standing
from sanyi.workflows.take import clean, fen_of, take
from sanyi.workflows.workflow import FIELD_KINDS

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
TODAY = date(2023, 6, 15)
CASES = [importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("guarded_*.py"))]  # each area brings its own
GUARDED = [case for file in CASES for case in file.GUARDED]
FITTING = {step: fit for file in CASES for step, fit in file.FITTING.items()}
each_workflow = pytest.mark.parametrize("workflow", workflows(), ids=lambda workflow: workflow.name)


def facts(workflow, state: str, role: str = "office", **more) -> Facts:
    """Facts of a workflow's own class in which nothing stands in the way; of what the class does not know, nothing."""
    sides = {step.side: ("ours",) for step in workflow.steps if step.side}
    known = {each.name for each in fields(workflow.facts)}
    plain = {"state": state, "actor": Actor("me", role, "ours", ("me",), "me", True), "now": NOW, "today": TODAY, "units": ("ours",), "due": TODAY, "sides": sides,
             "residents": ("me",), "next_due": date(2023, 7, 31), "evidence": tuple(EVIDENCE), "done_by": "another", "final_fen": 1_200}
    return workflow.facts(**{name: value for name, value in plain.items() if name in known} | more)


def filled(step) -> dict:
    given = {"text": "words", "date": date(2023, 9, 1), "unit": "ours", "fen": "12.00", "whole": "3", "moment": "2023-09-01T09:00", "institution": "ours",
             "period": "2020-12"}
    return {field.name: next(iter(field.choices)) if field.kind == "choice" else given[field.kind] for field in step.fields}


def fitting(workflow, step) -> tuple[dict, dict]:
    """Facts and fields in which nothing stands in the way of a step: as its area says, else the plain ones."""
    more, given = FITTING.get((workflow.name, step.name), ({}, None))
    return more, filled(step) if given is None else given


def test_the_three_workflows_are_found_by_folder():
    assert {workflow.name for workflow in workflows()} >= {"task", "problem", "supervision_order"}
    with pytest.raises(UndeclaredStep):
        workflow_of("dance")


@each_workflow
def test_every_cell_of_the_table_is_declared_or_refused(workflow):
    names = sorted({step.name for step in workflow.steps})
    taken = 0
    for state in workflow.states:
        for name in names:
            for role in ROLES:
                steps = [step for step in workflow.steps if step.name == name and state.name in step.before]
                if steps and role in steps[0].roles:
                    more, given = fitting(workflow, steps[0])
                    done = take(workflow, name, facts(workflow, state.name, role, **more), given)
                    assert done.state == steps[0].after
                    taken += 1
                else:
                    with pytest.raises(NotAllowed if steps else UndeclaredStep):
                        take(workflow, name, facts(workflow, state.name, role), {})
    assert taken >= len(workflow.steps)


@each_workflow
def test_a_workflow_is_whole(workflow):
    states = {state.name for state in workflow.states}
    assert len(states) == len(workflow.states) and workflow.start in states
    for step in workflow.steps:
        assert set(step.before) <= states and step.after in states and step.roles and set(step.roles) <= set(ROLES)
        assert step.zh != step.en and all(field.kind in FIELD_KINDS and field.zh != field.en for field in step.fields)
        assert len({field.name for field in step.fields}) == len(step.fields)
    for state in states:
        names = [step.name for step in workflow.steps_from(state)]
        assert len(set(names)) == len(names), "a step's name means one thing in one state"
    reached = {workflow.start}
    while more := {step.after for step in workflow.steps if set(step.before) & reached} - reached:
        reached |= more
    assert reached == states
    assert all(state.zh != state.en for state in workflow.states) and set(workflow.finished) < states


@each_workflow
def test_no_reader_takes_a_step_and_no_strange_unit_and_no_strange_resident(workflow):
    for step in workflow.steps:
        assert "reader" not in step.roles
        for role in set(step.roles) & {*BOUND_TO_UNIT, "resident"}:
            strange = [{"units": (), "sides": {}, "residents": ()}, {"units": ("theirs",), "sides": {step.side: ("theirs",)}, "residents": ("another",)},
                       {"actor": Actor("me", role, ""), "units": ("",), "sides": {step.side: ("",)}, "residents": ("",)}]
            if step.side:
                strange.append({"sides": {"other side": ("ours",)}} if role != "resident" else strange[0])
            for facts_of_others in strange:
                with pytest.raises(NotAllowed):
                    take(workflow, step.name, facts(workflow, step.before[0], role, **facts_of_others), filled(step))


@each_workflow
def test_a_step_that_needs_a_second_factor_is_refused_without_one(workflow):
    for step in workflow.steps:
        if step.needs_factor:
            with pytest.raises(FactorNeeded):
                take(workflow, step.name, facts(workflow, step.before[0], step.roles[0], actor=Actor("me", step.roles[0], "ours", ("me",), "me")), filled(step))


def test_every_step_of_money_needs_a_second_factor():
    money = {("settlement_batch", step) for step in ("review", "approve", "post", "pay", "reverse")} | {("voucher", "approve"), ("settlement_period", "approve_reopening")}
    assert money <= {(workflow.name, step.name) for workflow in workflows() for step in workflow.steps if step.needs_factor}


@each_workflow
def test_every_required_field_is_asked_for_and_no_other_taken(workflow):
    for step in workflow.steps:
        for field in (field for field in step.fields if field.is_required):
            for empty in (None, "", "  \t"):
                with pytest.raises(BadField) as refused:
                    take(workflow, step.name, facts(workflow, step.before[0], step.roles[0]), {**filled(step), field.name: empty})
                assert refused.value.field == field.name
        with pytest.raises(BadField):
            take(workflow, step.name, facts(workflow, step.before[0], step.roles[0]), {**filled(step), "state": "verified"})


@each_workflow
def test_a_diagram_shows_every_state_and_step(workflow):
    for language in ("zh", "en"):
        text = diagram(workflow, language)
        assert text.count("-->") == 1 + sum(len(step.before) for step in workflow.steps)
        assert all(re.search(rf"^    {state.name} : ", text, re.MULTILINE) for state in workflow.states)


@each_workflow
def test_the_manual_shows_the_workflow_as_it_is(workflow, checkout):
    manual = (checkout / "docs" / "manual" / "workflows" / f"{workflow.name}.md").read_text("utf-8")
    assert diagram(workflow) in manual
    for step in workflow.steps:
        assert f"| {step.name} | {step.zh} · {step.en} | {', '.join(step.before)} → {step.after} | {', '.join(step.roles)} |" in manual


@each_workflow
def test_a_workflows_facts_are_frozen_and_can_be_left_out(workflow):
    assert issubclass(workflow.facts, Facts) and workflow.facts.__dataclass_params__.frozen
    assert workflow.facts(state=workflow.start, actor=Actor("me"), now=NOW, today=TODAY)


@pytest.mark.parametrize(("name", "step", "more", "given", "guard"), GUARDED)
def test_a_guard_stops_its_step_and_says_why_in_both_languages(name, step, more, given, guard):
    workflow = workflow_of(name)
    declared = next(each for each in workflow.steps if each.name == step)
    with pytest.raises(GuardRefused) as refused:
        state, more = more.get("state", declared.before[0]), {name: value for name, value in more.items() if name != "state"}
        take(workflow, step, facts(workflow, state, declared.roles[-1] if "office" in declared.roles else declared.roles[0], **more), given)
    assert refused.value.guard == guard and refused.value.zh != refused.value.en and isinstance(refused.value, Refused)


def test_every_guard_has_been_seen_to_stop_its_step():
    assert {(workflow.name, step.name, guard.__name__) for workflow in workflows() for step in workflow.steps for guard in step.guards} == {
        (name, step, guard) for name, step, _, _, guard in GUARDED}


@pytest.mark.parametrize(("status", "is_hard", "reason"), [("met", True, ""), ("no_judgement", True, ""), ("missed", False, ""), ("missed", True, "x")])
def test_targets_that_do_not_block(status, is_hard, reason):
    standing = Standing("t", "目标", "target", status, is_hard)
    assert take(workflow_of("task"), "verify", facts(workflow_of("task"), "done", standings=(standing,)), {"reason": reason}).state == "verified"


@pytest.mark.parametrize(("due", "line"), [
    (date(2023, 6, 14), "overdue"), (date(2023, 6, 15), "red"), (date(2023, 6, 22), "red"), (date(2023, 6, 23), "yellow"),
    (date(2023, 7, 15), "yellow"), (date(2023, 7, 16), "green"), (None, "undated")])
def test_the_lines_of_a_deadline(due, line):
    assert line_of(False, due, TODAY) == line and line in LINES
    assert line_of(True, due, TODAY) == "settled"
    assert line_of(False, due, TODAY, is_waiting=True) == ("waiting" if due is None else line)


@pytest.mark.parametrize(("text", "fen"), [("12", 1_200), ("1,234.5", 123_450), ("-0.01", -1), ("−3.10", -310), ("0", 0)])
def test_an_amount_in_yuan_is_read_to_the_fen(text, fen):
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["", "1.234", "1e3", "１２", "12 ", "1,23", "0x10", "nan", "9" * 17, "12.", ".5", "--1", "1_000"])
def test_what_is_no_amount_is_not_read_as_one(text):
    assert fen_of(text) == text


def test_what_cannot_be_seen_is_taken_from_a_text():
    assert clean(" 甲\r\n乙\x00\x1b[0m\u200b\u202e ") == "甲  乙[0m" and clean("\ud800") == ""
