"""Referrals through their doors: both sides act, consent covers what was shown, nothing stale stays open, nobody else sees them. Source: REF-1…5, HK-17, LJ-29."""
from datetime import timedelta

import pytest
from referral_work import DOWN, EFFECT, NOW, UP, accepted, arrived, begun, consented, region, rules, step, submitted, treated

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UndeclaredStep, UnknownWork


@pytest.fixture
def world(undone):
    return region()


def waits(world, name, now=NOW):
    """What waits for somebody at a moment: the numbers of the rows by the queue's English name, empty queues left out."""
    from sanyi.store.who import actor_of
    from sanyi.web.waiting.referrals import QUEUES
    actor = actor_of(world["by"][name])
    return {queue.en: found for queue in QUEUES if actor.role in queue.roles and (found := sorted(row.pk for row in queue.rows(actor, now)))}


def test_up_and_down_again_with_both_sides_hands(world):
    from sanyi.store.models import WorkEvent
    from sanyi.store.referrals.tables import ReferralArrival, ReferralConsent
    row = treated(world, urgency="urgent")
    assert (row.direction, row.state, row.outcome) == ("up", "treated", "improved") and ReferralArrival.objects.get(referral=row).institution == "H1"
    assert EFFECT["zh"] in ReferralConsent.objects.get(referral=row).text
    with pytest.raises(GuardRefused, match="方案"):
        step(world, row, "offer_down", "h1-doc", criterion="rehabilitation")
    step(world, row, "add_result", "h1-doc", part="continuing_plan", text=DOWN["continuing_plan"])
    row = step(world, row, "offer_down", "h1-doc", criterion="rehabilitation")
    with pytest.raises(NotAllowed):
        step(world, row, "take_over", "h1-desk", digest=row.digest)
    row = step(world, row, "take_over", "t1-gp", digest=row.digest)
    step(world, row, "guide", "h1-doc", note="复查血脂")
    row = step(world, row, "finish", "t1-gp")
    assert row.state == "closed" and row.due_at is None
    steps = list(WorkEvent.objects.filter(subject="referral", subject_id=row.pk).order_by("version").values_list("step", flat=True))
    assert steps == ["begin", "weigh", "consent", "submit", "accept", "arrive", "treat", "add_result", "offer_down", "take_over", "guide", "finish"]


def test_a_change_after_the_consent_ends_it(world):
    row = consented(world)
    row = step(world, row, "add_part", "t1-gp", part="history", text="还有糖尿病")
    assert (row.state, row.consented) == ("draft", "")
    with pytest.raises(UndeclaredStep):
        step(world, row, "submit", "t1-gp")
    with pytest.raises(GuardRefused, match="变动"):
        step(world, row, "consent", "t1-gp", way="in_person", digest="0" * 64)
    row.refresh_from_db()
    step(world, row, "consent", "r-0", way="online", digest=row.digest)
    assert step(world, row, "submit", "t1-gp").state == "submitted"


def test_an_acceptance_covers_the_bytes_that_were_shown(world):
    row = submitted(world)
    shown, version = row.digest, row.version
    step(world, row, "add_part", "t1-gp", part="results", text="新的心电图")
    with pytest.raises(StaleVersion):
        step(world, row, "accept", "h1-desk", version=version, expected_at=NOW + timedelta(hours=1), digest=shown)
    with pytest.raises(GuardRefused, match="变动"):
        step(world, row, "accept", "h1-desk", expected_at=NOW + timedelta(hours=1), digest=shown)


def test_no_consent_before_the_benefit_effect_was_said(world):
    from sanyi.store.referrals.beginning import Wanted, begin_referral
    row = begin_referral(Wanted(world["persons"][0], "H1", "I20.0", criterion="needs_surgery", parts=UP), rules(), world["by"]["t1-gp"], NOW)
    with pytest.raises(GuardRefused, match="待遇"):
        step(world, row, "consent", "t1-gp", way="in_person", digest=row.digest)


