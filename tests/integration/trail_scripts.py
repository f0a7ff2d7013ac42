"""What several processes do to the audit trail at once; run as `python trail_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
import json
import random
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Thread

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def now() -> datetime:
    return datetime.now(timezone.utc)


def prepare() -> str:
    """An empty database with a ledger open."""
    prepare_database(VAR)
    narrow_doors()
    from ledger_work import opened
    opened()
    return "ready"


def _begin_together(worker: str) -> None:
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.002)


def events(worker: str, count: str) -> int:
    """Record, some events in transactions that stay open for a while or are undone."""
    from django.db import transaction

    from sanyi.store.trail.recording import record
    _begin_together(worker)
    chance, kept = random.Random(worker), 0
    for number in range(int(count)):
        with transaction.atomic():
            record("read", None, subject="person", subject_id=f"{worker}-{number}", residents=range(chance.randrange(4)))
            time.sleep(chance.random() * 0.003)
            is_undone = chance.randrange(10) == 0
            transaction.set_rollback(is_undone)
            kept += not is_undone
    (VAR / f"done-{worker}").touch()
    return kept


def sealing(worker: str, recorders: str) -> int:
    """Seal without a pause until the recorders have ended."""
    from sanyi.store.trail.sealing import seal
    _begin_together(worker)
    sealed = 0
    while len(list(VAR.glob("done-*"))) < int(recorders):
        time.sleep(0.01)
        sealed += seal(now())
    return sealed


def proved(anchors: str = "") -> dict:
    """Seal the rest, prove the database, export, prove the export."""
    from sanyi.store.trail.anchoring import anchor, verify_database
    from sanyi.store.trail.anchors import anchors_in
    from sanyi.store.trail.exporting import export
    from sanyi.store.trail.proving import prove_rows
    from sanyi.store.trail.tables import AuditEvent, AuditLink
    from sanyi.store.trail.verifying import verify_file
    made = anchor(VAR / "outside", now())
    outside = anchors_in(VAR / "outside")
    export(VAR / "trail.jsonl", now())
    by_rows, by_file, by_parts = verify_database(outside, now()), verify_file(VAR / "trail.jsonl", outside), prove_rows(outside, part=1)
    positions = list(AuditLink.objects.order_by("position").values_list("position", flat=True))
    return {"events": AuditEvent.objects.count(), "is_whole": positions == list(range(1, len(positions) + 1)), "links": len(positions),
            "is_same": by_rows == by_file == by_parts, "proved": by_file.events, "anchored": made.events}


def late() -> dict:
    """A transaction that began first commits after later events were sealed: it is sealed then, at the end."""
    from django.db import connection, transaction

    from sanyi.store.trail.recording import record
    from sanyi.store.trail.sealing import seal
    from sanyi.store.trail.tables import AuditLink
    seal(now())
    began, may_end, slow = Event(), Event(), []

    def wait() -> None:
        with transaction.atomic():
            slow.append(record("read", None, subject="slow").pk)
            began.set()
            may_end.wait(20)
        connection.close()

    thread = Thread(target=wait)
    thread.start()
    began.wait(20)
    quick = record("read", None, subject="quick").pk
    first = seal(now())
    may_end.set()
    thread.join()
    second = seal(now())
    place = dict(AuditLink.objects.filter(event__in=[quick, *slow]).values_list("event_id", "position"))
    return {"is_lower": slow[0] < quick, "first": first, "second": second, "is_later": place[slow[0]] > place[quick]}


def refused(count: str) -> dict:
    """Refusals by `act` and by its callers' transactions: each leaves one event of its own, and nothing else."""
    from django.db import transaction

    from ledger_work import NOW, row
    from sanyi.store.act import act
    from sanyi.store.models import LedgerEvent
    from sanyi.store.trail.refusing import record_refusal
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.workflows.errors import Refused
    logged, reasons = LedgerEvent.objects.count(), []
    wrong = [("start", 9, {}, "health-1"), ("fly\r\n", 1, {}, "health-1"), ("start", 1, {}, "looker"), ("exempt", 1, {}, "office-1"), ("start", 1, {}, "nobody"),
             ("exempt", 1, {"reason": 7}, "office-1"), ("start", 10**14, {}, "health-1")]
    for number in range(int(count)):
        step, version, given, by = wrong[number % len(wrong)]
        try:
            if number % 2:
                act("task", row("late").pk, version, step, given, by, NOW)
            with transaction.atomic():
                act("task", row("late").pk, version, step, given, by, NOW)
        except Refused as why:
            record_refusal(why)
            record_refusal(why)
            reasons.append(why.code)
    found = AuditEvent.objects.filter(action="refuse").order_by("id")
    return {"refused": len(reasons), "is_same": list(found.values_list("reason", flat=True)) == reasons, "logged": LedgerEvent.objects.count() - logged,
            "named": sorted(set(found.values_list("account", "role")))}


