"""The doors of appointments: who may book which place, what is refused and why, who waits and is offered what, and what the database refuses by itself."""
from dataclasses import replace
from datetime import timedelta

import pytest
from appointment_work import DAY, HOUR, MINUTE, NOW, RULES, TODAY, a_referral, a_roster, faults, people, step

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UnknownWork


@pytest.fixture(scope="module")
def everybody(site_folder):
    """The people and a roster of ten one-place slots a day, made once; gone when this file is through."""
    from django.db import transaction
    with transaction.atomic():
        made = people()
        made["roster"], made["slots"] = a_roster(made["desk"], slots=10)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def they(everybody):
    """Everybody, as at the beginning."""
    from django.db import transaction
    with transaction.atomic():
        yield everybody
        assert faults() == []
        transaction.set_rollback(True)


def book(they, slot, who, person=0, now=NOW, referral=None):
    from sanyi.store.appointments.booking import book as door
    return door(slot.pk, they["patients"][person], they[who], now, RULES, referral)


def refused(guard, call):
    with pytest.raises(GuardRefused) as why:
        call()
    assert why.value.guard == guard, why.value
    return why.value


def wait(they, slot, who, person, **more):
    from sanyi.store.appointments.booking import wait as door
    return door(slot.pk, they["patients"][person], they[who], NOW, RULES, **more)


def later(they, days=5):
    """The ten slots of a later day, whose held places are not released yet."""
    from sanyi.store.appointments.tables import Slot
    from sanyi.store.log import today_of
    rows = Slot.objects.filter(roster=they["roster"]).order_by("starts_at")
    return [slot for slot in rows if today_of(slot.starts_at) == TODAY + days * DAY]


def test_a_roster_publishes_its_slots_once_and_holds_a_fifth_for_members(they):
    from sanyi.store.appointments.rosters import publish
    assert len(they["slots"]) == 5 + 14 * 10 and [slot.reserved_count for slot in later(they, 14)] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert publish(they["roster"].pk, they["desk"], NOW) == (0, 0) and publish(they["roster"].pk, they["desk"], NOW + DAY) == (10, 0)
    assert all(slot.reserved_count == 0 for slot in later(they, 1) + later(they, 2)), "what is released already when it is published is held for nobody"


def test_a_clinician_does_not_sit_in_two_places(they):
    _, others = a_roster(they["desk"], slots=2)
    assert others == []


@pytest.mark.parametrize(("changed", "field"), [
    ({"staff": "S-clinic"}, "staff"), ({"staff": "", "examination": ""}, "staff"), ({"examination": "CT"}, "staff"), ({"department": "none"}, "department"),
    ({"weekdays": "89"}, "weekdays"), ({"begins": "25:00"}, "begins"), ({"slot_minutes": 0}, "slot_minutes"), ({"slot_minutes": 600}, "slot_minutes"),
    ({"capacity": 0}, "capacity"), ({"reserved_percent": 19}, "reserved_percent"), ({"over": 2}, "over"), ({"to_on": TODAY - DAY}, "to_on")])
def test_a_roster_that_makes_no_sense_is_refused(they, changed, field):
    with pytest.raises(BadField) as why:
        a_roster(they["desk"], **changed)
    assert why.value.field == field


def test_rosters_are_kept_by_ones_own_institution(they):
    from sanyi.store.appointments.rosters import publish
    for who, error in (("doc", NotAllowed), ("clinic", UnknownWork), ("r0", NotAllowed)):
        with pytest.raises(error):
            publish(they["roster"].pk, they[who], NOW)


def test_a_place_is_booked_once_and_the_next_is_told_kindly(they):
    slot = later(they)[1]
    made = book(they, slot, "r0")
    assert (made.state, made.place, made.channel, made.booker) == ("booked", "common", "own", "")
    why = refused("is_free", lambda: book(they, slot, "r1", 1))
    assert "候补" in why.zh and "wait in line" in why.en