def test_a_packet_that_lacks_a_part_or_a_criterion_is_not_sent(world):
    row = consented(world, parts={"summary": "x"})
    with pytest.raises(GuardRefused, match="病史"):
        step(world, row, "submit", "t1-gp")
    row = consented(world, reason="I21", criterion="whim")
    with pytest.raises(GuardRefused, match="指征"):
        step(world, row, "submit", "t1-gp")


def test_one_open_request_of_one_person_to_one_place_for_one_reason(world):
    from django.db import IntegrityError, transaction
    from sanyi.store.referrals.tables import Referral
    row = begun(world)
    with pytest.raises(GuardRefused, match="在办"):
        begun(world, by="t1-desk", reason="i20.0 ")
    begun(world, reason="K35"), begun(world, person=1), begun(world, to="H2")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.pk = None
        row.save(force_insert=True)
    first = Referral.objects.get(reason="I20.0", receiver="H1", person=world["persons"][0])
    step(world, first, "withdraw", "t1-gp", reason="患者好转")
    begun(world)


def test_a_draft_blocks_nobody_else_and_is_dropped_when_it_is_old(world):
    """Of two institutions the first to send it has it; neither sees the other's draft."""
    from sanyi.store.referrals.beginning import Wanted, record_emergency
    forgotten, later = begun(world), consented(world, by="t2-gp")
    emergency = record_emergency(Wanted(world["persons"][0], "H1", "I20.0", "emergency"), "T1", NOW, rules(), world["by"]["h1-doc"], NOW)
    assert emergency.state == "recorded"
    with pytest.raises(GuardRefused, match="在办"):
        step(world, later, "submit", "t2-gp")
    step(world, emergency, "deny", "t1-gp", reason="x")
    assert step(world, later, "submit", "t2-gp").state == "submitted"
    for refused in (lambda: begun(world, by="t1-desk"), lambda: begun(world, by="h2-doc"),
                    lambda: record_emergency(Wanted(world["persons"][0], "H1", "I20.0", "emergency"), "T1", NOW, rules(), world["by"]["h1-doc"], NOW)):
        with pytest.raises(GuardRefused, match="在办"):
            refused()
    assert turned(forgotten, days=29) == ("draft", 0) and turned(forgotten, days=31) == ("withdrawn", 0)
    assert waits(world, "t1-gp", NOW + timedelta(days=31))["What came of our referrals"] == [forgotten.pk]


def test_the_sender_hears_what_came_of_it_until_the_doctor_takes_note(world):
    """Declined, expired, missed, withdrawn by the patient, fed back, sent on, closed; what the sender did itself is no news."""
    from sanyi.store.referrals.tables import Referral
    sent = {name: submitted(world, reason=name, urgency="urgent") for name in ("declined", "expired", "withdrawn")}
    step(world, sent["declined"], "decline", "h1-desk", reason="no_bed", alternative="H2")
    step(world, sent["withdrawn"], "withdraw", "r-0", reason="x")
    sent["no_show"], sent["treated"], sent["redirected"], sent["closed"] = accepted(world, reason="no_show"), treated(world, reason="treated"), arrived(world, reason="redirected"), treated(world, reason="closed")
    step(world, sent["redirected"], "send_on", "h1-doc", to="H2", reason="x")
    step(world, sent["closed"], "close", "h1-doc", ending="recovered")
    for minutes in (120, 150, 180, 60 * 24 * 7):
        turned(sent["expired"], minutes=minutes)
    own = step(world, submitted(world, reason="own"), "withdraw", "t1-desk", reason="x")
    now = NOW + timedelta(days=8)
    for name, row in sent.items():
        row.refresh_from_db()
        assert row.state == name and row.news_at is not None, name
    news = sorted(row.pk for row in sent.values())
    assert own.news_at is None and waits(world, "t1-gp", now)["What came of our referrals"] == waits(world, "t1-desk", now)["What came of our referrals"] == news
    assert not any("What came of our referrals" in waits(world, name, now) for name in ("h1-doc", "h1-desk", "t2-gp"))
    with pytest.raises(GuardRefused, match="转告"):
        step(world, sent["declined"], "acknowledge", "t1-desk")
    with pytest.raises(NotAllowed):
        step(world, sent["declined"], "acknowledge", "h1-doc")
    for row in sent.values():
        step(world, row, "acknowledge", "t1-gp", now)
    assert [name for name in ("t1-gp", "t1-desk") if "What came of our referrals" in waits(world, name, now)] == []
    with pytest.raises(GuardRefused, match="没有待知悉"):
        step(world, sent["declined"], "acknowledge", "t1-gp")
    assert Referral.objects.get(pk=sent["treated"].pk).state == "treated"


