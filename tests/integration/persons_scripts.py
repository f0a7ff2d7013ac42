"""What is done to the person index on either database, and by several processes at once; run as `python persons_scripts.py NAME FOLDER ARGUMENTS…`."""
import json
import sys
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
VAR = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def number(born: str, sequence: int) -> str:
    """A valid identity number of nobody."""
    from sanyi.worlds.roll import signed
    return signed(f"469901{born}{sequence:03d}")


def accounts() -> None:
    """The office's two hands, a registrar at H1 and one at H2, a doctor at H1."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    day = date(2020, 1, 1)
    for name in ("first", "second"):
        Account.objects.create(name=name, role="office", person=name)
    for code in ("H1", "H2"):
        Institution.objects.create(code=code, name=code, kind="general", ownership="public", from_on=day)
    for name, where, role in (("desk", "H1", "registrar"), ("other_desk", "H2", "registrar"), ("medic", "H1", "doctor")):
        staff = Staff.objects.create(code=name, name=name, profession="doctor", from_on=day)
        Posting.objects.create(staff=staff, institution=Institution.objects.get(code=where), role=role, from_on=day)
        Account.objects.create(name=name, role="reader", staff=staff)


def acting(name: str):
    """An account in its posting, its second factor shown."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.who import Acting
    return Acting(name, Posting.objects.get(staff=Account.objects.get(name=name).staff).pk, True)


def person(name: str = "张三", by: str = "desk", **said):
    """Register somebody; gives the row."""
    from sanyi.store.persons.registering import register
    return register({"name": name, **said}, acting(by), NOW)[0]


def merged(one, other):
    """Two rows proposed, called one by one person and by a second; gives the pair."""
    from sanyi.store.act import act
    from sanyi.store.persons.proposing import propose
    from sanyi.store.persons.tables import PersonMatch
    propose(one, other, "name_and_phone", "desk", NOW)
    first, second = sorted((one.pk, other.pk))
    match = PersonMatch.objects.get(one=first, other=second, state="proposed")
    act("person_match", match.pk, 1, "call_same", {"why": "document_seen"}, "first", NOW)
    return act("person_match", match.pk, 2, "confirm_same", {"why": "document_seen"}, "second", NOW)


# on either database ------------------------------------------------------------------------------------------------

