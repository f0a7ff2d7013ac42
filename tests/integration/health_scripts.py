"""What processes do to the access of health records at once; run as `python health_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On SQLite and on PostgreSQL."""
import json
import sys
import time
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def prepare(rounds: str) -> int:
    """Residents with a consent each, break-glasses to be reviewed, and whoever takes part."""
    prepare_database(VAR)
    narrow_doors()
    from datetime import date
    from django.db import transaction
    from referral_work import NOW, region
    from sanyi.runs.packs import open_plan
    from sanyi.store.health.breaking_glass import break_glass
    from sanyi.store.health.consenting import give_consent
    from sanyi.store.health.rules import read_rules
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import Person
    with transaction.atomic():
        world, rules = region(), read_rules(open_plan("haikou-2018").on(date(2026, 11, 30)))
        Account.objects.create(name="auditor", role="audit_admin", password="!")
        people = [Person.objects.create(name=f"p{number}", created_by="system", created_at=NOW).pk for number in range(int(rounds))]
        for person in people:
            Account.objects.create(name=f"own-{person}", role="resident", resident=str(person), password="!")
        works = {"people": people, "by": {name: door.posting for name, door in world["by"].items()},
                 "consents": [give_consent("research", "", None, f"own-{person}", NOW).pk for person in people],
                 "glasses": [break_glass(person, "车祸昏迷，无法取得同意", rules, world["by"]["h1-doc"], NOW).pk for person in people]}
    (VAR / "works.json").write_text(json.dumps(works), "utf-8")
    return len(people)


def together(worker: str) -> dict:
    """Say that one is ready, wait for the others; gives what was prepared."""
    from django.db import connection
    works = json.loads((VAR / "works.json").read_text("utf-8"))
    connection.ensure_connection()
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.001)
    return works


def acting(works: dict, name: str):
    """An account in its posting."""
    from sanyi.store.who import Acting
    return Acting(name, works["by"][name], True) if name in works["by"] else name


def withdraw(worker: str) -> list:
    """Each resident withdraws; gives the moment of each answer by the machine's clock."""
    from referral_work import NOW
    from sanyi.store.health.consenting import withdraw_consent
    works, told = together(worker), []
    for person, id in zip(works["people"], works["consents"]):
        time.sleep(0.01)
        withdraw_consent(id, f"own-{person}", NOW)
        told.append(time.monotonic_ns())
    return told


def read(worker: str) -> list:
    """Read one record after the other until each is refused; gives the beginning of the last reading that was let through."""
    from referral_work import NOW
    from sanyi.store.health.basis import check_basis
    from sanyi.store.who import actor_of
    from sanyi.workflows.errors import NotAllowed
    works, told = together(worker), []
    for person in works["people"]:
        last = 0
        while True:
            begun = time.monotonic_ns()
            try:
                check_basis(person, "research", actor_of(acting(works, "h1-doc")), NOW)
            except NotAllowed:
                break
            last = begun
        told.append(last)
    return told


def review(worker: str, by: str, step: str) -> list:
    """Two reviewers find otherwise."""
    from referral_work import NOW
    from sanyi.store.act import act
    from sanyi.workflows.errors import Refused
    works, told = together(worker), []
    for id in works["glasses"]:
        try:
            told.append(act("access_review", id, 1, step, {"finding": by}, acting(works, by), NOW).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def consent(worker: str) -> list:
    """One resident gives the same consent in two windows, once the first was withdrawn."""
    from referral_work import NOW
    from sanyi.store.health.consenting import give_consent
    from sanyi.workflows.errors import Refused
    works, told = together(worker), []
    for person in works["people"]:
        try:
            told.append(bool(give_consent("treatment", "H1", None, f"own-{person}", NOW)))
        except Refused as refused:
            told.append(refused.code)
    return told


def visit(worker: str, by: str) -> list:
    """Two desks of one hospital register the same person."""
    from datetime import date
    from referral_work import NOW
    from sanyi.runs.packs import open_plan
    from sanyi.store.health.rules import read_rules
    from sanyi.store.health.visiting import open_visit
    from sanyi.workflows.errors import Refused
    rules = read_rules(open_plan("haikou-2018").on(date(2026, 11, 30)))
    works, told = together(worker), []
    for person in works["people"]:
        try:
            told.append(bool(open_visit(person, "card", rules, acting(works, by), NOW)))
        except Refused as refused:
            told.append(refused.code)
    return told


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
