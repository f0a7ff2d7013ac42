"""What processes do to the posted ledger at once, or while they are killed; run as `python clearing_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON.

The same on SQLite and, where SANYI_DATABASE names one, on PostgreSQL.
"""
import json
import os
import random
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def prepare() -> str:
    """An empty ledger with its books open."""
    prepare_database(VAR)
    narrow_doors()
    from clearing_work import opened
    opened()
    return "ready"


def settle(*codes: str) -> str:
    """Settle some periods and close them."""
    from clearing_work import PLAN, settled, step
    from sanyi.store.models import SettlementPeriod
    for code in codes:
        settled(code)
        step("settlement_period", SettlementPeriod.objects.get(book__plan=PLAN, code=code), "close", "reviewer")
    return "settled"


def state() -> dict:
    """The book's digest, its faults and how many groups it has."""
    from clearing_work import PLAN, YEAR, faults
    from sanyi.store.book_check import book_digest
    from sanyi.store.books import find_book
    from sanyi.store.models import EntryGroup
    return {"digest": book_digest(find_book(PLAN, YEAR)), "faults": faults(), "groups": EntryGroup.objects.count()}


# R02, R03: straight to the database ------------------------------------------------------------------------------------

def direct(seed: str, count: str) -> dict:
    """Groups that must not be, written by SQL: how many of each kind were tried and how many the database let through."""
    from django.db import DatabaseError, transaction
    chance, tried, passed = random.Random(int(seed)), {}, []
    for number in range(int(count)):
        name = sorted(WRONG)[number % len(WRONG)]
        tried[name] = tried.get(name, 0) + 1
        try:
            with transaction.atomic():
                WRONG[name](chance)
        except DatabaseError:
            continue
        passed.append(name)
    with transaction.atomic():  # the same hand can write a group that is right: the refusals above are the laws', not a typing error's
        _insert(chance, [("1001", "-", 5, 0), ("4001", "-", 0, 5)])
    return {"tried": tried, "passed": passed, **state()}


def _insert(chance, lines, total=None, count=None, period="2020-02", number=None, fund="resident", group_first=False) -> str:
    from uuid import UUID

    from django.db.models import Max
    from clearing_work import NOW, PLAN
    from sanyi.store.models import Book, BookAccount, EntryGroup, EntryLine, SettlementPeriod
    book = Book.objects.get(plan=PLAN)
    accounts = dict(BookAccount.objects.filter(book=book).values_list("code", "pk"))
    id = UUID(int=chance.getrandbits(128))
    head = dict(id=id, book=book, number=number or (EntryGroup.objects.filter(book=book).aggregate(m=Max("number"))["m"] or 0) + 1,
                period=SettlementPeriod.objects.get(book=book, code=period), key=f"X|{id}", sequence=1, kind="original", fund_code=fund, posting_code="X",
                for_period=period, posted_on=NOW.date(), line_count=len(lines) if count is None else count,
                total_fen=sum(line[2] for line in lines) if total is None else total, by="sql", at=NOW)
    rows = [EntryLine(group_id=id, number=place, account_id=accounts.get(account, account), party=party, debit_fen=debit, credit_fen=credit)
            for place, (account, party, debit, credit) in enumerate(lines, 1)]
    if group_first:
        EntryGroup.objects.create(**head)
    EntryLine.objects.bulk_create(rows)
    if not group_first:
        EntryGroup.objects.create(**head)
    return str(id)


def _pair(chance, debit=None, credit=None):
    amount = chance.randint(1, 10**9)
    return [("1001", "-", amount if debit is None else debit, 0), ("4001", "-", 0, amount if credit is None else credit)]