def test_redirecting_closes_the_first_in_the_same_transaction(world):
    from sanyi.store.referrals.tables import Referral
    row = submitted(world)
    for same in ("T1", "H1"):
        with pytest.raises(GuardRefused):
            step(world, row, "redirect", "t1-gp", to=same, reason="x")
    with pytest.raises(BadField):
        step(world, row, "redirect", "t1-gp", to="NOWHERE", reason="x")
    row.refresh_from_db()
    assert row.state == "submitted"
    step(world, row, "redirect", "t1-gp", to="H2", reason="无床")
    after = Referral.objects.get(replaces=row)
    assert (row.state, Referral.objects.get(pk=row.pk).state, after.state, after.receiver, after.consented, after.effect) == ("redirected", "redirected", "draft", "H2", "", {})
    assert {part.kind: part.text for part in after.parts.all()} == UP
    with pytest.raises(UndeclaredStep):
        step(world, row, "accept", "h1-desk", expected_at=NOW, digest=row.digest)


def test_a_redirection_that_meets_an_open_request_changes_nothing(world):
    begun(world, to="H2")
    row = submitted(world)
    with pytest.raises(GuardRefused, match="在办"):
        step(world, row, "redirect", "t1-gp", to="H2", reason="x")
    row.refresh_from_db()
    assert row.state == "submitted" and not row.replaced_by.exists()


def test_sent_on_the_first_sender_still_sees_the_patient(world):
    from sanyi.store.kinds import find_work
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.referrals.whereabouts import whereabouts
    from sanyi.store.who import actor_of
    row = arrived(world)
    step(world, row, "send_on", "h1-doc", to="H2", reason="需心外科")
    onward = Referral.objects.get(replaces=row)
    assert (onward.institution, onward.receiver, onward.origin, onward.direction) == ("H1", "H2", "T1", "up")
    assert find_work("referral", onward.pk, actor_of(world["by"]["t1-gp"])).pk == onward.pk
    with pytest.raises(NotAllowed):
        step(world, onward, "withdraw", "t1-gp", reason="x")
    assert whereabouts(row) == ("at", "H1", onward.pk)


def test_closing_one_path_closes_the_other(world):
    from sanyi.store.referrals.tables import Referral
    away = treated(world)
    back = begun(world, by="h1-doc", to="T1", parts=DOWN, criterion="rehabilitation", returns=away.pk)
    assert (back.direction, back.origin) == ("down", "T1")
    back = step(world, back, "consent", "h1-doc", way="in_person", digest=back.digest)
    back = step(world, back, "submit", "h1-doc")
    back = step(world, back, "accept", "t1-gp", expected_at=NOW + timedelta(hours=5), digest=back.digest)
    step(world, back, "arrive", "t1-gp")
    assert Referral.objects.get(pk=away.pk).state == "closed"
    away = treated(world, reason="K35")
    back = begun(world, by="h1-doc", to="T1", parts=DOWN, criterion="rehabilitation", returns=away.pk, reason="K35")
    step(world, away, "close", "h1-doc", ending="recovered")
    assert Referral.objects.get(pk=back.pk).state == "withdrawn"


