"""What a merge of two rows of a person does in each area, and that parting them gives back what was there, unless people have changed it since."""
from datetime import timedelta

import pytest

from merge_work import NOW, differences, hands, merged, parted, picture, row, stayed
from persons_scripts import refused


@pytest.fixture
def office(undone):
    hands()
    return undone


def there_and_back(one: int, other: int, now=NOW):
    """Merge and give the pair and a check that parting gives back what was there."""
    before = picture()
    match = merged(one, other, now)

    def back():
        done = parted(match, now)
        assert differences(before, picture()) == [] and stayed(done) == []
    return match, back


# contracts ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def signing(office):
    import contract_work
    contract_work.town()
    return contract_work


def test_the_second_of_two_contracts_in_force_is_suspended_and_resumes(signing):
    from sanyi.store.contracts.heads import head_count
    first, second = signing.signed(1, "T1"), signing.signed(2, "T2", signing.at(3))
    one, two = signing.person(1), signing.person(2)
    day = signing.at(10).date()
    assert head_count(day) == {"all": 2}
    match, back = there_and_back(one, two, signing.at(10))
    states = {each.pk: (each.person_id, each.state) for each in type(first).objects.all()}
    assert states == {first.pk: (one, "active"), second.pk: (one, "suspended")} and head_count(day) == {"all": 1} and signing.faults() == []
    back()
    assert head_count(day) == {"all": 2}


def test_the_kept_rows_own_contract_is_suspended_where_it_is_the_second(signing):
    second, first = signing.signed(1, "T1", signing.at(3)), signing.signed(2, "T2")
    _, back = there_and_back(signing.person(1), signing.person(2), signing.at(10))
    assert {each.pk: (each.person_id, each.state) for each in type(first).objects.all()} == {
        first.pk: (signing.person(1), "active"), second.pk: (signing.person(1), "suspended")}
    back()


def test_a_contract_that_was_undone_while_suspended_stays_so_and_it_is_said(signing):
    from sanyi.store.act import act
    signing.signed(1, "T1")
    second = signing.signed(2, "T2", signing.at(3))
    match = merged(signing.person(1), signing.person(2), signing.at(10))
    second.refresh_from_db()
    refused(lambda: act("contract", second.pk, second.version, "end", {"reason": "wish", "to_on": signing.at(11).date().isoformat()}, "office", signing.at(11)), "is_nobody_elses_days")
    act("contract", second.pk, second.version, "cancel", {"reason": "重复"}, "gp2", signing.at(11))
    done = parted(match, signing.at(12))
    second.refresh_from_db()
    assert (second.person_id, second.state) == (signing.person(2), "cancelled") and stayed(done) == [f"contract {second.pk} was changed since the merge and stays as it is"]


def test_one_in_force_begins_after_the_days_of_one_that_is_done(signing):
    from sanyi.store.act import act
    done = signing.signed(1, "T1")
    act("contract", done.pk, done.version, "end", {"reason": "wish", "to_on": signing.at(20).date().isoformat()}, "office", signing.at(20))
    going_on = signing.signed(2, "T2", signing.at(3))
    _, back = there_and_back(signing.person(1), signing.person(2), signing.at(30))
    going_on.refresh_from_db()
    assert (going_on.person_id, going_on.state, going_on.from_on) == (signing.person(1), "active", signing.at(21).date()) and signing.faults() == []
    back()


def test_what_is_done_stays_where_its_days_are_held(signing):
    from sanyi.store.act import act
    signing.signed(1, "T1")
    done = signing.signed(2, "T2")
    act("contract", done.pk, done.version, "end", {"reason": "wish", "to_on": signing.at(20).date().isoformat()}, "office", signing.at(20))
    _, back = there_and_back(signing.person(1), signing.person(2), signing.at(30))
    done.refresh_from_db()
    assert done.person_id == signing.person(2)
    back()


def test_a_contract_signed_for_days_ahead_asks_people_first(signing):
    signing.signed(1, "T1")
    signing.signed(2, "T2", from_on=signing.at(40).date())
    before = picture()
    refused(lambda: merged(signing.person(1), signing.person(2), signing.at(3)), "no_conflict")
    assert differences(before, picture()) == [], "nothing was merged"


# referrals -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def referring(office):
    import referral_work
    return referral_work, referral_work.region()


def test_of_two_requests_to_one_place_the_lesser_is_withdrawn_and_stands_again(referring):
    work, world = referring
    ahead, lesser = work.accepted(world, person=1), work.submitted(world, person=0)
    due = lesser.due_at
    match, back = there_and_back(world["persons"][0], world["persons"][1])
    for each in (ahead, lesser):
        each.refresh_from_db()
    assert (ahead.person_id, ahead.state) == (world["persons"][0], "accepted") and (lesser.state, lesser.due_at) == ("withdrawn", None) and due
    back()


