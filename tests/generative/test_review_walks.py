"""Random walks over special reviews beside a plain model: two experts of other institutions who agree, a fresh panel, one freezing. Source: DIP-24."""
from datetime import datetime, timezone

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, Refused, StaleVersion, UndeclaredStep, UnknownWork

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
PEOPLE = {"h1": ("hospital", "H1"), "h2": ("hospital", "H2"), "bureau": ("bureau", ""), "e-h1": ("expert", "H1"), "e-none": ("expert", ""),
          **{f"e-{number}": ("expert", f"H{number}") for number in range(2, 7)}}
WHO = (*PEOPLE, "nobody")
# The model: a second opinion in plain words, written from the rule and not from the workflow's own file.
WAYS = {("applied", "give_first"): "opined", ("opined", "give_second"): "decided", ("opined", "revise"): "opined", ("decided", "appeal"): "appealed",
        ("appealed", "give_first_again"): "opined_again", ("opined_again", "revise"): "opined_again", ("opined_again", "give_second_again"): "final",
        ("decided", "freeze"): "frozen", ("final", "freeze"): "frozen", ("applied", "reject"): "rejected", ("applied", "withdraw"): "withdrawn"}
ROLE = {"appeal": "hospital", "withdraw": "hospital", "freeze": "bureau", "reject": "bureau"}
ASKED = {"appeal": "reason", "withdraw": "reason", "reject": "reason", "freeze": "batch"}
STEPS = sorted({step for _, step in WAYS})
ANSWERS = st.sampled_from([{"outcome": "as_spent", "amount_fen": 3_200_000}, {"outcome": "as_spent", "amount_fen": 3_190_000}, {"outcome": "refused"},
                           {"outcome": "regroup", "group": "K35-4"}, {"outcome": "refused", "amount_fen": 1}, {"outcome": "as_spent"}, {}])


def is_whole(answer: dict) -> bool:
    """Whether an answer has just what its outcome asks for."""
    return set(answer) == {"as_spent": {"outcome", "amount_fen"}, "regroup": {"outcome", "group"}, "refused": {"outcome"}}[answer["outcome"]]


class Walk(RuleBasedStateMachine):
    """People do what they like; only what the rule allows is let through."""

    @initialize()
    def open(self) -> None:
        from django.db import transaction
        self.whole = transaction.atomic()
        self.whole.__enter__()
        from sanyi.store.books import open_book
        from sanyi.store.models import Account
        from sanyi.store.special_reviews import ReviewedCase, apply_for_review
        for name, (role, unit) in PEOPLE.items():
            Account.objects.create(name=name, role=role, unit=unit, password="!")
        open_book("haikou-2018", 2020, "bureau", NOW)
        case = ReviewedCase("E1", "H1", 4_000_000, "dip", 1000, 5)
        self.pk = apply_for_review("haikou-2018", 2020, case, "high_cost", "重症，多次手术", "h1", NOW).pk
        self.state, self.version, self.given, self.hands = "applied", 1, [], {"h1"}
        self.log = ["applied"]

    def teardown(self) -> None:
        from django.db import transaction
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @rule(step=st.sampled_from([*STEPS, "fly"]), by=st.sampled_from(WHO), answer=ANSWERS, filled=st.booleans())
    def anything(self, step, by, answer, filled) -> None:
        self.attempt(step, by, answer, filled)

    @rule(data=st.data(), by=st.sampled_from([*PEOPLE]), answer=ANSWERS)
    def something_declared(self, data, by, answer) -> None:
        declared = [step for state, step in WAYS if state == self.state]
        self.attempt(data.draw(st.sampled_from(declared or STEPS)), by, answer, True)

    @rule(by=st.sampled_from([*PEOPLE]), behind=st.sampled_from([-1, 1]))
    def somebody_with_an_old_page(self, by, behind) -> None:
        from sanyi.store.act import act
        with pytest.raises(UnknownWork if by == "h2" else StaleVersion):
            act("special_review", self.pk, self.version + behind, "give_first", {}, by, NOW)

    def attempt(self, step, by, answer, filled) -> None:
        from sanyi.store.act import act
        given = dict(answer) if step not in ASKED else {ASKED[step]: "2020-12"} if filled else {}
        error = self.expected(step, by, given)
        if error is None:
            assert act("special_review", self.pk, self.version, step, given, by, NOW).state == WAYS[self.state, step]
            self.follow(step, by, given)
        else:
            with pytest.raises(error):
                act("special_review", self.pk, self.version, step, given, by, NOW)

    def expected(self, step, by, given) -> type[Refused] | None:
        if by == "nobody":
            return NotAllowed
        if by == "h2":  # another institution's case does not exist for it
            return UnknownWork
        if (self.state, step) not in WAYS:
            return UndeclaredStep
        role, _ = PEOPLE[by]
        if role != ROLE.get(step, "expert"):
            return NotAllowed
        if not {ASKED.get(step, "outcome")} <= set(given):
            return BadField
        return GuardRefused if self.stopped(step, by, given) else None

    def stopped(self, step, by, given) -> bool:
        """Whether a condition fails."""
        if step in ROLE:
            return False
        if not is_whole(given):
            return True
        if step == "revise":
            return self.given[-1][0] != by
        differs = step.startswith("give_second") and self.given[-1][1] != given
        return PEOPLE[by][1] in ("", "H1") or by in self.hands or differs

    def follow(self, step, by, given) -> None:
        self.state, self.version = WAYS[self.state, step], self.version + 1
        self.log.append(self.state)
        if step not in ROLE:
            self.given.append((by, given))
            self.hands.add(by)

    @invariant()
    def the_database_tells_the_models_story(self) -> None:
        from sanyi.store.models import BookEvent, SpecialReview
        if not hasattr(self, "pk"):
            return
        row = SpecialReview.objects.get(pk=self.pk)
        assert (row.state, row.version) == (self.state, self.version)
        events = BookEvent.objects.filter(subject="special_review", subject_id=self.pk).order_by("version")
        assert [event.after for event in events] == self.log
        if self.state in ("decided", "final", "frozen"):
            answer = self.given[-1][1]
            assert (row.outcome, row.amount_fen, row.group) == (answer["outcome"], answer.get("amount_fen"), answer.get("group", ""))
            assert len({PEOPLE[by][1] for by, _ in self.given[-2:]} - {"H1", ""}) >= 1 and self.given[-1][0] != self.given[-2][0]


def test_random_walks_over_special_reviews(site_folder):
    run_state_machine_as_test(Walk, settings=settings(max_examples=30, stateful_step_count=30))


def test_the_models_table_is_the_workflows_own():
    steps = workflow_of("special_review").steps
    assert WAYS == {(before, step.name): step.after for step in steps for before in step.before}
    assert all(step.roles == (ROLE.get(step.name, "expert"),) for step in steps)