def test_an_emergency_is_recorded_afterwards_and_the_other_side_confirms(world):
    from sanyi.store.referrals.beginning import Wanted, record_emergency
    from sanyi.store.referrals.tables import ReferralArrival
    wanted = Wanted(world["persons"][0], "H1", "I21", "emergency", parts={"summary": "心梗，120 送入"})
    row = record_emergency(wanted, "T1", NOW - timedelta(hours=3), rules(), world["by"]["h1-doc"], NOW)
    assert (row.state, row.recorded_by, row.institution, row.is_green) == ("recorded", "H1", "T1", True)
    with pytest.raises(GuardRefused, match="对方"):
        step(world, row, "confirm", "h1-desk")
    with pytest.raises(UnknownWork):
        step(world, row, "confirm", "h2-desk")
    assert step(world, row, "confirm", "t1-gp").state == "arrived" and ReferralArrival.objects.filter(referral=row).count() == 1
    with pytest.raises(NotAllowed):
        record_emergency(wanted, "T1", NOW, rules(), world["by"]["h2-doc"], NOW)
    with pytest.raises(GuardRefused):
        record_emergency(Wanted(world["persons"][1], "H1", "I21", "urgent"), "T1", NOW, rules(), world["by"]["h1-doc"], NOW)


def test_off_site_is_filed_with_the_insurance_before_anybody_leaves(world):
    row = consented(world, to="H9", criterion="beyond_region")
    assert row.direction == "off_site"
    with pytest.raises(GuardRefused, match="备案"):
        step(world, row, "submit", "t1-gp")
    row = step(world, row, "ask_filing", "t1-gp")
    assert turned(row, days=2) == ("filing_asked", 0) and turned(row, days=4) == ("filing_asked", 1)
    assert waits(world, "t1-head", NOW + timedelta(days=4)) == {"Overdue referrals": [row.pk]} and waits(world, "bureau-1") == {"Off-site referrals to file": [row.pk]}
    row = step(world, row, "certify", "bureau-1", certificate="BA-2026-1", valid_to="2027-05-31")
    assert (row.state, row.certificate, row.due_at.isoformat(), row.escalation) == ("certified", "BA-2026-1", "2027-05-31T16:00:00+00:00", 0), "to the end of its last day"
    assert turned(row, days=60) == ("certified", 0)
    with pytest.raises(GuardRefused, match="到期"):
        step(world, row, "report_arrival", "r-0", NOW + timedelta(days=183))
    step(world, row, "report_arrival", "r-0", NOW + timedelta(days=181))
    step(world, row, "report_treated", "t1-gp", diagnosis="I21", treatment="搭桥", outcome="cured")
    assert step(world, row, "finish_off_site", "t1-gp").state == "closed"


def test_the_directory_says_what_is_taken_and_how_many_a_day(world):
    from sanyi.store.referrals.directory import offer_department
    with pytest.raises(NotAllowed):
        offer_department("心内科", world["by"]["h1-doc"], NOW)
    offer_department("心内科", world["by"]["h1-desk"], NOW, directions=("up",), day_quota=1)
    with pytest.raises(GuardRefused):
        offer_department("心内科", world["by"]["h1-head"], NOW)
    with pytest.raises(GuardRefused, match="目录"):
        submitted(world, department="骨科")
    accepted(world, department="心内科", reason="I21")
    with pytest.raises(GuardRefused, match="请写明科室"):
        submitted(world, person=1, reason="K35")
    row = submitted(world, department="心内科", person=1)
    with pytest.raises(GuardRefused, match="名额"):
        step(world, row, "accept", "h1-desk", expected_at=NOW + timedelta(hours=3), digest=row.digest)
    from sanyi.store.referrals.directory import full_of
    from sanyi.store.referrals.tables import Referral
    Referral.objects.filter(department="心内科", state="accepted").update(accepted_at=NOW + timedelta(days=1))
    assert full_of(row, NOW) is None and full_of(row, NOW + timedelta(days=1)) is not None, "what another day takes is that day's"
    Referral.objects.filter(department="心内科", state="accepted").update(accepted_at=NOW)
    offer_department("急诊科", world["by"]["h1-desk"], NOW, day_quota=0, is_green=True)
    assert accepted(world, department="急诊科", person=2).is_green


