"""What several processes do to contracts at once; run as `python contract_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. The same on both databases."""
from datetime import timedelta
import json
import sys
import time
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])


def prepare(rounds: str) -> list:
    """For each round one resident with offers of two teams, one with a contract and an offer to transfer."""
    prepare_database(VAR)
    narrow_doors()
    from django.db import transaction

    from contract_work import offered, signed, town, witnessed
    count = int(rounds)
    with transaction.atomic():
        town(5 * count)
        works = []
        for number in range(1, count + 1):
            first, second = witnessed(offered(number, "T1")), witnessed(offered(number, "T2"))
            held, other = signed(count + number, "T1"), witnessed(offered(count + number, "T2"))
            works.append({"two": [[first.pk, first.version], [second.pk, second.version]], "one": [[held.pk, held.version], [other.pk, other.version]]})
        for number, work in enumerate(works[:asked_of(count)], 3 * count + 1):
            work["asked"], work["held"] = _confirmed("end", number, reason="wish"), number
            work["moving"] = _confirmed("transfer", number + count, team="T2")
            work["staying"] = _confirmed("end", number + count, reason="moved")
    (VAR / "works.json").write_text(json.dumps(works), "utf-8")
    return [len(works)]


def asked_of(count: int) -> int:
    """How many of the residents ask something online: a third, for each takes a contract, two requests and their codes."""
    return max(4, count // 3)


def _confirmed(kind: str, number: int, **given) -> list:
    """A request of a resident who has a contract, confirmed by code."""
    from contract_work import NOW, person, signed
    from sanyi.store.contract_requests.asking import ask
    from sanyi.store.contracts.codes import make_code, sign_with_code
    from sanyi.store.contracts.tables import Contract
    then = NOW - timedelta(days=1)
    if not Contract.objects.filter(person=person(number)).exists():
        signed(number, "T1", then)
    row = ask(kind, f"r{number}", NOW, **given)
    row = sign_with_code(row.pk, row.version, make_code(row.pk, "gp2" if kind == "transfer" else "gp1", NOW, "contract_request"), f"r{number}", NOW, "contract_request", "confirm")
    return [row.pk, row.version]


def _begin_together(worker: str) -> list:
    (VAR / f"ready-{worker}").touch()
    works = json.loads((VAR / "works.json").read_text("utf-8"))
    while not (VAR / "go").exists():
        time.sleep(0.001)
    return works


def _act(work: list, step: str, given: dict, by: str, kind: str = "contract") -> str:
    from contract_work import NOW
    from sanyi.store.act import act
    from sanyi.workflows.errors import Refused
    try:
        return act(kind, *work, step, given, by, NOW).state
    except Refused as refused:
        return refused.code


def sign(worker: str, which: str) -> list:
    """Two teams sign one resident at once."""
    place = int(which)
    return [_act(each["two"][place], "sign_at_desk", {}, ("gp1", "gp2")[place]) for each in _begin_together(worker)]


def transfer(worker: str) -> list:
    """The other team signs a transfer …"""
    return [_act(each["one"][1], "sign_at_desk", {}, "gp2") for each in _begin_together(worker)]


def end(worker: str) -> list:
    """… while the team in force ends its contract."""
    return [_act(each["one"][0], "end", {"reason": "moved", "to_on": "2026-06-01"}, "gp1") for each in _begin_together(worker)]


def accept(worker: str, which: str) -> list:
    """A team accepts what a resident asked …"""
    works = [each for each in _begin_together(worker) if which in each]
    told = [_act(each[which], "accept", {}, "gp2" if which == "moving" else "gp1", "contract_request") for each in (works[::-1] if which == "staying" else works)]
    return told[::-1] if which == "staying" else told


def take_back(worker: str) -> list:
    """… while the resident takes it back."""
    works = [each for each in _begin_together(worker) if "asked" in each]
    return [_act(each["asked"], "withdraw", {}, f"r{each['held']}", "contract_request") for each in works[::-1]][::-1]  # from the other end: each is first at some


def ask_twice(worker: str, count: str) -> list:
    """Two browsers of one resident ask for the same."""
    from contract_work import NOW
    from sanyi.store.contract_requests.asking import ask
    from sanyi.workflows.errors import Refused
    _begin_together(worker)
    told = []
    for number in range(1, asked_of(int(count)) + 1):
        try:
            told.append(ask("end", f"r{number}", NOW, reason="wish").state)
        except Refused as refused:
            told.append(refused.code)
    return told


def merge(worker: str) -> list:
    """The institutions merge, while residents sign with the one that goes."""
    from datetime import date
    from contract_work import NOW
    from sanyi.store.contracts.succession import pass_on
    from sanyi.workflows.errors import Refused
    _begin_together(worker)
    time.sleep(0.05)
    try:
        return [pass_on("C1", {"T1": "T2", "T3": "T2"}, date(2026, 6, 1), "并入", "office", NOW).contract_count]
    except Refused as refused:
        return [refused.code]


def sign_late(worker: str) -> list:
    """The drafts of the race before are offered and signed."""
    from contract_work import NOW
    from sanyi.store.contracts.tables import Contract
    _begin_together(worker)
    told = []
    for id in Contract.objects.filter(state="drafted", institution="C1").order_by("pk").values_list("pk", flat=True):
        told += [_act([id, 1], "offer", {}, "gp1"), _act([id, 2], "stand_by", {}, "nurse1"), _act([id, 3], "sign_at_desk", {}, "gp1")]
    return told


def draft(worker: str, count: str) -> list:
    """Two clerks of one team draw up the same contract at once."""
    from contract_work import NOW, person
    from sanyi.store.contracts.drafting import draft_contract
    from sanyi.workflows.errors import Refused
    _begin_together(worker)
    told = []
    for number in range(2 * int(count) + 1, 3 * int(count) + 1):
        try:
            told.append(draft_contract(person(number), "T1", "basic", "gp1" if worker == "a" else "nurse1", NOW).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def looked() -> dict:
    """What stands afterwards."""
    from contract_work import faults
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.models import WorkEvent
    from sanyi.store.trail.tables import AuditEvent
    versions = sum(Contract.objects.values_list("version", flat=True))
    left = Contract.objects.filter(institution="C1", state__in=("signed", "active"), to_on__gt="2026-06-01").count()
    from sanyi.store.contract_requests.tables import ContractRequest
    stale = ContractRequest.objects.filter(state__in=("submitted", "confirmed")).exclude(contract__state="active").count()
    undone = ContractRequest.objects.filter(state="accepted", kind="transfer", made=None).count() + ContractRequest.objects.filter(state="accepted", kind="end").exclude(contract__state="ended").count()
    return {"left_behind": left, "stale": stale, "undone": undone, "faults": faults(), "is_logged": versions == WorkEvent.objects.filter(subject="contract").count(),
            "is_trailed": AuditEvent.objects.filter(subject="contract", action="change").count() == WorkEvent.objects.filter(subject="contract").count(),
            "active": Contract.objects.filter(state="active").count()}


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:])))
