"""What processes do to appointments at once; run as `python appointment_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def prepare() -> dict:
    """Ten slots of one place on one day, and a hundred patients."""
    prepare_database(VAR)
    narrow_doors()
    from appointment_work import DAY, TODAY, a_roster, people
    by = people(100)
    _, slots = a_roster(by["desk"], slots=10, from_on=TODAY + 5 * DAY, to_on=TODAY + 5 * DAY)
    return {"slots": [slot.pk for slot in slots], "patients": by["patients"]}


def by(name: str):
    """What a door is handed for a name."""
    from sanyi.store.models import Account
    from sanyi.store.who import Acting
    account = Account.objects.get(name=name)
    return Acting(name, account.staff.postings.get().pk, True) if account.staff_id else Acting(name)


def at_once(worker: str, calls: list) -> list:
    """Begin together with the other processes, each call in a thread of its own; gives what each came to."""
    from django.db import connection

    def one(call) -> str:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        (VAR / f"ready-{worker}").touch()
        while not (VAR / "go").exists():
            time.sleep(0.005)
        return list(threads.map(one, calls))


def said(call) -> str:
    """What a door answered: the state, or the guard or code of its refusal."""
    from django.db import OperationalError
    from sanyi.workflows.errors import Refused
    for _ in range(20):
        try:
            return call().state
        except Refused as refused:
            return getattr(refused, "guard", "") or refused.code
        except OperationalError as busy:  # SQLite lets one write at a time, and gives up on who waits too long: a person would press again
            assert "locked" in str(busy)
    return "busy"


def clients(worker: str, slots: str, patients: str) -> list:
    """One client for each patient: tries two slots, which others try too, until it has one."""
    from appointment_work import NOW, RULES
    from sanyi.store.appointments.booking import book
    door, ids = by("clinic"), json.loads(slots)

    def client(person: int) -> list:
        heard = [said(lambda: book(ids[person % len(ids)], person, door, NOW, RULES))]
        return heard if heard == ["booked"] else [*heard, said(lambda: book(ids[(person + 1) % len(ids)], person, door, NOW, RULES))]

    return at_once(worker, [lambda person=person: client(person) for person in json.loads(patients)])


def stand(worker: str, slots: str, patients: str) -> list:
    """One client for each patient: stands in line."""
    from appointment_work import NOW, RULES
    from sanyi.store.appointments.booking import wait
    door, ids = by("clinic"), json.loads(slots)
    return at_once(worker, [lambda person=person: said(lambda: wait(ids[person % len(ids)], person, door, NOW, RULES)) for person in json.loads(patients)])


def same_person(worker: str, slots: str, person: str) -> list:
    """Everybody books the same patient, each another slot at the same time."""
    from appointment_work import NOW, RULES
    from sanyi.store.appointments.booking import book
    return at_once(worker, [lambda slot=slot: said(lambda: book(slot, int(person), by("clinic"), NOW, RULES)) for slot in json.loads(slots)])


def steps(worker: str, kind: str, name: str, rows: str, given: str = "{}", who: str = "clinic") -> list:
    """Take a step on some rows, each in a thread."""
    from appointment_work import NOW
    from sanyi.store.act import act
    return at_once(worker, [lambda id=id, version=version: said(lambda: act(kind, id, version, name, json.loads(given), by(who), NOW)) for id, version in json.loads(rows)])


def swap(worker: str, pairs: str) -> list:
    """Move appointments into each other's slots, all at once: the places are taken, but nothing may hang."""
    from appointment_work import NOW
    from sanyi.store.appointments.booking import move
    return at_once(worker, [lambda id=id, slot=slot: said(lambda: move(id, 1, slot, by("clinic"), NOW)) for id, slot in json.loads(pairs)])


def parallel_rosters(count: str) -> list:
    """As many examinations at one time, each with one place."""
    from appointment_work import DAY, TODAY, a_roster
    made = [a_roster(by("desk"), slots=1, staff="", examination=f"E{number}", from_on=TODAY + 6 * DAY, to_on=TODAY + 6 * DAY)[1][0].pk for number in range(int(count))]
    return made


def look() -> dict:
    """What there is, what does not hold, and the waiting list in its order with what became of it."""
    from appointment_work import faults
    from sanyi.store.appointments.tables import Appointment, Slot, Waiting
    states: dict[str, int] = {}
    for state in Appointment.objects.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    return {"states": states, "faults": faults(), "appointments": list(Appointment.objects.filter(state="booked").order_by("pk").values_list("pk", "version", "slot", "person")),
            "waiting": list(Waiting.objects.order_by("rank", "pk").values_list("pk", "version", "state", "queue")),
            "free": sum(slot.capacity_count - slot.common_taken_count - slot.reserved_taken_count for slot in Slot.objects.all())}


FUNCTIONS = {each.__name__: each for each in (prepare, clients, stand, same_person, steps, swap, parallel_rosters, look)}

if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