def test_clocks_escalate_then_expire_and_only_when_the_time_is_up(world):
    from sanyi.store.referrals.jobs import turn_clocks
    row = submitted(world, urgency="urgent")
    assert row.due_at == NOW + timedelta(minutes=120)
    turn_clocks(NOW + timedelta(minutes=119))
    row.refresh_from_db()
    assert (row.state, row.escalation) == ("submitted", 0)
    for minutes, expected, told in ((120, ("submitted", 1), {"Overdue referrals": [row.pk]}), (149, ("submitted", 1), {"Overdue referrals": [row.pk]}),
                                    (150, ("submitted", 2), {"Overdue referrals": [row.pk]}), (180, ("expired", 2), {})):
        assert turned(row, minutes=minutes) == expected
        for head in ("t1-head", "h1-head"):  # the director answers, too
            assert {name: rows for name, rows in waits(world, head, NOW + timedelta(minutes=minutes, seconds=1)).items() if name != "Referrals to answer"} == told
    row = accepted(world, person=1)
    turn_clocks(NOW + timedelta(days=7, minutes=1))
    row.refresh_from_db()
    assert row.state == "no_show"
    with pytest.raises(UnknownWork):  # a human hand of the office does not even see it
        step(world, row, "miss", "office-1")


def turned(row, **after):
    """How a referral stands once the clocks were turned, some time from now."""
    from sanyi.store.referrals.jobs import turn_clocks
    turn_clocks(NOW + timedelta(**after))
    row.refresh_from_db()
    return row.state, row.escalation


def test_whoever_answers_is_not_reported_any_more(world):
    row = submitted(world, urgency="urgent")
    assert turned(row, minutes=121) == ("submitted", 1)
    row = step(world, row, "accept", "h1-desk", NOW + timedelta(minutes=122), expected_at=NOW + timedelta(hours=3), digest=row.digest)
    assert row.escalation == 0 and "Overdue referrals" not in waits(world, "h1-head", NOW + timedelta(minutes=123))


def test_what_is_owed_after_the_arrival_is_told_above_once_and_nothing_ends(world):
    """An emergency not confirmed, feedback, the closing, the taking over, the follow-up."""
    from sanyi.store.models import WorkEvent
    from sanyi.store.referrals.beginning import Wanted, record_emergency
    emergency = record_emergency(Wanted(world["persons"][1], "H1", "I21", "emergency"), "T1", NOW, rules(), world["by"]["h1-doc"], NOW)
    path = arrived(world, reason="K35")
    offered = step(world, treated(world, reason="K80"), "add_result", "h1-doc", part="continuing_plan", text="x")
    offered = step(world, offered, "offer_down", "h1-doc", criterion="rehabilitation")
    rows = (emergency, path, treated(world, reason="E11"), offered)
    for _ in range(2):
        assert [turned(row, days=30) for row in rows] == [("recorded", 1), ("arrived", 1), ("treated", 1), ("down_offered", 1)]
    for head in ("t1-head", "h1-head"):
        assert waits(world, head, NOW + timedelta(days=31))["Overdue referrals"] == sorted(row.pk for row in rows)
    assert WorkEvent.objects.filter(subject="referral", step="escalate").count() == 4
    offered = step(world, offered, "take_over", "t1-gp", digest=offered.digest)
    assert offered.escalation == 0 and turned(offered, days=31) == ("taken_over", 1)


def test_a_refusal_says_the_hour_on_the_wall(world):
    row = submitted(world, urgency="urgent")
    with pytest.raises(GuardRefused, match="2026-12-01 10:00"):
        step(world, row, "accept", "h1-desk", expected_at=NOW + timedelta(days=9), digest=row.digest)


