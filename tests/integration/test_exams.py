"""Shared diagnosis: reports and their versions, critical values, recognition before ordering, who sees what, consultations and their fees."""
from datetime import timedelta

import pytest
from exam_work import NOW, acting, bring, made, order, result, step

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UnknownWork

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def people(undone):
    return made()


def seen(kind, name):
    from sanyi.store.kinds import kind_of
    from sanyi.store.who import actor_of
    return set(kind_of(kind).seen_by(actor_of(acting(name))).values_list("pk", flat=True))


def refused(guard, call, *arguments, **named):
    with pytest.raises(GuardRefused) as why:
        call(*arguments, **named)
    assert why.value.guard == guard and why.value.zh != why.value.en


def test_a_specimen_goes_its_way_and_its_clock_begins_at_receipt(people):
    row = bring(order(people["li"]), "received")
    assert row.due_at == NOW - 5 * MINUTE + timedelta(minutes=1440) and (row.lowest_e1, row.highest_e1) == (30, 60)
    row = bring(row, "released", value="4.1")
    assert row.first_released_at == row.released_at == NOW and row.price_fen == 600


def test_a_film_is_scheduled_and_its_clock_begins_when_it_is_taken(people):
    row = step(order(people["li"], "ct_chest", urgency="emergency"), "schedule", "tech", at=NOW + DAY)
    row = step(row, "perform", "tech", performed_at=NOW)
    assert row.due_at == NOW + 30 * MINUTE


def test_a_specimen_that_was_too_warm_is_rejected_taken_anew_and_the_clinic_is_told(people):
    from sanyi.store.exams.tables import ExamNotice
    row = bring(order(people["li"]), "in_transit")
    refused("cold_chain_held", step, row, "receive", "tech", received_at=NOW, lowest_e1=30, highest_e1=81)
    row = step(row, "reject", "tech", reason="temperature")
    assert (row.rejection, list(ExamNotice.objects.filter(exam=row).values_list("institution", "kind"))) == ("temperature", [("C1", "rejected")])
    row = step(row, "sample", "nurse", barcode="B-2", sampled_at=NOW)
    assert (row.rejection, row.sent_at, row.barcode) == ("", None, "B-2")


def test_who_reports_does_not_verify_and_another_does(people):
    row = bring(order(people["li"]), "reported", value="4.1")
    refused("not_the_reporter", step, row, "verify", "rad")
    row = step(row, "send_back", "rad-2", reason="补充")
    refused("is_own_claim", step, row, "report", "rad-2", findings="x", conclusion="x", value="4")
    row = bring(row, "released", value="4.2")
    assert list(row.reports.order_by("number").values_list("number", "value", "release")) == [(1, "4.1", None), (2, "4.2", row.reports.get(number=2).release.pk)]