def test_two_who_have_arrived_ask_people_first(referring):
    work, world = referring
    for person in (0, 1):
        work.step(world, work.accepted(world, person=person), "arrive", "h1-desk")
    before = picture()
    refused(lambda: merged(*world["persons"][:2]), "no_conflict")
    assert differences(before, picture()) == []


def test_a_step_decided_before_the_merge_is_refused(referring):
    from sanyi.workflows.errors import StaleVersion
    work, world = referring
    row_ = work.accepted(world, person=1)
    version = row_.version
    merged(*world["persons"][:2])
    with pytest.raises(StaleVersion):
        work.step(world, row_, "arrive", "h1-desk", version=version)
    assert work.step(world, row_, "arrive", "h1-desk").state == "arrived"


# appointments --------------------------------------------------------------------------------------------------------

@pytest.fixture
def booking(office):
    import appointment_work
    return appointment_work, appointment_work.people()


def test_two_appointments_at_one_time_ask_people_first_and_others_follow(booking):
    from sanyi.store.appointments.booking import book
    from sanyi.store.appointments.tables import Appointment
    work, by = booking
    _, slots = work.a_roster(by["head"], capacity=2)
    one, two = by["patients"][:2]
    mine, other = (book(slots[0].pk, person, by["desk"], work.NOW, work.RULES) for person in (one, two))
    refused(lambda: merged(one, two, work.NOW), "no_conflict")
    work.step("appointment", other, "cancel", by["desk"], why="mistaken")
    later = book(slots[1].pk, two, by["desk"], work.NOW, work.RULES)
    _, back = there_and_back(one, two, work.NOW)
    assert Appointment.objects.get(pk=later.pk).person_id == one and work.faults() == []
    back()
    assert work.faults() == []


def test_of_two_turns_in_one_line_the_better_stays(booking):
    from sanyi.store.appointments.tables import Waiting
    from sanyi.store.appointments.booking import book, wait
    work, by = booking
    _, slots = work.a_roster(by["head"], capacity=1, slots=1)
    book(slots[0].pk, by["patients"][3], by["desk"], work.NOW, work.RULES)
    turns = {person: wait(slots[0].pk, person, by["desk"], work.NOW, work.RULES) for person in by["patients"][:2]}
    one, two = by["patients"][:2]
    _, back = there_and_back(one, two, work.NOW)
    assert [Waiting.objects.get(pk=turns[person].pk).state for person in (one, two)] == [turns[one].state, "withdrawn"]
    back()


# examinations --------------------------------------------------------------------------------------------------------

def test_results_follow_the_person_and_the_repeat_alert_sees_them(office):
    import exam_work as work
    from sanyi.store.exams.tables import Exam
    ids = work.made()
    done = work.bring(work.order(ids["wang"]), "released", value="4.0")
    _, back = there_and_back(ids["li"], ids["wang"])
    assert Exam.objects.get(pk=done.pk).person_id == ids["li"]
    from sanyi.workflows.errors import Refused
    with pytest.raises(Refused):
        work.order(ids["li"])  # the result is there: using it or a coded reason is asked for
    back()


def test_two_open_examinations_of_one_item_count_as_ordered_again(office):
    import exam_work as work
    from sanyi.store.exams.tables import Exam
    ids = work.made()
    mine, other = work.order(ids["li"]), work.order(ids["wang"])
    _, back = there_and_back(ids["li"], ids["wang"])
    assert sorted(Exam.objects.filter(person=ids["li"]).values_list("pk", "series")) == [(mine.pk, 1), (other.pk, 2)]
    back()


# prescriptions ---------------------------------------------------------------------------------------------------------

def test_overlapping_supplies_say_that_a_merge_found_them_and_allergies_are_known(office):
    import prescription_work as work
    from sanyi.store.prescriptions.patients import allergies_of, in_hand, note_allergy
    from sanyi.store.prescriptions.tables import Supply
    from sanyi.store.persons.tables import Person
    one = work.region()
    two = row("陈阿婆", sex="female", born_on=work.date(1956, 5, 1)).pk
    work.signed(one), work.signed(two)
    note_allergy(two, "青霉素", True, "doc", NOW)
    _, back = there_and_back(one, two)
    assert list(Supply.objects.filter(person=one).order_by("pk").values_list("reason", flat=True)) == ["", "merged"]
    person = Person.objects.get(pk=one)
    assert "青霉素" in allergies_of(person) and len(in_hand(person, work.TODAY)) == 2
    back()


# records -----------------------------------------------------------------------------------------------------------------

