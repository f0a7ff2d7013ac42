"""How fast the audit trail is proved, against hashing the same bytes and nothing else; and what recording a read costs, one commit each and shared.

    python benchmarks/trail.py [EVENTS]     prints records/s (by processor time) and ratios, all measured in this process
"""
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from sanyi.store.trail.chain import COLUMNS, FIRST_BEFORE, FORMAT, block_hash, head, line  # noqa: E402
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
    main(*map(int, sys.argv[1:2]))
