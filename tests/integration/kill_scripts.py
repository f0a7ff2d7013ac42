"""Processes killed in the middle of a step; run as `python kill_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On SQLite and on PostgreSQL. Source: R12, R43."""
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def prepare(rounds: str) -> int:
    """Residents who each have a contract, and an offer of another team to transfer to it today."""
    prepare_database(VAR)
    narrow_doors()
    from django.db import transaction
    from contract_work import offered, signed, town, witnessed
    with transaction.atomic():
        town(int(rounds))
        works = []
        for number in range(1, int(rounds) + 1):
            held, offer = signed(number, "T1"), witnessed(offered(number, "T2"))
            works.append([held.pk, offer.pk])
    (VAR / "works.json").write_text(json.dumps(works), "utf-8")
    return len(works)


def kills(seed: str) -> dict:
    """Sign each transfer in a process that is killed at a random moment of it; what is there afterwards is all or nothing."""
    from contract_work import faults
    from sanyi.store import act  # noqa: F401  (read before the children are, so that they do not read it anew)
    from sanyi.store.kinds import kind_of
    assert faults() == [] and kind_of("contract")
    works, chance = json.loads((VAR / "works.json").read_text("utf-8")), random.Random(int(seed))
    usual = sorted(_signed_in_ms(offer, None)[0] for _, offer in works[:3])[1]
    told = {"usual_ms": round(usual), "nothing": 0, "everything": 0, "cut_off": 0, "torn": []}
    for held, offer in works[3:]:
        _, has_answered = _signed_in_ms(offer, chance.uniform(0, 1.6 * usual))
        told["cut_off"] += not has_answered
        found = _found(held, offer)
        told[found] = [*told[found], offer] if found == "torn" else told[found] + 1
    again = [_signed_in_ms(offer, None)[1] for held, offer in works[3:] if _found(held, offer) == "nothing"]
    return {**told, "torn": len(told["torn"]), "done_after": all(again) and all(_found(*work) == "everything" for work in works)}


def _signed_in_ms(offer: int, killed_after_ms: float | None) -> tuple[float, bool]:
    """Sign in a process of its own; gives how long it took, and whether it came to say so before it was killed."""
    from django.db import connections
    connections.close_all()  # no process takes over another's connection
    from_child, to_parent = os.pipe()
    child = os.fork()
    if not child:
        try:
            _sign(offer, to_parent)
        finally:
            os._exit(0)
    os.close(to_parent)
    assert os.read(from_child, 1) == b"b", "the child has begun"
    begun = time.perf_counter()
    if killed_after_ms is not None:
        time.sleep(killed_after_ms / 1000)
        os.kill(child, signal.SIGKILL)
    answer = os.read(from_child, 1)
    took = time.perf_counter() - begun
    os.waitpid(child, 0)
    os.close(from_child)
    return 1000 * took, answer == b"d"


def _sign(offer: int, to_parent: int) -> None:
    from django.db import connection
    from contract_work import NOW
    from sanyi.store.act import act
    from sanyi.store.contracts.tables import Contract
    connection.ensure_connection()
    version = Contract.objects.get(pk=offer).version
    os.write(to_parent, b"b")
    act("contract", offer, version, "sign_at_desk", {}, "gp2", NOW)
    os.write(to_parent, b"d")


def _found(held: int, offer: int) -> str:
    """Whether the step, what came before and after it, its lines and its events are all there, or none of them."""
    from django.db import transaction
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.models import WorkEvent
    from sanyi.store.trail.tables import AuditEvent
    with transaction.atomic():  # a server may still be about to notice that its client is gone: its locks tell
        rows = {row.pk: row for row in Contract.objects.select_for_update().filter(pk__in=(held, offer)).order_by("pk")}
        lines = [list(WorkEvent.objects.filter(subject="contract", subject_id=id).order_by("version").values_list("step", flat=True)) for id in (held, offer)]
        events = [list(AuditEvent.objects.filter(subject="contract", subject_id=str(id), action="change").order_by("version", "pk").values_list("step", flat=True)) for id in (held, offer)]
    shape = (rows[held].state, rows[held].to_on == rows[held].term_on, rows[offer].state, lines == events, [len(each) for each in lines] == [rows[held].version, rows[offer].version],
             lines[0][5:], lines[1][3:])
    return {("active", True, "offered", True, True, (), ()): "nothing",
            ("active", False, "signed", True, True, ("make_way",), ("sign_at_desk",)): "everything"}.get((*shape[:5], tuple(shape[5]), tuple(shape[6])), "torn")


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
