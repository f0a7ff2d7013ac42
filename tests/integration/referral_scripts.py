"""What processes do to referrals at once; run as `python referral_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On SQLite and on PostgreSQL."""
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()
STAGES = {"submitted": {}, "accepted": {}, "run_out": {"escalation": 2}}


def prepare() -> str:
    """A region without referrals."""
    prepare_database(VAR)
    narrow_doors()
    from referral_work import region
    world = region()
    (VAR / "world.json").write_text(json.dumps({"persons": world["persons"], "by": {name: door.posting for name, door in world["by"].items()}}), "utf-8")
    return "ready"


def world() -> dict:
    """What was prepared, as the tests' helpers take it."""
    from sanyi.store.who import Acting
    kept = json.loads((VAR / "world.json").read_text("utf-8"))
    return {"persons": kept["persons"], "by": {name: Acting(name, posting) for name, posting in kept["by"].items()}}


def many(stage: str, count: str) -> list:
    """As many referrals at one stage, alike but for the diagnosis; gives the id, version and digest of each."""
    from django.db import transaction
    from referral_work import NOW, accepted, submitted
    from sanyi.store.referrals.packet import current_parts, renew, write_part
    from sanyi.store.referrals.tables import Referral
    here = world()
    with transaction.atomic():
        first = (accepted if stage == "accepted" else submitted)(here, reason=f"{stage}-{Referral.objects.count()}")
        parts, made = current_parts(first.pk), []
        for number in range(1, int(count) + 1):
            row = Referral.objects.get(pk=first.pk)
            row.pk, row.reason = None, f"{first.reason}-{number}"
            for name, value in STAGES[stage].items():
                setattr(row, name, value)
            row.save(force_insert=True)
            for part in parts.values():
                write_part(row, part.kind, part.text, part.institution, "t1-gp", NOW)
            renew(row)
            made.append([row.pk, row.version, row.digest])
    return made


GIVEN = {"withdraw": {"reason": "x"}, "redirect": {"to": "H2", "reason": "x"}, "add_part": {"part": "results", "text": "new"}}


def race(worker: str, step: str, by: str, hours: str, works: str) -> list:
    """Take one step on each of some referrals while others take theirs."""
    from referral_work import NOW
    from sanyi.store.accounts import SYSTEM
    from sanyi.store.act import act
    from sanyi.workflows.errors import Refused
    door, now, told = world()["by"].get(by, SYSTEM), NOW + timedelta(hours=int(hours)), []
    ready(worker)
    for id, version, digest in json.loads(works):
        given = {"digest": digest, "expected_at": now + timedelta(hours=1)} if step == "accept" else GIVEN.get(step, {})
        try:
            told.append(act("referral", id, version, step, given, door, now).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def begin(worker: str, rounds: str) -> list:
    """Begin the same referrals as others do at the same time."""
    from referral_work import NOW, UP, rules
    from sanyi.store.referrals.beginning import Wanted, begin_referral
    from sanyi.workflows.errors import Refused
    here, known, told = world(), rules(), []
    ready(worker)
    for number in range(int(rounds)):
        try:
            told.append(begin_referral(Wanted(here["persons"][0], "H1", f"twice-{number}", parts={"summary": UP["summary"]}), known, here["by"]["t1-gp"], NOW).state)
        except Refused as refused:
            told.append(refused.code)
    return told


def quota(size: str) -> str:
    """The receiver takes so many a day."""
    from referral_work import NOW
    from sanyi.store.referrals.directory import offer_department
    from sanyi.store.referrals.tables import Referral
    Referral.objects.filter(state="submitted").update(department="心内科")
    offer_department("心内科", world()["by"]["h1-desk"], NOW, day_quota=int(size))
    return "published"


def story() -> dict:
    """How many stand in each state; whether every log is whole; open successors and what they replaced; arrivals."""
    from django.db.models import Count, Max
    from sanyi.store.models import WorkEvent
    from sanyi.store.referrals.packet import current_parts, digest_of
    from sanyi.store.referrals.tables import Referral, ReferralArrival
    logs = {row["subject_id"]: row for row in WorkEvent.objects.filter(subject="referral").values("subject_id").annotate(last=Max("version"), lines=Count("pk"))}
    rows = list(Referral.objects.all())
    return {"states": {row["state"]: row["n"] for row in Referral.objects.values("state").annotate(n=Count("pk")).order_by()},
            "ahead_of_their_log": [row.pk for row in rows if row.pk in logs and logs[row.pk]["last"] != row.version],
            "stale_digests": [row.pk for row in rows if row.digest != digest_of(row, current_parts(row.pk))],
            "open_but_replaced": Referral.objects.filter(replaced_by__isnull=False).exclude(state="redirected").count(),
            "redirected_without_successor": Referral.objects.filter(state="redirected", replaced_by=None).count(),
            "arrivals": ReferralArrival.objects.count(), "arrived": Referral.objects.filter(state="arrived").count()}


def ready(worker: str) -> None:
    """Say that one is ready, and wait for the others."""
    from django.db import connection
    connection.ensure_connection()
    (VAR / f"ready-{worker}").touch()
    while not (VAR / "go").exists():
        time.sleep(0.001)


FUNCTIONS = {each.__name__: each for each in (prepare, many, race, begin, quota, story)}

if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
