"""People's work at size: fifty thousand referrals and a million persons in the database, the server as `sanyi serve` runs it, eight kept connections of eight desks.

    python benchmarks/people.py seed FOLDER [--referrals 50000] [--persons 1000000]
    python benchmarks/people.py measure FOLDER --results RUN [--seconds 10] [--only NAME …]
    python benchmarks/people.py act FOLDER [--count 1500]     # transitions straight through the door, one process, beside bare commits
    python benchmarks/people.py postgres FOLDER --results RUN # all of it on a PostgreSQL started for it

Each line: requests a second, p50 and p99, the ratio to a page of the same servers that asks nothing of the tables (a signed-in person's own password form), processor
milliseconds a request of the servers and of PostgreSQL, and what share of a core the load itself took. With SANYI_DATABASE the first three work on that database.
Background work is put off meanwhile: a new installation makes up for its backup at once, which takes a core for a minute.

The bars (issue 5), on two cores that do nothing else: list page 150/s with p99 under 250 ms, JSON list 250/s, a transition with its audit 300/s, person search 200/s; half on PostgreSQL.
"""
import argparse
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
HERE, TICKS, SETTLED_AFTER_SECONDS = Path(__file__).parent, os.sysconf("SC_CLK_TCK"), 90
OPENED = 50  # persons that a desk opens again and again: beyond some two hundred within the hour the guard against reading in bulk refuses, and a refusal is no page
with socket.socket() as free:  # the servers share their port with whoever else asks for it
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]
Requests = list[list[str]]


def seed(var: Path, referrals: int, persons: int) -> None:
    """Make the database and write its people."""
    from sanyi.store import prepare_database
    began = time.perf_counter()
    prepare_database(var)
    import people_region
    from sanyi.store.tenancy import from_now_on
    from_now_on("a benchmark")
    people_region.seed(referrals, persons)
    print(f"{referrals:,} referrals, {persons:,} persons in {time.perf_counter() - began:.0f} s")


def act_many(var: Path, count: int) -> None:
    """Transitions with their log line and audit event, each its own commit, one process; beside it bare commits of one small row."""
    from sanyi.store import configure
    configure(var)
    from django.db import connection
    from django.utils import timezone
    from sanyi.store.act import act
    from sanyi.store.models import Account, WorkEvent
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.tenancy import from_now_on
    from sanyi.store.who import Acting
    from_now_on("a benchmark")
    posting, work = Posting.objects.get(staff=Account.objects.get(name="desk0").staff_id), _accepted("I000", count)
    for name, one in (("transitions", lambda row: act("referral", *row, "arrive", {}, Acting("desk0", posting.pk), timezone.now())),
                      ("bare commits", lambda row: WorkEvent.objects.create(at=timezone.now(), by="bench", subject="bare", subject_id=time.time_ns(), step="x", version=1))):
        used, began = time.process_time(), time.perf_counter()
        [one(row) for row in work]
        took, cpu = time.perf_counter() - began, time.process_time() - used
        print(f"{connection.vendor}: {len(work)} {name}, {len(work) / took:.0f}/s, {1000 * cpu / len(work):.2f} CPU-ms each ({len(work) / cpu:.0f} a CPU-second)")


def _accepted(house: str, count: int) -> list[tuple[int, int]]:
    from sanyi.store.referrals.tables import Referral
    return list(Referral.objects.filter(receiver=house, state="accepted").order_by("pk").values_list("pk", "version")[:count])


def measure(var: Path, results: Path, seconds: int, only: list[str]) -> None:
    """Start the real server, sign eight desks in, and put each load on it in turn."""
    environment = {**os.environ, "SANYI_VAR": str(var.resolve()), "SANYI_RESULTS": str(results.resolve()), "DJANGO_SETTINGS_MODULE": "sanyi.web.settings"}
    os.environ.update(environment)
    import django
    django.setup()
    from django.db import connections
    from sanyi.store.tenancy import from_now_on
    from_now_on("a benchmark")
    _put_off()
    cookies = _signed_in()
    loads = {name: lines for name, lines in _loads(cookies).items() if not only or name in only or name == "empty"}
    connections.close_all()
    with _served(var, results, environment) as server:
        _let_it_settle(server)
        baseline = 0.0
        for name, (lines, is_once) in loads.items():
            _ask(lines, 1, False) if not is_once else None  # warm
            before = _processor(server), _postgres_processor()
            told = _ask(lines, seconds, is_once)
            spent, spent_there = _processor(server) - before[0], _postgres_processor() - before[1]
            took = sorted(told["took"])
            rate = len(took) / told["seconds"]
            baseline = baseline or rate
            print(f"{name:20} {rate:7.1f}/s  p50 {took[len(took) // 2]:6.1f} ms  p99 {took[int(len(took) * 0.99) - 1]:6.1f} ms  max {took[-1]:6.0f}  {rate / baseline:4.2f} of an empty page"
                  f"  {1000 * spent / len(took):5.2f} CPU-ms" + (f" + {1000 * spent_there / len(took):5.2f} in PostgreSQL" if spent_there else "")
                  + f"  load {100 * told['processor'] / told['seconds']:.0f} %  {told['codes']}", flush=True)
            if any(int(code) >= 400 for code in told["codes"]):
                print(told["worst"])


