"""Random walks over every workflow of people's work; `SANYI_WALK_SECONDS=600` walks each area so long, with new chances every time. Source: R22, R23, R42, R43."""
from collections import Counter
import os
import time

import pytest
from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from walker import Walk, outermost, walked

from sanyi.workflows import workflow_of, workflows

SECONDS = int(os.environ.get("SANYI_WALK_SECONDS", "0"))
WITH_A_MODEL = {"task", "problem", "supervision_order", "settlement_batch", "settlement_period", "voucher", "dispute", "special_review"}  # each beside a plain model of its own
WAY = dict(phases=(Phase.generate,))  # a walk is read as it was: to shorten one takes longer than to read it
SEEDS = st.integers(0, 2**30)
MOST_STEERED, STEERED_TURNS = 16, 100
NEVER: dict[str, str] = {}  # steps that the steered walks do not come to, each with the reason


def machine(area, told: Counter):
    """The walker of one area as a state machine: its chances are Hypothesis's."""
    class Machine(RuleBasedStateMachine):
        @initialize()
        def open(self) -> None:
            from django.db import transaction
            self.whole = transaction.atomic()
            self.whole.__enter__()
            self.walk = Walk(area, told)

        def teardown(self) -> None:
            from django.db import transaction
            if hasattr(self, "walk"):
                self.walk.count()
                note("\n".join(self.walk.history))
            if hasattr(self, "whole"):
                transaction.set_rollback(True)
                self.whole.__exit__(None, None, None)

        @rule(seed=SEEDS)
        def something_happens(self, seed) -> None:
            self.walk.go_on(seed)

        @invariant()
        def it_holds(self) -> None:
            if hasattr(self, "walk"):
                self.walk.check()

    return Machine


def steered(area, told: Counter, number: int) -> None:
    """One more walk by a seed of its own, that goes where none has been; the laws hold on it as well."""
    from django.db import transaction
    with transaction.atomic():
        walk = Walk(area, told, is_steered=True)
        for turn in range(STEERED_TURNS):
            walk.go_on(number * STEERED_TURNS + turn)
            if turn % 10 == 9:
                walk.check()
        walk.count()
        transaction.set_rollback(True)


@pytest.fixture
def alone(site_folder, monkeypatch):
    """Refusals are recorded as they are where no other transaction is open."""
    from django.db import connection

    from sanyi.store.trail import refusing
    monkeypatch.setattr(refusing, "connection", outermost(len(connection.savepoint_ids)))


@pytest.mark.parametrize("name", sorted(walked()))
def test_people_do_what_they_like_and_what_must_hold_holds(name, alone):
    area, told, until = walked()[name], Counter(), time.monotonic() + SECONDS
    run_state_machine_as_test(machine(area, told), settings=settings(max_examples=4, stateful_step_count=100, **WAY))
    while time.monotonic() < until:
        run_state_machine_as_test(machine(area, told), settings=settings(max_examples=4, stateful_step_count=250, derandomize=False, database=None, **WAY))
    steps = {f"{kind}:{step.name}" for kind in area.kinds for step in workflow_of(kind).steps}
    print(f"\n{name}: {sum(count for what, count in told.items() if '✓' in what)} done, {sum(count for what, count in told.items() if '✗' in what)} refused;",
          f"never taken: {sorted(steps - set(told)) or 'none'}")
    if SECONDS or os.environ.get("SANYI_WALK_TOLD"):
        print("\n".join(f"{count:7d} {what}" for what, count in sorted(told.items())))
    taken = steps & set(told)
    assert 2 * len(taken) >= len(steps), ("the walk takes fewer than half of the steps", sorted(steps - taken))
    assert {what.rpartition(" ✗ ")[2] for what in told if "✗" in what} >= {"not_allowed", "stale_version", "undeclared_step", "bad_field"}


@pytest.mark.parametrize("name", sorted(walked()))
def test_every_step_is_taken_by_somebody(name, alone):
    """Walks by fixed seeds go where none has been until every step of the area's tables was taken: one that nobody can come to is dead, or its world is too small."""
    area, told = walked()[name], Counter()
    steps = {f"{kind}:{step.name}" for kind in area.kinds for step in workflow_of(kind).steps}
    number = 0
    while (missing := sorted(steps - set(told) - set(NEVER))) and number < MOST_STEERED:
        steered(area, told, number)
        number += 1
    print(f"\n{name}: {len(steps)} steps in {number} walks; missing {missing}")
    assert missing == [], ("no walk takes these steps", missing)
    assert (known := sorted(set(NEVER) & set(told))) == [], ("these are taken: they need no excuse", known)


def test_every_workflow_is_walked():
    kinds = [kind for area in walked().values() for kind in area.kinds]
    assert sorted([*kinds, *WITH_A_MODEL]) == sorted(workflow.name for workflow in workflows())
