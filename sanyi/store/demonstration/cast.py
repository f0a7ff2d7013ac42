"""Who plays in the demonstration: the institutions of one consortium and around it, an account of each role, residents."""
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from sanyi.payment.benefit.policy import Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.store.accounts import make_account
from sanyi.store.act import act
from sanyi.store.health.linking import give_code, link_account
from sanyi.store.health.rules import read_rules
from sanyi.store.organisation.keeping import add, change
from sanyi.store.organisation.tables import Consortium, Institution, Posting, Staff
from sanyi.store.people import set_rights
from sanyi.store.persons.tables import Person
from sanyi.store.persons.unmasking import unmask
from sanyi.store.who import Acting
from sanyi.workflows.facts import SYSTEM

SECURITY, CHEMIST, RESIDENT = "security-admin", "shop-pharmacist", "resident"
OWN = {  # accounts that act in their own role, and whether their unit is the hospital
    "bureau": ("bureau", False), "bureau-2": ("bureau", False), "lead": ("lead", True), "hospital": ("hospital", True), "expert": ("expert", False), "reader": ("reader", False),
    "system-admin": ("system_admin", False), SECURITY: ("security_admin", False), "audit-admin": ("audit_admin", False)}
POSTED = {  # accounts of staff: where, the profession in the record, which of them, the role
    "doctor": ("hospital", "doctor", 0, "doctor"), "doctor-2": ("hospital", "doctor", 1, "doctor"), "nurse": ("hospital", "nurse", 0, "nurse"),
    "technician": ("hospital", "technician", 0, "technician"), "pharmacist": ("hospital", "pharmacist", 0, "pharmacist"),
    "director": ("hospital", "management", 0, "director"), "registrar": ("hospital", "management", 1, "registrar"), "supervisor": ("hospital", "public_health", 0, "supervisor"),
    "family-doctor": ("clinic", "general_practitioner", 0, "family_doctor"), "clinic-nurse": ("clinic", "nurse", 0, "nurse"),
    "clinic-pharmacist": ("clinic", "pharmacist", 0, "pharmacist"), "clinic-desk": ("clinic", "public_health", 0, "registrar"), "clinic-director": ("clinic", "management", 0, "director"),
    "family-doctor-2": ("second", "general_practitioner", 0, "family_doctor"), "second-nurse": ("second", "nurse", 0, "nurse"),
    "other-doctor": ("other", "doctor", 0, "doctor"), "other-desk": ("other", "management", 0, "registrar"), CHEMIST: ("pharmacy", "pharmacist", 0, "pharmacist")}
DEPARTMENTS = {"card": "心血管内科", "resp": "呼吸内科", "surg": "普通外科", "img": "影像科", "lab": "检验科"}
PHARMACY, PHARMACY_STAFF = "P00001", "S-P00001"
NAMED = 60  # of each institution's staff
GROWN = timedelta(days=40 * 365)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cast:
    """What every scene needs: the plan, doors by account, codes of institutions by part, staff codes by institution and profession, residents, chance, the moment it is.

    `star` is the resident who has an account.
    """

    plan: Any
    by: Mapping[str, Acting]
    place: Mapping[str, str]
    staff: Mapping[tuple[str, str], list[str]]
    residents: Iterator[int]
    star: int
    chance: Random
    now: datetime

    def some(self, count: int) -> list[int]:
        """The next residents."""
        return list(islice(self.residents, count))

    def ago(self, days: int, hour: int = 9) -> datetime:
        """A moment of an earlier day, within two hours from an hour on; never after now."""
        begins = timezone.localtime(self.now).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=days)
        return min(begins + timedelta(minutes=self.chance.randrange(0, 110)), self.now)

    @cached_property
    def policies(self) -> Policies:
        """What the plan's benefits say this year: read once, it takes a while."""
        today = timezone.localdate(self.now)
        return read_policies(self.plan.on(today), today.year)

    def step(self, kind: str, row: Any, name: str, by: str, at: datetime, /, **given: object) -> Any:
        """Take a step on the newest version; nothing is taken after now."""
        row.refresh_from_db(fields=["version"])
        done = act(kind, row.pk, row.version, name, given, self.by.get(by, by), min(at, self.now))
        done.refresh_from_db()
        return done


