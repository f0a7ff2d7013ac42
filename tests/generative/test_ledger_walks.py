"""Random walks over the plan's workflows, through the database's one door, beside a plain model: only declared steps, versions, a log that replays."""
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
import sys

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
import pytest

from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, Refused, StaleVersion, UndeclaredStep

sys.path.append(str(Path(__file__).parents[1] / "integration"))
KINDS = ("problem", "supervision_order", "task")
NAMES = sorted({step.name for kind in KINDS for step in workflow_of(kind).steps}) + ["fly", ""]
OFFICE, LEADS = ("office-1", "office-2"), ("health-1", "health-2")
WHO = (*OFFICE, *LEADS, "clinic-1", "looker", "nobody")
FIRST = datetime(2023, 6, 15, 2, tzinfo=timezone.utc)

# The model: a second opinion in plain words, written from the specification and not from the workflows' own files.
OFFICE_ONLY = {"verify", "send_back", "reopen", "exempt", "end_exemption", "assign", "reassign", "close", "extend"}
WAYS = {
    "task": {("not_started", "start"): "in_progress", ("in_progress", "report_done"): "done", ("done", "verify"): "verified",
             ("done", "send_back"): "in_progress", ("verified", "reopen"): "in_progress", ("not_started", "exempt"): "exempt",
             ("in_progress", "exempt"): "exempt", ("exempt", "end_exemption"): "in_progress", ("verified", "renew"): "not_started"},
    "problem": {("listed", "assign"): "assigned", ("assigned", "reassign"): "assigned", ("in_progress", "reassign"): "assigned",
                ("assigned", "start"): "in_progress", ("in_progress", "report_solved"): "solved", ("solved", "close"): "closed",
                ("solved", "send_back"): "in_progress", ("closed", "reopen"): "in_progress"},
    "supervision_order": {("issued", "acknowledge"): "acknowledged", ("issued", "extend"): "extended", ("acknowledged", "extend"): "extended",
                          ("extended", "extend"): "extended", ("acknowledged", "answer"): "answered", ("extended", "answer"): "answered",
                          ("answered", "send_back"): "acknowledged", ("answered", "close"): "closed"}}
ASKED = {"send_back": {"reason"}, "reopen": {"reason"}, "exempt": {"reason"}, "end_exemption": {"reason"}, "assign": {"unit", "due"},
         "reassign": {"unit", "due", "reason"}, "extend": {"due", "reason"}, "answer": {"answer"}}
CONFIRMING = {"verify", "close"}


class Modelled:
    """One piece of work as the model sees it."""

    def __init__(self, kind: str, pk: int, state: str, unit: str, due: date | None) -> None:
        self.kind, self.pk, self.state, self.unit, self.due = kind, pk, state, unit, due
        self.version, self.done_by, self.proofs, self.log = 1, "", 0, [state]

    def expected(self, step: str, by: str, given: dict, day: date) -> type[Refused] | None:
        """Say what should come of a step."""
        if by == "nobody":
            return NotAllowed
        if (self.state, step) not in WAYS[self.kind]:
            return UndeclaredStep
        if by not in OFFICE and (step in OFFICE_ONLY or by == "looker" or not by.startswith(self.unit or "?")):
            return NotAllowed
        if ASKED.get(step, set()) - set(given):
            return BadField
        return GuardRefused if self.stopped(step, by, given, day) else None

    def stopped(self, step: str, by: str, given: dict, day: date) -> bool:
        """Say whether a condition fails."""
        proof_needed = step == "verify" or (self.kind == "problem" and step in ("report_solved", "close"))
        too_early = step in ("assign", "reassign", "extend") and given["due"] < day or step == "extend" and given["due"] <= self.due
        return bool(proof_needed and not self.proofs or step in CONFIRMING and self.done_by == by or too_early)

    def follow(self, step: str, by: str, given: dict) -> None:
        """Take the step."""
        self.state, self.version = WAYS[self.kind][self.state, step], self.version + 1
        self.log.append(self.state)
        if step in ("report_done", "report_solved", "answer"):
            self.done_by = by
        elif step in ("send_back", "reopen", "renew"):
            self.done_by = ""
        self.proofs = 0 if step == "renew" else self.proofs
        self.unit = given.get("unit", self.unit)
        self.due = given.get("due", self.due)