def _put_off() -> None:
    from datetime import timedelta
    from django.utils import timezone
    from sanyi.store.jobs.tables import BackgroundJob
    from sanyi.store.jobs.working import enrol
    enrol(timezone.now())
    BackgroundJob.objects.exclude(next_at=None).update(state="waiting", next_at=timezone.now() + timedelta(hours=2))


def _let_it_settle(server: int) -> None:
    """Wait until the worker of background jobs has started: that takes seconds of a core, and is no part of a page."""
    until, before = time.monotonic() + SETTLED_AFTER_SECONDS, _processor(server)
    while time.monotonic() < until:
        time.sleep(2)
        now = _processor(server)
        if now - before < 0.1:
            return
        before = now


def _signed_in() -> list[str]:
    from django.test import Client
    from sanyi.store.models import Account
    found = []
    for account in Account.objects.filter(name__startswith="desk").order_by("pk"):
        client = Client()
        client.force_login(account)
        client.get("/password/")
        found.append(f"sanyi_session={client.cookies['sanyi_session'].value}; sanyi_csrf={client.cookies['sanyi_csrf'].value}")
    return found


def _loads(cookies: list[str]) -> dict[str, tuple[Requests, bool]]:
    """What is asked for, a list of requests a desk; and whether each may be asked only once."""
    import people_region
    from sanyi.store.persons.numbers import number_of
    from sanyi.store.persons.tables import Person
    from sanyi.store.referrals.tables import Referral
    chance, houses = random.Random(2), [f"I{number:03}" for number in range(len(cookies))]
    persons = list(Person.objects.filter(pk__in=chance.sample(range(1, Person.objects.count()), 400)).values_list("pk", "name", "pinyin", "initials"))
    own = {house: list(Referral.objects.filter(receiver=house).values_list("pk", "reason")[:300]) for house in houses}
    opened = {cookie: persons[place * OPENED:(place + 1) * OPENED] for place, cookie in enumerate(cookies)}

    def gets(*paths: str) -> tuple[Requests, bool]:
        return [[_get(path, cookie) for path in chance.sample(paths, len(paths))] for cookie in cookies], False

    tokens = _tokens(len(cookies))

    def calls(path: str) -> tuple[Requests, bool]:
        return [[_get(path, "x=y", f"Authorization: Bearer {token}\r\n")] for token in tokens], False

    found = [f"/persons/?q={quote(text)}" for _, name, pinyin, initials in persons for text in (name, name[:2], pinyin, initials)]
    return {
        "empty": gets("/password/"), "list": gets("/referrals/"), "list, filtered": gets("/referrals/?state=submitted", "/referrals/?urgency=routine&direction=up", "/referrals/?sort=-begun_on"),
        "JSON list": gets("/api/work/referral/?limit=50"), "JSON list of 20": gets("/api/work/referral/?limit=20&state=accepted"), "list, page n": gets(*(f"/referrals/?page={page}" for page in range(2, 40))), "list of 20": gets("/referrals/?size=20"),
        "list, search": ([[_get(f"/referrals/?q={reason}", cookie) for _, reason in own[house][:OPENED]] for house, cookie in zip(houses, cookies)], False),
        "one referral": ([[_get(f"/referrals/{pk}/", cookie) for pk, _ in own[house][:OPENED]] for house, cookie in zip(houses, cookies)], False),
        "JSON by token": calls("/api/work/referral/?limit=50"), "FHIR by token": calls("/fhir/ServiceRequest?_count=20"),
        "persons, any": gets(*found), "persons, one sign": gets(*(f"/persons/?q={quote(name[0])}" for _, name, *_ in persons)),
        "persons, name": gets(*(path for path in found if "%" in path)), "persons, pinyin": gets(*(path for path in found if "%" not in path)),
        "persons, number": ([[_get(f"/persons/?q={number_of(pk)}", cookie) for pk, *_ in opened[cookie]] for cookie in cookies], False),
        "persons, identity": ([[_post("/persons/", cookie, number=people_region.identity_of(pk - 1)[0]) for pk, *_ in opened[cookie]] for cookie in cookies], False),
        "transition": ([[_post(f"/referrals/{pk}/", cookie, do="step", step="arrive", version=str(version)) for pk, version in _accepted(house, 5_000)]
                        for house, cookie in zip(houses, cookies)], True)}


