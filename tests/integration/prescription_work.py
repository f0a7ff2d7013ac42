"""A small region with doctors, pharmacists, pharmacies and one resident; short words for what they do with prescriptions."""
from datetime import date, datetime, timedelta, timezone
from functools import cache

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
TODAY, SINCE = date(2026, 11, 30), date(2020, 1, 1)
PEOPLE = {  # account: role, unit, resident
    "doc": ("doctor", "H1"), "doc2": ("doctor", "H1"), "chem": ("pharmacist", "H1"), "gp": ("family_doctor", "C1"), "gp2": ("family_doctor", "C1"), "chem-c": ("pharmacist", "C1"),
    "shop1": ("pharmacist", "P1"), "shop2": ("pharmacist", "P2"), "far": ("pharmacist", "F1"), "doc-far": ("doctor", "F1"), "boss": ("director", "H1"),
    "overseer": ("supervisor", ""), "reform": ("office", "")}
INSTITUTIONS = {"H1": ("县医院", "2A", "general"), "C1": ("镇卫生院", "township", "township"), "F1": ("外县医院", "2A", "general"), "P1": ("平安药房", "", "pharmacy"),
                "P2": ("康宁药房", "", "pharmacy")}


@cache
def plan_of():
    """Haikou's plan with the demonstration region."""
    from sanyi.runs.packs import open_plan
    return open_plan("haikou-2018")


def region() -> int:
    """Make the region; gives the resident's number in the index."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Consortium, Institution, Membership
    from sanyi.store.persons.tables import Person
    from sanyi.store.prescriptions.formulary import load_formulary
    for code, (name, level, kind) in INSTITUTIONS.items():
        Institution.objects.create(code=code, name=name, level=level, kind=kind, ownership="public", from_on=SINCE)
    group = Consortium.objects.create(code="K1", name="县医共体", kind="tight", from_on=SINCE)
    for code, part in (("H1", "lead"), ("C1", "member")):
        Membership.objects.create(consortium=group, institution=Institution.objects.get(code=code), part=part, from_on=SINCE)
    person = Person.objects.create(name="陈阿婆", sex="female", born_on=date(1956, 5, 1), created_by="system", created_at=NOW)
    for name, (role, unit) in PEOPLE.items():
        Account.objects.create(name=name, role=role, unit=unit, password="!")
    Account.objects.create(name="granny", role="resident", resident=str(person.pk), password="!")
    Account.objects.create(name="stranger", role="resident", resident=str(person.pk + 1000), password="!")
    load_formulary(plan_of().on(TODAY), "system", NOW)
    return person.pk


def script(person: int, *lines, **more):
    """A script of (drug, quantity, daily_e3) lines; without lines a week of amlodipine."""
    from sanyi.store.prescriptions.writing import Script, ScriptLine
    wanted = tuple(ScriptLine(*line) for line in lines or [("D001", 7, 1000)])
    return Script(**{"person": person, "kind": "usual", "diagnosis": "高血压", "lines": wanted, "is_pregnant": False, **more})


def write(person: int, *lines, by: str = "doc", now: datetime = NOW, **more):
    from sanyi.store.prescriptions.writing import write_prescription
    return write_prescription(script(person, *lines, **more), by, now)


def step(row, name: str, by: str, now: datetime = NOW, **given):
    from sanyi.store.act import act
    row.refresh_from_db()
    done = act("prescription", row.pk, row.version, name, given, by, now)
    row.refresh_from_db()
    return done


def signed(person: int, *lines, by: str = "doc", chem: str = "chem", now: datetime = NOW, **more):
    """Written, reviewed and signed."""
    row = write(person, *lines, by=by, now=now, **more)
    for name, who in (("check", by), ("approve", chem), ("sign", by)):
        step(row, name, who, now)
    return row


def circulating(person: int, *lines, now: datetime = NOW, **more):
    """Signed and on its way, with its token."""
    from sanyi.store.prescriptions.tokens import make_token
    row = signed(person, *lines, now=now, **more)
    step(row, "circulate", more.get("by", "doc"), now)
    return row, make_token(row.pk, "granny", now)[0]


def taken(person: int, *lines, pharmacy: str = "shop1", now: datetime = NOW, **more):
    from sanyi.store.prescriptions.tokens import take_by_token
    row, token = circulating(person, *lines, now=now, **more)
    take_by_token(token, pharmacy, now)
    row.refresh_from_db()
    return row


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)
