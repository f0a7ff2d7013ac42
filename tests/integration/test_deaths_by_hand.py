"""A death recorded by hand acts at once, a second person takes it back, a record that does not know of it leaves it; so does one that a merge of persons brings."""
from datetime import date, timedelta

import pytest

from merge_work import hands, merged

SAID = {"learned": "told", "evidence": "certificate", "number": "A-2026-0001"}


def refused(kind: str, work, *args, **more):
    """The refusal of a door, of this kind."""
    from sanyi.workflows import errors
    with pytest.raises(getattr(errors, kind)) as told:
        work(*args, **more)
    return told.value


@pytest.fixture
def town(undone):
    import contract_work
    hands()
    contract_work.town()
    return contract_work


def died(town, nth: int, day: date, by: str = "first", **more: str) -> int:
    from sanyi.store.persons.recording_deaths import record_death
    from sanyi.store.persons.tables import Person
    row = Person.objects.get(pk=town.person(nth))
    return record_death(row.pk, row.version, {**SAID, "died_on": day.isoformat(), **more}, by, town.at(10))


def undone_by(town, nth: int, by: str, version: int | None = None):
    from sanyi.store.persons.recording_deaths import undo_death
    from sanyi.store.persons.tables import Person
    row = Person.objects.get(pk=town.person(nth))
    return undo_death(row.pk, version or row.version, {"mistake": "alive", "note": "本人到场"}, by, town.at(11))


def test_a_death_ends_the_contract_on_that_day_and_is_in_log_and_trail(town):
    from sanyi.store.models import WorkEvent
    from sanyi.store.trail.tables import AuditEvent
    contract, day = town.signed(1, "T1"), town.at(9).date()
    assert died(town, 1, day) == 1
    contract.refresh_from_db()
    assert (contract.state, contract.to_on) == ("ended", day)
    line = WorkEvent.objects.get(subject="person", step="record_death")
    assert (line.subject_id, line.by, line.given["number"]) == (town.person(1), "first", SAID["number"])
    event = AuditEvent.objects.get(subject="person", step="record_death")
    assert event.resident == str(town.person(1)) and SAID["number"] not in str(event.given) and day.isoformat() not in str(event.given)


@pytest.mark.parametrize(("more", "field"), [({"died_on": "2999-01-01"}, "died_on"), ({"died_on": "1800-01-01"}, "died_on"), ({"number": " "}, "number"), ({"evidence": "rumour"}, "evidence"), ({"number": "9" * 61}, "number")])
def test_a_wrong_form_records_nothing_and_names_the_field(town, more, field):
    from sanyi.store.persons.tables import Person
    Person.objects.filter(pk=town.person(1)).update(born_on=date(1950, 1, 1))
    said = refused("BadField", died, town, 1, town.at(9).date(), **more)
    assert said.field == field and Person.objects.get(pk=town.person(1)).died_on is None


def test_who_recorded_it_does_not_take_it_back_and_a_second_person_does(town):
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import Person
    Account.objects.create(name="first-again", role="office", person="first")
    died(town, 1, town.at(9).date())
    refused("GuardRefused", died, town, 1, town.at(8).date(), by="second")
    for own in ("first", "first-again", "looker"):
        refused("NotAllowed", undone_by, town, 1, own)
    refused("StaleVersion", undone_by, town, 1, "second", 1)
    assert undone_by(town, 1, "second").died_on is None and Person.objects.get(pk=town.person(1)).died_on is None
    refused("GuardRefused", undone_by, town, 1, "first")
    refused("NotAllowed", died, town, 1, town.at(9).date(), by="looker")
    assert died(town, 1, town.at(8).date(), by="second") == 0


def test_a_record_that_does_not_know_of_the_death_leaves_it_and_its_own_is_not_taken_back_here(town):
    from sanyi.store.persons.loading import load_residents
    from sanyi.store.persons.tables import Person
    died(town, 1, town.at(9).date())
    known = {"identity_hash": "", "sex_code": "female", "born_on": date(1950, 1, 1), "region_id": "990101"}
    load_residents([{**known, "resident_id": "R00001", "died_on": None}, {**known, "resident_id": "R00002", "died_on": town.at(9).date()}], town.at(10))
    assert [Person.objects.get(pk=town.person(nth)).died_on for nth in (1, 2)] == [town.at(9).date()] * 2
    assert refused("GuardRefused", undone_by, town, 2, "second").guard == "by_hand"
    load_residents([{**known, "resident_id": "R00002", "died_on": None}], town.at(10) + timedelta(days=1))
    assert Person.objects.get(pk=town.person(2)).died_on is None, "what the record said it also takes back"


