"""Random walks over referrals beside a plain model: who may do what when, one open request a reason, nothing stale left open. Source: REF-1, R22."""
from datetime import timedelta
import sys
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

sys.path.append(str(Path(__file__).parents[1] / "integration"))
from referral_work import DOWN, NOW, region  # noqa: E402
from referral_work import begun as begin  # noqa: E402

from sanyi.workflows import workflow_of  # noqa: E402
from sanyi.workflows.errors import Refused  # noqa: E402

# The model: a second opinion in plain words. (state, step): (state after, who may: accounts)
SENDER, RECEIVER, DOCTOR = {"t1-gp", "t1-desk"}, {"h1-doc", "h1-desk", "h1-head"}, {"h1-doc"}
WAYS = {("draft", "consent"): ("consented", SENDER | {"r-0"}), ("draft", "add_part"): ("draft", SENDER), ("draft", "change"): ("draft", SENDER), ("consented", "change"): ("draft", SENDER), ("consented", "add_part"): ("draft", SENDER),
        ("consented", "submit"): ("submitted", SENDER), ("submitted", "add_part"): ("submitted", SENDER), ("accepted", "add_part"): ("accepted", SENDER),
        ("submitted", "accept"): ("accepted", RECEIVER), ("submitted", "decline"): ("declined", RECEIVER), ("accepted", "arrive"): ("arrived", RECEIVER | {"h1-nurse"}),
        ("arrived", "treat"): ("treated", DOCTOR), ("arrived", "add_result"): ("arrived", DOCTOR), ("treated", "add_result"): ("treated", DOCTOR),
        ("treated", "offer_down"): ("down_offered", DOCTOR), ("treated", "close"): ("closed", DOCTOR), ("down_offered", "take_over"): ("taken_over", SENDER),
        ("down_offered", "decline_down"): ("treated", SENDER), ("taken_over", "guide"): ("taken_over", DOCTOR), ("taken_over", "finish"): ("closed", SENDER),
        ("submitted", "redirect"): ("redirected", SENDER), ("accepted", "redirect"): ("redirected", SENDER), ("arrived", "send_on"): ("redirected", DOCTOR),
        ("treated", "send_on"): ("redirected", DOCTOR), **{(state, "withdraw"): ("withdrawn", SENDER | {"r-0"}) for state in ("draft", "consented", "submitted", "accepted")},
        **{(state, "acknowledge"): (state, SENDER) for state in ("declined", "expired", "no_show", "withdrawn", "redirected", "treated", "closed")}}
WHO = ("t1-gp", "t1-desk", "h1-doc", "h1-desk", "h1-head", "h1-nurse", "h1-pharmacist", "h2-doc", "t2-gp", "r-0", "r-1", "bureau-1", "office-1")
STEPS = sorted({step.name for step in workflow_of("referral").steps})


class Walk(RuleBasedStateMachine):
    """People do what they like; only what the rule allows is let through."""

    @initialize()
    def open(self) -> None:
        from django.db import transaction
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.world = region()
        self.row = begin(self.world)
        self.state, self.has_plan, self.log = "draft", False, 2

    def teardown(self) -> None:
        from django.db import transaction
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @rule(step=st.sampled_from(STEPS), by=st.sampled_from(WHO))
    def anything(self, step, by) -> None:
        self.attempt(step, by)

    @rule(data=st.data())
    def something_allowed(self, data) -> None:
        there = sorted((step, by) for (state, step), (_, who) in WAYS.items() if state == self.state for by in who)
        if there:
            self.attempt(*data.draw(st.sampled_from(there)))

    def attempt(self, step, by) -> None:
        from sanyi.store.act import act
        self.row.refresh_from_db()
        after, who = WAYS.get((self.state, step), ("", set()))
        is_stopped = step == "offer_down" and not self.has_plan
        try:
            act("referral", self.row.pk, self.row.version, step, self.given(step), self.world["by"][by], NOW)
        except Refused as refused:
            assert by not in who or is_stopped or refused.code == "guard" and step in ("redirect", "send_on", "acknowledge"), (self.state, step, by, refused)
            return
        assert by in who and not is_stopped, (self.state, step, by)
        self.state, self.log = after, self.log + 1
        self.has_plan |= step == "add_result"

    def given(self, step) -> dict:
        return {"consent": {"way": "in_person", "digest": self.row.digest}, "add_part": {"part": "history", "text": "x"}, "add_result": {"part": "continuing_plan", "text": DOWN["continuing_plan"]},
                "accept": {"digest": self.row.digest, "expected_at": NOW + timedelta(hours=1)}, "decline": {"reason": "other"}, "decline_down": {"reason": "other"},
                "treat": {"diagnosis": "x", "treatment": "x", "outcome": "improved"}, "offer_down": {"criterion": "rehabilitation"}, "close": {"ending": "stays"},
                "take_over": {"digest": self.row.digest}, "redirect": {"to": "H2", "reason": "x"}, "send_on": {"to": "H2", "reason": "x"}, "withdraw": {"reason": "x"},
                "certify": {"certificate": "x", "valid_to": "2030-01-01"}, "refuse_filing": {"reason": "x"}, "deny": {"reason": "x"}, "change": {"criterion": "unstable"},
                "record_emergency": {"moved_at": NOW}, "report_treated": {"diagnosis": "x", "treatment": "x", "outcome": "improved"}}.get(step, {})

    @invariant()
    def the_database_tells_the_models_story(self) -> None:
        from sanyi.store.models import WorkEvent
        from sanyi.store.referrals.packet import current_parts, digest_of
        from sanyi.store.referrals.tables import OPEN_STATES, Referral, ReferralArrival
        if not hasattr(self, "row"):
            return
        row = Referral.objects.get(pk=self.row.pk)
        assert row.state == self.state and row.version == self.log == WorkEvent.objects.filter(subject="referral", subject_id=row.pk).count()
        assert row.digest == digest_of(row, current_parts(row.pk))
        assert (ReferralArrival.objects.filter(referral=row).count() == 1) == (row.arrived_at is not None)
        assert row.replaced_by.count() == (1 if self.state == "redirected" else 0)
        assert self.state in OPEN_STATES or row.due_at is None
        if self.state == "submitted":
            assert row.due_at is not None and row.consented


def test_random_walks_over_referrals(site_folder):
    run_state_machine_as_test(Walk, settings=settings(max_examples=6, stateful_step_count=25))


def test_the_model_covers_every_human_step_of_care_inside_the_area():
    apart = {"ask_filing", "certify", "refuse_filing", "report_arrival", "report_treated", "finish_off_site", "record_emergency", "confirm", "deny", "escalate", "expire", "miss", "lapse",
             "close_with_return", "end_with_closing", "end_with_death"}
    steps = [step for step in workflow_of("referral").steps if step.name not in apart]
    assert {(before, step.name): step.after for step in steps for before in step.before if before not in ("filing_asked", "certified")} == {way: after for way, (after, _) in WAYS.items()}