def test_held_places_are_for_members_family_doctors_and_referrals_until_they_are_released(they):
    slot = later(they, 10)[0]
    for who, person in (("r0", 0), ("desk", 0), ("stranger", 0)):
        assert "预留" in refused("is_free", lambda: book(they, slot, who, person)).zh
    made = book(they, slot, "clinic", 1)
    assert (made.place, made.channel, made.booker, made.institution) == ("reserved", "member", "C1", "H1")
    held = later(they, 10)[5]
    assert book(they, held, "stranger", 2, referral=a_referral(they["patients"][2])).place == "reserved"
    third = later(they, 9)[0]
    assert book(they, third, "r3", 3, now=third.release_at).place == "common", "its time is over"
    third.refresh_from_db()
    assert third.reserved_count == 0


def test_who_may_book_for_whom(they):
    slot = later(they)[1]
    for who, person in (("r0", 1), ("tech", 0)):
        with pytest.raises(NotAllowed):
            book(they, slot, who, person)
    with pytest.raises(UnknownWork):
        from sanyi.store.appointments.booking import book as door
        door(slot.pk, 10**9, they["desk"], NOW, RULES)
    with pytest.raises(UnknownWork):
        from sanyi.store.appointments.booking import book as door
        door(10**9, they["patients"][0], they["desk"], NOW, RULES)


def test_a_patient_is_in_one_place_at_one_time(they):
    a_roster(they["desk"], staff="", examination="CT", capacity=5, slots=10, begins="08:15", ends="13:15")
    from sanyi.store.appointments.tables import Slot
    slot = later(they)[1]
    scan = Slot.objects.filter(examination="CT", starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).first()
    made = book(they, slot, "r0")
    refused("is_nowhere_else", lambda: book(they, scan, "desk"))
    step("appointment", made, "cancel", they["r0"], why="hindered")
    assert book(they, scan, "desk").state == "booked"


def test_inside_a_referral_there_is_one_booking_and_it_is_the_patients_own(they):
    number = a_referral(they["patients"][0], "C1")
    for who, person, of in (("clinic", 1, number), ("stranger", 0, number), ("clinic", 0, 10**9), ("clinic", 2, a_referral(they["patients"][2], "C1", state="draft")),
                            ("clinic", 2, a_referral(they["patients"][2], "C1", "X1")), ("clinic", 2, a_referral(they["patients"][2], "C1", state="rejected", reason="B"))):
        refused("referral_fits", lambda: book(they, later(they)[1], who, person, referral=of))
    assert book(they, later(they)[0], "r0", referral=number).place == "reserved", "also where the patient books inside it"
    refused("referral_once", lambda: book(they, later(they)[2], "clinic", 0, referral=number))


@pytest.mark.parametrize(("ending", "by", "given", "state"), [
    ("decline", "desk", {"reason": "other"}, "declined"), ("withdraw", "stranger", {"reason": "x"}, "withdrawn"), ("redirect", "stranger", {"to": "C1", "reason": "x"}, "redirected"),
    ("expire", "system", {}, "expired"), ("miss", "system", {}, "no_show")])
def test_with_a_referral_end_its_appointment_and_its_turn_and_the_place_goes_on(they, ending, by, given, state):
    from sanyi.store.appointments.tables import Appointment, Notice, Waiting
    from sanyi.store.referrals.tables import Referral, ReferralRuleSet
    number = a_referral(they["patients"][0], state="accepted" if ending == "miss" else "submitted")
    rules = ReferralRuleSet.objects.create(digest="whole", rules={"clocks": {"routine": {"levels": 0}}, "criteria": {}, "packets": {}})
    Referral.objects.filter(pk=number).update(due_at=NOW, submitted_at=NOW, rules=rules)
    first = full_day(they)[0]
    slot = first.slot
    step("appointment", first, "cancel", they["clinic"], why="other")
    made = book(they, slot, "stranger", 0, referral=number)
    next_one = queued(they, slot, ("clinic", 3, a_referral(they["patients"][3], "C1")))[0]
    turn = Waiting.objects.create(person_id=they["patients"][0], institution="H1", queue="H1|||x", examination="x", from_on=TODAY, last_on=TODAY, rank=2, state="waiting", referral_id=number,
                                  created_by="t", created_at=NOW)
    assert made.place == "reserved" and next_one.state == "waiting"
    step("referral", Referral.objects.get(pk=number), ending, they.get(by, by), **given)
    made, turn, next_one = (table.objects.get(pk=row.pk) for table, row in ((Appointment, made), (Waiting, turn), (Waiting, next_one)))
    assert (made.state, made.why, turn.state, next_one.state, next_one.slot_id) == ("cancelled", state, "withdrawn", "offered", slot.pk)
    assert Notice.objects.filter(person=they["patients"][0], kind="cancelled", slot=slot).exists()


