"""Clearing as a ledger, behind its doors: from a run's result to paid sums, corrections as differences, closed periods, two hands and more."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from clearing_work import (
    BUREAU, FUNDS, HOSPITALS, MONTHS, NOW, PLAN, YEAR, balance, carried, draft, faults, opened, paid_in, people, posted, settle_year, settled, step, voucher,
)

from sanyi.workflows.errors import (
    BadField, ClosedPeriod, GuardRefused, NotAllowed, NotPostable, OtherBody, Overdrawn, StaleVersion, UndeclaredStep, UnknownWork,
)

pytestmark = pytest.mark.usefixtures("undone")


def period(code):
    from sanyi.store.models import SettlementPeriod
    return SettlementPeriod.objects.get(book__plan=PLAN, code=code)


def close(code, by="reviewer"):
    return step("settlement_period", period(code), "close", by)


def reopen(code, asks="maker", agrees="approver"):
    step("settlement_period", period(code), "request_reopening", asks, reason="补记三月病例")
    return step("settlement_period", period(code), "approve_reopening", agrees, reason="同意")


def test_a_month_goes_from_the_run_to_the_hospitals_and_the_ledger_holds():
    opened()
    batch = settled("2020-01")
    prepaid = sum(paid_in(hospital, fund, 1) * 9 // 10 for hospital in HOSPITALS for fund in FUNDS)
    visits = len(HOSPITALS) * len(FUNDS) * 1_001
    assert batch.state == "paid" and batch.final_fen == prepaid + visits and batch.difference_count == 0
    assert sum(balance("1001", fund) for fund in FUNDS) == 2 * 15_000_000 - prepaid - visits
    assert balance("1002") == 0 and balance("1201", "resident", "H1") == paid_in("H1", "resident", 1) * 9 // 10
    assert faults() == []


def test_a_whole_year_comes_to_what_the_runs_books_say():
    settle_year()
    from sanyi.store.models import SettlementBatch
    cleared = SettlementBatch.objects.get(period__code=f"{YEAR}")
    due = sum(paid_in(hospital, fund, month) for hospital in HOSPITALS for fund in FUNDS for month in range(1, 13))
    before = sum(paid_in(hospital, fund, month) * 9 // 10 for hospital in HOSPITALS for fund in FUNDS for month in range(1, 13))
    assert cleared.final_fen == due - before - 500 * len(HOSPITALS) * len(FUNDS)
    for account in ("1002", "1201", "2001", "4001", "5001", "5002"):
        assert [balance(account, fund) for fund in FUNDS] == [0, 0], account
    assert balance("2101", "resident", "H1") == -9_000 and faults() == []


def test_annual_clearing_final_is_p_plus_200_and_no_other_amount_is_paid():
    """EX-25: adjustment 500, retained 200, reserve 100."""
    opened()
    for code in MONTHS:
        settled(code)
    for kind, amount in (("ADJUST", 500), ("RETAIN", 200), ("SETASIDE", 100)):
        voucher(kind, amount, period=f"{YEAR}")
    batch = posted(f"{YEAR}")
    sheet = batch.sheets.get(institution_id="H1", fund_code="resident")
    due = sum(paid_in("H1", "resident", month) - paid_in("H1", "resident", month) * 9 // 10 for month in range(1, 13)) - 500
    assert (sheet.cleared_fen, sheet.adjustment_fen, sheet.retained_fen, sheet.reserve_fen, sheet.final_fen) == (due, 500, 200, 100, due + 200)
    for other in (batch.final_fen - 1, batch.final_fen + 1, 0, -batch.final_fen):
        with pytest.raises(GuardRefused) as refused:
            step("settlement_batch", batch, "pay", "payer", amount_fen=other)
        assert refused.value.guard == "amount_is_final"
    step("settlement_batch", batch, "pay", "payer", amount_fen=batch.final_fen)
    assert balance("2102", "resident", "H1") == -200 and balance("1002") == 0 and balance("5001") == 0 and faults() == []


def test_the_lock_refuses_later_disputes_and_an_open_dispute_stops_the_approval():
    """EX-25: lock refuses later disputes."""
    from sanyi.store.disputes import raise_dispute
    opened()
    batch = draft("2020-01")
    dispute = raise_dispute(batch.pk, "resident", "少计一例", "hospital-1", NOW, institution="H2")
    assert dispute.unit == "H1", "a hospital disputes its own sheet, whatever it names"
    step("settlement_batch", batch, "review", "reviewer")
    with pytest.raises(GuardRefused):
        step("settlement_batch", batch, "approve", "approver")
    with pytest.raises(UnknownWork):
        step("dispute", dispute, "drop", "hospital-2")
    step("dispute", dispute, "reject", "reviewer", answer="已核对，无误")
    step("settlement_batch", batch, "approve", "approver")
    for by in ("hospital-1", "maker"):
        with pytest.raises(NotPostable):
            raise_dispute(batch.pk, "resident", "再议", by, NOW, institution="H1")


def test_an_upheld_dispute_stops_its_batch_and_the_next_that_says_the_same_until_it_is_corrected():
    from django.db import Error, transaction
    from sanyi.store.disputes import raise_dispute
    from sanyi.store.models import Dispute, SettlementBatch
    opened()
    batch = draft("2020-01")
    dispute = raise_dispute(batch.pk, "resident", "少计一例", "hospital-1", NOW)
    step("settlement_batch", batch, "review", "reviewer")
    step("dispute", dispute, "uphold", "reviewer", answer="确少计一例")
    with pytest.raises(GuardRefused, match="成立而未更正"):
        step("settlement_batch", batch, "approve", "approver")
    for state in ("approved", "posted", "paid"):
        with pytest.raises(Error, match="open or upheld"), transaction.atomic():
            SettlementBatch.objects.filter(pk=batch.pk).update(state=state)
    for change in ({"state": "rejected"}, {"text": "x"}, {"fund_code": "employee"}):
        with pytest.raises(Error, match="fixed"), transaction.atomic():
            Dispute.objects.filter(pk=dispute.pk).update(**change)
    step("settlement_batch", batch, "withdraw", "payer", reason="异议成立")
    again = draft("2020-01")
    step("settlement_batch", again, "review", "reviewer")
    with pytest.raises(GuardRefused, match=f"异议 {dispute.pk}"):  # the same run says the same again
        step("settlement_batch", again, "approve", "approver")
    step("settlement_batch", again, "withdraw", "payer", reason="尚未更正")
    elsewhere = draft("2020-01", carried("elsewhere", {("H2", "resident", 1): 700, ("H1", "employee", 1): 700}, finished=4))
    step("settlement_batch", elsewhere, "review", "reviewer")
    with pytest.raises(GuardRefused, match=f"异议 {dispute.pk}"):
        step("settlement_batch", elsewhere, "approve", "approver")
    step("settlement_batch", elsewhere, "withdraw", "payer", reason="更正的是别处")
    corrected = settled("2020-01", carried("corrected", {("H1", "resident", 1): 700}, finished=5))
    assert corrected.state == "paid" and faults() == []
    reopened = settled("2020-02", carried("corrected", {("H1", "resident", 1): 700}, finished=5))
    assert reopened.state == "paid"


def test_an_open_dispute_does_not_go_away_with_its_batch_and_a_voucher_corrects_an_upheld_one():
    from sanyi.store.disputes import raise_dispute
    opened()
    batch = draft("2020-01")
    dispute = raise_dispute(batch.pk, "resident", "少计一例", "hospital-1", NOW)
    step("settlement_batch", batch, "withdraw", "payer", reason="重制")
    again = draft("2020-01")
    step("settlement_batch", again, "review", "reviewer")
    with pytest.raises(GuardRefused, match=f"异议 {dispute.pk}"):
        step("settlement_batch", again, "approve", "approver")
    step("dispute", dispute, "uphold", "reviewer", answer="确少计一例")
    step("settlement_batch", again, "withdraw", "payer", reason="异议成立")
    voucher("ADJUST", 900)
    assert settled("2020-01").sheets.get(institution_id="H1", fund_code="resident").adjustment_fen == 900 and faults() == []


def test_the_database_takes_no_dispute_of_locked_sheets():
    from django.db import Error, transaction
    from sanyi.store.models import Dispute
    opened()
    batch = posted("2020-01")
    with pytest.raises(Error, match="locked"), transaction.atomic():
        Dispute.objects.create(book=batch.book, batch=batch, unit="H1", fund_code="resident", text="x", opened_by="x", opened_at=NOW, state="raised")


@pytest.mark.parametrize("institution", ["H9", "h1", "机构"])
def test_a_voucher_names_an_institution_that_the_books_know(institution):
    from django.db import Error, transaction
    from sanyi.store.models import Voucher
    book = opened()
    with pytest.raises(BadField) as refused:
        voucher(institution=institution)
    assert refused.value.field == "institution" and institution in refused.value.zh
    made = voucher(is_approved=False)
    with pytest.raises(Error, match="no such institution"), transaction.atomic():
        Voucher.objects.create(book=book, number=2, period=made.period, kind="ADJUST", fund_code="resident", institution_id=institution, amount_fen=1, reason="x",
                               made_by="x", made_at=NOW, state="drafted")
    if institution == "H9":  # a later run's record brings it
        draft("2020-01", replace(carried(), names={**carried().names, "H9": "医院H9"}))
        voucher(institution=institution)
        assert balance("1002", "resident", institution) == -500


def test_recalculating_an_earlier_month_posts_the_difference_and_leaves_what_was_posted():
    from sanyi.store.models import EntryGroup
    opened()
    for code in MONTHS[:3]:
        settled(code)
    key = "PREPAY|H2|resident|202002"
    first = EntryGroup.objects.get(key=key)
    before = list(EntryGroup.objects.order_by("number").values_list())
    run = carried("second", {("H2", "resident", 2): 10_000}, finished=5)
    with pytest.raises(BadField) as refused:
        draft("2020-04", run)
    assert refused.value.field == "reason"
    batch = settled("2020-04", run, "补记二月病例")
    more = EntryGroup.objects.get(key=key, sequence=2)
    assert (more.kind, more.corrects_id, more.for_period, more.period.code, more.total_fen) == ("difference", first.pk, "2020-02", "2020-04", 9_000)
    assert more.reason == "补记二月病例" and "记录有新增或更正" in batch.cause and batch.difference_count == 1
    assert list(EntryGroup.objects.order_by("number").values_list())[:len(before)] == before
    assert batch.sheets.get(institution_id="H2", fund_code="resident").cleared_fen == paid_in("H2", "resident", 4) * 9 // 10 + 1_004 + 9_000
    assert balance("1201", "resident", "H2") == sum(paid_in("H2", "resident", month) * 9 // 10 for month in range(1, 5)) + 9_000 and faults() == []


def test_what_a_later_run_no_longer_has_goes_back_to_nothing():
    opened()
    settled("2020-01")
    run = carried("second", finished=5)
    less = replace(run, entries={key: entry for key, entry in run.entries.items() if key != "VISIT|H3|employee|202001|visit"})
    batch = settled("2020-02", less, "一月门诊重复申报，撤销")
    assert batch.groups.get(key="VISIT|H3|employee|202001|visit").kind == "difference"
    assert balance("5002", "employee") == sum(1_000 + month for month in (1, 2) for _ in HOSPITALS) - 1_001 and faults() == []


def test_a_closed_period_takes_nothing_by_any_path():
    opened()
    waiting = voucher(is_approved=False, period="2020-02")
    settled("2020-01")
    close("2020-01")
    batch = draft("2020-02")
    with pytest.raises(ClosedPeriod):
        voucher(period="2020-01")
    with pytest.raises(GuardRefused) as refused:
        close("2020-02")
    assert refused.value.guard == "nothing_is_open" and "批次" in refused.value.zh and "凭证" in refused.value.zh
    step("settlement_batch", batch, "withdraw", "maker", reason="重做")
    step("voucher", waiting, "refuse", "approver", reason="不需要")
    close("2020-02")
    for refused_draft in ("2020-01", "2020-02"):
        with pytest.raises(ClosedPeriod):
            draft(refused_draft, carried("second", finished=5))


def test_a_closed_period_is_reopened_by_two_persons_with_a_reason_and_both_versions_stay():
    from sanyi.store.models import PeriodClosing
    from sanyi.store.periods import period_digest
    opened()
    settled("2020-01")
    first = close("2020-01")
    with pytest.raises(BadField):
        step("settlement_period", first, "request_reopening", "maker", reason=" ")
    step("settlement_period", first, "request_reopening", "maker", reason="补记")
    for by in ("maker", "maker-again"):
        with pytest.raises(GuardRefused) as refused:
            step("settlement_period", first, "approve_reopening", by, reason="同意")
        assert refused.value.guard == "not_who_asked"
    step("settlement_period", first, "approve_reopening", "office", reason="同意")
    settled("2020-01", carried("second", {("H1", "resident", 1): 1_000}, finished=5), "补记一月病例")
    close("2020-01")
    one, two = PeriodClosing.objects.filter(period=first).order_by("round")
    assert (one.round, two.round) == (1, 2) and one.digest != two.digest
    assert [period_digest(first, each.last_number) for each in (one, two)] == [one.digest, two.digest], "both versions come out again"
    assert faults() == []


def test_asking_again_for_the_same_changes_nothing():
    opened()
    batch = draft("2020-01", key="k1")
    assert draft("2020-01", key="k1").pk == batch.pk == draft("2020-01").pk
    with pytest.raises(OtherBody):
        draft("2020-02", key="k1")
    assert step("settlement_batch", batch, "review", "reviewer", key="k2").state == "reviewed"
    from sanyi.store.act import act
    again = act("settlement_batch", batch.pk, 1, "review", {}, "reviewer", NOW, "k2")
    assert (again.state, again.version) == ("reviewed", 2)
    with pytest.raises(OtherBody):
        act("settlement_batch", batch.pk, 1, "review", {"note": "x"}, "reviewer", NOW, "k2")
    with pytest.raises(StaleVersion):
        act("settlement_batch", batch.pk, 1, "review", {}, "reviewer", NOW, "k3")
    first = voucher(key="v1", is_approved=False)
    assert voucher(key="v1", is_approved=False).pk == first.pk
    with pytest.raises(OtherBody):
        voucher(key="v1", amount=501, is_approved=False)


def test_a_reversed_batch_leaves_the_ledger_as_before_with_both_entries_there():
    from sanyi.store.models import EntryGroup, Voucher
    opened()
    made = voucher("ADJUST", 700)
    batch = posted("2020-01")
    assert Voucher.objects.get(pk=made.pk).settled_by_id == batch.pk
    with pytest.raises(GuardRefused):
        step("settlement_batch", batch, "reverse", "approver", reason="错")
    step("settlement_batch", batch, "reverse", "payer", reason="银行账号有误")
    groups = EntryGroup.objects.filter(batch=batch)
    assert groups.filter(kind="reversal").count() * 2 == groups.count()
    assert balance("1001") == 0 and balance("1002") == -700 and Voucher.objects.get(pk=made.pk).settled_by_id is None and faults() == []
    again = settled("2020-01", reason="重新结算")
    assert again.number == 2 and again.sheets.get(institution_id="H1", fund_code="resident").adjustment_fen == 700 and faults() == []


REFUSED_RUNS = {
    "unbalanced": (lambda run: replace(run, findings=("科目 2001 差 1 分 / one fen apart",)), NotPostable, "不平"),
    "tampered card": (lambda run: replace(run, card={**run.card, "plan_digest": "x"}), NotPostable, "摘要不符"),
    "other plan": (lambda run: carried(plan="other-2020"), UnknownWork, "没有 other-2020"),
    "other year": (lambda run: replace(run, year=2021), UnknownWork, "2021"),
    "blocked month": (lambda run: replace(run, blocked=(("2020-01", "H1 resident 无点值", "H1 resident has no point value"),)), NotPostable, "点值"),
}


@pytest.mark.parametrize("name", REFUSED_RUNS)
def test_a_run_that_cannot_be_posted_is_refused_with_its_reason_and_nothing_is_there(name):
    from sanyi.store.models import BatchLine, SettlementBatch
    opened()
    change, error, words = REFUSED_RUNS[name]
    with pytest.raises(error) as refused:
        draft("2020-01", change(carried()))
    assert words in refused.value.zh and refused.value.en and not SettlementBatch.objects.exists() and not BatchLine.objects.exists()


def test_months_go_in_their_order_and_a_superseded_run_does_not_come_back():
    opened()
    with pytest.raises(NotPostable):
        draft("2020-02")
    with pytest.raises(NotPostable):
        draft(f"{YEAR}")
    with pytest.raises(UnknownWork):
        draft("2021-01")
    settled("2020-01")
    settled("2020-02", carried("second", {("H1", "resident", 1): 50}, finished=5), "更正")
    with pytest.raises(NotPostable) as refused:
        draft("2020-03", carried())
    assert "取代" in refused.value.zh
    with pytest.raises(NotPostable) as refused:
        draft("2020-03", carried("third", finished=2))
    assert "早于" in refused.value.zh


def test_a_clearing_blocked_for_want_of_a_point_value_stops_the_year_but_not_its_months():
    opened()
    stopped = replace(carried(), blocked=((f"{YEAR}", "H1 清算中止", "the clearing of H1 is blocked"),))
    for code in MONTHS:
        settled(code, stopped)
    with pytest.raises(NotPostable):
        draft(f"{YEAR}", stopped)


def test_an_approval_covers_what_was_drafted_and_nothing_that_came_after():
    opened()
    batch = draft("2020-01")
    step("settlement_batch", batch, "review", "reviewer")
    step("settlement_batch", batch, "approve", "approver")
    voucher("ADJUST", 500)  # after the draft: the next payment takes it up
    step("settlement_batch", batch, "post", "maker")
    step("settlement_batch", batch, "pay", "payer", amount_fen=batch.final_fen)
    assert balance("1002", "resident", "H1") == -500
    second = settled("2020-02")
    assert second.sheets.get(institution_id="H1", fund_code="resident").adjustment_fen == 500 and balance("1002") == 0 and faults() == []


def test_a_fund_does_not_pay_what_it_does_not_have():
    opened()
    run = carried(opening=0)
    batch = None
    for code in MONTHS:
        batch = settled(code, run)
    voucher("DRAWRESERVE", 250_000, period=f"{YEAR}", institution="")
    with pytest.raises(Overdrawn) as refused:
        voucher("DRAWRESERVE", 1, period=f"{YEAR}", institution="")
    assert "3101" in refused.value.zh and batch.state == "paid"
    with pytest.raises(Overdrawn):
        voucher("SHAREPAID", 1, period=f"{YEAR}")
    poor = carried("poor", opening=-4_999_000, finished=9)
    with pytest.raises((Overdrawn, NotPostable)):
        settled(f"{YEAR}", poor, "年初结余更正")


def test_one_surplus_is_paid_once():
    settle_year()
    reopen(f"{YEAR}")
    voucher("SHAREPAID", 9_000, period=f"{YEAR}")
    with pytest.raises(Overdrawn) as refused:
        voucher("SHAREPAID", 9_000, period=f"{YEAR}")
    assert "2101" in refused.value.zh and balance("2101") == 0 and faults() == []


STEPS = (("review", ("draft",)), ("approve", ("draft", "review")), ("pay", ("draft", "approve")))


def test_no_one_person_makes_approves_and_pays_whatever_the_account():
    """R11: every assignment of the four accounts and a fifth of the maker's to the five steps, through the service."""
    from itertools import product

    from django.db import transaction

    from sanyi.store.who import person_of
    from sanyi.store.models import Account
    opened()
    accounts = ("maker", "reviewer", "approver", "maker-again")
    persons = {account.name: person_of(account) for account in Account.objects.all()}
    assert persons["maker"] == persons["maker-again"]
    allowed = refused = 0
    for made, reviewed, approved, paid in product(accounts, repeat=4):
        with transaction.atomic():
            batch = draft("2020-01", by=made)
            hands = {"draft": persons[made]}
            ended = False
            for name, by in (("review", reviewed), ("approve", approved), ("post", made), ("pay", paid)):
                forbidden = {hands[each] for each in dict(STEPS).get(name, ())}
                given = {"amount_fen": batch.final_fen} if name == "pay" else {}
                if persons[by] in forbidden:
                    with pytest.raises(GuardRefused):
                        step("settlement_batch", batch, name, by, **given)
                    refused, ended = refused + 1, True
                    break
                step("settlement_batch", batch, name, by, **given)
                hands[name] = persons[by]
            allowed += not ended
            transaction.set_rollback(True)
    print(f"{allowed} assignments with separate hands went through, {refused} self-approvals refused")
    assert allowed and refused and allowed + refused == 4 ** 4


