"""A small town that signs: two primary institutions with three teams, a district and a city hospital, packages, residents, and their accounts."""
from datetime import date, datetime, timedelta, timezone
from typing import Any

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=timezone.utc)
TODAY = date(2026, 6, 1)
OPENED = date(2020, 1, 1)
TERMS = dict(years=1, most_years=3, residents_per_gp=2000, offer_days=14, cooling_off_days=7, renewal_days=60, request_days=7, leaver_days=30, do_fees_stay=True, is_combination_needed=False,
             combination={"district": ["2A", "2B"], "city": ["3A", "3B"]}, staff_share_ppm=700_000,
             quality=[{"score": 0, "in_time_e4": 10_000, "late_e4": 8_000}, {"score": 2, "in_time_e4": 8_500, "late_e4": 6_800}, {"score": 5, "in_time_e4": 11_000, "late_e4": 8_800}])
PLACES = {"C1": ("东街卫生中心", "community", "primary"), "C2": ("西街卫生院", "township", "primary"), "D1": ("县医院", "2A", "general"), "M1": ("市医院", "3A", "general")}
STAFF = {"S1": ("C1", "general_practitioner", "family_doctor"), "S2": ("C1", "nurse", "nurse"), "S3": ("C2", "general_practitioner", "family_doctor"), "S4": ("C2", "nurse", "nurse"),
         "S5": ("C1", "management", "director"), "S6": ("D1", "doctor", "doctor")}
TEAMS = {"T1": ("C1", "S1"), "T2": ("C2", "S3"), "T3": ("C1", "S1")}
ACCOUNTS = {"gp1": ("family_doctor", "C1", "S1"), "nurse1": ("nurse", "C1", "S2"), "gp2": ("family_doctor", "C2", "S3"), "nurse2": ("nurse", "C2", "S4"), "chief1": ("director", "C1", "S5"),
            "office": ("office", "", ""), "bureau": ("bureau", "", ""), "doctor-d1": ("doctor", "D1", "S6"), "looker": ("reader", "", "")}


def town(residents: int = 4, **terms: Any) -> None:
    """Make it all; residents are named r1, r2 … and their accounts likewise."""
    from sanyi.store.contracts.packages import Item, add_package
    from sanyi.store.contracts.tables import DoctorTeam, TeamMember
    from sanyi.store.contracts.terms import Terms, take_terms
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.persons.tables import Person
    institutions = {code: Institution.objects.create(code=code, name=name, level=level, kind=kind, ownership="public", from_on=OPENED) for code, (name, level, kind) in PLACES.items()}
    staff = {code: Staff.objects.create(code=code, name=f"员工{code}", profession=profession, from_on=OPENED) for code, (_, profession, _) in STAFF.items()}
    for code, (where, _, role) in STAFF.items():
        Posting.objects.create(staff=staff[code], institution=institutions[where], role=role, from_on=OPENED)
    for code, (where, leader) in TEAMS.items():
        team = DoctorTeam.objects.create(code=code, name=f"团队{code}", institution=institutions[where], from_on=OPENED)
        TeamMember.objects.create(team=team, staff=staff[leader], part="gp", is_leader=True, from_on=OPENED)
    for name, (role, unit, code) in ACCOUNTS.items():
        Account.objects.create(name=name, role=role, unit=unit, person=f"staff:{code}" if code else "", staff=staff.get(code), password="!")
    for number in range(1, residents + 1):
        person = Person.objects.create(name=f"居民{number}", name_key=f"居民{number}", born_on=date(1950 + number % 60, 1, 1), sex="female", resident_id=f"R{number:05d}", created_by="test", created_at=NOW)
        Account.objects.create(name=f"r{number}", role="resident", resident=str(person.pk), password="!")
    take_terms("haikou-2018", Terms(**{**TERMS, **terms}), "office", NOW)
    add_package("basic", "基础包", "basic", 0, [Item("visit", "随访", 4), Item("exam", "健康体检", 1, 20_000)], OPENED, "office", NOW, weights={})
    add_package("elder", "老年包", "personalised", 12_000, [Item("visit", "随访", 12)], OPENED, "office", NOW, group="elderly", record_code="elderly",
                weights={"insurance_fund": 1, "public_health": 1, "resident": 1})


def person(number: int) -> int:
    """A resident's number in the person index."""
    from sanyi.store.persons.tables import Person
    return Person.objects.get(resident_id=f"R{number:05d}").pk


def at(day: date | int) -> datetime:
    """A morning: of a day, or of so many days after the first."""
    return NOW + timedelta(days=day if isinstance(day, int) else (day - TODAY).days)


def offered(number: int = 1, team: str = "T1", now: datetime = NOW, **more: Any):
    """A contract that a team has offered."""
    from sanyi.store.act import act
    from sanyi.store.contracts.drafting import draft_contract
    by = "gp2" if team == "T2" else "gp1"
    row = draft_contract(person(number), team, more.pop("package", "basic"), by, now, **more)
    return act("contract", row.pk, row.version, "offer", {}, by, now)


def witnessed(row, now: datetime = NOW):
    """An offer beside which the nurse of the institution stands, with the own account."""
    from sanyi.store.act import act
    return act("contract", row.pk, row.version, "stand_by", {}, "nurse2" if row.institution == "C2" else "nurse1", now)


def signed(number: int = 1, team: str = "T1", now: datetime = NOW, **more: Any):
    """A contract signed at the desk."""
    from sanyi.store.act import act
    row = witnessed(offered(number, team, now, **more), now)
    return act("contract", row.pk, row.version, "sign_at_desk", {}, "gp2" if team == "T2" else "gp1", now)


def faults() -> list[str]:
    """What must never be: a person with two contracts on one day, or two in force; a gap or a double where one took over from another."""
    from collections import defaultdict

    from sanyi.store.contracts.tables import Contract
    from sanyi.workflows.contract import HOLDING
    found, days = [], defaultdict(list)
    for row in Contract.objects.filter(state__in=HOLDING).order_by("from_on"):
        days[row.person_id].append(row)
    for whose, rows in days.items():
        found += [f"person {whose}: {a.pk} and {b.pk} share a day" for a, b in zip(rows, rows[1:]) if a.to_on >= b.from_on]
        if sum(row.state == "active" for row in rows) > 1:
            found.append(f"person {whose}: two in force")
        found += [f"contract {row.pk} leaves a gap" for row in rows if row.earlier and row.entry in ("transfer", "package", "succession") and row.earlier.state == "transferred"
                  and row.earlier.to_on + timedelta(days=1) != row.from_on]
    return found
