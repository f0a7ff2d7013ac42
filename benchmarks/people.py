"""Referrals at size: fifty thousand in the database, the real server, eight connections; list page and transition, as ratios to an empty page of the same process.

    python benchmarks/people.py seed FOLDER [--referrals 50000] [--persons 100000]
    python benchmarks/people.py measure FOLDER --results RUN [--seconds 10] [--connections 8]
    python benchmarks/people.py act FOLDER [--count 1500]     # transitions with their audit, straight through the door, one process

The bars (issue 5): list page 150 requests/s with p99 under 250 ms, a transition with its audit 300/s, on two cores that do nothing else.
"""
import argparse
import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

HOUSES, NOW = 66, datetime.now(timezone.utc)
SHARES = (("closed", 70), ("declined", 6), ("expired", 3), ("withdrawn", 3), ("submitted", 6), ("accepted", 5), ("arrived", 4), ("treated", 3))
RULES = {"clocks": {"routine": {"answer": 1440, "escalate": 720, "levels": 2, "arrive": 10080, "feedback": 20160, "close": 20160}}, "criteria": {}, "packets": {}, "words": {}}


def seed(var: Path, referrals: int, persons: int) -> None:
    """A region of sixty-six institutions with its people and referrals, written in bulk (the benchmark's own shortcut, no door)."""
    from sanyi.store import prepare_database
    prepare_database(var)
    from django.db import connection, transaction
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.persons.tables import Person
    from sanyi.store.referrals.tables import Referral, ReferralRuleSet
    chance = random.Random(1)
    with transaction.atomic():
        houses = Institution.objects.bulk_create(Institution(code=f"I{n:03}", name=f"第{n}机构", level="2A" if n < 9 else "township", kind="general", ownership="public",
                                                             from_on=date(2020, 1, 1)) for n in range(HOUSES))
        staff = Staff.objects.create(code="S1", name="转诊办", profession="doctor", from_on=date(2020, 1, 1))
        Posting.objects.create(staff=staff, institution=houses[0], role="registrar", from_on=date(2020, 1, 1))
        Account.objects.create(name="desk", role="reader", staff=staff, password="!", password_at=NOW) if hasattr(Account, "password_at") else Account.objects.create(
            name="desk", role="reader", staff=staff, password="!")
        Person.objects.bulk_create((Person(name=f"居民{n}", name_key=f"居民{n}", resident_id=f"P{n:07}", created_by="bench", created_at=NOW) for n in range(persons)), batch_size=2000)
        rules = ReferralRuleSet.objects.create(digest="bench", rules=RULES)
        first = Person.objects.order_by("pk").values_list("pk", flat=True).first()
        Referral.objects.bulk_create((_one(chance, n, first + chance.randrange(persons), rules) for n in range(referrals)), batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{referrals} referrals, {persons} persons")


def _one(chance, number, person, rules):
    from sanyi.store.referrals.tables import Referral
    state = chance.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    big, small = chance.randrange(9), chance.randrange(9, HOUSES)
    sender, receiver = (small, big) if chance.random() < 0.75 else (big, small)
    begun = NOW - timedelta(minutes=chance.randrange(525_600))
    is_open = state in ("submitted", "accepted", "arrived", "treated")
    return Referral(person_id=person, institution=f"I{sender:03}", receiver=f"I{receiver:03}", origin=f"I{sender:03}", direction="up" if sender == small else "down", urgency="routine",
                    department=chance.choice(("心内科", "骨科", "全科")), reason=f"D{number}", rules=rules, digest=f"{number:064}", effect={"zh": "x", "en": "x"}, state=state, version=4,
                    submitted_at=begun, arrived_at=begun if state in ("closed", "arrived", "treated") else None,
                    due_at=NOW + timedelta(minutes=chance.randrange(-600, 20_000)) if is_open else None, created_by="bench", created_at=begun)


def act_many(var: Path, count: int) -> None:
    """Transitions with their log line and audit event, each its own commit, one process; beside it bare commits of one small row."""
    from sanyi.store import configure
    configure(var)
    from django.db import connection
    from sanyi.store.act import act
    from sanyi.store.models import WorkEvent
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.who import Acting
    door = Acting("desk", Posting.objects.get().pk)
    works = list(Referral.objects.filter(receiver="I000", state__in=("accepted",)).values_list("pk", "version")[:count])
    used, began = time.process_time(), time.perf_counter()
    for pk, version in works:
        act("referral", pk, version, "arrive", {}, door, NOW)
    took, cpu = time.perf_counter() - began, time.process_time() - used
    began, used = time.perf_counter(), time.process_time()
    for number in range(len(works)):
        WorkEvent.objects.create(at=NOW, by="bench", subject="bare", subject_id=number, step="x", version=1)
    bare, bare_cpu = time.perf_counter() - began, time.process_time() - used
    print(f"{connection.vendor}: {len(works)} transitions, {len(works) / took:.0f}/s, {1000 * cpu / len(works):.2f} CPU-ms each ({len(works) / cpu:.0f} a CPU-second);"
          f" a bare commit {len(works) / bare:.0f}/s, {1000 * bare_cpu / len(works):.2f} CPU-ms")


def measure(var: Path, results: Path, seconds: int, connections: int) -> None:
    """Start the real server, sign in, and read the list, a filtered list, one referral and an empty page in turn."""
    environment = {**os.environ, "SANYI_VAR": str(var), "SANYI_RESULTS": str(results), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo", "DJANGO_SETTINGS_MODULE": "sanyi.web.settings",
                   "SANYI_HOST": "127.0.0.1", "SANYI_PORT": "8931"}
    os.environ.update(environment)
    import django
    django.setup()
    from django.test import Client
    from sanyi.store.models import Account
    from sanyi.store.referrals.tables import Referral
    client = Client()
    client.force_login(Account.objects.get(name="desk"))
    cookie = f"sanyi_session={client.cookies['sanyi_session'].value}"
    number = Referral.objects.filter(receiver="I000").values_list("pk", flat=True).first()
    server = subprocess.Popen([sys.executable, "-m", "sanyi.web.server"], env=environment)
    try:
        until = time.monotonic() + 120
        while not _answers():
            assert time.monotonic() < until and server.poll() is None, "the server does not answer"
            time.sleep(0.2)
        empty = None
        for name, path in (("empty page (404)", "/nothing-here/"), ("list, coming in", "/referrals/"), ("list, filtered", "/referrals/?state=submitted"), ("search", "/referrals/?q=D1234"),
                           ("one referral", f"/referrals/{number}/")):
            rate, p50, p99, codes = _load(path, cookie, seconds, connections)
            empty = empty or rate
            print(f"{name:18} {rate:7.1f}/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  {rate / empty:.2f} of an empty page  {codes}", flush=True)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers() -> bool:
    try:
        line = http.client.HTTPConnection("127.0.0.1", 8931, timeout=2)
        line.request("GET", "/sign-in/")
        return line.getresponse().status == 200
    except OSError:
        return False


def _load(path: str, cookie: str, seconds: int, connections: int) -> tuple[float, float, float, dict[int, int]]:
    took: list[float] = []
    codes: dict[int, int] = {}
    over = time.perf_counter() + seconds

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", 8931, timeout=60)
        while time.perf_counter() < over:
            began = time.perf_counter()
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            took.append(1000 * (time.perf_counter() - began))
            codes[answer.status] = codes.get(answer.status, 0) + 1
    threads = [threading.Thread(target=ask) for _ in range(connections)]
    began = time.perf_counter()
    [each.start() for each in threads]
    [each.join() for each in threads]
    ordered = sorted(took)
    return len(took) / (time.perf_counter() - began), statistics.median(ordered), ordered[int(len(ordered) * 0.99) - 1], codes


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("seed", "measure", "act"))
    parser.add_argument("folder", type=Path)
    for name, usual in (("referrals", 50_000), ("persons", 100_000), ("seconds", 10), ("connections", 8), ("count", 1_500)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--results", type=Path)
    chosen = parser.parse_args()
    {"seed": lambda: seed(chosen.folder, chosen.referrals, chosen.persons), "act": lambda: act_many(chosen.folder, chosen.count),
     "measure": lambda: measure(chosen.folder, chosen.results, chosen.seconds, chosen.connections)}[chosen.what]()