def _sealed(chance, *lines) -> None:
    """Lines added to a group that is there."""
    from sanyi.store.models import BookAccount, EntryGroup, EntryLine
    group = chance.choice(list(EntryGroup.objects.order_by("number")))
    accounts = dict(BookAccount.objects.filter(book=group.book).values_list("code", "pk"))
    EntryLine.objects.bulk_create([EntryLine(group=group, number=90 + place, account_id=accounts[account], party=party, debit_fen=debit, credit_fen=credit)
                                   for place, (account, party, debit, credit) in enumerate(lines)])


def _only_lines(chance) -> None:
    from uuid import UUID

    from sanyi.store.models import BookAccount, EntryLine
    account = BookAccount.objects.filter(code="1001").first()
    EntryLine.objects.bulk_create([EntryLine(group_id=UUID(int=chance.getrandbits(128)), number=1, account=account, party="-", debit_fen=1, credit_fen=0)])


def _sql(statement: str):
    def run(chance) -> None:
        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, "the statement meets a row"
    return run


WRONG = {
    "one fen apart": lambda chance: _insert(chance, _pair(chance, 10, 10 + chance.choice((-1, 1)))),
    "far apart": lambda chance: _insert(chance, _pair(chance, chance.randint(1, 10**9), chance.randint(10**9 + 1, 10**12))),
    "balanced only over two funds": lambda chance: (_insert(chance, [("1001", "-", 7, 0)], fund="resident"), _insert(chance, [("4001", "-", 0, 7)], fund="employee")),
    "one line of nothing": lambda chance: _insert(chance, [("1001", "-", 0, 0)]),
    "no lines": lambda chance: _insert(chance, []),
    "another total": lambda chance: _insert(chance, _pair(chance), total=1),
    "another count": lambda chance: _insert(chance, _pair(chance), count=3),
    "below zero": lambda chance: _insert(chance, _pair(chance, -5, -5)),
    "both sides of one line": lambda chance: _insert(chance, [("1001", "-", 5, 5), ("4001", "-", 5, 5)]),
    "beyond all money": lambda chance: _insert(chance, _pair(chance, 10**16, 10**16)),
    "an account that is not declared": lambda chance: _insert(chance, [("1001", "-", 5, 0), (999_999, "-", 0, 5)]),
    "a control account without a party": lambda chance: _insert(chance, [("1001", "-", 5, 0), ("2001", "-", 0, 5)]),
    "a party where none belongs": lambda chance: _insert(chance, [("1001", "H1", 5, 0), ("4001", "-", 0, 5)]),
    "a closed period": lambda chance: _insert(chance, _pair(chance), period="2020-01"),
    "a number twice": lambda chance: _insert(chance, _pair(chance), number=1),
    "a number left out": lambda chance: _insert(chance, _pair(chance), number=10**6),
    "the group before its lines": lambda chance: _insert(chance, _pair(chance), group_first=True),
    "more out of the deposits than is there": lambda chance: _insert(chance, [("1001", "-", 0, 10**12), ("5002", "-", 10**12, 0)]),
    "a line more in a sealed group": lambda chance: _sealed(chance, ("1001", "-", 1, 0)),
    "a balanced pair more in a sealed group": lambda chance: _sealed(chance, ("1001", "-", 1, 0), ("4001", "-", 0, 1)),
    "lines without a group": _only_lines,
    "a balance of one's own making": _sql("UPDATE store_bookbalance SET debit_fen = debit_fen + 1"),
    "a balance counted twice": _sql("UPDATE store_bookbalance SET debit_fen = 2 * debit_fen, last_number = last_number + 1 WHERE debit_fen > 0"),
    "a balance without its bound": _sql("UPDATE store_bookbalance SET bound = 'none' WHERE bound = 'debit'"),
    "a batch that says otherwise": _sql("UPDATE store_settlementbatch SET final_fen = final_fen + 1"),
}
ONLY_ADDED = ("bookaccount", "bookparty", "delegation", "revocation", "periodclosing", "bookevent", "moneycommand", "batchline", "batchsheet", "entrygroup", "entryline", "ledgerevent", "reading",
              "milestonedate", "evidence")
