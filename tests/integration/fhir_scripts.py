"""A database that a really running server serves to a real client; run as `python fhir_scripts.py VAR`, prints tokens, a session and numbers as JSON."""
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from sanyi.store import prepare_database

MORE = {"h1-doc-2": ("H1", "doctor"), "h1-tech": ("H1", "technician"), "h1-super": ("H1", "supervisor")}


def seed(var: Path) -> dict:
    """Two institutions at work on one patient: a referral, a roster, an examination that is released and one that is claimed, a prescription."""
    prepare_database(var)
    from django.db import transaction
    import referral_work
    with transaction.atomic():
        world = referral_work.region()
        more_people(world)
        made = {"patient": world["persons"][0], "other": world["persons"][1], **work(world)}
        return {**made, "tokens": tokens(world), "session": session("audit-1")}


def more_people(world: dict) -> None:
    """A second doctor, a technician, an auditor; the first person stands in the record as well."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Department, Institution, Posting, Staff
    from sanyi.store.persons.tables import Person
    from sanyi.store.who import Acting
    for name, (house, role) in MORE.items():
        staff = Staff.objects.create(code=name, name=f"员{name}", profession="doctor", from_on="2020-01-01")
        posting = Posting.objects.create(staff=staff, institution=Institution.objects.get(code=house), role=role, from_on="2020-01-01")
        Account.objects.create(name=name, role="reader", staff=staff, password="!")
        world["by"][name] = Acting(name, posting.pk)
    Account.objects.create(name="audit-1", role="audit_admin", password="!")
    Department.objects.create(institution=Institution.objects.get(code="H1"), code="card", name="心内科", from_on="2020-01-01")
    Person.objects.filter(pk=world["persons"][0]).update(name="欧阳小明", name_key="欧阳小明", pinyin="ouyangxiaoming", initials="oyxm", sex="male", born_on="1960-05-06", resident_id="reside001")


def work(world: dict) -> dict:
    """One piece of each kind of work."""
    from sanyi.runs.packs import open_plan
    from sanyi.store.act import act
    from sanyi.store.appointments.booking import book
    from sanyi.store.appointments.rosters import make_roster, publish
    from sanyi.store.appointments.rules import read_rules
    from sanyi.store.appointments.tables import Slot
    from sanyi.store.devices.registering import register_device
    from sanyi.store.exams.ordering import ExamWanted, order_exam
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.findings.attaching import attach_file
    from sanyi.store.prescriptions.formulary import load_formulary
    from sanyi.store.prescriptions.writing import Script, ScriptLine, write_prescription
    import referral_work
    now, by, patient = datetime.now(timezone.utc), world["by"], world["persons"][0]
    plan, today = open_plan("haikou-2018", "region-demo"), now.date()
    rules = read_rules(plan.on(today))
    keep_rules(plan, "system", now)
    load_formulary(plan.on(today), "system", now)
    roster = make_roster({"department": "card", "staff": "h1-doc", "weekdays": "1234567", "begins": "08:00", "ends": "10:00", "slot_minutes": 30, "capacity": 2, "from_on": today}, by["h1-desk"], now, rules)
    publish(roster.pk, by["h1-desk"], now)
    slots = list(Slot.objects.filter(roster=roster, starts_at__gt=now + timedelta(days=1)).order_by("starts_at"))
    booked = book(slots[0].pk, patient, by["h1-desk"], now, rules)

    def step(row, name: str, who: str, **given):
        row.refresh_from_db()
        return act("exam", row.pk, row.version, name, given, by[who], now)

    register_device({"code": "ECG1", "kind": "ecg", "serial": "E-1", "name": "心电图机", "calibrated_on": today, "calibrated_until": today + timedelta(days=90)}, by["h1-tech"], now)
    exams = [order_exam(ExamWanted(patient, item, "H1"), by["t1-gp"], now) for item in ("ecg_12", "us_abdomen")]
    blood = order_exam(ExamWanted(patient, "electrolytes", "H1"), by["t1-gp"], now)
    step(blood, "sample", "t1-gp", barcode="B1", sampled_at=now)
    step(blood, "receive", "h1-tech", received_at=now, lowest_e1=30, highest_e1=60)
    for exam in exams:
        if exam.item == "ecg_12":
            attach_file(exam.pk, "心电.json", [json.dumps({"samples_per_second": 100, "unit": "uV", "leads": {"I": [0, 900] * 100}}).encode()], by["h1-tech"], now, device="ECG1")
        step(exam, "perform", "h1-tech", performed_at=now)
        step(exam, "claim", "h1-doc-2")
    step(exams[0], "report", "h1-doc-2", findings="窦性心律", conclusion="正常心电图", value="72")
    for name in ("verify", "release"):
        step(exams[0], name, "h1-doc")
    script = write_prescription(Script(patient, "usual", "高血压", (ScriptLine("D001", 7, 1000),), is_pregnant=False), by["h1-doc"], now)
    referral = referral_work.accepted(world, by="h1-desk", now=now)
    return {"booked": booked.pk, "free": slots[-1].pk, "exam": exams[0].pk, "claimed": exams[1].pk, "blood": blood.pk, "prescription": script.pk, "referral": referral.pk}


def tokens(world: dict) -> dict[str, str]:
    """A token of every account that may have one."""
    from sanyi.store.tokens.making import make_token
    now = datetime.now(timezone.utc)
    return {name: make_token("test", ["read:*", "act:*"], 30, by, now)[0] for name, by in world["by"].items()}


def session(name: str) -> str:
    """The cookie of an administrator who has shown a second factor."""
    from signed_in import signed_in
    return signed_in(name).cookies["sanyi_session"].value


if __name__ == "__main__":
    print(json.dumps(seed(Path(sys.argv[1]))))