class Walk(RuleBasedStateMachine):
    """People do what they like; the ledger lets through what is declared, and nothing else."""

    @initialize()
    def open(self) -> None:
        from django.db import transaction
        from ledger_work import opened, row
        self.whole = transaction.atomic()
        self.whole.__enter__()
        from sanyi.store.posting import issue_order, list_problem
        opened()
        self.now = FIRST
        problem = list_problem("small-2023", "问题", "health-1", self.now)
        order = issue_order("small-2023", "health", "请说明", date(2023, 6, 30), "office-1", self.now)
        monthly = row("monthly")
        self.works = {"task": Modelled("task", monthly.pk, "not_started", "health", None), "problem": Modelled("problem", problem.pk, "listed", "", None),
                      "supervision_order": Modelled("supervision_order", order.pk, "issued", "health", date(2023, 6, 30))}

    def teardown(self) -> None:
        from django.db import transaction
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @rule(kind=st.sampled_from(KINDS), step=st.sampled_from(NAMES), by=st.sampled_from(WHO), filled=st.booleans(), days=st.integers(-2, 20),
          unit=st.sampled_from(["health", "clinic"]))
    def anything(self, kind, step, by, filled, days, unit) -> None:
        self.attempt(kind, step, by, filled, days, unit)

    @rule(data=st.data(), kind=st.sampled_from(KINDS), by=st.sampled_from(OFFICE + LEADS), days=st.integers(0, 20))
    def something_declared(self, data, kind, by, days) -> None:
        steps = [step for state, step in WAYS[kind] if state == self.works[kind].state]
        self.attempt(kind, data.draw(st.sampled_from(steps or NAMES)), by, True, days, "health")

    @rule(kind=st.sampled_from(KINDS), by=st.sampled_from(OFFICE + LEADS), behind=st.integers(1, 3))
    def somebody_with_an_old_page(self, kind, by, behind) -> None:
        from sanyi.store.act import act
        work = self.works[kind]
        for version in (work.version - behind, work.version + behind):
            with pytest.raises(StaleVersion):
                act(kind, work.pk, version, "start", {}, by, self.now)

    @rule(kind=st.sampled_from(KINDS), by=st.sampled_from(OFFICE))
    def somebody_adds_evidence(self, kind, by) -> None:
        from sanyi.store.evidence import add_link
        work = self.works[kind]
        add_link(kind, work.pk, work.version, "data", "proof", "https://example.org/", by, self.now)
        work.version, work.proofs = work.version + 1, work.proofs + 1

    @rule(days=st.integers(1, 10))
    def time_passes(self, days) -> None:
        self.now += timedelta(days=days)

    def attempt(self, kind, step, by, filled, days, unit) -> None:
        from sanyi.store.act import act
        work, day = self.works[kind], self.now.date()
        values = {"reason": "理由", "answer": "答复", "unit": unit, "due": day + timedelta(days=days)}
        given = {name: values[name] for name in ASKED.get(step, ())} if filled else {}
        error = work.expected(step, by, given, day)
        if error is None:
            assert act(kind, work.pk, work.version, step, given, by, self.now).state == WAYS[kind][work.state, step]
            work.follow(step, by, given)
        else:
            with pytest.raises(error):
                act(kind, work.pk, work.version, step, given, by, self.now)

    @invariant()
    def the_database_and_the_log_tell_the_models_story(self) -> None:
        from sanyi.store.kinds import kind_of
        from sanyi.store.models import LedgerEvent
        for kind, work in getattr(self, "works", {}).items():
            row = kind_of(kind).table.objects.get(pk=work.pk)
            assert (row.state, row.version, row.done_by) == (work.state, work.version, work.done_by)
            events = list(LedgerEvent.objects.filter(subject=kind, subject_id=work.pk).order_by("id").values_list("before", "after", "version", "step"))
            assert [version for _, _, version, _ in events] == list(range(1, work.version + 1))
            assert all(earlier[1] == later[0] for earlier, later in zip(events, events[1:])) and events[-1][1] == row.state
            assert [after for before, after, _, step in events if step not in ("evidence",)] == work.log


def test_random_walks_over_the_plans_workflows(site_folder):
    assert set(WAYS) == set(KINDS)
    run_state_machine_as_test(Walk, settings=settings(max_examples=30, stateful_step_count=40))


def test_the_models_table_is_the_workflows_own():
    for workflow in map(workflow_of, KINDS):
        assert WAYS[workflow.name] == {(before, step.name): step.after for step in workflow.steps for before in step.before}
        for step in workflow.steps:
            assert {field.name for field in step.fields if field.is_required} == ASKED.get(step.name, set())
            assert (step.roles == ("office",)) == (step.name in OFFICE_ONLY)