def play() -> str:
    """The index's doors, one after the other; says ok, or fails where one does not hold."""
    from django.db import DatabaseError, transaction
    from sanyi.store.act import act
    from sanyi.store.models import Account
    from sanyi.store.persons.cards import check, code_of, issue
    from sanyi.store.persons.finding import by_any_number, found
    from sanyi.store.persons.tables import CardUse, HealthCard, MergeMove, Person, PersonMatch
    accounts()
    one = person("欧阳雪峰", identity=number("19800101", 1), phone="13900000001")
    again = person("歐陽 雪峯", identity=number("19800101", 1).lower())
    assert again.pk == one.pk and (one.sex, one.born_on) == ("male", date(1980, 1, 1))
    two = person("欧阳雪峰", born_on="1980-01-01", phone="+86 139-0000-0001", sex="male")
    match = PersonMatch.objects.get(one=one, other=two)
    assert match.reason == "name_and_birth" and match.state == "proposed"
    assert [row["id"] for row in found("歐陽")[0]] == [row["id"] for row in found("ouyangx")[0]] == [one.pk, two.pk] == [row["id"] for row in found("oyxf")[0]]
    assert [row.pk for row in by_any_number(f" {number('19800101', 1)} ", date(2026, 11, 30))] == [one.pk]
    assert [row.pk for row in by_any_number("13900000001", date(2026, 11, 30))] == [one.pk, two.pk]
    Account.objects.create(name="herself", role="resident", resident=str(two.pk))
    cards = [issue(row.pk, "first", NOW).pk for row in (one, two)]
    act("person_match", match.pk, 1, "call_same", {"why": "person_asked"}, "first", NOW)
    refused(lambda: act("person_match", match.pk, 2, "confirm_same", {"why": "document_seen"}, "first", NOW), "a_second_person")
    match = act("person_match", match.pk, 2, "confirm_same", {"why": "document_seen"}, "second", NOW)
    two.refresh_from_db()
    assert (two.is_active, two.merged_into_id, match.state) == (False, one.pk, "confirmed_same")
    assert Account.objects.get(name="herself").resident == str(one.pk)
    assert list(HealthCard.objects.order_by("pk").values_list("person", "state")) == [(one.pk, "in_use"), (one.pk, "suspended")]
    refused(lambda: act("health_card", cards[1], HealthCard.objects.get(pk=cards[1]).version, "resume", {"reason": "x"}, "first", NOW), "is_the_only_one")
    refused(lambda: issue(two.pk, "first", NOW), "is_active")
    try:
        with transaction.atomic():
            HealthCard.objects.create(person=two, number="1", nonce="x", state="suspended", created_by="x", created_at=NOW)
        raise AssertionError("a row that was merged away takes no new work")
    except DatabaseError:
        pass
    code = code_of(cards[0], "herself", NOW)
    assert check(code, acting("medic"), NOW + timedelta(seconds=60)).pk == one.pk and CardUse.objects.count() == 1
    refused(lambda: check(code, acting("other_desk"), NOW), "fresh_code")
    act("person_match", match.pk, match.version, "part", {"reason": "不是同一人"}, "first", NOW)
    assert (Account.objects.get(name="herself").resident, Person.objects.get(pk=two.pk).is_active) == (str(two.pk), True)
    assert list(HealthCard.objects.order_by("pk").values_list("person", "state")) == [(one.pk, "in_use"), (two.pk, "in_use")]
    assert not MergeMove.objects.filter(returned_at=None).exists()
    return "ok"


def refused(work, guard: str) -> None:
    """Assert that a door refuses, by the guard of that name."""
    from sanyi.workflows.errors import Refused
    try:
        work()
    except Refused as refusal:
        assert getattr(refusal, "guard", "") == guard, refusal
        return
    raise AssertionError(f"not refused: {guard}")


# races ---------------------------------------------------------------------------------------------------------------

def prepare(pairs: str) -> list:
    """Pairs of rows that one person has called one; gives [match, kept, gone] each."""
    from sanyi.store.act import act
    from sanyi.store.persons.proposing import propose
    accounts()
    made = []
    for at in range(int(pairs)):
        rows = [person(f"王{chr(0x4e00 + at)}{end}", phone="") for end in ("甲", "乙")]
        match = propose(*rows, "likely", "desk", NOW)
        act("person_match", match.pk, 1, "call_same", {"why": "document_seen"}, "first", NOW)
        made.append([match.pk, rows[0].pk, rows[1].pk])
    return made


def race(work: str, what: str, ready: str) -> list:
    """Wait for the others, then merge every pair, or sign something for every row that will go."""
    from sanyi.store.act import act
    from sanyi.store.persons.cards import issue
    from sanyi.workflows.errors import Refused
    from django.db import connection
    connection.ensure_connection()
    Path(ready).touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)
    told = []
    for match, _, gone in json.loads(work):
        try:
            told.append(act("person_match", match, 2, "confirm_same", {"why": "document_seen"}, "second", NOW).state if what == "merge" else issue(gone, "first", NOW).pk)
        except Refused as refusal:
            told.append(refusal.code)
    return told