def make_cast(var: Path, plan: Any, staff: Iterable[Row], names: Iterator[str], password: str, seed: int, now: datetime) -> Cast:
    """Choose the institutions, name their staff, make the accounts, all with one password.

    `staff` are the record's rows, `names` is endless.
    """
    place, since, chance, hashed = _places(), (now - timedelta(days=400)).date(), Random(seed), make_password(password)
    there = _staff_of(staff)
    add("institution", {"code": PHARMACY, "name": "康宁大药房（示例）", "kind": "pharmacy", "ownership": "private", "from_on": since}, SYSTEM, now)
    add("staff", {"code": PHARMACY_STAFF, "name": next(names), "profession": "pharmacist", "from_on": since}, SYSTEM, now)
    place["pharmacy"], there[PHARMACY, "pharmacist"] = PHARMACY, [PHARMACY_STAFF]
    for code, name in DEPARTMENTS.items():
        add("department", {"institution": place["hospital"], "code": code, "name": name, "from_on": since}, SYSTEM, now)
    for name, (role, is_hospitals) in OWN.items():
        make_account(var, name, password, role, place["hospital"] if is_hospitals else "", hashed=hashed)
    for code in dict.fromkeys(place.values()):
        _name_staff([each for (where, _), codes in there.items() if where == code for each in codes], names, now)
    by = {name: _posted(var, name, (password, hashed), place[where], there[place[where], profession][nth], role, since, now) for name, (where, profession, nth, role) in POSTED.items()}
    people = list(Person.objects.filter(is_active=True, died_on=None, born_on__lt=now.date() - GROWN).exclude(identity_cipher="").order_by("pk").values_list("pk", flat=True))
    chance.shuffle(people)
    star = people.pop()
    by[RESIDENT] = _resident(star, plan, by["clinic-desk"], password, now)
    return Cast(plan, by, place, there, iter(people), star, chance, now)


def _places() -> dict[str, str]:
    """The lead hospital and two clinics of a consortium, a hospital beside it, one outside the area."""
    group = Consortium.objects.filter(to_on=None, memberships__part="lead").order_by("code").distinct()[0]
    hospital = group.memberships.get(part="lead").institution
    clinics = group.memberships.filter(institution__level__in=("community", "township")).order_by("institution__code").values_list("institution__code", flat=True)
    beside = Institution.objects.filter(is_in_area=True, level__in=("3A", "3B", "2A")).exclude(memberships__consortium=group).order_by("level", "code")
    return {"hospital": hospital.code, "clinic": clinics[0], "second": clinics[1], "other": beside[0].code,
            "far": Institution.objects.filter(is_in_area=False).order_by("code")[0].code}


def _staff_of(rows: Iterable[Row]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["is_active"]:
            found.setdefault((row["institution_id"], row["role_code"]), []).append(row["staff_id"])
    return found


def _name_staff(codes: list[str], names: Iterator[str], now: datetime) -> None:
    for row in Staff.objects.filter(code__in=codes, name="").order_by("pk")[:NAMED]:
        change("staff", row.pk, row.version, {"name": next(names), "profession": row.profession, "title": row.title}, SYSTEM, now)


def _posted(var: Path, name: str, password: tuple[str, str], institution: str, code: str, role: str, since: date, now: datetime) -> Acting:
    """An account linked to a member of staff; posted by hand where the profession in the record gives no role."""
    security, staff = Acting(SECURITY, None, True), Staff.objects.get(code=code)
    posting = Posting.objects.filter(staff=staff, institution__code=institution, role=role, to_on=None).first()
    if posting is None:
        posting = add("posting", {"staff": code, "institution": institution, "role": role, "from_on": since}, security, now)
    make_account(var, name, password[0], hashed=password[1])
    set_rights(name, "reader", "", code, security)
    return Acting(name, posting.pk, True)


def _resident(person: int, plan: Any, desk: Acting, password: str, now: datetime) -> Acting:
    """The resident's account, made as residents make theirs: with the identity number and the desk's code."""
    code = give_code(person, read_rules(plan.on(timezone.localtime(now).date())), desk, now)
    link_account(unmask(person, "identify", desk, now)["identity"], code, RESIDENT, password, now)
    return Acting(RESIDENT)