def test_the_database_itself_refuses_a_report_verified_by_its_writer_and_a_change_of_what_was_reported(people):
    from django.db import DatabaseError, transaction

    from sanyi.store.exams.tables import Exam, ExamReport
    row = result(people["li"])
    for wrong in (lambda: Exam.objects.filter(pk=row.pk).update(verified_by=row.done_by), lambda: Exam.objects.filter(pk=row.pk).delete(),
                  lambda: ExamReport.objects.filter(exam=row).update(value="9"), lambda: Exam.objects.filter(pk=row.pk).update(state="claimed", claimed_by="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_a_corrected_report_is_a_new_version_the_first_stays_and_the_clinic_and_every_user_is_told(people):
    from sanyi.store.exams.ordering import accept_result, released_reports
    from sanyi.store.exams.tables import ExamNotice
    row = result(people["li"], value="4.1")
    accept_result(people["li"], "k", row.pk, acting("other"), NOW)
    row = step(row, "correct", "rad", reason="录入错误")
    assert [each.value for each in released_reports(row)] == ["4.1"], "still readable while it is corrected"
    row = step(row, "report", "rad", findings="x", conclusion="更正", value="4.7")
    refused("not_the_reporter", step, row, "verify", "rad")
    row = bring(row, "released", NOW + DAY)
    assert [(each.number, each.value) for each in released_reports(row)] == [(2, "4.7"), (1, "4.1")] and row.first_released_at == NOW
    told = set(ExamNotice.objects.filter(exam=row).values_list("institution", "kind"))
    assert told >= {("C1", "correcting"), ("H2", "correcting"), ("C1", "corrected"), ("H2", "corrected")}


def test_a_claim_is_ones_own_until_the_director_takes_it_away(people):
    row = bring(order(people["li"]), "claimed")
    with pytest.raises(StaleVersion):
        from sanyi.store.act import act
        act("exam", row.pk, row.version - 1, "give_up", {}, acting("rad"), NOW)
    refused("is_own_claim", step, row, "give_up", "rad-2")
    row = step(row, "take_over", "h1-head", reason="休假")
    assert (row.state, row.claimed_by) == ("performed", "") and step(row, "claim", "rad-2").claimed_by == "rad-2"


# Critical values -------------------------------------------------------------------------------------------------------

@pytest.fixture
def critical(people):
    from sanyi.store.exams.tables import CriticalValue
    row = bring(order(people["li"]), "claimed")
    refused("critical_is_said", step, row, "report", "rad", findings="x", conclusion="x", value="6.8")
    step(row, "report", "rad", findings="x", conclusion="x", value="6.8", critical="K 6.8 mmol/L")
    return CriticalValue.objects.get(exam=row)


def test_a_critical_value_is_raised_with_the_report_before_anybody_verifies_it(critical):
    assert (critical.state, critical.told_to, critical.due_at) == ("raised", "gp", NOW + 10 * MINUTE)
    row = step(critical, "tell", "rad", kind="critical_value", told_to="gp", way="telephone")
    refused("is_read_back", step, row, "acknowledge", "gp", kind="critical_value", read_back="K 6.3 mmol/L")
    with pytest.raises(NotAllowed):
        step(row, "acknowledge", "rad", kind="critical_value", read_back="K 6.8 mmol/L")
    row = step(row, "acknowledge", "gp", kind="critical_value", read_back="k6.8 mmol/l")
    row = step(row, "act", "gp", kind="critical_value", action="急诊处置，心电监护")
    assert (row.state, row.acknowledged_by, row.action) == ("acted", "gp", "急诊处置，心电监护")


def test_what_nobody_acknowledges_goes_to_the_next_person_then_to_the_director_and_every_time_is_logged(critical):
    from sanyi.store.exams.critical import escalate_due
    from sanyi.store.models import WorkEvent
    assert escalate_due(NOW + 9 * MINUTE) == 0
    told = []
    for minutes in (10, 15, 20, 40):
        escalate_due(NOW + minutes * MINUTE)
        critical.refresh_from_db()
        told.append((critical.stage, critical.told_to, critical.due_at))
    assert told == [(2, "gp-2", NOW + 20 * MINUTE), (2, "gp-2", NOW + 20 * MINUTE), (3, "head", NOW + 30 * MINUTE), (3, "head", NOW + 30 * MINUTE)]
    assert list(WorkEvent.objects.filter(subject="critical_value").order_by("version").values_list("step", "at")) == [
        ("raise", NOW), ("escalate", NOW + 10 * MINUTE), ("escalate", NOW + 20 * MINUTE)]
    assert step(critical, "acknowledge", "head", kind="critical_value", read_back="K 6.8 mmol/L").acknowledged_by == "head"
    assert escalate_due(NOW + DAY) == 0


def test_what_nobody_acknowledges_reaches_who_is_on_duty_first(critical):
    from exam_work import NOW as now
    from sanyi.store.exams.critical import escalate_due
    from sanyi.store.exams.duty import put_on_duty, take_off
    from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
    today, clinicians = now.date(), _clinicians()
    last = clinicians[-1]
    assert len(clinicians) > 1 and last[0] != "gp", "without a roster it would be another"
    for by, staff, part, days, error in (("gp", last[1], "critical", (0, 0), NotAllowed), ("head", "nobody", "critical", (0, 0), BadField), ("head", last[1], "report", (0, 0), BadField),
                                         ("head", last[1], "fly", (0, 0), BadField), ("head", last[1], "critical", (-1, 0), BadField), ("head", last[1], "critical", (0, 31), BadField)):
        with pytest.raises(error):
            put_on_duty(staff, part, *(today + timedelta(days=each) for each in days), today, acting(by), now)
    made = put_on_duty(last[1], "critical", today, today + timedelta(days=1), today, acting("head"), now)
    with pytest.raises(GuardRefused):
        put_on_duty(last[1], "critical", today, today, today, acting("head"), now)
    take_off(made[1].pk, acting("head"), now)
    with pytest.raises(UnknownWork):
        take_off(made[1].pk, acting("head"), now)
    assert escalate_due(now + timedelta(minutes=10)) == 1
    critical.refresh_from_db()
    assert critical.told_to == last[0]


def _clinicians() -> list[tuple[str, str]]:
    """The clinic's clinicians by account and code, in the order in which they would be told."""
    from sanyi.store.exams.attending import CLINICIANS
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    posted = Posting.objects.filter(institution__code="C1", role__in=CLINICIANS)
    return list(Account.objects.filter(staff__in=posted.values("staff")).order_by("name").values_list("name", "staff__code"))


def test_a_sent_back_report_that_says_the_same_raises_no_second_alarm_and_another_value_does(critical):
    from sanyi.store.exams.tables import CriticalValue
    row = step(critical.exam, "send_back", "rad-2", reason="x")
    row = step(row, "report", "rad", findings="y", conclusion="x", value="6.8", critical="K 6.8 mmol/L")
    assert CriticalValue.objects.filter(exam=row).count() == 1
    row = step(row, "send_back", "rad-2", reason="x")
    step(row, "report", "rad", findings="y", conclusion="x", value="7.1", critical="K 7.1 mmol/L")
    assert CriticalValue.objects.filter(exam=row).count() == 2


def test_the_job_is_scheduled_and_does_the_escalation(critical):
    from sanyi.store.jobs.kinds import job_kind
    job = job_kind("critical_escalation")
    assert job.every is not None and job.every <= MINUTE and "1" in job.work([], NOW + 10 * MINUTE, lambda *_: None) and job.work([], NOW + 11 * MINUTE, lambda *_: None) == ""


# Recognition -----------------------------------------------------------------------------------------------------------

def look(person, item="k", by="other", now=NOW):
    from sanyi.store.exams.ordering import look_before_ordering
    found = look_before_ordering(person, item, acting(by), now)
    return [each.pk for each in found.recognisable], [each.pk for each in found.repeats]


def test_a_result_counts_elsewhere_within_its_days_and_only_if_its_institutions_level_is_on_the_list(people):
    from sanyi.store.organisation.tables import Institution
    row = result(people["li"])
    assert look(people["li"]) == ([row.pk], []) and look(people["wang"]) == ([], [])
    end = row.sampled_at + 3 * DAY
    assert look(people["li"], now=end) == ([row.pk], []) and look(people["li"], now=end + MINUTE) == ([], [])
    Institution.objects.filter(code="H1").update(level="1")
    assert look(people["li"]) == ([], [row.pk]), "still a repeat"


def test_ordering_what_is_there_needs_a_coded_reason_and_using_it_saves_its_price(people):
    from sanyi.store.exams.ordering import accept_result
    from sanyi.store.exams.recognition import recognition_by_institution
    row = result(people["li"])
    refused("result_would_count", order, people["li"], by="other")
    with pytest.raises(BadField):
        order(people["li"], by="other", reason="because")
    with pytest.raises(BadField):
        order(people["li"], by="other", reason="other")
    used = accept_result(people["li"], "k", row.pk, acting("other"), NOW)
    assert (used.decision, used.saved_fen, used.exam) == ("accepted", 600, None)
    again = order(people["li"], by="gp", reason="condition_changed")
    assert list(again.checks.values_list("decision", "reason", "result", "saved_fen")) == [("declined", "condition_changed", row.pk, 0)]
    rows = {each["institution"]: each for each in recognition_by_institution(NOW - DAY, NOW + DAY)}
    assert (rows["H2"]["found"], rows["H2"]["accepted"], rows["H2"]["rate_ppm"], rows["H2"]["saved_fen"]) == (1, 1, 1_000_000, 600)
    assert (rows["C1"]["found"], rows["C1"]["accepted"], rows["C1"]["rate_ppm"], rows["C1"]["condition_changed"]) == (1, 0, 0, 1)
    with pytest.raises(UnknownWork):
        accept_result(people["wang"], "k", row.pk, acting("other"), NOW)


def test_money_is_saved_once_not_by_ones_own_result_and_not_where_it_is_ordered_all_the_same(people):
    from sanyi.store.exams.ordering import accept_result
    from sanyi.store.exams.recognition import recognition_by_institution

    def saved():
        return {each["institution"]: (each["found"], each["accepted"], each["saved_fen"]) for each in recognition_by_institution(NOW - DAY, NOW + DAY)}

    row = result(people["li"])
    accept_result(people["li"], "k", row.pk, acting("other"), NOW)
    refused("used_once", accept_result, people["li"], "k", row.pk, acting("other"), NOW + MINUTE)
    accept_result(people["li"], "k", row.pk, acting("gp"), NOW)
    assert saved() == {"H2": (1, 1, 600), "C1": (1, 1, 0)}
    order(people["li"], by="other", now=NOW + MINUTE, reason="condition_changed")
    assert saved() == {"H2": (1, 0, 0), "C1": (1, 1, 0)}


def test_a_result_is_as_old_as_its_specimen(people):
    film = bring(order(people["li"], "ct_chest"), "released")
    assert film.first_released_at == NOW and look(people["li"], "ct_chest") == ([film.pk], [])
    type(film).objects.filter(pk=film.pk).update(performed_at=NOW - 400 * DAY)
    assert look(people["li"], "ct_chest") == ([], [film.pk])


def test_an_open_order_of_the_same_item_raises_the_repeat_alert(people):
    first = order(people["li"])
    assert look(people["li"], by="gp") == ([], [first.pk])
    refused("just_done", order, people["li"])
    second = order(people["li"], reason="changes_fast")
    assert (first.series, second.series, second.checks.get().decision) == (1, 2, "repeat")


def test_a_result_that_is_being_corrected_or_of_level_five_is_not_recognised(people):
    row = result(people["li"])
    step(row, "correct", "rad", reason="x")
    assert look(people["li"]) == ([], [row.pk])
    narrow = result(people["li"], "hiv_ab")
    assert look(people["li"], "hiv_ab") == ([], []) and look(people["li"], "hiv_ab", "gp") == ([], [narrow.pk])


# Who sees what ---------------------------------------------------------------------------------------------------------

def test_the_clinic_the_centre_and_who_used_a_result_see_it_and_nobody_else(people):
    from sanyi.store.exams.ordering import accept_result
    row = result(people["li"])
    assert {name for name in ("gp", "gp-2", "nurse", "head", "tech", "rad", "h1-head", "other", "clerk", "office-1", "resident-li", "resident-wang")
            if row.pk in seen("exam", name)} == {"gp", "gp-2", "nurse", "head", "tech", "rad", "h1-head", "resident-li"}
    accept_result(people["li"], "k", row.pk, acting("other"), NOW)
    assert row.pk in seen("exam", "other")
    with pytest.raises(UnknownWork):
        step(row, "correct", "clerk", reason="x")


def test_level_five_is_the_attending_staffs_alone_and_the_centres_while_it_is_to_do(people):
    row = order(people["li"], "hiv_ab")
    row = bring(row, "received")
    everybody = ("gp", "gp-2", "nurse", "head", "tech", "rad", "rad-2", "h1-head", "resident-li")
    assert {name for name in everybody if row.pk in seen("exam", name)} == {"gp", "nurse", "tech", "rad", "rad-2"}
    bring(row, "released")
    assert {name for name in everybody if row.pk in seen("exam", name)} == {"gp", "nurse", "tech", "rad", "rad-2"}, "all of them had a hand in it"
    other = bring(order(people["wang"], "hiv_ab"), "released", by="rad", verifier="rad-2")
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    staff = Staff.objects.create(code="new", profession="doctor", from_on=NOW.date())
    Posting.objects.create(staff=staff, institution=Institution.objects.get(code="H1"), role="doctor", from_on=NOW.date())
    Account.objects.create(name="new", staff=staff, password="!")
    assert other.pk not in seen("exam", "new")


# Consultations ---------------------------------------------------------------------------------------------------------

def asked(people, **more):
    from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
    return ask_consultation(ConsultationWanted(**{"person": people["li"], "expert_institution": "H1", "kind": "clinical", "urgency": "routine", "question": "诊断？", **more}),
                            acting("gp"), NOW)


def test_a_consultation_is_accepted_held_answered_by_its_expert_and_its_fee_shared_to_the_fen(people):
    from sanyi.store.exams.tables import ConsultationShare
    row = asked(people)
    assert (row.due_at, row.fee_fen) == (NOW + timedelta(minutes=2880), 20_000)
    row = step(row, "accept", "rad", kind="consultation", team="李、王")
    refused("is_arranged", step, row, "give_opinion", "rad", kind="consultation", opinion="x")
    row = step(row, "schedule", "rad", kind="consultation", at=NOW + DAY)
    refused("is_the_expert", step, row, "give_opinion", "rad-2", kind="consultation", opinion="x")
    assert not ConsultationShare.objects.exists()
    row = step(step(row, "give_opinion", "rad", kind="consultation", opinion="上转"), "close", "gp", kind="consultation", grade="5")
    assert row.experts_share_ppm == 700_000 and row.grade == 5 and dict(row.shares.values_list("institution", "share_fen")) == {"H1": 14_000, "C1": 6_000}


def test_the_share_is_the_one_of_the_day_it_was_asked_for(people):
    row = asked(people)
    type(row).objects.filter(pk=row.pk).update(experts_share_ppm=500_000)  # as an older plan had it
    for name, by, given in (("accept", "rad", {}), ("schedule", "rad", {"at": NOW + DAY}), ("give_opinion", "rad", {"opinion": "x"}), ("close", "gp", {"grade": "4"})):
        row = step(row, name, by, kind="consultation", **given)
    assert dict(row.shares.values_list("institution", "share_fen")) == {"H1": 10_000, "C1": 10_000}


def test_what_nobody_answers_in_time_stands_before_both_directors_and_who_asked(people):
    from sanyi.store.who import actor_of
    from sanyi.web.waiting.exams import QUEUES
    row = asked(people, urgency="emergency")
    late = next(queue for queue in QUEUES if queue.en == "Consultations overdue")
    who = {name: [each.pk for each in late.rows(actor_of(acting(name)), row.due_at + MINUTE)] for name in ("head", "h1-head", "gp", "rad")}
    assert who == {"head": [row.pk], "h1-head": [row.pk], "gp": [row.pk], "rad": []}
    assert not late.rows(actor_of(acting("head")), row.due_at).exists()


@pytest.mark.parametrize("wrong", [{"expert_institution": "C1"}, {"expert_institution": "X"}, {"kind": "x"}, {"urgency": "x"}, {"question": " "}, {"person": 0}])
def test_a_consultation_that_makes_no_sense_is_refused_and_nothing_is_kept(people, wrong):
    from sanyi.store.exams.tables import Consultation
    with pytest.raises(BadField):
        asked(people, **wrong)
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("wrong", [{"item": "X"}, {"centre": "X"}, {"urgency": "x"}, {"person": 0}])
def test_an_order_that_makes_no_sense_is_refused(people, wrong):
    from sanyi.store.exams.tables import Exam
    with pytest.raises(BadField):
        order(**{"person": people["li"], **wrong})
    with pytest.raises(NotAllowed):
        order(people["li"], by="tech")
    assert not Exam.objects.exists()


def test_rules_are_kept_once_by_the_office(people):
    from sanyi.runs.packs import open_plan
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.exams.tables import DiagnosisRules
    plan = open_plan("haikou-2018", "region-demo")
    keep_rules(plan, "office-1", NOW)
    assert DiagnosisRules.objects.count() == 1
    keep_rules(plan.changed({"consultation.experts_share_ppm": 333_333}), "office-1", NOW)
    row = step(asked(people, kind="ecg", urgency="urgent"), "accept", "rad", kind="consultation")
    row = step(step(row, "give_opinion", "rad", kind="consultation", opinion="x"), "close", "gp", kind="consultation", grade="4")
    assert dict(row.shares.values_list("institution", "share_fen")) == {"H1": 1_667, "C1": 3_333}, "5000 fen to the last one"
    with pytest.raises(NotAllowed):
        keep_rules(plan, acting("gp"), NOW)


def test_a_barcode_that_another_specimen_has_is_refused_in_words(people):
    first, second = order(people["li"]), order(people["wang"])
    step(first, "sample", "nurse", barcode="B-1", sampled_at=NOW)
    refused("barcode_once", step, second, "sample", "nurse", barcode="B-1", sampled_at=NOW)
    second.refresh_from_db()
    assert (second.state, second.barcode) == ("requested", "")
    step(first, "reject", "tech", reason="clotted")
    assert step(first, "sample", "nurse", barcode="B-1", sampled_at=NOW).barcode == "B-1", "taken anew, it may keep its own"


def test_a_report_is_corrected_while_the_same_item_is_open_anew(people):
    first = result(people["li"], "tsh")
    again = order(people["li"], "tsh", reason="condition_changed")
    assert step(first, "correct", "rad", reason="单位写错").state == "correcting" and again.series == first.series + 1