def shared(threads: str, each: str) -> dict:
    """Reads of several requests at once: every one is on the disk when it comes back, in fewer commits; when the disk is gone each of them hears of it."""
    from django.db import connection

    from sanyi.store.trail import reading, recording
    from sanyi.store.trail.doing import answering
    from sanyi.store.trail.tables import AuditEvent
    insert, commits, failed, missing, before = recording.insert_all, [], [], [], AuditEvent.objects.count()

    def counted(made: list) -> None:
        commits.append(len(made))
        if is_broken:
            raise OSError("the disk is gone")
        insert(made)

    def read(worker: int) -> None:
        for number in range(int(each)):
            try:
                with answering() as going:
                    reading.reads_person("shared", f"{worker}-{number}")
                    reading.record_reads(going)
                if not is_broken and not AuditEvent.objects.filter(subject_id=f"{worker}-{number}").exists():
                    missing.append(number)
            except OSError:
                failed.append(number)
        connection.close()

    recording.insert_all, said = counted, {}
    for is_broken in (False, True):
        commits.clear()
        running = [Thread(target=read, args=(worker,)) for worker in range(int(threads))]
        [thread.start() for thread in running]
        [thread.join() for thread in running]
        said["broken" if is_broken else "whole"] = [sum(commits), len(commits) < sum(commits), len(failed), AuditEvent.objects.count() - before]
    return {**said, "missing": len(missing)}


def truncate() -> list[str]:
    """PostgreSQL's other way to empty a table."""
    from django.db import DatabaseError, connection, transaction
    passed = []
    for table in ("auditevent", "auditnamed", "auditseal", "auditlink"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE store_{table} CASCADE")
            passed.append(table)
        except DatabaseError:
            pass
    return passed


def tampered() -> dict:
    """Somebody lifts the triggers and touches rows behind the program's back."""
    from django.db import connection

    from sanyi.store.errors import BrokenTrail
    from sanyi.store.owning import as_owner
    from sanyi.store.trail.anchoring import anchor, verify_database
    from sanyi.store.trail.anchors import anchors_in
    from sanyi.store.trail.proving import prove_rows
    from sanyi.store.trail.recording import record
    for number in range(30):
        record("read", None, subject="person", subject_id=number)
        anchor(VAR / "outside", now()) if number % 10 == 9 else None
    outside, told = anchors_in(VAR / "outside"), {}
    with as_owner(), connection.cursor() as cursor:  # the application's role may lift no trigger
        for table in ("auditevent", "auditlink", "auditseal"):
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER store_{table}_no_{verb}" + (f" ON store_{table}" if connection.vendor == "postgresql" else ""))
        cursor.execute("UPDATE store_auditevent SET account = 'somebody' WHERE subject_id = '7' AND subject = 'person'")
    try:
        verify_database(outside, now())
    except BrokenTrail as broken:
        told["edit"] = [broken.position, str(broken)]
    try:
        prove_rows(outside, part=1)  # each block by another process
    except BrokenTrail as broken:
        told["parts"] = [broken.position, str(broken)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_auditevent SET account = '' WHERE subject_id = '7' AND subject = 'person'")
        verify_database(outside, now())
        cursor.execute("DELETE FROM store_auditlink WHERE position > 5")
        cursor.execute("DELETE FROM store_auditseal")
    try:
        verify_database(outside, now())
    except BrokenTrail as broken:
        told["cut"] = [broken.position, str(broken)]
    return told


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