def test_one_waits_once_and_a_free_place_is_offered_at_once(they):
    slot = later(they)[1]
    row = wait(they, slot, "r1", 1)
    assert row.state == "offered" and row.slot_id == slot.pk
    refused("waits_once", lambda: wait(they, slot, "r1", 1))


def full_day(they, days=5):
    """A later day whose free places are all taken; gives its appointments."""
    from sanyi.store.appointments.booking import book as door
    from sanyi.store.persons.tables import Person
    made = []
    for number, slot in enumerate(later(they, days)):
        person = Person.objects.create(name=f"满{number}", created_by="t", created_at=NOW).pk
        made.append(door(slot.pk, person, they["clinic"], NOW, RULES))
    return made


def queued(they, slot, *who):
    day = slot.starts_at.astimezone().date()
    return [wait(they, slot, name, person, last_on=day, referral=referral) for name, person, referral in who]


def test_the_waiting_list_is_offered_in_its_order_and_an_offer_holds_its_place(they):
    from sanyi.store.appointments.jobs import lapse_offers
    from sanyi.store.appointments.queues import place_in_line
    from sanyi.store.appointments.tables import Appointment, Notice
    made = full_day(they)
    slot = made[1].slot
    one, two, urgent = queued(they, slot, ("r1", 1, None), ("r2", 2, None), ("clinic", 3, a_referral(they["patients"][3], "C1")))
    assert [place_in_line(row) for row in (one, two, urgent)] == [2, 3, 1]
    step("appointment", made[1], "cancel", they["clinic"], why="other")
    urgent.refresh_from_db()
    assert (urgent.state, urgent.slot_id, urgent.expires_at) == ("offered", slot.pk, NOW + 2 * HOUR)
    refused("is_free", lambda: book(they, slot, "r4", 4))
    refused("offer_is_over", lambda: step("waiting", urgent, "lapse", "system"))
    assert lapse_offers(NOW + 2 * HOUR) == 1
    one.refresh_from_db()
    assert one.state == "offered"
    refused("offer_stands", lambda: step("waiting", one, "take", they["r1"], now=NOW + 4 * HOUR))
    assert step("waiting", one, "take", they["r1"], now=NOW + 3 * HOUR).state == "taken"
    booked = Appointment.objects.get(slot=slot, state="booked")
    assert (booked.person_id, booked.channel) == (they["patients"][1], "waiting")
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["cancelled", "lapsed", "offered", "offered"]
    with pytest.raises(UnknownWork):
        step("waiting", two, "withdraw", they["r3"])
    assert step("waiting", two, "withdraw", they["r2"]).state == "withdrawn"


def test_who_is_elsewhere_at_that_time_keeps_the_turn(they):
    made = full_day(they)
    slot = made[1].slot
    busy, free = queued(they, slot, ("r1", 1, None), ("r2", 2, None))
    _, scans = a_roster(they["desk"], staff="", examination="CT", capacity=5, slots=10)
    book(they, next(scan for scan in scans if scan.starts_at == slot.starts_at), "r1", 1)
    step("appointment", made[1], "cancel", they["clinic"], why="other")
    busy.refresh_from_db(), free.refresh_from_db()
    assert (busy.state, free.state) == ("waiting", "offered")


def test_a_wait_ends_with_its_last_day(they):
    from sanyi.store.appointments.jobs import lapse_offers
    slot = full_day(they)[1].slot
    row, = queued(they, slot, ("r1", 1, None))
    refused("window_is_over", lambda: step("waiting", row, "expire", "system"))
    assert lapse_offers(slot.starts_at + DAY) == 1
    with pytest.raises(BadField):
        wait(they, slot, "r2", 2, last_on=slot.starts_at.date() + timedelta(days=15))