def test_a_death_that_the_record_confirms_is_not_taken_back_here_until_the_record_takes_it_back(town):
    from sanyi.store.models import WorkEvent
    from sanyi.store.persons.loading import load_residents
    from sanyi.store.persons.tables import Person
    day = town.at(9).date()
    died(town, 1, day)
    known = {"identity_hash": "", "sex_code": "female", "born_on": date(1950, 1, 1), "region_id": "990101", "resident_id": "R00001"}
    for _ in range(2):
        load_residents([{**known, "died_on": day}], town.at(10))
    assert WorkEvent.objects.filter(subject="person", step="confirm_death").count() == 1, "the same again changes nothing"
    assert refused("GuardRefused", undone_by, town, 1, "second").guard == "by_hand" and Person.objects.get(pk=town.person(1)).died_on == day
    load_residents([{**known, "died_on": None}], town.at(11))
    assert Person.objects.get(pk=town.person(1)).died_on is None
    died(town, 1, day)
    assert undone_by(town, 1, "second").died_on is None


def test_a_death_of_the_record_under_a_merged_row_is_not_taken_back_with_one_by_hand(town):
    from django.test import TestCase
    from sanyi.store.persons.loading import load_residents
    from sanyi.store.persons.tables import Person
    day = town.at(9).date()
    load_residents([{"identity_hash": "", "sex_code": "female", "born_on": date(1950, 1, 1), "region_id": "990101", "resident_id": "R00002", "died_on": day}], town.at(9))
    died(town, 1, day)
    with TestCase.captureOnCommitCallbacks(execute=True):
        merged(town.person(1), town.person(2), town.at(10))
    assert refused("GuardRefused", undone_by, town, 1, "second").guard == "by_hand"
    assert {Person.objects.get(pk=town.person(nth)).died_on for nth in (1, 2)} == {day}


def test_a_death_that_a_merge_brings_ends_the_others_contract_at_once(town):
    from django.test import TestCase
    contract, day = town.signed(1, "T1"), town.at(9).date()
    died(town, 2, day)
    with TestCase.captureOnCommitCallbacks(execute=True):
        merged(town.person(1), town.person(2), town.at(10))
    contract.refresh_from_db()
    assert (contract.state, contract.to_on) == ("ended", day)
    assert undone_by(town, 1, "second").died_on is None, "recorded under the row that was merged away"


def test_the_page_records_it_with_the_field_that_is_wrong_and_offers_the_undoing_to_somebody_else(undone, tmp_path, monkeypatch):
    from persons_scripts import NOW, accounts, acting, person
    from signed_in import signed_in
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    from sanyi.web import clock
    monkeypatch.setattr(clock, "now", lambda: NOW)
    accounts()
    row, desk = person("赵寿"), signed_in("desk", has_factor=True, posting=acting("desk").posting)
    here, said = f"/persons/{row.pk}/", {"do": "record_death", "version": "1", "given.died_on": NOW.date().isoformat(), "given.learned": "home", "given.evidence": "police"}
    answer = desk.post(here, said)
    page = answer.content.decode()
    assert answer.status_code == 422 and "请填写“凭证编号”" in page and 'data-field="number" data-do="record_death"' in page and f'value="{NOW.date().isoformat()}"' in page
    assert desk.post(here, {**said, "given.number": "公安-17"}).status_code == 302
    page = desk.get(here).content.decode()
    assert "已登记死亡" in page and "公安部门证明" in page and "须由另一人撤销" in page and 'value="undo_death"' not in page
    other = signed_in("second")
    assert 'value="undo_death"' in other.get(here).content.decode()
    assert other.post(here, {"do": "undo_death", "version": "2", "given.mistake": "alive", "given.note": "本人到场"}).status_code == 302
    assert 'value="record_death"' in other.get(here).content.decode()