def test_declining_says_why_and_where_else(world):
    row = submitted(world)
    with pytest.raises(GuardRefused, match="其他机构"):
        step(world, row, "decline", "h1-desk", reason="no_bed")
    with pytest.raises(BadField):
        step(world, row, "decline", "h1-desk", reason="whim")
    row = step(world, row, "decline", "h1-desk", reason="no_bed", alternative="H2")
    assert (row.state, row.decline_reason, row.alternative) == ("declined", "no_bed", "H2")


def test_who_sees_what(world):
    from sanyi.store.kinds import kind_of
    from sanyi.store.referrals.kind import BOXES
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.who import actor_of
    draft, sent, off = begun(world), submitted(world, reason="K35"), consented(world, to="H9", criterion="beyond_region", reason="C50")
    step(world, off, "ask_filing", "t1-gp")

    def seen(name):
        return set(kind_of("referral").seen_by(actor_of(world["by"][name])).values_list("pk", flat=True))
    own = {draft.pk, sent.pk, off.pk}
    assert {name: seen(name) for name in ("t1-gp", "t1-desk", "h1-doc", "h2-doc", "t2-gp", "r-0", "r-1", "bureau-1", "office-1", "h1-pharmacist")} == {
        "t1-gp": own, "t1-desk": own, "h1-doc": {sent.pk}, "h2-doc": set(), "t2-gp": set(), "r-0": own, "r-1": set(), "bureau-1": {off.pk}, "office-1": set(), "h1-pharmacist": set()}
    for unit, name in (("T1", "t1-gp"), ("H1", "h1-doc"), ("H2", "h2-doc")):
        for box in BOXES.values():
            assert set(Referral.objects.filter(box(unit)).values_list("pk", flat=True)) <= seen(name)


def test_what_is_kept_is_kept_by_the_database(world):
    from django.db import Error, transaction
    from sanyi.store.referrals.tables import Referral, ReferralArrival, ReferralConsent, ReferralPart
    row = arrived(world)
    for broken in (lambda: ReferralPart.objects.filter(referral=row).update(text="x"), lambda: ReferralConsent.objects.filter(referral=row).delete(),
                   lambda: ReferralArrival.objects.create(referral=row, institution="H2", arrived_at=NOW, created_by="x", created_at=NOW),
                   lambda: Referral.objects.filter(pk=row.pk).delete(), lambda: Referral.objects.filter(pk=row.pk).update(arrived_at=None),
                   lambda: Referral.objects.filter(pk=row.pk).update(receiver="T1")):
        with pytest.raises(Error), transaction.atomic():
            broken()


def test_every_change_is_in_the_trail_without_the_patients_words(world):
    from sanyi.store.trail.tables import AuditEvent
    row = submitted(world)
    events = list(AuditEvent.objects.filter(subject="referral", subject_id=str(row.pk)).order_by("id"))
    assert [(event.action, event.step, event.outcome) for event in events] == [
        ("change", name, "done") for name in ("begin", "weigh", "consent", "submit")]
    assert events[-1].resident == str(row.person_id) and "H1" in events[-2].institutions
    assert not any(text in str(event.given) for event in events for text in UP.values())


def test_whoever_comes_back_closes_the_path_and_every_other_way_back(world):
    """Also where the receiver has not given its feedback yet: nothing stale stays open."""
    path = arrived(world)
    first, second = (consented(world, by="h1-doc", to="T1", parts=DOWN, criterion="rehabilitation", reason=reason, returns=path.pk) for reason in ("I20.0", "I21.0"))
    step(world, first, "submit", "h1-doc")
    step(world, first, "accept", "t1-gp", expected_at=NOW + timedelta(hours=1), digest=first.digest)
    step(world, first, "arrive", "t1-gp")
    for row in (path, second):
        row.refresh_from_db()
    assert (first.state, path.state, second.state) == ("arrived", "closed", "withdrawn")