def test_full_means_the_next_free_slot_or_a_place_in_line(they):
    from sanyi.store.appointments.booking import book_or_wait
    made = full_day(they)
    booked, days = book_or_wait(made[1].slot_id, they["patients"][1], they["r1"], NOW, RULES)
    assert type(booked).__name__ == "Appointment" and days == 1
    step("appointment", booked, "cancel", they["r1"], why="other")
    booked, days = book_or_wait(later(they, 7)[1].pk, they["patients"][2], they["r2"], NOW, RULES)
    assert days == 0
    full_day(they, 6)
    turn, days = book_or_wait(made[1].slot_id, they["patients"][3], they["r3"], NOW, replace(RULES, wait_days=0))
    assert type(turn).__name__ == "Waiting" and turn.state == "waiting" and days == 0


def test_overbooking_has_a_role_a_reason_and_a_limit(they):
    from sanyi.store.appointments.booking import overbook
    from sanyi.store.models import WorkEvent
    slot, numbers = later(they)[1], they["patients"]
    refused("is_full", lambda: overbook(slot.pk, numbers[1], "急", they["doc"], NOW))
    book(they, slot, "r0")
    for who in ("desk", "family", "r1"):
        with pytest.raises(NotAllowed):
            overbook(slot.pk, numbers[1], "急", they[who], NOW)
    with pytest.raises(BadField):
        overbook(slot.pk, numbers[1], " \n", they["doc"], NOW)
    made = overbook(slot.pk, numbers[1], "术后复查", they["doc"], NOW)
    assert (made.place, made.over_reason, made.channel) == ("over", "术后复查", "over")
    refused("over_limit", lambda: overbook(slot.pk, numbers[2], "急", they["head"], NOW))
    assert WorkEvent.objects.get(subject="appointment", subject_id=made.pk).step == "overbook"


def test_a_patient_comes_is_seen_or_is_missed(they):
    from sanyi.store.appointments.jobs import mark_missed
    slots = later(they)
    came, not_come = book(they, slots[1], "r0"), book(they, slots[2], "r1", 1)
    day = slots[1].starts_at
    refused("is_its_day", lambda: step("appointment", came, "check_in", they["desk"]))
    assert step("appointment", came, "check_in", they["desk"], now=day - HOUR).queue_number == 1
    assert step("appointment", came, "undo_check_in", they["desk"], now=day, reason="点错").checked_in_at is None
    step("appointment", came, "check_in", they["desk"], now=day)
    for who in ("clinic", "r0"):
        with pytest.raises((UnknownWork, NotAllowed)):
            step("appointment", came, "serve", they[who], now=day)
    assert step("appointment", came, "serve", they["doc"], now=day + 5 * MINUTE).done_by == "doc"
    assert mark_missed(slots[2].starts_at + 29 * MINUTE) == 0 and mark_missed(slots[2].starts_at + 30 * MINUTE) == 1
    not_come.refresh_from_db()
    assert not_come.state == "no_show" and not_come.is_counted
    assert step("appointment", not_come, "excuse", they["head"], now=day + DAY, reason="急诊住院").is_counted is False


def test_the_deadline_binds_the_patient_and_not_the_hosts_desk(they):
    first, second = book(they, later(they)[1], "r0"), book(they, later(they)[2], "r1", 1)
    late = first.cancel_by
    refused("is_in_time", lambda: step("appointment", first, "cancel", they["r0"], now=late, why="hindered"))
    assert step("appointment", first, "cancel", they["desk"], now=late, why="hindered").state == "cancelled"
    assert step("appointment", second, "cancel", they["r1"], now=second.cancel_by - MINUTE, why="hindered").why == "hindered"


def test_three_missed_stop_own_bookings_for_a_time_and_no_others(they):
    from sanyi.store.appointments.jobs import mark_missed
    missed = [book(they, later(they, days)[1], "r0") for days in (1, 2, 3)]
    after = missed[-1].starts_at + HOUR
    assert mark_missed(after) == 3
    why = refused("missed_too_many", lambda: book(they, later(they, 9)[1], "r0", now=after))
    assert "2027-03" in why.en
    assert book(they, later(they, 9)[1], "clinic", 0, now=after).channel == "member"
    step("appointment", missed[0], "excuse", they["desk"], now=after, reason="系统故障")
    assert book(they, later(they, 8)[1], "r0", now=after).channel == "own"


