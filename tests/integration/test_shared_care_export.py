"""Appointments, recognition, shared examinations and consultations go to the record once, by day, of whom the record knows; the next run counts them."""
from datetime import timedelta

import pytest

from sanyi.tables.record_tables import record_tables

DAY = timedelta(days=1)


def rows_of(table: str, first, last) -> list[dict]:
    """What an export gives, each row as its table promises it."""
    from sanyi.store.exports import record_exports
    export, promise = record_exports()[table], record_tables()[table]
    found = list(export.rows(first, last))
    assert all(set(row) == set(promise.names) for row in found) and len({tuple(row[name] for name in promise.key) for row in found}) == len(found)
    for row in found:
        assert export.is_own(row, first, last) and all(row[column.name] in column.allowed for column in promise.columns if column.allowed), row
        assert all(row[column.name] is not None or column.nullable for column in promise.columns), row
    return found


@pytest.fixture
def people(undone):
    from exam_work import made

    from sanyi.store.persons.tables import Person
    ids = made()
    Person.objects.filter(pk=ids["li"]).update(resident_id="R1")
    return ids


def test_decisions_and_reports_of_whom_the_record_knows(people):
    from exam_work import NOW, acting, order, result

    from sanyi.store.exams.ordering import accept_result
    from sanyi.store.exports import record_exports
    first = result(people["li"])
    accept_result(people["li"], "k", first.pk, acting("other"), NOW)
    order(people["li"], by="gp", reason="condition_changed")
    result(people["wang"])
    day = NOW.date()
    checks = rows_of("recognition_decisions", day, day)
    assert [(row["institution_id"], row["from_institution_id"], row["decision_code"], row["reason_code"], row["saved_fen"]) for row in checks] == [
        ("H2", "H1", "accepted", None, 600), ("C1", "H1", "declined", "condition_changed", 0)]
    exams = rows_of("shared_examinations", day, day)
    assert [(row["resident_id"], row["from_institution_id"], row["to_institution_id"], row["kind_code"], row["is_in_time"], row["critical_stage_number"]) for row in exams] == [
        ("R1", "C1", "H1", "laboratory", True, None)]
    assert record_exports()["shared_examinations"].left_out(day, day) == 1, "the record does not know wang"
    assert rows_of("shared_examinations", day + DAY, day + DAY) == [] == rows_of("recognition_decisions", day - DAY, day - DAY)
    foreign = {**exams[0], "exam_id": "X1"}
    assert not record_exports()["shared_examinations"].is_own(foreign, day, day) and not record_exports()["shared_examinations"].is_own(exams[0], day + DAY, day + DAY)


def test_what_the_attending_staff_alone_may_see_stays_here(people):
    from exam_work import NOW, result

    from sanyi.store.exams.tables import Exam
    from sanyi.store.exports import record_exports
    row = result(people["li"])
    Exam.objects.filter(pk=row.pk).update(is_narrow=True)
    assert rows_of("shared_examinations", NOW.date(), NOW.date()) == [] and record_exports()["shared_examinations"].left_out(NOW.date(), NOW.date()) == 1


def test_appointments_that_have_ended(undone):
    from appointment_work import NOW, RULES, TODAY, a_roster, people

    from sanyi.store.appointments.booking import book
    from sanyi.store.appointments.tables import Appointment
    from sanyi.store.exports import record_exports
    from sanyi.store.persons.tables import Person
    by = people()
    for number in by["patients"][:4]:
        Person.objects.filter(pk=number).update(resident_id=f"R{number}")
    slots = [slot for slot in a_roster(by["desk"], slots=6)[1] if slot.starts_at > NOW + DAY]
    booked = [book(slot.pk, person, by["desk"], NOW, RULES).pk for slot, person in zip(slots, by["patients"][:5])]
    for id, state in zip(booked, ("served", "no_show", "cancelled", "booked", "served")):
        Appointment.objects.filter(pk=id).update(state=state)
    found = rows_of("appointments", TODAY, TODAY + 30 * DAY)
    assert [row["status_code"] for row in found] == ["served", "no_show", "cancelled"] and {row["channel_code"] for row in found} == {"desk"} and found[0]["booked_on"] == TODAY
    assert record_exports()["appointments"].left_out(TODAY, TODAY + 30 * DAY) == 1 and rows_of("appointments", TODAY - DAY, TODAY) == []


def test_a_consultation_that_was_declined(people):
    from exam_work import NOW, acting, step

    from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
    row = ask_consultation(ConsultationWanted(people["li"], "H1", "clinical", "routine", "诊断？"), acting("gp"), NOW)
    assert rows_of("remote_consultations", NOW.date(), NOW.date()) == []
    step(row, "decline", "rad", kind="consultation", reason="not_our_field")
    assert [(each["from_institution_id"], each["to_institution_id"], each["status_code"]) for each in rows_of("remote_consultations", NOW.date(), NOW.date())] == [("C1", "H1", "declined")]


def test_merged_codes_go_by_the_same_door(undone):
    from sanyi.store.exports import record_exports
    export = record_exports()["same_residents"]
    assert list(export.rows(None, None)) == [] and export.is_own({"resident_id": "P2", "same_as_id": "P1"}, None, None), "what was parted leaves the record"
