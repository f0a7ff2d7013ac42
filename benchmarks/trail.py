"""How fast the audit trail is proved, against hashing the same bytes and nothing else; and what recording a read costs, one commit each and shared.

    python benchmarks/trail.py [EVENTS]                 prints records/s (by processor time) and ratios, all measured in this process
    python benchmarks/trail.py database FOLDER [EVENTS] a million events recorded and sealed in a database of SQLite, proved by rows and from its export; then attacked
"""
import io
import os
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, FORMAT, HEAD_BEGINS, block_hash, head, line  # noqa: E402
from sanyi.store.trail.verifying import verify_file  # noqa: E402

BLOCK, THREADS, READS = 1000, 8, 20
AT = datetime(2026, 11, 30, tzinfo=timezone.utc)


def write(file: Path, count: int) -> list[bytes]:
    """An export of so many reads; gives the blocks' bodies."""
    filled, before, bodies, last = {name: "" for name in COLUMNS}, FIRST_BEFORE, [], b""
    opening = line({"columns": COLUMNS, "exported_at": AT, "first_block": 1, "format": FORMAT})
    with file.open("wb") as stream:
        stream.write(opening)
        for number in range(1, count // BLOCK + 1):
            first = (number - 1) * BLOCK + 1
            lines = [line({**filled, "id": first + place, "at": AT, "account": f"doctor-{place}", "persons": f"doctor-{place}", "role": "doctor",
                           "institution": "H001", "action": "read", "subject": "person", "subject_id": str(place), "resident": str(place), "purpose": "treatment",
                           "outcome": "done", "version": None, "given": {}, "request": "0123456789abcdef"}) for place in range(BLOCK)]
            said, body = head(number, first, AT, "sha256", before, lines), b"".join(lines)
            before, last = block_hash(said, body), line({**said, "hash": block_hash(said, body)})
            stream.write(last + body)
            bodies.append(body)
        stream.write(line({"blocks": len(bodies), "events": count // BLOCK * BLOCK, "last_head": sha256(last).hexdigest(), "opening": sha256(opening).hexdigest()}))
    return bodies


def processor(work) -> float:
    """Processor seconds of some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def reads(folder: Path) -> None:
    """Reads of eight threads at once on SQLite: a commit each, and shared."""
    from sanyi.store import prepare_database
    prepare_database(folder)
    from django.db import connection

    from sanyi.store.trail.doing import answering
    from sanyi.store.trail.reading import reads_person, record_reads
    from sanyi.store.trail.recording import record

    def shared() -> None:
        with answering() as going:
            reads_person("person", 1, residents=(1,))
            record_reads(going)

    for name, one in (("a commit each", lambda: record("read", None, subject="person", subject_id=1, residents=(1,))), ("shared commits", shared)):
        slowest = []

        def work() -> None:
            for _ in range(READS):
                begin = time.perf_counter()
                one()
                slowest.append(time.perf_counter() - begin)
            connection.close()

        begin, threads = time.perf_counter(), [threading.Thread(target=work) for _ in range(THREADS)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        took = time.perf_counter() - begin
        print(f"{name:>15}: {THREADS * READS / took:8.0f} reads/s, p99 {sorted(slowest)[int(len(slowest) * 0.99)] * 1000:6.0f} ms (wall clock, {THREADS} threads)")


def database(var: Path, count: int) -> None:
    """A trail of so many events in a database: recorded, sealed, proved by rows and from its export, and proved broken by each attack."""
    from sanyi.store import prepare_database
    prepare_database(var)
    from django.db import transaction

    from sanyi.store.adding import add_all
    from sanyi.store.tenancy import from_now_on
    from sanyi.store.trail.anchoring import anchor
    from sanyi.store.trail.anchors import anchors_in
    from sanyi.store.trail.exporting import export
    from sanyi.store.trail.proving import prove_rows
    from sanyi.store.trail.tables import AuditEvent
    from_now_on("a benchmark")

    def fill() -> None:
        for first in range(AuditEvent.objects.count(), count, 20_000):
            with transaction.atomic():
                add_all([_event(number) for number in range(first, min(first + 20_000, count))])

    file, outside = var / "trail.jsonl", var / "outside"
    for name, work in (("recorded", fill), ("sealed", lambda: anchor(outside, datetime.now(timezone.utc))), ("proved by rows", lambda: prove_rows(anchors_in(outside))),
                       ("exported", lambda: export(file, AT)), ("proved from the export", lambda: verify_file(file, anchors_in(outside)))):
        begin, used = time.perf_counter(), sum(os.times()[:4])
        work()
        print(f"{name:>23}: {count / (time.perf_counter() - begin):10,.0f}/s, {count / (sum(os.times()[:4]) - used):10,.0f} a CPU-second", flush=True)
    _attack(file, anchors_in(outside))
    _touch(prove_rows, anchors_in(outside), count)


def _event(number: int):
    from sanyi.store.trail.recording import event_of
    from sanyi.workflows.facts import Actor
    who, at = Actor(f"doctor-{number % 97}", "doctor", f"H{number % 50:03}", (f"staff:S{number % 97}", f"doctor-{number % 97}")), AT + timedelta(milliseconds=number)
    if number % 20 == 6:
        return event_of("read", who, subject="referral_list", residents=[(number * 7 + each) % 50_000 for each in range(20)], institutions=("H001", "H002"), now=at)
    if number % 10 < 7:
        return event_of("read", who, subject="person", subject_id=number % 50_000, residents=(number % 50_000,), institutions=("H001",), purpose="treatment", now=at)
    if number % 10 < 9:
        return event_of("change", who, step="treat", subject="referral", subject_id=number, residents=(number % 50_000,), institutions=("H002",), before="arrived", after="treated", version=5,
                        given={"diagnosis": f"D{number}", "outcome": "improved"}, open_names=("outcome",), now=at)
    return event_of("refuse", who, subject="page", subject_id="referral", outcome="refused", reason="http_404", given={"method": "GET", "referral_id": number}, open_names=("method",), now=at)


def _attack(file: Path, anchors: list) -> None:
    """A byte flipped in the middle, the tail cut with a last line that fits, two lines changed for each other: each found in the export."""
    from sanyi.store.errors import BrokenTrail
    from sanyi.store.trail.verifying import verify_stream
    whole = file.read_bytes()
    middle = whole.index(b'"account"', len(whole) // 2)
    line_end = whole.index(b"\n", middle) + 1
    second = whole[line_end:whole.index(b"\n", line_end) + 1]
    first = whole[whole.rindex(b"\n", 0, middle) + 1:line_end]
    last = whole.rindex(b"\n" + HEAD_BEGINS) + 1
    blocks, head_line = whole.count(b"\n" + HEAD_BEGINS) - 1, whole[whole.rindex(b"\n" + HEAD_BEGINS, 0, last - 1) + 1:]
    cut = whole[:last] + line({"blocks": blocks, "events": blocks * BLOCK, "last_head": sha256(head_line[:head_line.index(b"\n") + 1]).hexdigest(),
                               "opening": sha256(whole[:whole.index(b"\n") + 1]).hexdigest()})
    for name, said in (("a flipped byte", whole[:middle + 20] + bytes([whole[middle + 20] ^ 1]) + whole[middle + 21:]), ("a cut tail", cut),
                       ("two lines out of order", whole.replace(first + second, second + first, 1))):
        try:
            verify_stream(io.BytesIO(said), anchors)
            print(f"{name}: NOT FOUND")
        except BrokenTrail as found:
            print(f"{name} in the export: {str(found).rpartition(' / ')[2]}")


def _touch(prove_rows, anchors: list, count: int) -> None:
    """The same of the rows, behind the triggers; each is undone."""
    from django.db import connection, transaction
    from sanyi.store.errors import BrokenTrail
    middle, links, events = count // 2 + 1, "store_auditlink", "store_auditevent"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('store_auditevent', 'store_auditlink', 'store_auditseal', 'store_auditnamed')")
        for trigger, in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
    for name, statements in (("a flipped bit", (f"UPDATE {events} SET account = 'e' || substr(account, 2) WHERE id = {middle}",)),
                             ("a cut tail", (f"DELETE FROM {links} WHERE position > {count - BLOCK}", "DELETE FROM store_auditseal WHERE number = (SELECT max(number) FROM store_auditseal)")),
                             ("two events out of order", (f"UPDATE {links} SET event_id = -1 WHERE position = {middle}", f"UPDATE {links} SET event_id = {middle} WHERE position = {middle + 1}",
                                                          f"UPDATE {links} SET event_id = {middle + 1} WHERE position = {middle}"))):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("PRAGMA defer_foreign_keys = ON")
                for statement in statements:
                    cursor.execute(statement)
                prove_rows(anchors)
                print(f"{name}: NOT FOUND")
                raise BrokenTrail("", "")
        except BrokenTrail as found:
            print(f"{name} in the rows: {str(found).rpartition(' / ')[2]}")


def main(count: int = 500_000) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        reads(Path(folder) / "var")
        file = Path(folder) / "trail.jsonl"
        bodies = write(file, count)
        count = len(bodies) * BLOCK
        plain = processor(lambda: [sha256(body).digest() for body in bodies])
        each = processor(lambda: [sha256(said).digest() for body in bodies for said in body.splitlines(keepends=True)])
        proved = processor(lambda: verify_file(file))
        print(f"{count:,} events, {file.stat().st_size / count:.0f} bytes each\n  plain hashing, blocks: {count / plain:12,.0f}/s\n"
              f"  plain hashing, events: {count / each:12,.0f}/s\n           verification: {count / proved:12,.0f}/s  "
              f"({proved / plain:.2f} × hashing blocks, {proved / each:.2f} × hashing each event)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["database"]:
        database(Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
    else:
        main(*map(int, sys.argv[1:2]))
