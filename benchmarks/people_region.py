"""A region's people written into a database in bulk, for `benchmarks/people.py`: the benchmark's own shortcut, through no door."""
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import islice
from random import Random
from typing import Any

HOUSES, NOW = 66, datetime.now(timezone.utc)
SHARES = (("closed", 58), ("declined", 6), ("expired", 3), ("withdrawn", 3), ("submitted", 6), ("accepted", 16), ("arrived", 5), ("treated", 3))
RULES = {"clocks": {"routine": {"answer": 1440, "escalate": 720, "levels": 2, "arrive": 10080, "feedback": 20160, "close": 20160}}, "criteria": {}, "packets": {}, "words": {}}
DESKS = 8  # institutions whose referral desk has an account


def seed(referrals: int, persons: int) -> None:
    """Sixty-six institutions, a desk at each of the first, persons with names and numbers, referrals among them."""
    from django.db import connection, transaction
    from sanyi.store.owning import as_owner
    chance = Random(1)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1500000")
    with transaction.atomic():
        rules = _houses()
        first = _write(_person(chance, number) for number in range(persons))
        _write(_referral(chance, number, first + chance.randrange(persons), rules) for number in range(referrals))
    with as_owner(), connection.cursor() as cursor:  # PostgreSQL passes over what is another's
        cursor.execute("ANALYZE")


def _houses() -> Any:
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.referrals.tables import ReferralRuleSet
    since = date(2020, 1, 1)
    houses = Institution.objects.bulk_create(Institution(code=f"I{n:03}", name=f"第{n}机构", level="2A" if n < 9 else "township", kind="general", ownership="public", from_on=since)
                                             for n in range(HOUSES))
    for number, house in enumerate(houses[:DESKS]):
        staff = Staff.objects.create(code=f"S{number}", name=f"转诊办{number}", profession="doctor", from_on=since)
        Posting.objects.create(staff=staff, institution=house, role="registrar", from_on=since)
        Account.objects.create(name=f"desk{number}", role="reader", staff=staff, password="!", password_at=NOW)
    return ReferralRuleSet.objects.create(digest="bench", rules=RULES)


@cache
def _said(sign: str) -> str:
    from sanyi.matching.names import reading
    return reading(sign)


def identity_of(number: int) -> tuple[str, date]:
    """The identity number and birth day of a person; no two of a million have one."""
    from sanyi.worlds.roll import signed
    born = date(1930, 1, 1) + timedelta(days=number * 7919 % 34_000)
    return signed(f"4699{number % 100:02}{born:%Y%m%d}{number // 100 % 1000:03}"), born


def _person(chance: Random, number: int) -> Any:
    from sanyi.store.ciphers import keyed_digest
    from sanyi.store.persons.tables import Person
    from sanyi.worlds.roll import name
    called, (identity, born) = name(chance), identity_of(number)
    pinyin = [_said(sign) for sign in called]
    return Person(name=called, name_key=called, pinyin="".join(pinyin), initials="".join(each[0] for each in pinyin), sex=chance.choice(("male", "female")), born_on=born, resident_id=f"P{number:07}",
                  identity_kind="resident_id", identity_cipher="k1." + "A" * 64, identity_digest=keyed_digest(f"resident_id:{identity}"), identity_masked=f"{identity[:4]}**********{identity[-4:]}",
                  phone_digest=keyed_digest(f"phone:199{number:08}"), phone_masked=f"199****{number % 10_000:04}", identity_hash=f"{number:032x}", region=f"R{number % 40:02}",
                  origin="record", created_by="bench", created_at=NOW)


def _referral(chance: Random, number: int, person: int, rules: Any) -> Any:
    from sanyi.store.referrals.tables import Referral
    state = chance.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    big, small = chance.randrange(9), chance.randrange(9, HOUSES)
    sender, receiver = (small, big) if chance.random() < 0.75 else (big, small)
    begun = NOW - timedelta(minutes=chance.randrange(525_600))
    is_open = state in ("submitted", "accepted", "arrived", "treated")
    return Referral(person_id=person, institution=f"I{sender:03}", receiver=f"I{receiver:03}", origin=f"I{sender:03}", direction="up" if sender == small else "down", urgency="routine",
                    department=chance.choice(("心内科", "骨科", "全科")), reason=f"D{number}", rules=rules, digest=f"{number:064}", effect={"zh": "x", "en": "x"}, state=state, version=4,
                    submitted_at=begun, accepted_at=begun if state == "accepted" else None, expected_at=begun if state == "accepted" else None,
                    arrived_at=begun if state in ("closed", "arrived", "treated") else None, due_at=NOW + timedelta(minutes=chance.randrange(600, 20_000)) if is_open else None,
                    created_by="bench", created_at=begun)


def _write(rows: Iterator[Any]) -> int:
    """Write rows by one prepared statement a part; gives the number of the first."""
    from django.db import connection
    first = None
    while part := list(islice(rows, 20_000)):
        fields = [field for field in part[0]._meta.concrete_fields if not field.primary_key]
        values = ([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in part)
        table, names = part[0]._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})", list(values))
        if first is None:
            first = type(part[0]).objects.order_by("pk").values_list("pk", flat=True).first()
    return first
