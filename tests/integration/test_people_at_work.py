"""A region with people at work, put in through the doors for whoever tries the product; and every page of every role over it."""
import os
from collections import Counter
from datetime import date, datetime, timezone
from itertools import count

import pytest
from signed_in import signed_in
from web_results import invent

RESIDENTS = 900
PROFESSIONS = {"doctor": 6, "general_practitioner": 4, "nurse": 3, "technician": 2, "pharmacist": 2, "management": 2, "public_health": 2}
HOUSES = {"H1": ("望海区人民医院", "3A", "general", True), "C1": ("东街道社区卫生服务中心", "community", "primary", True), "C2": ("西镇卫生院", "township", "primary", True),
          "H2": ("临江区中医院", "2A", "tcm", True), "H9": ("省人民医院", "3A", "general", False)}


def record() -> dict[str, list[dict]]:
    """A small region's record, as a run's would be read."""
    opened = date(1990, 1, 1)
    institutions = [{"institution_id": code, "name": name, "level_code": level, "kind_code": kind, "ownership_code": "public", "is_in_area": inside, "opened_on": opened, "region_id": "990102"}
                    for code, (name, level, kind, inside) in HOUSES.items()]
    numbers = count(1)
    staff = [{"staff_id": f"W{next(numbers):05d}", "institution_id": code, "role_code": profession, "title_code": "junior", "is_active": True}
             for code in HOUSES for profession, many in PROFESSIONS.items() for _ in range(many)]
    return {"institutions": institutions, "staff": staff, "consortia": [{"consortium_id": "M1", "name": "望海医疗集团", "kind_code": "tight", "region_id": "990102", "start_on": opened, "end_on": None}],
            "consortium_members": [{"consortium_id": "M1", "institution_id": code, "role_code": part, "has_full_finance": False, "from_on": opened, "to_on": None}
                                   for code, part in (("H1", "lead"), ("C1", "member"), ("C2", "member"))],
            "residents": [{"resident_id": f"P{nth:05d}", "identity_hash": f"#{nth}", "sex_code": "female" if nth % 2 else "male", "born_on": date(1940 + nth % 40, 1 + nth % 12, 1 + nth % 28),
                           "region_id": "990102001", "died_on": None} for nth in range(RESIDENTS)]}


@pytest.fixture(scope="module")
def demonstration(site_folder, tmp_path_factory):
    """The people at work over an invented run, gone after this file."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("people"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from django.db import transaction

    from publishing_work import hits, run, sums
    from sanyi.cli.demo_people import names
    from sanyi.runs.packs import open_plan
    from sanyi.store.demonstration.making import is_peopled, people
    from sanyi.worlds.roll import roll
    with transaction.atomic():
        people(site_folder, open_plan("haikou-2018", "region-demo"), record(), lambda rows: roll(rows, 1), names(1), 1, datetime.now(timezone.utc),
               published=((run("whole"), "audit", hits({number: 1_000 * number for number in range(1, 24)})), (run("whole"), "clearings", sums({"H1": 10, "H2": 20}))))
        assert is_peopled()
        yield site_folder
        transaction.set_rollback(True)
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def states(table) -> Counter:
    return Counter(table.objects.values_list("state", flat=True))


def test_every_workflow_of_care_has_work_at_its_stages(demonstration):
    from sanyi.store.appointments.tables import Appointment, Waiting
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.exams.tables import CriticalValue, Exam, RecognitionCheck
    from sanyi.store.prescriptions.tables import DeliveryOrder, Prescription
    from sanyi.store.referrals.tables import Referral
    there = {table: states(table) for table in (Contract, Referral, Appointment, Waiting, Exam, CriticalValue, Prescription, DeliveryOrder)}
    for table, wanted in ((Contract, {"drafted", "offered", "active"}), (Prescription, {"written", "checked", "returned", "circulating", "partly", "closed"}),
                          (Referral, {"draft", "submitted", "accepted", "arrived", "treated", "closed", "declined", "filing_asked", "recorded", "taken_over"}),
                          (Appointment, {"booked", "served"}), (Waiting, {"offered"}), (Exam, {"requested", "received", "claimed", "reported", "released", "rejected"}),
                          (CriticalValue, {"raised", "acknowledged", "acted"}), (DeliveryOrder, {"handed_over"})):
        assert wanted <= set(there[table]), (table.__name__, there[table])
    assert {row.decision for row in RecognitionCheck.objects.all()} >= {"accepted", "declined"}


def test_what_the_run_says_and_who_may_be_one_person_waits_at_its_stages(demonstration):
    from sanyi.store.persons.tables import Person, PersonMatch
    from sanyi.store.prescriptions.tables import Prescription
    from sanyi.store.publishing.tables import AuditCase, ResultNotice
    assert set(states(AuditCase)) == {"found", "notified", "answered", "confirmed", "appealed", "upheld", "closed", "cleared"} and "acknowledged" in states(ResultNotice)
    assert states(PersonMatch)["seconded"] == 1 and states(PersonMatch)["proposed"] >= 4
    assert Person.objects.filter(died_on__isnull=False).count() == 1
    assert len(set(Prescription.objects.filter(created_by="family-doctor").values_list("state", flat=True))) >= 4


def test_nothing_that_was_made_lies_ahead_of_its_moment(demonstration):
    from sanyi.store.models import WorkEvent
    assert not WorkEvent.objects.filter(at__gt=datetime.now(timezone.utc)).exists()
    assert WorkEvent.objects.count() > 1_000


def test_the_accounts_are_told_with_one_password_that_lets_them_in(demonstration):
    from django.test import Client

    from sanyi.store.demonstration.making import accounts_told, demo_password
    told = accounts_told()
    assert {"doctor", "family-doctor", "director", "registrar", "pharmacist", "technician", "nurse", "bureau", "resident", "security-admin"} <= {name for name, *_ in told}
    assert all(unit for name, (zh, _), unit in told if zh in ("医师", "家庭医生", "机构负责人", "药师"))
    client = Client()
    assert client.post("/sign-in/", {"name": "family-doctor", "password": demo_password()}).status_code == 302
    assert client.post("/sign-in/", {"name": "doctor", "password": "demo-000000000000"}).status_code in (302, 403)


def test_every_page_of_every_role_s_menu_opens(demonstration):
    from sanyi.store.demonstration.making import accounts_told
    from sanyi.web.access import may_open
    from sanyi.web.page import MENU
    from sanyi.workflows.facts import ROLES
    from django.urls import reverse
    opened, roles = Counter(), {words: role for role, words in ROLES.items()}
    for name, words, _ in accounts_told():
        client, role = signed_in(name), roles[words]
        for _, _, entries in MENU:
            for route, *_ in entries:
                if may_open(route, role):
                    is_elsewhere = (name, route) == ("hospital", "cockpit")  # leads to its own institution, which the invented run does not have
                    answer = client.get(reverse(route), follow=not is_elsewhere)
                    assert answer.status_code == (302 if is_elsewhere else 200), (name, route, answer.status_code)
                    opened[name] += 1
    assert all(opened[name] >= 3 for name in ("doctor", "family-doctor", "director", "registrar", "nurse", "pharmacist", "technician")), opened
