"""What several processes do with published cases at once; run as `python publishing_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
import json
from pathlib import Path
import sys
import time

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])
COUNT = 40


def prepare() -> str:
    """A first run published, its cases told to the institutions."""
    prepare_database(VAR)
    narrow_doors()
    from publishing_work import case, hits, people, publish, run, step
    people()
    publish(run("first"), hits({number: 100 for number in range(1, COUNT + 1)}))
    for number in range(1, COUNT + 1):
        step(case(number), "notify", "bureau-1")
    return "ready"


def said_by(name: str) -> dict[int, int]:
    """A run's amounts: the newer one has other sums, some things no more, and some new ones."""
    return {number: 100 if name == "first" or number % 3 else 150 for number in range(1 if name == "first" else 6, COUNT + (1 if name == "first" else 21))}


def carry(worker: str, name: str, minutes: str) -> dict:
    """Publish a run in small batches."""
    _begin_together(worker)
    from publishing_work import hits, publish, run
    from sanyi.store.publishing import carrying
    from sanyi.workflows.errors import Refused
    carrying.BATCH = 5
    try:
        return {what: count for what, count in publish(run(name, int(minutes)), hits(said_by(name)), by=f"bureau-{worker}").items()}
    except Refused as refused:
        return {"refused": refused.code}


def decide(worker: str) -> dict:
    """Clear every second case meanwhile, on the version that was seen before."""
    from publishing_work import NOW
    from sanyi.store.act import act
    from sanyi.store.publishing.tables import AuditCase
    from sanyi.workflows.errors import Refused
    there = list(AuditCase.objects.filter(state="notified").order_by("id").values_list("id", "version"))
    _begin_together(worker)
    told: dict = {}
    for id, version in there[::2]:
        try:
            done = act("audit_case", id, version, "clear", {"finding": "误报"}, "bureau-2", NOW).state
        except Refused as refused:
            done = refused.code
        told[done] = told.get(done, 0) + 1
    return told


def decide_slowly(worker: str) -> dict:
    """Clear one case in a transaction that stays open while somebody publishes."""
    from django.db import transaction
    from publishing_work import case, step
    _begin_together(worker)
    with transaction.atomic():
        step(case(12), "clear", "bureau-2", finding="误报")
        (VAR / "deciding").touch()
        time.sleep(1)
    return {"cleared": 1}


def carry_meanwhile(worker: str, name: str, minutes: str) -> dict:
    """Publish as soon as somebody is deciding."""
    while not (VAR / "deciding").exists():
        (VAR / f"ready-{worker}").touch()
        time.sleep(0.01)
    return carry(worker, name, minutes)


def looked(name: str, minutes: str) -> dict:
    """What holds, and whether the cases say what the newest run says."""
    from publishing_work import faults, run
    from sanyi.store.publishing.tables import AuditCase, Publication
    newest, wanted = {row.encounter: row for row in AuditCase.objects.order_by("id")}, {f"E{number:05d}": amount for number, amount in said_by(name).items()}
    wrong = [key for key, amount in wanted.items() if key not in newest or newest[key].amount_fen != amount]
    stale = [key for key, row in newest.items() if key not in wanted and row.state in ("found", "notified", "answered")]
    row = Publication.objects.get(part="audit")
    return {"faults": faults(), "wrong": wrong, "stale": stale, "is_newest": row.run == run(name, int(minutes)).digest and row.is_whole, "cleared": AuditCase.objects.filter(state="cleared").count(),
            "cases": AuditCase.objects.count()}


def _begin_together(worker: str) -> None:
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.001)


if __name__ == "__main__":
    configure(VAR)
    if sys.argv[1] != "prepare":
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
