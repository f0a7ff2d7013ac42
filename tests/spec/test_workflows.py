"""Workflows are values: every cell of state, step and role is either declared or refused, and every state can be left and reached."""
from datetime import date, datetime, timezone
import re

import pytest

from sanyi.workflows import workflow_of, workflows
from sanyi.workflows.diagram import diagram
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, Refused, UndeclaredStep
from sanyi.workflows.facts import ROLES, Actor, Facts, Standing
from sanyi.workflows.guards import EVIDENCE
from sanyi.workflows.lines import LINES, line_of
from sanyi.workflows.take import clean, fen_of, take
from sanyi.workflows.workflow import FIELD_KINDS

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
TODAY = date(2023, 6, 15)
each_workflow = pytest.mark.parametrize("workflow", workflows(), ids=lambda workflow: workflow.name)


def facts(state: str, role: str = "office", **more) -> Facts:
    """Facts in which nothing stands in the way."""
    return Facts(**{"state": state, "actor": Actor("me", role, "ours", ("me",)), "now": NOW, "today": TODAY, "units": ("ours",), "due": TODAY,
                    "next_due": date(2023, 7, 31), "evidence": tuple(EVIDENCE), "done_by": "another", "final_fen": 1_200, **more})


def filled(step) -> dict:
    given = {"text": "words", "date": date(2023, 9, 1), "unit": "ours", "fen": "12.00"}
    return {field.name: given[field.kind] for field in step.fields}


# What an expert's answer needs beyond filled-in fields: to be of another institution, and an outcome that goes without an amount.
EXPERT = {"units": ("theirs",), "answer": ("refused", None, "")}
REFUSED = {"outcome": "refused"}


def fitting(workflow, step) -> tuple[dict, dict]:
    """Facts and fields in which nothing stands in the way of a step."""
    if workflow.name != "special_review" or "expert" not in step.roles:
        return {}, filled(step)
    return ({**EXPERT, "hands": (("give_first", "me"),)} if step.name == "revise" else EXPERT), REFUSED


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
                    done = take(workflow, name, facts(state.name, role, **more), given)
                    assert done.state == steps[0].after
                    taken += 1
                else:
                    with pytest.raises(NotAllowed if steps else UndeclaredStep):
                        take(workflow, name, facts(state.name, role), {})
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
def test_no_reader_takes_a_step_and_no_strange_unit(workflow):
    for step in workflow.steps:
        assert "reader" not in step.roles
        if "lead" in step.roles:
            for units in ((), ("theirs",)):
                with pytest.raises(NotAllowed):
                    take(workflow, step.name, facts(step.before[0], "lead", units=units), filled(step))
            with pytest.raises(NotAllowed):
                take(workflow, step.name, facts(step.before[0], "lead", actor=Actor("me", "lead", ""), units=("",)), filled(step))


@each_workflow
def test_every_required_field_is_asked_for_and_no_other_taken(workflow):
    for step in workflow.steps:
        for field in (field for field in step.fields if field.is_required):
            for empty in (None, "", "  \t"):
                with pytest.raises(BadField) as refused:
                    take(workflow, step.name, facts(step.before[0], step.roles[0]), {**filled(step), field.name: empty})
                assert refused.value.field == field.name
        with pytest.raises(BadField):
            take(workflow, step.name, facts(step.before[0], step.roles[0]), {**filled(step), "state": "verified"})


@each_workflow
def test_a_diagram_shows_every_state_and_step(workflow):
    for language in ("zh", "en"):
        text = diagram(workflow, language)
        assert text.count("-->") == 1 + sum(len(step.before) for step in workflow.steps)
        assert all(re.search(rf"^    {state.name} : ", text, re.MULTILINE) for state in workflow.states)


@each_workflow
def test_the_manual_shows_the_workflow_as_it_is(workflow, checkout):
    manual = "".join((checkout / "docs" / page).read_text("utf-8") for page in ("ledger.md", "clearing.md", "dip.md"))
    assert diagram(workflow) in manual
    for step in workflow.steps:
        assert f"| {step.name} | {step.zh} | {', '.join(step.before)} → {step.after} | {', '.join(step.roles)} |" in manual


