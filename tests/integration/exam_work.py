"""A clinic, a centre, another hospital and their people, and an examination brought as far as a test wants it."""
from datetime import date, datetime, timedelta, timezone

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
FIRST = date(2020, 1, 1)
INSTITUTIONS = (("C1", "山前镇卫生院", "1"), ("H1", "第一人民医院", "3A"), ("H2", "中医医院", "2A"))
PEOPLE = {  # account: (institution, role)
    "gp": ("C1", "doctor"), "gp-2": ("C1", "family_doctor"), "nurse": ("C1", "nurse"), "head": ("C1", "director"), "tech": ("H1", "technician"), "rad": ("H1", "doctor"),
    "rad-2": ("H1", "doctor"), "h1-head": ("H1", "director"), "other": ("H2", "doctor"), "clerk": ("C1", "registrar")}


def made() -> dict[str, int]:
    """Everybody and the rules; gives the two residents' ids by name."""
    from sanyi.runs.packs import open_plan
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.persons.tables import Person
    keep_rules(open_plan("haikou-2018", "region-demo"), "system", NOW)
    there = {code: Institution.objects.create(code=code, name=name, level=level, kind="general", ownership="public", from_on=FIRST) for code, name, level in INSTITUTIONS}
    for name, (code, role) in PEOPLE.items():
        staff = Staff.objects.create(code=name, name=name, profession="doctor", from_on=FIRST)
        Posting.objects.create(staff=staff, institution=there[code], role=role, from_on=FIRST)
        Account.objects.create(name=name, staff=staff, password="!")
    Account.objects.create(name="office-1", role="office", password="!")
    ids = {name: Person.objects.create(name=name, created_by="system", created_at=NOW).pk for name in ("li", "wang")}
    for name, id in ids.items():
        Account.objects.create(name=f"resident-{name}", role="resident", resident=str(id), password="!")
    return ids


def acting(name: str):
    """An account in its posting."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.who import Acting
    account = Account.objects.get(name=name)
    posting = Posting.objects.filter(staff=account.staff_id).first() if account.staff_id else None
    return Acting(name, posting.pk if posting else None, True)


def order(person: int, item: str = "k", by: str = "gp", centre: str = "H1", now: datetime = NOW, **more):
    from sanyi.store.exams.ordering import ExamWanted, order_exam
    return order_exam(ExamWanted(person, item, centre, **more), acting(by), now)


def step(row, name: str, by: str, now: datetime = NOW, kind: str = "exam", **given):
    """Take a step on the newest version of a row."""
    from sanyi.store.act import act
    return act(kind, row.pk, type(row).objects.get(pk=row.pk).version, name, given, acting(by), now)


def bring(row, state: str, now: datetime = NOW, by: str = "rad", verifier: str = "rad-2", **report):
    """Take an examination to a state, the straight way."""
    minute, said = timedelta(minutes=1), {"findings": "所见", "conclusion": "结论", **report}
    lab = (("sampled", "sample", "nurse", {"barcode": f"B{row.pk}", "sampled_at": now - 30 * minute}), ("in_transit", "send", "nurse", {"sent_at": now - 20 * minute, "carrier": "车1"}),
           ("received", "receive", "tech", {"received_at": now - 5 * minute, "lowest_e1": 30, "highest_e1": 60}))
    ways = (*(lab if row.kind in ("laboratory", "pathology") else ()), ("performed", "perform", "tech", {"performed_at": now - minute}), ("claimed", "claim", by, {}),
            ("reported", "report", by, said), ("verified", "verify", verifier, {}), ("released", "release", verifier, {}))
    row.refresh_from_db()
    names = [way[0] for way in ways]
    for after, name, who, given in ways[names.index(row.state) + 1 if row.state in names else 0:names.index(state) + 1]:
        row = step(row, name, who, now, **given)
        assert row.state == after
    return row


def result(person: int, item: str = "k", now: datetime = NOW, by: str = "gp", **report):
    """An examination that is released."""
    with_value = {"value": "4.1"} if item == "k" else {}
    return bring(order(person, item, by, now=now), "released", now, **{**with_value, **report})