def test_delegation_brings_both_persons_and_opens_no_back_door():
    from sanyi.store.delegations import delegate
    opened()
    today = date(2021, 2, 1)
    delegate("payer", today, today + timedelta(days=3), "出差", "approver", NOW)
    for taker in ("maker-again", "office"):
        with pytest.raises(NotAllowed):
            delegate(taker, today, today, "出差", "maker", NOW)
    batch = draft("2020-01")
    with pytest.raises(NotAllowed):
        step("settlement_batch", batch, "review", "payer", on_behalf="reviewer")
    step("settlement_batch", batch, "review", "reviewer")
    step("settlement_batch", batch, "approve", "payer", on_behalf="approver")
    step("settlement_batch", batch, "post", "maker")
    for by, on_behalf in (("payer", ""), ("approver", ""), ("payer", "approver")):
        with pytest.raises(GuardRefused):
            step("settlement_batch", batch, "pay", by, on_behalf=on_behalf, amount_fen=batch.final_fen)
    with pytest.raises(NotAllowed):
        step("settlement_batch", batch, "pay", "payer", on_behalf="approver", now=NOW + timedelta(days=9), amount_fen=batch.final_fen)
    step("settlement_batch", batch, "pay", "reviewer", amount_fen=batch.final_fen)


def test_a_delegation_is_taken_back_at_once_and_stays_in_the_database():
    from django.db import Error, transaction
    from sanyi.store.delegations import delegate, delegations, givers_for, revoke, takers_for
    from sanyi.store.models import Delegation, Revocation
    from sanyi.store.trail.tables import AuditEvent
    opened()
    today = date(2021, 2, 1)
    given = delegate("payer", today, today + timedelta(days=3), "出差", "approver", NOW)
    assert givers_for("payer", today) == ["approver"] and givers_for("payer", today + timedelta(days=9)) == []
    assert takers_for("maker") == ["approver", "payer", "reviewer"]
    batch = draft("2020-01")
    step("settlement_batch", batch, "review", "payer", on_behalf="approver")
    for by, error in (("payer", NotAllowed), ("reviewer", UnknownWork), ("hospital-1", UnknownWork)):
        with pytest.raises(error):
            revoke(given.pk, "x", by, NOW)
    with pytest.raises(BadField):
        revoke(given.pk, " ", "approver", NOW)
    revoke(given.pk, "回来了", "approver", NOW)
    with pytest.raises(GuardRefused):
        revoke(given.pk, "再撤", "office", NOW)
    with pytest.raises(NotAllowed):
        step("settlement_batch", batch, "approve", "payer", on_behalf="approver")
    with pytest.raises(GuardRefused):  # what was done under it stays both persons' doing
        step("settlement_batch", batch, "approve", "approver")
    assert givers_for("payer", today) == []
    told = AuditEvent.objects.filter(subject="delegation", subject_id=str(given.pk)).order_by("id").values_list("step", "account", "outcome")
    assert list(told) == [("delegate", "approver", "done"), ("revoke", "approver", "done")]
    for name, count in (("payer", 1), ("approver", 1), ("office", 1), ("reviewer", 0), ("hospital-1", 0)):
        assert [row["revoked_by"] for row in delegations(name)] == ["approver"] * count, name
    for rows, change in ((Delegation.objects.all(), {"to_on": today}), (Delegation.objects.all(), {"taker": None}), (Revocation.objects.all(), {"by": "x"})):
        with pytest.raises(Error), transaction.atomic():
            rows.update(**change)
    for table in ("store_delegation", "store_revocation"):
        with pytest.raises(Error, match="only ever added to"), transaction.atomic():
            from django.db import connection
            connection.cursor().execute(f"DELETE FROM {table}")


