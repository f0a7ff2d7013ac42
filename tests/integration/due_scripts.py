"""What is due while people are at it; run as `python due_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On PostgreSQL, where two write at once."""
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])
OFFERS, TOUCHED, SIGNED, DEAD = 6, 1, 5, 8  # what is touched is what the loops come to first


def prepare() -> str:
    """Six offers whose time will be over, one of them witnessed; and two of somebody who has died."""
    prepare_database(VAR)
    narrow_doors()
    from contract_work import NOW, offered, person, town, witnessed
    from sanyi.store.persons.tables import Person
    town(DEAD)
    for number in range(1, OFFERS + 1):
        offered(number, now=NOW)
    witnessed(the_offer(SIGNED))
    offered(DEAD, "T1"), offered(DEAD, "T2")
    Person.objects.filter(pk=person(DEAD)).update(died_on=NOW.date() - timedelta(days=1))
    return "ready"


def the_offer(number: int, team: str = "T1"):
    """A resident's offer as it is now."""
    from contract_work import person
    from sanyi.store.contracts.tables import Contract
    return Contract.objects.get(person=person(number), team__code=team)


def work_slowly(worker: str) -> str:
    """Stand by two offers, and sign a third, in a transaction that stays open while the daily work comes along."""
    from django.db import transaction

    from contract_work import NOW, witnessed
    from sanyi.store.act import act
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.001)
    with transaction.atomic():
        witnessed(the_offer(TOUCHED)), witnessed(the_offer(DEAD, "T2"))
        row = the_offer(SIGNED)
        act("contract", row.pk, row.version, "sign_at_desk", {}, "gp1", NOW)
        (VAR / "at-work").touch()
        _wait_for_waiting(2)
    return "done"


def _wait_for_waiting(wanted: int) -> None:
    """Until so many others wait for what this transaction holds."""
    from django.db import connection
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= wanted:
                return
        time.sleep(0.05)


def daily_meanwhile(worker: str, name: str) -> dict:
    """The daily work, or what a death ends, as soon as somebody is at it."""
    from contract_work import NOW, at
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.persons.deaths import end_for_the_dead
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "at-work").exists():
        time.sleep(0.001)
    return daily_work(at(15)) if name == "daily" else {"died": end_for_the_dead(NOW)}


def looked() -> dict:
    """The state of every offer by resident, and how often a step of the store's own was refused."""
    from contract_work import person
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.trail.tables import AuditEvent
    numbers = {person(number): number for number in range(1, DEAD + 1)}
    return {"states": [[numbers[whose], state] for whose, state in Contract.objects.order_by("pk").values_list("person", "state")],
            "refused": AuditEvent.objects.filter(action="refuse", reason="stale_version").count()}


if __name__ == "__main__":
    configure(VAR)
    if sys.argv[1] != "prepare":
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