NEVER_LEAVES = ("book", "settlementperiod", "settlementbatch", "voucher", "dispute", "bookbalance", "specialreview")


def verbs() -> dict:
    """UPDATE, DELETE and, where there is one, TRUNCATE on every table of the ledger and of the logs: what was denied and what was not."""
    from django.apps import apps
    from django.db import DatabaseError, connection, transaction
    _one_row_everywhere()
    denied, done = [], []
    tried = [(table, verb) for table in ONLY_ADDED for verb in ("UPDATE", "DELETE", "TRUNCATE")] + [
        (table, verb) for table in NEVER_LEAVES for verb in ("DELETE", "TRUNCATE")]
    for table, verb in tried:
        if verb == "TRUNCATE" and connection.vendor == "sqlite":
            continue
        name = f"store_{table}"
        column = next(field.column for field in apps.get_model("store", table)._meta.fields if not field.primary_key)
        assert apps.get_model("store", table).objects.exists(), table
        statement = {"UPDATE": f"UPDATE {name} SET {column} = {column}", "DELETE": f"DELETE FROM {name}", "TRUNCATE": f"TRUNCATE {name} CASCADE"}[verb]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            denied.append(f"{table} {verb}")
            continue
        done.append(f"{table} {verb}")
    return {"denied": denied, "done": done, **state()}


def _one_row_everywhere() -> None:
    from clearing_work import NOW, PLAN, YEAR, draft, step, voucher
    from ledger_work import opened as ledger_opened
    from sanyi.store.dating import date_milestone
    from sanyi.store.delegations import delegate, revoke
    from sanyi.store.disputes import raise_dispute
    from sanyi.store.models import Evidence, Reading
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    batch = draft("2020-02", key="a key")
    raise_dispute(batch.pk, "resident", "异议", "hospital-1", NOW)
    step("settlement_batch", batch, "withdraw", "maker", reason="x")
    voucher(period="2020-02")
    given = delegate("payer", NOW.date(), NOW.date(), "x", "approver", NOW)
    revoke(given.pk, "x", "approver", NOW)
    apply_for_review(PLAN, YEAR, ReviewedCase("E1", "H1", 100, "dip", 1000, 5), "high_cost", "x", "hospital-1", NOW)
    ledger = ledger_opened().ledger
    date_milestone("small-2023", "parent-issued", NOW.date(), "office-1", NOW)
    Reading.objects.create(ledger=ledger, indicator="i", scope="s", period="2020", ends_on=NOW.date(), months=12, value=1, value_e6=1, origin="reported", by="x", at=NOW)
    Evidence.objects.create(subject="task", subject_id=1, kind="data", name="n", by="x", at=NOW)


# R12: killed anywhere -------------------------------------------------------------------------------------------------

def finish_year() -> None:
    """What is killed: the last month with a correction, then the annual clearing with its adjustments, all the way to closed."""
    from clearing_work import NOW, PLAN, YEAR, carried, draft, go_on, step
    from sanyi.store.models import SettlementPeriod, Voucher
    from sanyi.store.vouchers import draft_voucher
    run = carried("second", {("H2", "resident", 2): 10_000, ("H1", "employee", 7): -3_001}, finished=5)
    for code in (f"{YEAR}-12", f"{YEAR}"):
        period = SettlementPeriod.objects.get(book__plan=PLAN, code=code)
        if period.state == "closed":
            continue
        if code == f"{YEAR}":
            for kind, amount in (("ADJUST", 500), ("RETAIN", 200), ("SETASIDE", 100)):
                made = draft_voucher(PLAN, YEAR, code, kind, "resident", "H1", amount, "清算调整", "maker", NOW, key=f"voucher-{kind}")
                if Voucher.objects.get(pk=made.pk).state == "drafted":
                    step("voucher", made, "approve", "approver", key=f"approve-{kind}")
        if not period.batches.exists():
            draft(code, run, reason="补记")
        go_on(period)
        step("settlement_period", period, "close", "reviewer")