def test_an_appointment_moves_and_its_place_is_free_again(they):
    from sanyi.store.appointments.booking import move
    old, target = book(they, later(they)[1], "r0"), later(they, 6)[1]
    made = move(old.pk, 1, target.pk, they["r0"], NOW)
    old.refresh_from_db()
    assert (old.state, made.moved_from_id, made.slot_id, made.channel) == ("moved", old.pk, target.pk, "moved")
    assert book(they, later(they)[1], "r1", 1).state == "booked"
    refused("moves_within", lambda: move(made.pk, 1, target.pk, they["r0"], NOW))
    refused("is_free", lambda: move(made.pk, 1, later(they)[1].pk, they["r0"], NOW))
    with pytest.raises(StaleVersion):
        move(made.pk, 7, later(they)[3].pk, they["r0"], NOW)


def test_a_closed_slot_tells_everybody_and_offers_them_the_next(they):
    from sanyi.store.appointments.closing import close_slot, reopen_slot
    from sanyi.store.appointments.tables import Notice, Waiting
    slot = later(they)[1]
    made = book(they, slot, "r0")
    with pytest.raises(BadField):
        close_slot(slot.pk, 1, " ", they["desk"], NOW)
    for who, error in (("doc", NotAllowed), ("clinic", UnknownWork)):
        with pytest.raises(error):
            close_slot(slot.pk, 1, "医师外出", they[who], NOW)
    assert close_slot(slot.pk, 1, "医师外出", they["desk"], NOW) == 1
    made.refresh_from_db(), slot.refresh_from_db()
    turn = Waiting.objects.get(person=made.person)
    assert (made.state, made.why, slot.is_open, turn.rank, turn.state) == ("cancelled", "displaced", False, 1, "offered")
    assert set(Notice.objects.values_list("kind", flat=True)) == {"displaced", "offered"}
    refused("is_open", lambda: book(they, slot, "r1", 1))
    reopen_slot(slot.pk, slot.version, they["desk"], NOW)
    assert book(they, slot, "r1", 1).state == "booked"


def test_a_slot_somebody_has_come_to_is_not_closed(they):
    from sanyi.store.appointments.closing import close_slot
    slot = later(they)[1]
    made = book(they, slot, "r0")
    step("appointment", made, "check_in", they["desk"], now=slot.starts_at - HOUR)
    refused("is_untouched", lambda: close_slot(slot.pk, 1, "x", they["desk"], slot.starts_at - HOUR))
    refused("is_open", lambda: close_slot(slot.pk, 1, "x", they["desk"], slot.starts_at))


def test_held_places_are_released_by_the_job_and_offered(they):
    from sanyi.store.appointments.booking import book as door
    from sanyi.store.appointments.jobs import release_held
    from sanyi.store.persons.tables import Person
    slot = later(they, 9)[0]
    for each in later(they, 9):
        if not each.reserved_count:
            door(each.pk, Person.objects.create(created_by="t", created_at=NOW).pk, they["desk"], NOW, RULES)
    turn, = queued(they, slot, ("r1", 1, None))
    release_held(slot.release_at - MINUTE)
    turn.refresh_from_db()
    assert turn.state == "waiting"
    assert release_held(slot.release_at) >= 1
    turn.refresh_from_db()
    assert turn.state == "offered" and turn.slot_id == slot.pk


def test_what_is_not_ones_own_does_not_exist(they):
    from sanyi.store.kinds import find_work, kind_of
    from sanyi.store.who import actor_of
    made = book(they, later(they)[1], "clinic", 1)
    for who, count in (("desk", 1), ("clinic", 1), ("r1", 1), ("r0", 0), ("stranger", 0)):
        actor = actor_of(they[who])
        assert kind_of("appointment").seen_by(actor).count() == count, who
        if not count:
            with pytest.raises(UnknownWork):
                find_work("appointment", made.pk, actor)