GUARDED = [
    ("task", "start", {"waits_for": "parent"}, {}, "clock_has_started"), ("task", "report_done", {"open_needs": (("甲", "a"),)}, {}, "needs_are_done"),
    ("task", "report_done", {"open_parts": (("甲", "a"),)}, {}, "parts_are_done"), ("task", "verify", {"evidence": ()}, {}, "evidence_is_there"),
    ("task", "verify", {"evidence": ("site",), "evidence_asked": ("data",)}, {}, "evidence_is_there"),
    ("task", "verify", {"open_needs": (("甲", "a"),)}, {}, "needs_are_done"), ("task", "verify", {"open_parts": (("甲", "a"),)}, {}, "parts_are_done"),
    ("task", "verify", {"done_by": "me"}, {}, "another_person"), ("task", "renew", {"next_due": None}, {}, "comes_again"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "missed", True),)}, {}, "hard_targets_are_met"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "near", True),)}, {}, "hard_targets_are_met"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "not_computable", True),)}, {}, "hard_targets_are_met"),
    ("task", "end_exemption", {"waits_for": "parent"}, {"reason": "x"}, "clock_has_started"),
    ("problem", "assign", {}, {"unit": "ours", "due": date(2023, 6, 14)}, "deadline_lies_ahead"),
    ("problem", "report_solved", {"evidence": ()}, {}, "evidence_is_there"), ("problem", "close", {"done_by": "me"}, {}, "another_person"),
    ("problem", "close", {"evidence": ()}, {}, "evidence_is_there"), ("supervision_order", "close", {"done_by": "me"}, {}, "another_person"),
    ("problem", "reassign", {}, {"unit": "ours", "due": date(2023, 6, 14), "reason": "x"}, "deadline_lies_ahead"),
    ("supervision_order", "extend", {}, {"due": TODAY, "reason": "x"}, "deadline_is_later"),
    ("supervision_order", "extend", {}, {"due": date(2023, 6, 14), "reason": "x"}, "deadline_lies_ahead"),
    ("settlement_batch", "review", {"hands": (("draft", "me"),)}, {}, "not_the_maker"),
    ("settlement_batch", "approve", {"hands": (("draft", "me"),)}, {}, "neither_maker_nor_reviewer"),
    ("settlement_batch", "approve", {"hands": (("review", "me"),)}, {}, "neither_maker_nor_reviewer"),
    ("settlement_batch", "approve", {"open_work": (("异议", "dispute"),)}, {}, "nothing_is_open"),
    ("settlement_batch", "pay", {"hands": (("approve", "me"),)}, {"amount_fen": 1_200}, "neither_maker_nor_approver"),
    ("settlement_batch", "pay", {}, {"amount_fen": 1_201}, "amount_is_final"),
    ("settlement_batch", "pay", {}, {"amount_fen": "11.99"}, "amount_is_final"),
    ("settlement_batch", "reverse", {"hands": (("draft", "me"),)}, {"reason": "x"}, "neither_maker_nor_approver"),
    ("settlement_period", "close", {"open_work": (("批次", "batch"),)}, {}, "nothing_is_open"),
    ("settlement_period", "approve_reopening", {"hands": (("request_reopening", "me"),)}, {"reason": "x"}, "not_who_asked"),
    ("voucher", "approve", {"hands": (("draft", "me"),)}, {}, "not_the_maker"),
    ("dispute", "uphold", {"hands": (("raise", "me"),)}, {"answer": "x"}, "not_who_asked"),
    ("dispute", "reject", {"hands": (("raise", "me"),)}, {"answer": "x"}, "not_who_asked"),
    *(("special_review", step, {**EXPERT, "units": ("ours",)}, REFUSED, "of_another_institution")
      for step in ("give_first", "give_second", "give_first_again", "give_second_again")),
    *(("special_review", step, {**EXPERT, "hands": ((earlier, "me"),)}, REFUSED, "nobody_twice") for step, earlier in (
        ("give_first", "apply"), ("give_second", "give_first"), ("give_first_again", "give_second"), ("give_second_again", "give_first"))),
    *(("special_review", step, EXPERT, {"outcome": "as_spent"}, "answer_is_whole")
      for step in ("give_first", "give_second", "give_first_again", "give_second_again")),
    *(("special_review", step, {**EXPERT, "answer": ("regroup", None, "A")}, REFUSED, "same_answer") for step in ("give_second", "give_second_again")),
    ("special_review", "revise", {**EXPERT, "hands": (("give_first", "another"),)}, REFUSED, "is_who_gave_it"),
    ("special_review", "revise", {**EXPERT, "hands": (("give_first", "me"),)}, {"outcome": "as_spent"}, "answer_is_whole"),
    ("special_review", "freeze", {"hands": (("give_second", "me"),)}, {"batch": "x"}, "nobody_twice"),
]


@pytest.mark.parametrize(("name", "step", "more", "given", "guard"), GUARDED)
def test_a_guard_stops_its_step_and_says_why_in_both_languages(name, step, more, given, guard):
    workflow = workflow_of(name)
    declared = next(each for each in workflow.steps if each.name == step)
    with pytest.raises(GuardRefused) as refused:
        take(workflow, step, facts(declared.before[0], declared.roles[-1] if "office" in declared.roles else declared.roles[0], **more), given)
    assert refused.value.guard == guard and refused.value.zh != refused.value.en and isinstance(refused.value, Refused)


def test_every_guard_has_been_seen_to_stop_its_step():
    assert {(workflow.name, step.name, guard.__name__) for workflow in workflows() for step in workflow.steps for guard in step.guards} == {
        (name, step, guard) for name, step, _, _, guard in GUARDED}


@pytest.mark.parametrize(("status", "is_hard", "reason"), [("met", True, ""), ("no_judgement", True, ""), ("missed", False, ""), ("missed", True, "x")])
def test_targets_that_do_not_block(status, is_hard, reason):
    standing = Standing("t", "目标", "target", status, is_hard)
    assert take(workflow_of("task"), "verify", facts("done", standings=(standing,)), {"reason": reason}).state == "verified"


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
