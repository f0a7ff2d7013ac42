"""Random walks over settlement, through the real services, beside a plain model: what is posted, what is under way, what is paid. Source: R02."""
from pathlib import Path
import os
import sys

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from sanyi.workflows.errors import BadField, ClosedPeriod, NotPostable, Overdrawn, Refused

sys.path.append(str(Path(__file__).parents[1] / "integration"))
HOSPITALS, MONTHS = ("H1", "H2"), tuple(f"2020-{month:02d}" for month in range(1, 5))
EXAMPLES, STEPS = (int(word) for word in os.environ.get("SANYI_WALK", "4 15").split())  # docs/clearing.md: 500 40 by hand
UNDER_WAY = {"ADJUST": -1, "ADJUSTDOWN": 1, "RETAIN": 1, "RELEASE": -1, "SETASIDE": 1}
OPENING = {"employee": 15_000_000, "resident": 15_000_000}


class Walk(RuleBasedStateMachine):
    """The bureau settles four months in any order and way it likes; the ledger lets through what is allowed, and is whole after each step."""

    @initialize()
    def open(self) -> None:
        from django.db import transaction
        self.whole = transaction.atomic()
        self.whole.__enter__()
        from clearing_work import opened
        opened()
        self.changed, self.runs = {}, 0
        self.posted, self.before = {}, {}          # what the ledger holds by (hospital, fund, month), and what it held before the last posting
        self.vouchers = {}                         # what vouchers put under way by (hospital, fund)
        self.retained = {}
        self.paid = dict.fromkeys(OPENING, 0)
        self.batch = None                          # (row, period, what it wants, its vouchers' sums)
        self.states = dict.fromkeys(MONTHS, "open")
        self.done, self.opened_with = [], False    # months that have a standing batch

    def teardown(self) -> None:
        from django.db import transaction
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    def run(self):
        from clearing_work import carried
        return carried(f"run-{self.runs}", self.changed, HOSPITALS, finished=self.runs)

    def wanted(self, period: str) -> dict:
        from clearing_work import FUNDS, paid_in
        return {(hospital, fund, month): (paid_in(hospital, fund, month, self.changed.get((hospital, fund, month), 0)) * 9 // 10, 1_000 + month)
                for hospital in HOSPITALS for fund in FUNDS for month in range(1, int(period[-2:]) + 1)}

    @rule(hospital=st.sampled_from(HOSPITALS), fund=st.sampled_from(sorted(OPENING)), month=st.integers(1, 4), more=st.integers(-5_000, 5_000))
    def records_change(self, hospital, fund, month, more) -> None:
        self.changed = {**self.changed, (hospital, fund, month): more}
        self.runs += 1

    @rule(period=st.sampled_from(MONTHS), reason=st.sampled_from(["", "更正"]))
    def draft(self, period, reason) -> None:
        from clearing_work import draft
        wanted = self.wanted(period)
        differs = any(key in self.posted and self.posted[key] != value for key, value in wanted.items())
        if self.states[period] not in ("open", "reopened"):
            expected = ClosedPeriod
        elif self.batch or any(code not in self.done for code in MONTHS if code < period):
            expected = NotPostable
        else:
            expected = BadField if differs and not reason else None
        standing = self.batch or period in self.done and self.states[period] != "closed"
        if expected or standing:
            try:
                row = draft(period, self.run(), reason=reason)
            except Refused:
                return
            assert standing and not (self.batch is None and expected), "a refusal was due"
            if self.batch is None:
                self.follow_draft(row, period, wanted)
            return
        self.follow_draft(draft(period, self.run(), reason=reason), period, wanted)

    def follow_draft(self, row, period, wanted) -> None:
        if row.state == "drafted":
            self.batch = (row, period, wanted, {key: amount for key, amount in self.vouchers.items() if amount})

    @precondition(lambda self: self.batch)
    @rule(by=st.sampled_from(["maker", "reviewer", "approver", "payer", "maker-again", "office"]), name=st.sampled_from(["review", "approve", "post"]))
    def somebody_takes_a_step(self, by, name) -> None:
        from clearing_work import step
        row, period, wanted, vouchers = self.batch
        try:
            step("settlement_batch", row, name, by)
        except Refused:
            return
        if name == "post":
            self.before = dict(self.posted)
            self.posted.update(wanted)
            self.posting_vouchers, self.opened_before = vouchers, self.opened_with
            self.opened_with = True
            self.done.append(period)

    @precondition(lambda self: self.batch)
    @rule(more=st.sampled_from([0, 0, 0, 1, -1]))
    def pay(self, more) -> None:
        from clearing_work import step
        row, _, _, vouchers = self.batch
        row.refresh_from_db()
        is_posted = row.state == "posted"
        try:
            step("settlement_batch", row, "pay", "payer", amount_fen=row.final_fen + more)
        except Refused:
            assert more or not is_posted, "the final sum is paid"
            return
        assert is_posted and not more
        for fund in OPENING:
            self.paid[fund] += sum(sum(now) - sum(self.before.get(key, (0, 0))) for key, now in self.posted.items() if key[1] == fund)
            self.paid[fund] -= sum(amount for (_, its), amount in vouchers.items() if its == fund)
        for key, amount in vouchers.items():
            self.vouchers[key] -= amount
        self.batch = None

    @precondition(lambda self: self.batch)
    @rule(name=st.sampled_from(["withdraw", "reverse"]))
    def take_back(self, name) -> None:
        from clearing_work import step
        row, period, _, _ = self.batch
        try:
            step("settlement_batch", row, name, "payer", reason="错")
        except Refused:
            return
        if name == "reverse":
            self.posted, self.opened_with = self.before, self.opened_before
            self.done.remove(period)
        self.batch = None

    @rule(kind=st.sampled_from(sorted(UNDER_WAY)), hospital=st.sampled_from(HOSPITALS), amount=st.integers(1, 9_000), period=st.sampled_from(MONTHS),
          approver=st.sampled_from(["maker", "approver"]))
    def somebody_makes_a_voucher(self, kind, hospital, amount, period, approver) -> None:
        from clearing_work import step, voucher
        try:
            made = voucher(kind, amount, period, institution=hospital, is_approved=False)
        except ClosedPeriod:
            assert self.states[period] not in ("open", "reopened")
            return
        try:
            step("voucher", made, "approve", approver)
        except Overdrawn:
            assert kind == "RELEASE" and self.retained.get(hospital, 0) < amount
        except Refused:
            assert approver == "maker"
        else:
            assert approver == "approver"
            key = (hospital, "resident")
            self.vouchers[key] = self.vouchers.get(key, 0) + UNDER_WAY[kind] * amount
            self.retained[hospital] = self.retained.get(hospital, 0) + {"RETAIN": amount, "RELEASE": -amount}.get(kind, 0)
            return
        step("voucher", made, "refuse", "payer", reason="不办")

    @rule(period=st.sampled_from(MONTHS), name=st.sampled_from(["close", "close", "request_reopening", "approve_reopening", "refuse_reopening"]),
          by=st.sampled_from(["maker", "approver"]))
    def somebody_closes_or_reopens(self, period, name, by) -> None:
        from clearing_work import PLAN, step
        from sanyi.store.models import SettlementPeriod
        row = SettlementPeriod.objects.get(book__plan=PLAN, code=period)
        try:
            self.states[period] = step("settlement_period", row, name, by, **({"reason": "补记"} if "reopening" in name else {})).state
        except Refused:
            assert name != "close" or self.states[period] not in ("open", "reopened") or self.batch and self.batch[1] == period

    @invariant()
    def the_ledger_is_whole_and_says_what_the_model_says(self) -> None:
        if not hasattr(self, "posted"):
            return
        from clearing_work import balance, faults
        assert faults() == []
        for fund in OPENING:
            held = [(key, value) for key, value in self.posted.items() if key[1] == fund]
            assert balance("5002", fund) == sum(value[1] for _, value in held)
            for hospital in HOSPITALS:
                assert balance("1201", fund, hospital) == sum(value[0] for key, value in held if key[0] == hospital)
            assert balance("1001", fund) == OPENING[fund] * self.opened_with - self.paid[fund]


def test_random_walks_over_settlement_leave_the_ledger_whole(site_folder):
    run_state_machine_as_test(Walk, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS))
