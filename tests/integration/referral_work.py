"""A region of four institutions and its people, and referrals at any stage, for tests."""
from datetime import date, datetime, timedelta, timezone
from functools import cache

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
HOUSES = {"T1": ("township", True), "H1": ("2A", True), "H2": ("3A", True), "H9": ("3A", False), "T2": ("township", True)}
STAFF = {"t1-gp": ("T1", "family_doctor"), "t1-desk": ("T1", "registrar"), "t1-head": ("T1", "director"), "h1-doc": ("H1", "doctor"), "h1-desk": ("H1", "registrar"), "h1-head": ("H1", "director"),
         "h1-nurse": ("H1", "nurse"), "h2-doc": ("H2", "doctor"), "h2-desk": ("H2", "registrar"), "t2-gp": ("T2", "family_doctor"), "h1-pharmacist": ("H1", "pharmacist")}
UP = {"summary": "反复胸痛三天", "history": "高血压十年", "results": "心电图 ST 段压低", "medication": "阿司匹林", "purpose": "冠脉造影"}
DOWN = {"summary": "支架术后一周", "results": "肌钙蛋白正常", "medication": "双抗一年", "continuing_plan": "每两周复诊，逐步恢复活动", "schedule": "周一随访，电话 0000"}
EFFECT = {"zh": "凭转诊单补差额 300.00 元", "en": "the difference is borne", "with_fen": 30000, "without_fen": 80000}


def region() -> dict:
    """Institutions, accounts posted to them, residents' and offices' accounts, and persons; gives the accounts' doors and the persons' ids."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.persons.tables import Person
    from sanyi.store.who import Acting
    doors, since = {}, date(2020, 1, 1)
    houses = {code: Institution.objects.create(code=code, name=f"机构{code}", level=level, kind="hospital", ownership="government", is_in_area=inside, from_on=since)
              for code, (level, inside) in HOUSES.items()}
    for name, (house, role) in STAFF.items():
        person = Staff.objects.create(code=name, name=name, profession="doctor", from_on=since)
        posting = Posting.objects.create(staff=person, institution=houses[house], role=role, from_on=since)
        Account.objects.create(name=name, role="reader", staff=person, password="!")
        doors[name] = Acting(name, posting.pk)
    persons = [Person.objects.create(name=f"居民{number}", name_key=f"居民{number}", resident_id=f"P{number:06}", created_by="system", created_at=NOW).pk for number in range(3)]
    for name, (role, resident) in {"bureau-1": ("bureau", ""), "office-1": ("office", ""), "r-0": ("resident", str(persons[0])), "r-1": ("resident", str(persons[1]))}.items():
        Account.objects.create(name=name, role=role, resident=resident, password="!")
        doors[name] = Acting(name)
    return {"by": doors, "persons": persons}


@cache
def rules():
    """The demonstration plan's rules."""
    from sanyi.runs.packs import open_plan
    from sanyi.store.referrals.rules import read_rules
    return read_rules(open_plan("haikou-2018").on(date(2026, 11, 30)))


def begun(world, by="t1-gp", to="H1", person=0, parts=UP, criterion="needs_surgery", now=NOW, reason="I20.0", **more):
    """A draft with its benefit effect said."""
    from sanyi.store.referrals.beginning import Wanted, begin_referral, weigh
    row = begin_referral(Wanted(world["persons"][person], to, reason, criterion=criterion, parts=parts, **more), rules(), world["by"][by], now)
    return weigh(row.pk, row.version, EFFECT, world["by"][by], now)


def step(world, row, name, by, now=NOW, version=None, **given):
    """Take a step on the row as it is now, or on the version given."""
    from sanyi.store.act import act
    row.refresh_from_db()
    act("referral", row.pk, version or row.version, name, given, world["by"].get(by, by), now)
    row.refresh_from_db()
    return row


def consented(world, by="t1-gp", **more):
    row = begun(world, by=by, **more)
    return step(world, row, "consent", by, way="in_person", digest=row.digest)


def submitted(world, by="t1-gp", now=NOW, **more):
    return step(world, consented(world, by=by, **more), "submit", by, now)


def accepted(world, by="h1-desk", **more):
    row = submitted(world, **more)
    return step(world, row, "accept", by, expected_at=NOW + timedelta(hours=3), digest=row.digest)


def arrived(world, **more):
    return step(world, accepted(world, **more), "arrive", "h1-nurse")


def treated(world, **more):
    return step(world, arrived(world, **more), "treat", "h1-doc", diagnosis="I21.0", treatment="支架", outcome="improved")