def test_the_database_itself_refuses_what_must_not_be(they):
    from django.db import DatabaseError, transaction
    from sanyi.store.appointments.tables import Appointment, Slot
    slot = later(they)[1]
    made = book(they, slot, "r0")
    copy = {name: getattr(made, name) for name in ("slot", "institution", "starts_at", "ends_at", "cancel_by", "late_at", "place", "channel", "state", "created_by", "created_at")}
    other = {"person_id": they["patients"][5]}
    tried = [
        lambda: Appointment.objects.create(**copy, **other), lambda: Appointment.objects.create(**copy, person_id=they["patients"][0]),
        lambda: Appointment.objects.create(**{**copy, "place": "reserved"}, **other), lambda: Appointment.objects.create(**{**copy, "place": "over"}, **other),
        lambda: Appointment.objects.create(**{**copy, "starts_at": slot.starts_at + DAY}, **other),
        lambda: (Slot.objects.filter(pk=slot.pk).update(common_taken_count=0), Appointment.objects.create(**copy, **other)),
        lambda: Slot.objects.filter(pk=slot.pk).update(capacity_count=0), lambda: Slot.objects.filter(pk=slot.pk).update(is_open=False),
        lambda: Slot.objects.filter(pk=slot.pk).update(reserved_count=1), lambda: Slot.objects.filter(pk=slot.pk).update(starts_at=slot.starts_at - DAY),
        lambda: Appointment.objects.filter(pk=made.pk).update(slot=later(they)[2]), lambda: Appointment.objects.filter(pk=made.pk).update(place="over"),
        lambda: Appointment.objects.filter(pk=made.pk).delete(), lambda: Slot.objects.filter(pk=later(they)[3].pk).delete()]
    for number, write in enumerate(tried):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
            pytest.fail(f"number {number} was let through")


def test_a_search_that_finds_the_next_slot_leaves_no_refusal(they, monkeypatch):
    from django.db import connection
    from sanyi.store.appointments.booking import book_or_wait
    from sanyi.store.trail import refusing
    from sanyi.store.trail.tables import AuditEvent
    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(refusing, "connection", type("Alone", (), {"in_atomic_block": property(lambda self: len(connection.savepoint_ids) > depth)})())
    slots = later(they)
    book(they, slots[0], "clinic", 0)
    made, _ = book_or_wait(slots[0].pk, they["patients"][1], they["clinic"], NOW, RULES)
    assert made.slot_id == slots[1].pk and not AuditEvent.objects.filter(action="refuse").exists()
    refused("is_free", lambda: book(they, slots[0], "clinic", 2))
    assert AuditEvent.objects.get(action="refuse").reason == "guard"


def test_the_record_opens_as_many_days_around_an_appointment_as_its_slot_says(they):
    from sanyi.store.appointments.relations import BOOKED
    slot = next(each for each in later(they) if not each.reserved_count)
    row = book(they, slot, "r0", 0)
    assert (slot.prepare_days, slot.write_up_days) == (2, 1), "the rules' days, kept with the slot"
    opens, closes = row.starts_at - 2 * DAY, row.ends_at + DAY
    assert [BOOKED.holds(they["patients"][0], "H1", now) for now in (opens - MINUTE, opens, closes - MINUTE, closes)] == [False, True, True, False]
    assert not BOOKED.holds(they["patients"][0], "C1", opens)


def test_a_death_ends_what_was_booked_and_referred_and_the_place_goes_to_who_waits(they):
    from referral_work import rules
    from sanyi.store.persons.deaths import end_for_the_dead
    from sanyi.store.persons.tables import Person
    from sanyi.store.referrals.rules import kept
    from sanyi.store.referrals.tables import Referral
    made = full_day(they)
    slot, gone = made[1].slot, made[1].person_id
    mine, next_one = queued(they, slot, ("r1", 1, None), ("r2", 2, None))
    referral = a_referral(gone, "C1")
    Referral.objects.filter(pk=referral).update(rules=kept(rules()))
    Person.objects.filter(pk=they["patients"][1]).update(died_on=TODAY)
    Person.objects.filter(pk=gone).update(died_on=TODAY)
    assert end_for_the_dead(NOW - DAY) == 0, "nobody dies before the day"
    assert end_for_the_dead(NOW) == 3 and end_for_the_dead(NOW) == 0
    for row in (made[1], mine, next_one):
        row.refresh_from_db()
    assert (made[1].state, made[1].why, mine.state, next_one.state, next_one.slot_id) == ("cancelled", "died", "withdrawn", "offered", slot.pk)
    assert Referral.objects.get(pk=referral).state == "withdrawn"