def test_an_annual_clearing_that_a_later_voucher_would_leave_unclosed_is_not_posted():
    """What was approved closes income and expense; a voucher posted since would stand open behind it."""
    opened()
    for code in MONTHS:
        settled(code)
    batch = draft(f"{YEAR}")
    step("settlement_batch", batch, "review", "reviewer")
    step("settlement_batch", batch, "approve", "approver")
    voucher(period=f"{YEAR}", amount=700)
    with pytest.raises(NotPostable, match="重新制单"):
        step("settlement_batch", batch, "post", "maker")
    step("settlement_batch", batch, "withdraw", "maker", reason="又有凭证")
    assert settled(f"{YEAR}").state == "paid" and balance("5001") == 0 and faults() == []


def test_a_key_of_other_books_is_another_content():
    """The same words for another plan are not the same command."""
    from sanyi.store.books import open_book
    from sanyi.store.vouchers import draft_voucher
    opened()
    open_book("other-plan", YEAR, "maker", NOW)
    voucher(is_approved=False, key="k1")
    with pytest.raises(OtherBody):
        draft_voucher("other-plan", YEAR, "2020-01", "ADJUST", "resident", "H1", 500, "理由", "maker", NOW, key="k1")


def test_width_and_inner_space_make_no_other_person():
    from sanyi.store.models import Account
    opened()
    Account.objects.filter(name="maker").update(person="张 三 Li")
    Account.objects.filter(name="reviewer").update(person="张\u3000三ＬＩ")
    batch = draft("2020-01")
    with pytest.raises(GuardRefused):
        step("settlement_batch", batch, "review", "reviewer")