def test_who_looked_is_told_of_both_rows_and_a_consent_is_given_anew(office):
    from sanyi.store.health.history import looked_at
    from sanyi.store.health.tables import RecordConsent, Visit
    from sanyi.store.persons.tables import Person
    from sanyi.store.trail.recording import record
    from sanyi.store.who import actor_of
    one, two = row("王一").pk, row("王一").pk
    record("read", actor_of("first"), subject="health_record", residents=(two,), now=NOW)
    consent = RecordConsent.objects.create(person_id=two, purpose="treat", given_by="r", given_at=NOW)
    visit = Visit.objects.create(person_id=two, institution="H1", way="desk", created_by="d", created_at=NOW, closes_at=NOW + timedelta(hours=8))
    _, back = there_and_back(one, two)
    assert [str(two)] == [event.resident for event in looked_at(Person.objects.get(pk=one)) if event.subject == "health_record"]
    assert RecordConsent.objects.get(pk=consent.pk).person_id == two and Visit.objects.get(pk=visit.pk).person_id == one
    back()


# the index itself ----------------------------------------------------------------------------------------------------------

def test_what_was_corrected_since_stays_and_is_said(office):
    from sanyi.store.ciphers import keyed_digest
    from sanyi.store.persons.describing import columns_of
    from sanyi.store.persons.tables import Person
    one, two = row("孙大", identity_digest=keyed_digest("x")), row("孙大", **columns_of({"phone": "13900001111"}, NOW.date()))
    match = merged(one.pk, two.pk)
    Person.objects.filter(pk=one.pk).update(**columns_of({"phone": "13922223333"}, NOW.date()))
    assert "the phone was corrected since the merge and stays" in stayed(parted(match))
    assert Person.objects.get(pk=one.pk).phone_masked == "139******33"


def test_merges_into_one_row_are_parted_last_first(office):
    one, two, three = (row(f"周{end}").pk for end in "甲乙丙")
    before = picture()
    inner, outer = merged(one, two), merged(one, three)
    refused(lambda: parted(inner), "is_still_merged")
    parted(outer), parted(inner)
    assert differences(before, picture()) == []


def test_no_care_begins_under_a_row_that_went(office):
    from django.db import DatabaseError, transaction
    from sanyi.store.migrations import __path__ as folder
    from sanyi.store.persons.tables import Person
    import importlib
    assert folder
    care = importlib.import_module("sanyi.store.migrations.0022_person_merges").CARE
    one, two = row("甲"), row("甲")
    merged(one.pk, two.pk)
    laws = {table for table in care}
    named = {table._meta.model_name for table, column in _references() if column == "person"}
    assert named - laws == {"healthcard", "contractrequest", "message", "messagewish", "notice", "unmasking"}, "each table of care has its law: cards, requests and messages in their own migrations, notices and unmaskings are no care"
    from sanyi.store.health.tables import Visit
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.create(person_id=two.pk, institution="H1", way="desk", created_by="d", created_at=NOW, closes_at=NOW)
    assert Person.objects.get(pk=two.pk).merged_into_id == one.pk


def test_whoever_was_signed_in_signs_in_anew_after_a_merge_and_after_a_parting(office):
    """An account that goes over to another row reads another's record: its sessions end (R41)."""
    from sanyi.store.models import Account
    one, two = row("甲"), row("甲")
    mine = Account.objects.create(name="own", role="resident", resident=str(two.pk), password="!")
    stays = Account.objects.create(name="other", role="resident", resident=str(one.pk), password="!")
    match = merged(one.pk, two.pk)
    mine.refresh_from_db(), stays.refresh_from_db()
    assert (mine.resident, mine.rights, stays.rights) == (str(one.pk), 2, 1)
    parted(match)
    mine.refresh_from_db()
    assert (mine.resident, mine.rights) == (str(two.pk), 3)


def _references():
    from sanyi.store.persons.consequences import references
    return references()


# the record ------------------------------------------------------------------------------------------------------------------

def test_the_next_run_counts_merged_codes_as_one_and_parted_ones_as_two(office):
    from sanyi.runs.examples import play
    from sanyi.runs.packs import open_plan
    from sanyi.runs.steps import all_steps
    from sanyi.engines.duck import DuckEngine
    from sanyi.payment.benefit.claim_examples import CLAIMED
    from sanyi.store.persons.same import same_rows
    from sanyi.terms.example import Example
    one, two, three = row("甲", resident_id="P1"), row("甲", resident_id="P2"), row("乙", identity_digest="x")
    match = merged(one.pk, two.pk)
    same = list(same_rows())
    assert same == [{"resident_id": "P2", "same_as_id": "P1"}]
    told = next(each for each in CLAIMED if "same_residents" in each.given)
    with DuckEngine(memory="1GB", threads=1) as engine:
        for rows, ids in ((same, {"P1"}), ([], {"P1", "P2"})):
            claims = play(all_steps()["benefit_claims"], Example("一人", "one", given={**told.given, "same_residents": rows}, expect=[], year=2020), open_plan("haikou-2018"), engine)
            assert {claim["resident_id"] for claim in claims} == ids
    outer = merged(three.pk, one.pk)
    assert list(same_rows()) == [{"resident_id": "P2", "same_as_id": "P1"}], "a row without a code leaves the oldest code standing"
    parted(outer), parted(match)
    assert list(same_rows()) == []
