"""Special reviews: within the quota, two experts of other institutions who agree, a fresh panel on appeal, frozen once. Source: DIP-24, EX-23."""
from datetime import date, datetime, timezone

import pytest

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UndeclaredStep, UnknownWork

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
PEOPLE = {"h1-doctor": ("hospital", "H1"), "h2-doctor": ("hospital", "H2"), "bureau-1": ("bureau", ""), "e-h1": ("expert", "H1"),
          **{f"e-{number}": ("expert", f"H{number}") for number in range(2, 7)}, "e-none": ("expert", "")}
SPENT = {"outcome": "as_spent", "amount_fen": 3_200_000}


@pytest.fixture
def book(undone):
    from sanyi.store.books import open_book
    from sanyi.store.models import Account
    for name, (role, unit) in PEOPLE.items():
        Account.objects.create(name=name, role=role, unit=unit, password="!")
    return open_book("haikou-2018", 2020, "bureau-1", NOW)


def applied(encounter="E1", by="h1-doctor", discharges=1000, limit_ppm=5000, **more):
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    case = ReviewedCase(**{"encounter": encounter, "institution": "H1", "cost_fen": 4_000_000, "method": "dip", "discharge_count": discharges,
                           "quota": discharges * limit_ppm // 1_000_000, **more})
    return apply_for_review("haikou-2018", 2020, case, "high_cost", "重症，多次手术", by, NOW)


def step(review, name, by, **given):
    from sanyi.store.act import act
    review.refresh_from_db()
    return act("special_review", review.pk, review.version, name, given, by, NOW)


def test_two_experts_of_other_institutions_with_the_same_amount_decide(book):
    review = applied()
    with pytest.raises(GuardRefused, match="申请机构"):
        step(review, "give_first", "e-h1", **SPENT)
    with pytest.raises(GuardRefused, match="申请机构"):
        step(review, "give_first", "e-none", **SPENT)
    step(review, "give_first", "e-2", **SPENT)
    with pytest.raises(GuardRefused, match="同一人"):
        step(review, "give_second", "e-2", **SPENT)
    with pytest.raises(GuardRefused, match="一致") as conflict:
        step(review, "give_second", "e-3", outcome="as_spent", amount_fen="31900")
    assert "32,000" not in str(conflict.value)  # the experts are independent: neither learns the other's amount
    step(review, "give_second", "e-3", outcome="as_spent", amount_fen="32000")
    review.refresh_from_db()
    assert (review.state, review.outcome, review.amount_fen, review.done_by) == ("decided", "as_spent", 3_200_000, "e-3")


def test_the_first_may_change_the_answer_and_nobody_else(book):
    review = applied()
    step(review, "give_first", "e-2", **SPENT)
    with pytest.raises(GuardRefused):
        step(review, "revise", "e-3", outcome="refused")
    step(review, "revise", "e-2", outcome="regroup", group="K35-4")
    step(review, "give_second", "e-4", outcome="regroup", group="K35-4")
    review.refresh_from_db()
    assert (review.outcome, review.group, review.amount_fen) == ("regroup", "K35-4", None)


@pytest.mark.parametrize("answer", [{"outcome": "as_spent"}, {"outcome": "refused", "amount_fen": 1}, {"outcome": "regroup"}, {"outcome": "else"},
                                    {"outcome": "as_spent", "amount_fen": 4_000_001}, {"outcome": "adjusted_standard", "amount_fen": 0},
                                    {"outcome": "adjusted_standard", "amount_fen": 1, "group": "A"}])
def test_an_answer_that_is_not_whole_is_refused(book, answer):
    with pytest.raises(GuardRefused):
        step(applied(), "give_first", "e-2", **answer)


def test_an_appeal_has_a_fresh_panel_and_is_the_last(book):
    review = applied()
    step(review, "give_first", "e-2", outcome="refused"), step(review, "give_second", "e-3", outcome="refused")
    with pytest.raises(UnknownWork):  # to another institution it does not exist
        step(review, "appeal", "h2-doctor", reason="too little")
    step(review, "appeal", "h1-doctor", reason="too little")
    for expert in ("e-2", "e-3"):
        with pytest.raises(GuardRefused, match="同一人"):
            step(review, "give_first_again", expert, **SPENT)
    step(review, "give_first_again", "e-4", **SPENT)
    with pytest.raises(GuardRefused, match="同一人"):
        step(review, "give_second_again", "e-3", **SPENT)
    step(review, "give_second_again", "e-5", **SPENT)
    with pytest.raises(UndeclaredStep):
        step(review, "appeal", "h1-doctor", reason="still too little")
    review.refresh_from_db()
    assert (review.state, review.round, review.amount_fen) == ("final", 2, 3_200_000)


def test_a_frozen_decision_stays_and_becomes_a_row_of_the_record(book):
    from django.db import Error, transaction
    from sanyi.store.models import BookEvent, SpecialReview
    from sanyi.store.special_reviews import decided_rows, published_counts
    review, other = applied(), applied("E2")
    step(review, "give_first", "e-2", **SPENT), step(review, "give_second", "e-3", **SPENT)
    assert decided_rows("haikou-2018", 2020) == []
    for wrong in ("2020-13", "2021-01", "十二月批次", "1"):
        with pytest.raises(BadField, match="2020-12") as refused:
            step(review, "freeze", "bureau-1", batch=wrong)
        assert refused.value.field == "batch"
    closed = review.book.settlementperiod_set.get(code="2020-11")
    from sanyi.store.act import act
    act("settlement_period", closed.pk, closed.version, "close", {}, "bureau-1", NOW)
    with pytest.raises(BadField):
        step(review, "freeze", "bureau-1", batch="2020-11")
    step(review, "freeze", "bureau-1", batch="2020-12")
    assert decided_rows("haikou-2018", 2020) == [
        {"encounter_id": "E1", "institution_id": "H1", "method_code": "dip", "reason_code": "high_cost", "outcome_code": "as_spent",
         "amount_fen": 3_200_000, "group_code": None, "decided_on": date(2026, 11, 30), "batch_code": "2020-12", "year": 2020}]
    assert published_counts("haikou-2018", 2020) | {"frozen": 1, "applied": 1} == published_counts("haikou-2018", 2020)
    with pytest.raises(UndeclaredStep):
        step(review, "give_first", "e-4", **SPENT)
    for change in ({"amount_fen": 1}, {"state": "applied"}):
        with pytest.raises(Error), transaction.atomic():
            SpecialReview.objects.filter(pk=review.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        SpecialReview.objects.filter(pk=other.pk).update(cost_fen=1)
    assert list(BookEvent.objects.filter(subject="special_review", subject_id=review.pk).order_by("version").values_list("step", flat=True)) == [
        "apply", "give_first", "give_second", "freeze"]


def test_the_quota_is_held_and_a_case_is_applied_for_once(book):
    review = applied("E1", discharges=400)  # 5 per mille of 400 are 2
    with pytest.raises(GuardRefused, match="已申请特例单议"):
        applied("E1", discharges=400)
    applied("E2", discharges=400)
    with pytest.raises(GuardRefused, match="名额"):
        applied("E3", discharges=400)
    step(review, "withdraw", "h1-doctor", reason="mistaken")
    applied("E1", discharges=400)
    with pytest.raises(GuardRefused):
        applied("E9", discharges=199, institution="H2", by="h2-doctor")  # less than one case
    assert applied("E9", discharges=20, limit_ppm=50_000, institution="H2", by="h2-doctor", method="drg").state == "applied"  # 5 % of 20


def test_who_may_apply_and_for_what(book):
    with pytest.raises(NotAllowed):
        applied(by="h2-doctor")
    with pytest.raises(NotAllowed):
        applied(by="e-2")
    with pytest.raises(BadField):
        applied(method="bed_day")
    assert applied(by="bureau-1").opened_by == "bureau-1"


@pytest.fixture
def browser(book, tmp_path, monkeypatch):
    """Signed-in browsers on invented results."""
    from signed_in import signed_in
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)

    return signed_in


def test_the_page_takes_an_application_to_its_decision_and_keeps_each_expert_blind(browser, monkeypatch):
    from sanyi.store.models import SpecialReview
    from sanyi.web.views import reviews as view
    case = {"encounter": "E1", "institution": "H1", "cost_fen": 4_000_000, "method": "dip", "discharge_count": 1000, "quota": 5}
    monkeypatch.setattr(view, "case_to_review", lambda results, encounter: {**case, "encounter": encounter})
    hospital = browser("h1-doctor")
    assert hospital.post("/special-reviews/", {"do": "add", "encounter": "E1", "reason": "high_cost", "text": "重症"}).status_code == 302
    refused = hospital.post("/special-reviews/", {"do": "add", "encounter": "E1", "reason": "high_cost", "text": "重症"})
    assert refused.status_code == 422 and "已申请" in refused.content.decode()
    review = SpecialReview.objects.get()
    page = f"/special-reviews/{review.pk}/"

    def answer(name, step, version, **given):
        return browser(name).post(page, {"do": "step", "step": step, "version": str(version), **{f"given.{key}": value for key, value in given.items()}})

    assert answer("e-h1", "give_first", 1, outcome="as_spent", amount_fen="32000").status_code == 422
    assert answer("e-2", "give_first", 1, outcome="as_spent", amount_fen="32000").status_code == 302
    assert "32,000" not in browser("e-3").get(page).content.decode() and "3200000" not in browser("e-3").get(page).content.decode()
    assert answer("e-3", "give_second", 2, outcome="as_spent", amount_fen="31900").status_code == 422
    assert answer("e-3", "give_second", 2, outcome="as_spent", amount_fen="32000").status_code == 302
    shown = hospital.get(page).content.decode()
    assert "32,000.00" in shown and "已核定" in shown
    assert "E1" in hospital.get("/special-reviews/").content.decode()
    assert hospital.get("/special-reviews/?export=xlsx")["Content-Type"].endswith("sheet") and hospital.get("/special-reviews/999/").status_code == 404


def test_a_case_of_a_run_brings_its_quota(book, tmp_path):
    from web_results import invent
    from sanyi.runs.explain.explanation import NothingToExplain
    from sanyi.runs.results import Results
    from sanyi.runs.reviewed_case import case_to_review
    results = Results(invent(tmp_path))
    case = results.page("inpatient_cases", limit=1)[0]
    counts = {row["institution_id"]: row for row in results.page("special_review_counts", limit=None)}[case["institution_id"]]
    assert case_to_review(results, case["encounter_id"]) | {"quota": counts["quota_count"]} == case_to_review(results, case["encounter_id"])
    with pytest.raises(NothingToExplain):
        case_to_review(results, "nobody")