def signing_people(pairs: str) -> dict:
    """Pairs of residents called one person once; the second of each has an offer to sign and a slot to book. Gives [match, gone, contract, slot] each."""
    import appointment_work
    import contract_work
    from sanyi.store.act import act
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Department, Institution, Posting, Staff
    from sanyi.store.persons.proposing import propose
    from sanyi.store.persons.tables import Person
    from sanyi.store.who import Acting
    contract_work.town(2 * int(pairs))
    for name in ("first", "second"):
        Account.objects.create(name=name, role="office", person=name)
    house, day = Institution.objects.get(code="D1"), date(2020, 1, 1)
    Department.objects.create(institution=house, code="card", name="心内科", from_on=day)
    staff = Staff.objects.create(code="S-doc", name="员", profession="doctor", from_on=day)
    posting = Posting.objects.create(staff=staff, institution=house, role="director", from_on=day)
    Account.objects.create(name="head", staff=staff, password="!")
    _, slots = appointment_work.a_roster(Acting("head", posting.pk, True), capacity=int(pairs), slots=1)
    made = []
    for at in range(int(pairs)):
        one, two = (Person.objects.get(pk=contract_work.person(2 * at + end)) for end in (1, 2))
        contract_work.signed(2 * at + 1, "T1")
        offer = contract_work.witnessed(contract_work.offered(2 * at + 2, "T2"))
        match = propose(one, two, "likely", "first", NOW)
        act("person_match", match.pk, 1, "call_same", {"why": "document_seen"}, "first", NOW)
        made.append([match.pk, two.pk, offer.pk, slots[0].pk])
    return {"pairs": made}


def sign_or_merge(work: str, what: str, ready: str) -> list:
    """Wait for the others, then merge every pair, sign every offer, or book for everybody who will go."""
    import appointment_work
    import contract_work
    from sanyi.store.act import act
    from sanyi.store.appointments.booking import book
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.who import Acting
    from sanyi.workflows.errors import Refused
    from django.db import connection
    connection.ensure_connection()
    head = Acting("head", Posting.objects.get(staff__code="S-doc").pk, True)
    doors = {"merge": lambda match, gone, offer, slot: act("person_match", match, 2, "confirm_same", {"why": "document_seen"}, "second", contract_work.NOW),
             "sign": lambda match, gone, offer, slot: act("contract", offer, 3, "sign_at_desk", {}, "gp2", contract_work.NOW),
             "book": lambda match, gone, offer, slot: book(slot, gone, head, appointment_work.NOW, appointment_work.RULES)}
    Path(ready).touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)
    told = []
    for each in json.loads(work):
        try:
            told.append(doors[what](*each).state)
        except Refused as refusal:
            told.append(refusal.code)
    return told


def one_doctor_each() -> dict:
    """Faults of contracts and appointments, care that stands under a row that went, and merges."""
    import appointment_work
    import contract_work
    from sanyi.store.appointments.tables import Appointment
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.persons.tables import PersonMatch
    return {"faults": contract_work.faults() + appointment_work.faults(), "stranded": Contract.objects.filter(person__is_active=False).count()
            + Appointment.objects.filter(person__is_active=False).count(), "merged": PersonMatch.objects.filter(state="confirmed_same").count(),
            "suspended": Contract.objects.filter(state="suspended").count(), "active": Contract.objects.filter(state="active").count(), "booked": Appointment.objects.count()}


def canary(own: str, phone: str, address: str) -> str:
    """A person with these three; says what is read back."""
    from sanyi.store.persons.describing import open_values
    from sanyi.store.persons.tables import Person
    if not Person.objects.exists():
        accounts()
        person("武则天", identity=own, phone=phone, address=address)
    from sanyi.store.ciphers import BadCipher
    try:
        return "|".join(open_values(Person.objects.get()).values())
    except BadCipher:
        return "refused"


def stranded() -> dict:
    """Work that stands under a row that was merged away, and pairs merged."""
    from sanyi.store.persons.tables import HealthCard, PersonMatch
    return {"stranded": HealthCard.objects.filter(person__is_active=False).count(), "cards": HealthCard.objects.count(),
            "merged": PersonMatch.objects.filter(state="confirmed_same").count(), "lines": sum(match.version for match in PersonMatch.objects.all())}


if __name__ == "__main__":
    from sanyi.store import configure, prepare_database
    (prepare_database if sys.argv[1] in ("play", "prepare", "signing_people", "canary") else configure)(VAR)
    from narrowed_doors import narrow_doors
    narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