def _tokens(count: int) -> list[str]:
    """A program's token of each desk, in place of those of an earlier measurement."""
    from django.utils import timezone
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.tokens.making import make_token
    from sanyi.store.tokens.tables import AccessToken
    from sanyi.store.who import Acting
    AccessToken.objects.filter(name="benchmark").delete()
    desks = Account.objects.filter(name__startswith="desk").order_by("pk")[:count]
    return [make_token("benchmark", ["read:*"], 1, Acting(desk.name, Posting.objects.get(staff=desk.staff_id).pk), timezone.now())[0] for desk in desks]


def _get(path: str, cookie: str, more: str = "") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nCookie: {cookie}\r\n{more}\r\n"


def _post(path: str, cookie: str, **form: str) -> str:
    body = urlencode({**form, "csrfmiddlewaretoken": cookie.rpartition("=")[2]})
    return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}")


def _ask(lines: Requests, seconds: float, is_once: bool) -> dict[str, Any]:
    plan = {"host": "127.0.0.1", "port": PORT, "seconds": seconds, "lines": lines, "once": is_once}
    done = subprocess.run([sys.executable, str(HERE / "lean_client.py")], input=json.dumps(plan), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def _served(var: Path, results: Path, environment: dict[str, str]) -> Iterator[int]:
    """`sanyi serve`, in a process of its own; gives its number once it answers."""
    server = subprocess.Popen([sys.executable, "-m", "sanyi", "serve", "--results", str(results), "--var", str(var), "--port", str(PORT)], env=environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not _answers():
            assert time.monotonic() < until and server.poll() is None, "the server does not answer"
            time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers() -> bool:
    try:
        return _ask([[_get("/sign-in/", "x=y")]], 0, True)["codes"] == {"200": 1}
    except AssertionError:
        return False


def _processor(server: int) -> float:
    """Processor seconds of a process and all that it started."""
    parents = {int(path.name): _stat(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    ours = {server}
    while more := {pid for pid, told in parents.items() if told and int(told[1]) in ours} - ours:
        ours |= more
    return sum(int(told[11]) + int(told[12]) for pid in ours if (told := parents.get(pid))) / TICKS


def _postgres_processor() -> float:
    """Processor seconds of the PostgreSQL that is measured; a session that has ended counts with the process that waited for it."""
    owner = os.environ.get("BENCH_POSTGRES")
    if not owner:
        return 0.0
    told = _stat(Path("/proc") / owner)
    return _processor(int(owner)) + (int(told[13]) + int(told[14])) / TICKS


def _stat(path: Path) -> list[str]:
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def on_postgres(chosen: argparse.Namespace) -> None:
    """Seed, measure and act on a server that is started for it and removed afterwards."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from postgres_server import Server
    server = Server().start(shared_buffers="1GB")
    try:
        os.environ["SANYI_DATABASE"], os.environ["BENCH_POSTGRES"] = server.database("people"), str(server.process.pid)
        for what in (["seed"], ["measure", "--results", str(chosen.results), "--seconds", str(chosen.seconds), *(["--only", *chosen.only] if chosen.only else [])], ["act"]):
            subprocess.run([sys.executable, __file__, what[0], str(chosen.folder), *what[1:], "--referrals", str(chosen.referrals), "--persons", str(chosen.persons)], check=True)
    finally:
        server.remove()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("seed", "measure", "act", "postgres"))
    parser.add_argument("folder", type=Path)
    for name, usual in (("referrals", 50_000), ("persons", 1_000_000), ("seconds", 10), ("count", 1_500)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    chosen = parser.parse_args()
    {"seed": lambda: seed(chosen.folder, chosen.referrals, chosen.persons), "act": lambda: act_many(chosen.folder, chosen.count), "postgres": lambda: on_postgres(chosen),
     "measure": lambda: measure(chosen.folder, chosen.results, chosen.seconds, chosen.only)}[chosen.what]()