def kill_points(first: str, every: str, last: str = "0") -> dict:
    """Die before the statements first, first + every, … of finishing the year; go on in a new process; compare with the undisturbed run."""
    whole = _in_copy("whole", lambda: None)
    total = whole["statements"]
    points = list(range(int(first), min(total, int(last) or total), int(every)))
    ends = [_in_copy("killed", lambda point=point: _die_at(point)) for point in points]
    return _told(whole, ends, {"statements": total, "points": len(points)})


def kill_times(count: str, seed: str) -> dict:
    """Die at random moments; go on; compare."""
    whole, chance = _in_copy("whole", lambda: None), random.Random(int(seed))
    ends = [_in_copy("killed", lambda: _die_after(chance.uniform(0, whole["seconds"] * 1.1))) for _ in range(int(count))]
    return _told(whole, ends, {"points": len(ends)})


def _told(whole, ends, more) -> dict:
    return {**more, "killed": sum(end["code"] == -signal.SIGKILL for end in ends), "other": [end for end in ends if end["digest"] != whole["digest"]],
            "faulty": [end["faults"] for end in ends if end["faults"]], "groups": whole["groups"], "faults": whole["faults"]}


def _in_copy(name: str, arm) -> dict:
    """In a copy of the database: one child that may die, one that goes on to the end, and what is there then."""
    use = _copied(name)
    try:
        code, began = _child(lambda: (use(), arm(), _counted_year()))
        ended, said = _child(lambda: (use(), _counted_year() and None, state())[-1])
        assert ended == 0, "after a break the year goes on to its end"
        return {"code": code, **(began or {}), **said}
    finally:
        use(is_over=True)


