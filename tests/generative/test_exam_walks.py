"""Random walks over an examination beside a plain model: people do what they like, and only what the rule allows is let through."""
from datetime import datetime, timedelta, timezone
from pathlib import Path
import sys

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sanyi.workflows.errors import Refused

sys.path.append(str(Path(__file__).parents[1] / "integration"))

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
PAST = NOW - timedelta(hours=1)
CLINIC, CENTRE = {"gp", "gp-2", "nurse"}, {"tech", "rad", "rad-2"}
WHO = (*sorted(CLINIC | CENTRE), "head", "h1-head", "other", "clerk", "resident-li", "office-1")
# The model, in plain words of the rule and not from the workflow's own file: (before, step) → (after, who).
SAMPLERS, DOCTORS = {"gp", "gp-2", "nurse"}, {"gp", "gp-2"}
LATE = ("performed", "claimed", "reported", "verified")
WAYS = {("requested", "sample"): ("sampled", SAMPLERS), ("rejected", "sample"): ("sampled", SAMPLERS), ("sampled", "send"): ("in_transit", SAMPLERS),
        **{(before, "receive"): ("received", CENTRE) for before in ("sampled", "in_transit")}, **{(before, "reject"): ("rejected", CENTRE) for before in ("sampled", "in_transit", "received")},
        ("received", "perform"): ("performed", CLINIC | CENTRE), ("performed", "claim"): ("claimed", CENTRE), ("claimed", "give_up"): ("performed", CENTRE),
        ("claimed", "take_over"): ("performed", {"h1-head"}), ("claimed", "report"): ("reported", CENTRE), ("correcting", "report"): ("reported", CENTRE),
        ("reported", "send_back"): ("claimed", CENTRE), ("reported", "verify"): ("verified", CENTRE), ("verified", "release"): ("released", CENTRE),
        ("released", "correct"): ("correcting", CENTRE), **{(before, "cancel"): ("cancelled", DOCTORS) for before in ("requested", "sampled", "in_transit", "received", "rejected", *LATE)}}
GIVEN = {"send": {"sent_at": NOW, "carrier": "x"}, "receive": {"received_at": NOW, "lowest_e1": 40, "highest_e1": 50}, "reject": {"reason": "clotted"},
         "perform": {"performed_at": NOW}, "take_over": {"reason": "x"}, "report": {"findings": "x", "conclusion": "x", "value": "4"}, "send_back": {"reason": "x"},
         "correct": {"reason": "x"}, "cancel": {"reason": "no_longer_needed"}}


class Walk(RuleBasedStateMachine):
    """One laboratory item; everybody tries everything."""

    @initialize()
    def open(self) -> None:
        from django.db import transaction
        self.whole = transaction.atomic()
        self.whole.__enter__()
        from exam_work import made, order
        self.pk, self.state, self.version, self.claimant, self.reporter, self.tubes, self.versions, self.released = order(made()["li"]).pk, "requested", 1, "", "", 0, 0, 0

    def teardown(self) -> None:
        from django.db import transaction
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @rule(step=st.sampled_from(sorted({step for _, step in WAYS} | {"schedule"})), by=st.sampled_from(WHO))
    def anything(self, step, by) -> None:
        self.attempt(step, by)

    @rule(data=st.data(), by=st.sampled_from(sorted(CLINIC | CENTRE)))
    def something_declared(self, data, by) -> None:
        self.attempt(data.draw(st.sampled_from([step for before, step in WAYS if before == self.state] or ["claim"])), by)

    def attempt(self, step, by) -> None:
        from exam_work import acting
        from sanyi.store.act import act
        after, who = WAYS.get((self.state, step), ("", set()))
        may = by in who and not (step in ("give_up", "report") and by != self.claimant) and not (step in ("send_back", "verify") and by == self.reporter) \
            and not (step == "cancel" and self.state in LATE)
        given = GIVEN.get(step, {"barcode": f"T{self.tubes}", "sampled_at": PAST} if step == "sample" else {"at": NOW + timedelta(1)} if step == "schedule" else {})
        try:
            row = act("exam", self.pk, self.version, step, given, acting(by), NOW)
        except Refused:
            assert not may, (self.state, step, by)
            return
        assert may and row.state == after, (self.state, step, by)
        self.state, self.version = after, self.version + 1
        self.tubes += step == "sample"
        self.versions += step == "report"
        self.released += step == "release"
        self.claimant = by if step in ("claim", "correct") else self.claimant
        self.reporter = by if step == "report" else self.reporter

    @invariant()
    def what_is_kept_is_what_happened(self) -> None:
        if not hasattr(self, "pk"):
            return
        from sanyi.store.exams.tables import Exam, ExamRelease
        row = Exam.objects.get(pk=self.pk)
        assert (row.state, row.version, row.reports.count(), ExamRelease.objects.filter(report__exam=row).count()) == (self.state, self.version, self.versions, self.released)
        assert self.state not in ("verified", "released") or row.verified_by not in ("", row.done_by)
        assert self.state not in ("claimed", "correcting") or row.claimed_by == self.claimant


def test_people_do_what_they_like_and_only_what_is_allowed_happens(site_folder):
    run_state_machine_as_test(Walk, settings=settings(max_examples=4, stateful_step_count=25, deadline=None))
