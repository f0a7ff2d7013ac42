"""What processes do to prescriptions at once; run as `python prescription_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On SQLite and on PostgreSQL."""
import json
import sys
import time
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])
LINES = (("D001", 7, 1000), ("D003", 7, 1000))


def prepare(rounds: str) -> dict:
    """For each race as many prescriptions as rounds, each of a person of its own, brought to where the race begins."""
    prepare_database(VAR)
    narrow_doors()
    from django.db import transaction
    from prescription_work import NOW, region, signed, step, write
    from sanyi.store.persons.tables import Person
    from sanyi.store.prescriptions.tokens import make_token, take_by_token
    count, made = int(rounds), {}
    with transaction.atomic():
        region()

        def people() -> list[int]:
            return [Person.objects.create(name=f"p{number}", sex="female", born_on="1956-05-01", created_by="system", created_at=NOW).pk for number in range(count)]

        def had(row) -> list:
            return [row.pk, row.version]

        def out(person: int):  # the token is made by who prescribed: these residents have no account
            row = signed(person)
            step(row, "circulate", "doc")
            return row, make_token(row.pk, "doc", NOW)[0]

        def with_shop(person: int):
            row, token = out(person)
            take_by_token(token, "shop1", NOW)
            row.refresh_from_db()
            return row

        made["part"] = [had(with_shop(person)) for person in people()]
        made["parts"] = [had(with_shop(person)) for person in people()]
        made["revoke"] = [had(with_shop(person)) for person in people()]
        made["token"] = [out(person)[1] for person in people()]
        made["overlap"] = people()
        made["crossing"] = [[had(write(person, *lines, by=by, overlap_reason=reason)) for lines, by, reason in ((LINES, "doc", ""), (LINES[::-1], "doc2", "lost"))]
                            for person in people()]
    (VAR / "works.json").write_text(json.dumps(made), "utf-8")
    return {name: len(works) for name, works in made.items()}


def together(worker: str) -> dict:
    """Say that one is ready, wait for the others; gives what was prepared."""
    from django.db import connection
    works = json.loads((VAR / "works.json").read_text("utf-8"))
    connection.ensure_connection()
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.001)
    return works


def said(call) -> str:
    """What a door answered: the state, or the code of its refusal."""
    from sanyi.workflows.errors import Refused
    try:
        return call().state
    except Refused as refused:
        return refused.code


def part(worker: str) -> list:
    """Everybody gives out the same whole part."""
    from prescription_work import NOW
    from sanyi.store.act import act
    given = {"line": 1, "quantity": 7, "batch": worker}
    return [said(lambda: act("prescription", id, version, "dispense", given, "shop1", NOW)) for id, version in together(worker)["part"]]


def parts(worker: str) -> list:
    """Everybody gives out one unit after the other, looking again whenever somebody was faster, until nothing is left."""
    from prescription_work import NOW
    from sanyi.store.act import act
    from sanyi.store.prescriptions.tables import Prescription
    told = []
    for id, _ in together(worker)["parts"]:
        while (heard := said(lambda: act("prescription", id, Prescription.objects.get(pk=id).version, "dispense", {"line": 1, "quantity": 1, "batch": worker}, "shop1", NOW))) != "guard":
            told.append(heard)
    return told


def revoke(worker: str, step: str) -> list:
    """The doctor revokes what the pharmacy gives out."""
    from prescription_work import NOW
    from sanyi.store.act import act
    given, by = ({"reason": "unsafe"}, "doc") if step == "revoke" else ({"line": 1, "quantity": 7, "batch": "B"}, "shop1")
    return [said(lambda: act("prescription", id, version, step, given, by, NOW)) for id, version in together(worker)["revoke"]]


def overlap(worker: str, by: str) -> list:
    """Two hospitals write the same ingredient for one person."""
    from prescription_work import write
    return [said(lambda: write(person, ("D001", 28, 1000), by=by, kind="long")) for person in together(worker)["overlap"]]


def token(worker: str, by: str) -> list:
    """The same token is shown at several pharmacies."""
    from prescription_work import NOW
    from sanyi.store.prescriptions.tokens import take_by_token
    return [said(lambda: take_by_token(each, by, NOW)) for each in together(worker)["token"]]


def crossing(worker: str, which: str) -> list:
    """Two prescriptions of one person, whose ingredients stand in opposite order, are revoked at once: neither waits for the other for ever."""
    from prescription_work import NOW
    from sanyi.store.act import act
    return [said(lambda: act("prescription", *pair[int(which)], "revoke", {"reason": "condition"}, ("doc", "doc2")[int(which)], NOW)) for pair in together(worker)["crossing"]]


def deadlock() -> dict:
    """Two lock the same two rows in opposite order: the database breaks one off, and it is done again; what is broken off every time is refused in words."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier
    from django.db import OperationalError, connection, transaction
    from sanyi.store.crossing import tried_again
    from sanyi.store.persons.tables import Person
    from sanyi.store.tenancy import whole_region
    from sanyi.workflows.errors import Busy
    rows, tries = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:2]), []

    def lock(order: list[int], meet: Barrier) -> str:
        is_first = True

        @tried_again
        def door() -> str:
            nonlocal is_first
            tries.append(order)
            with whole_region("tests"), transaction.atomic():
                Person.objects.select_for_update().get(pk=order[0])
                if is_first:
                    is_first = False
                    meet.wait(30)
                Person.objects.select_for_update().get(pk=order[1])
            return "done"

        try:
            return door()
        finally:
            connection.close()

    meet = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda order: lock(order, meet), (rows, rows[::-1])))

    @tried_again
    def hopeless() -> None:
        tries.append([])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'deadlock_detected'; END $$")

    @tried_again
    def broken() -> None:
        tries.append([])
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$")

    said, counts = [], [len(tries)]
    for door in (hopeless, broken):
        try:
            door()
        except (Busy, OperationalError) as error:
            said.append(type(error).__name__)
        counts.append(len(tries) - sum(counts))
    return {"both": both, "said": said, "tries": counts}


def look() -> dict:
    """What does not hold afterwards."""
    from django.db.models import Sum
    from sanyi.store.models import WorkEvent
    from sanyi.store.prescriptions.tables import Dispensing, Prescription, PrescriptionLine, Supply
    from sanyi.store.trail.tables import AuditEvent
    given = dict(Dispensing.objects.values_list("line").annotate(n=Sum("quantity")).order_by())
    live = list(Supply.objects.filter(is_live=True))
    versions = sum(Prescription.objects.values_list("version", flat=True))
    return {"miscounted": [line.pk for line in PrescriptionLine.objects.all() if given.get(line.pk, 0) != line.dispensed],
            "overlapping": [[one.pk, other.pk] for one in live for other in live if one.pk < other.pk and (one.person_id, one.ingredient) == (other.person_id, other.ingredient)
                            and one.from_on <= other.to_on and other.from_on <= one.to_on and not other.reason],
            "is_logged": versions == WorkEvent.objects.filter(subject="prescription").count() == AuditEvent.objects.filter(subject="prescription", action="change").exclude(
                step="present").count()}


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