def _copied(name: str):
    from django.conf import settings
    original = settings.DATABASES["default"]["NAME"]
    if os.environ.get("SANYI_DATABASE"):
        copy = f"{original}_{name}"
        _as_owner(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)", f"CREATE DATABASE {copy} TEMPLATE {original}")
    else:
        copy = f"{original}.{name}"
        for rest in ("", "-wal", "-shm"):
            Path(f"{copy}{rest}").unlink(missing_ok=True)
        from sanyi.store.sqlite.driver import dbapi2 as sqlite3
        with closing(sqlite3.connect(original)) as opened, closing(sqlite3.connect(copy)) as made:
            opened.backup(made)

    def use(is_over: bool = False) -> None:
        from django.db import connections
        if is_over and os.environ.get("SANYI_DATABASE"):
            _as_owner(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        elif not is_over:
            connections["default"].settings_dict["NAME"] = copy
    return use


def _as_owner(*statements: str) -> None:
    import psycopg
    from postgres_server import APPLICATION, USER
    address = os.environ["SANYI_DATABASE"].rpartition("/")[0].replace(APPLICATION, USER)
    with psycopg.connect(f"{address}/postgres", autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


COUNT = {"statements": 0, "die_at": -1}


def _die_at(point: int) -> None:
    COUNT["die_at"] = point


def _die_after(seconds: float) -> None:
    Thread(target=lambda: (time.sleep(seconds), os.kill(os.getpid(), signal.SIGKILL)), daemon=True).start()


def _counted_year() -> dict:
    from django.db import connection

    def counted(execute, sql, parameters, many, context):
        if COUNT["statements"] == COUNT["die_at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        COUNT["statements"] += 1
        return execute(sql, parameters, many, context)
    began = time.monotonic()
    with connection.execute_wrapper(counted):
        finish_year()
    return {"statements": COUNT["statements"], "seconds": time.monotonic() - began}


def _child(work):
    """Fork before any connection is open; gives how it ended and what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            said = work()
            os.write(writing, json.dumps(said[-1] if isinstance(said, tuple) else said).encode())
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), json.loads(said) if said else None


# R07, R08, R23: several at once ---------------------------------------------------------------------------------------

def ready(name: str) -> None:
    """Say that this process is there, and wait until all may begin."""
    (VAR / f"ready-{name}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)


def draw(worker: str, rounds: str, amount: str) -> list:
    """Draw on the reserve again and again, each by a maker and an approver; say what was given and what refused."""
    from clearing_work import voucher
    from sanyi.workflows.errors import Refused
    ready(worker)
    told = []
    for number in range(int(rounds)):
        try:
            voucher("DRAWRESERVE", int(amount) + number % 7, period="2020-02", institution="", key=f"{worker}-{number}")
            told.append(int(amount) + number % 7)
        except Refused as refused:
            told.append(refused.code)
    return told


def keys(worker: str, first: str, count: str, workers: str) -> dict:
    """Make and approve a voucher for each of this worker's keys: a key is 2 to 5 workers', is cut off now and then, and comes once more with another content."""
    from django.db import connection
    from clearing_work import voucher
    from sanyi.workflows.errors import OtherBody, Refused
    chance = random.Random(int(worker))
    ready(worker)
    told = {"done": 0, "cut": 0, "other_body": 0, "missed": 0, "refused": []}
    numbers = [number for number in range(int(first), int(first) + int(count)) if int(worker) in _holders(number, int(workers))]
    chance.shuffle(numbers)
    for number in numbers:
        if connection.vendor == "postgresql" and chance.random() < 0.1:
            told["cut"] += _cut_off(chance, number)
        try:
            _twice(number)
            told["done"] += 1
        except Refused as refused:
            told["refused"].append(refused.code)
        try:
            voucher("ADJUST", 101 + number, period="2020-02", key=f"key-{number}", is_approved=False)
            told["missed"] += 1
        except OtherBody:
            told["other_body"] += 1
    return told


def _holders(number: int, workers: int) -> list[int]:
    chance = random.Random(f"key {number}")
    return chance.sample(range(workers), min(workers, chance.randint(2, 5)))


def _twice(number: int) -> None:
    """Make and approve by key, on the version it was made with: a second time gives the first answer."""
    from clearing_work import NOW, voucher
    from sanyi.store.act import act
    made = voucher("ADJUST", 100 + number, period="2020-02", key=f"key-{number}", is_approved=False)
    act("voucher", made.pk, 1, "approve", {}, "approver", NOW, f"approve-{number}")


def _cut_off(chance, number: int) -> int:
    """Lose the connection in the middle of it; whether the command came through is not told. Gives 1 where the line was cut."""
    import socket
    from django.db import DatabaseError, connection
    left = chance.randint(3, 40)

    def counted(execute, sql, parameters, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            socket.socket(fileno=os.dup(connection.connection.fileno())).shutdown(socket.SHUT_RDWR)
        return execute(sql, parameters, many, context)
    try:
        with connection.execute_wrapper(counted):
            _twice(number)
    except DatabaseError:
        return 1
    finally:
        connection.close()
    return 0


def race(worker: str, kind: str, name: str, by: str, works: str) -> list:
    """Take one step on each of some works, as others do at the same time; a work is its id, version and, where it is paid, sum."""
    from clearing_work import NOW
    from sanyi.store.act import act
    from sanyi.workflows.errors import Refused
    ready(worker)
    told = []
    for id, version, *amount in json.loads(works):
        given = {"amount_fen": amount[0]} if name == "pay" else {"reason": "x"} if name in ("refuse", "reverse", "approve_reopening") else {}
        try:
            told.append(act(kind, id, version, name, given, by, NOW).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def surplus(count: str) -> list:
    """A settled year, reopened, and some vouchers that each pay out the whole of one consortium's surplus share."""
    from clearing_work import PLAN, YEAR, settle_year, step
    from sanyi.store.models import SettlementPeriod
    settle_year()
    period = SettlementPeriod.objects.get(book__plan=PLAN, code=f"{YEAR}")
    step("settlement_period", period, "request_reopening", "maker", reason="x")
    step("settlement_period", period, "approve_reopening", "approver", reason="x")
    return drafted_vouchers(count, "SHAREPAID", "9000", f"{YEAR}")


def posted_batch(period: str) -> list:
    """A posted batch with a voucher in it, ready to be paid or reversed."""
    from clearing_work import posted, voucher
    voucher("ADJUST", 700, period=period)
    batch = posted(period)
    return [[batch.pk, batch.version, batch.final_fen]]


def reopening(period: str) -> list:
    """A closed period whose reopening was asked for."""
    from clearing_work import PLAN, step
    from sanyi.store.models import SettlementPeriod
    row = SettlementPeriod.objects.get(book__plan=PLAN, code=period)
    step("settlement_period", row, "request_reopening", "maker", reason="x")
    row.refresh_from_db()
    return [[row.pk, row.version]]


def post_again_and_again(worker: str, period: str, most: str) -> list:
    """Make and approve a voucher until the period takes it; says what it heard."""
    from clearing_work import voucher
    from sanyi.workflows.errors import Refused
    ready(worker)
    told = []
    while "posted" not in told and len(told) < int(most):
        try:
            voucher("ADJUST", 100, period=period)
            told.append("posted")
        except Refused as refused:
            told.append(refused.code)
    return told


def draft_annual(worker: str, by: str, run: str) -> list:
    """Draft the year's clearing from a run of one's own, as others do at the same time."""
    from clearing_work import YEAR, carried, draft
    from sanyi.workflows.errors import Refused
    ready(worker)
    try:
        return ["drafted", draft(f"{YEAR}", carried(run, finished=int(worker)), by, "年终清算").pk]
    except Refused as refused:
        return [refused.code]


def settle_at_once(worker: str) -> dict:
    """Settle the whole year by keys, while others do the same with the same keys."""
    from clearing_work import MONTHS, PLAN, YEAR, go_on, step
    from sanyi.store.models import SettlementPeriod
    from sanyi.workflows.errors import Refused
    ready(worker)
    heard: dict[str, int] = {}
    for code in (*MONTHS, f"{YEAR}"):
        while (period := SettlementPeriod.objects.get(book__plan=PLAN, code=code)).state != "closed":
            try:
                go_on(period)
                step("settlement_period", period, "close", "reviewer", key=f"{code}-close")
            except Refused as refused:
                heard[refused.code] = heard.get(refused.code, 0) + 1
    return heard


def drafted_vouchers(count: str, kind: str = "ADJUST", amount: str = "100", period: str = "2020-02") -> list:
    """Vouchers that wait for approval, each with its version."""
    from clearing_work import voucher
    institution = "" if kind == "DRAWRESERVE" else "H1"
    return [[voucher(kind, int(amount), period=period, institution=institution, is_approved=False).pk, 1] for _ in range(int(count))]


def look() -> dict:
    """How many groups each voucher has, and what the reserve and the surplus shares come to."""
    from clearing_work import balance
    from sanyi.store.models import EntryGroup, Voucher
    per = [EntryGroup.objects.filter(voucher=voucher).count() for voucher in Voucher.objects.order_by("pk")]
    return {"groups_per_voucher": sorted(set(per)), "vouchers": len(per), "states": sorted(set(Voucher.objects.values_list("state", flat=True))),
            "reserve": -balance("3101"), "shares": -balance("2101"), "under_way": balance("1002"), **state()}


def statements(*texts: str) -> str:
    """Run some SQL, as somebody with the database's own tools would; for planting faults."""
    from django.db import connection
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(text)
    return "done"


FUNCTIONS = {each.__name__: each for each in (prepare, settle, state, direct, verbs, kill_points, kill_times, draw, keys, race, drafted_vouchers, look, statements,
                                                   surplus, posted_batch, reopening, post_again_and_again, draft_annual, settle_at_once)}

if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