@pytest.mark.parametrize("by", ["office", "lead", "hospital-1", "looker", "nobody"])
def test_only_the_bureau_moves_money(by):
    opened()
    with pytest.raises(NotAllowed):
        draft("2020-01", by=by)
    batch = draft("2020-01")
    for name in ("review", "withdraw"):
        with pytest.raises((NotAllowed, UnknownWork)):  # on PostgreSQL its row is not even there for who has no part in it
            step("settlement_batch", batch, name, by, **({"reason": "x"} if name == "withdraw" else {}))
    with pytest.raises(NotAllowed):
        voucher(by=by)
    with pytest.raises(UndeclaredStep):
        step("settlement_batch", batch, "pay", "payer", amount_fen=batch.final_fen)


@pytest.mark.parametrize("wrong", [{"kind": "GIFT"}, {"fund": "casino"}, {"amount": 0}, {"amount": -1}, {"amount": 1.0}, {"amount": True}, {"amount": 10**15 + 1},
                                   {"reason": "  "}, {"institution": ""}, {"institution": "H|1"}, {"kind": "DRAWRESERVE"}])
def test_a_voucher_that_is_no_voucher_is_refused_and_leaves_nothing(wrong):
    from sanyi.store.models import Voucher
    opened()
    with pytest.raises(BadField):
        voucher(**wrong)
    assert not Voucher.objects.exists()


def test_the_log_has_each_step_with_its_person():
    from sanyi.store.models import BookEvent
    people()
    opened()
    batch = settled("2020-01")
    events = list(BookEvent.objects.filter(subject="settlement_batch", subject_id=batch.pk).order_by("version").values_list("step", "by", "persons", "after"))
    assert events == [("draft", "maker", "maker", "drafted"), ("review", "reviewer", "reviewer", "reviewed"), ("approve", "approver", "approver", "approved"),
                      ("post", "maker", "maker", "posted"), ("pay", "payer", "payer", "paid")]
    assert set(BUREAU) >= {by for _, by, _, _ in events}


def test_a_voucher_of_the_small_hours_is_of_that_day_in_the_region():
    from datetime import datetime, timezone
    from types import SimpleNamespace

    from sanyi.store.book_rows import _voucher
    row = SimpleNamespace(pk=1, book_id=1, number=1, period=SimpleNamespace(code="2026-03"), kind="transfer", fund_code="resident", institution_id="H1", amount_fen=1, reason="x", state="draft", version=1,
                          made_by="a", made_at=datetime(2026, 3, 31, 17, 30, tzinfo=timezone.utc), settled_by_id=None)
    assert _voucher(row)["made_on"].isoformat() == "2026-04-01"
