"""Published cases for the walker: runs come and go while people decide; a second, plain opinion says what must be open after each run. Only runs take the steps of runs."""
from datetime import timedelta

from walker import Walked, World

MOST, OPEN = 6, ("found", "notified", "answered")


def opened() -> World:
    from publishing_work import NOW, PEOPLE, people
    people()
    return World({**{name: name for name in PEOPLE}, "nobody": "nobody"}, NOW, {"count": 0, "audited": None, "said": {}})


def _said(world, chance) -> dict[int, int]:
    """What a run says: mostly what the last one said, some of it otherwise."""
    last = dict(world.kept["said"])
    for number in range(1, MOST + 1):
        if chance.random() < 0.3:
            last[number] = chance.choice((0, 100, 250))
    return {number: amount for number, amount in last.items() if amount}


def newer(world, chance):
    from publishing_work import hits, publish, run
    said, by = _said(world, chance), chance.choice(("bureau-1", "bureau-2", "bureau-1", "office", "hospital-1"))
    number = world.kept["count"] + 1
    done = publish(run(f"run {number}", number), hits(said), by=by, now=world.now)
    world.kept.update(count=number, audited=number, said=said)
    return done


def otherwise(world, chance):
    """A newer run says less or more of what is open, and once more what was withdrawn."""
    from publishing_work import hits, publish, run
    from sanyi.store.publishing.tables import AuditCase
    newest, said = {row.encounter: row for row in AuditCase.objects.order_by("id")}, dict(world.kept["said"])
    for row in newest.values():
        if row.state in OPEN or row.state == "withdrawn":
            said[int(row.encounter[1:])] = chance.choice((0, row.amount_fen + 50)) if row.state in OPEN else row.amount_fen
    said, number = {place: amount for place, amount in said.items() if amount}, world.kept["count"] + 1
    done = publish(run(f"run {number}", number), hits(said), now=world.now)
    world.kept.update(count=number, audited=number, said=said)
    return done


def again(world, chance):
    from publishing_work import hits, publish, run
    from sanyi.store.publishing.tables import AuditCase
    if world.kept["audited"] is None:
        return newer(world, chance)
    number, before = world.kept["audited"], list(AuditCase.objects.order_by("id").values_list("id", "version"))
    done = publish(run(f"run {number}", number), hits(world.kept["said"]), now=world.now)
    assert set(done) <= {"same", "decided", "gone"} and before == list(AuditCase.objects.order_by("id").values_list("id", "version")), (done, before)
    return done


def older(world, chance):
    from publishing_work import hits, publish, run
    done = publish(run("stale", -1), hits({1: 999}), now=world.now)  # goes only where no run was published before
    world.kept["said"] = {1: 999}
    return done


def told(world, chance):
    from publishing_work import publish, run, sums
    number = world.kept["count"] = world.kept["count"] + 1
    return publish(run(f"run {number}", number), sums({house: chance.choice((100, 200)) for house in ("H1", "H2") if chance.random() < 0.8}), "deductions", now=world.now)


def rumour(world, chance):
    from publishing_work import hits, publish, run
    return publish(run("rumour", 10**6), hits({1: 1}), "rumours", now=world.now)


def what_the_newest_run_says_is_there(world) -> list[str]:
    """Of each thing that the newest run says the newest case says the same; what it does not say is open nowhere."""
    from sanyi.store.publishing.tables import AuditCase
    newest = {row.encounter: row for row in AuditCase.objects.order_by("id")}
    wanted = {f"E{number:05d}": amount for number, amount in world.kept["said"].items()}
    lacking = [f"{key}: the run says {amount}, the newest case {newest[key].amount_fen if key in newest else None}" for key, amount in wanted.items()
               if key not in newest or newest[key].amount_fen != amount or newest[key].state == "withdrawn"]
    return lacking + [f"{key} is open, and no run says it" for key, row in newest.items() if key not in wanted and row.state in OPEN]


def cases_hold(world) -> list[str]:
    from publishing_work import faults
    return faults()


def no_more_than_found(world) -> list[str]:
    from sanyi.store.publishing.tables import AuditCase
    return [f"case {row.pk}: {row.agreed_fen} of {row.amount_fen}" for row in AuditCase.objects.exclude(agreed_fen=None) if not 0 <= row.agreed_fen <= row.amount_fen]


def who_told_did_not_decide(world) -> list[str]:
    from sanyi.store.models import WorkEvent
    hands = {}
    for event in WorkEvent.objects.filter(subject="audit_case").order_by("subject_id", "version"):
        hands.setdefault(event.subject_id, []).append((event.step, event.by))
    return [f"case {id}: {steps}" for id, steps in hands.items()
            if any(("notify", by) in steps for step, by in steps if step == "confirm") or any(("confirm", by) in steps for step, by in steps if step in ("uphold", "overturn"))]


PUBLISHING = Walked("publishing", ("audit_case", "result_notice"), opened, {"newer": newer, "again": again, "older": older, "told": told, "rumour": rumour},
                    rarely={"otherwise": otherwise}, laws={each.__name__: each for each in (what_the_newest_run_says_is_there, cases_hold, no_more_than_found, who_told_did_not_decide)},
                    beyond={("audit_case", "carry"): {("", "found")}, ("result_notice", "carry"): {("", "issued")}},
                    leaps=(timedelta(0), timedelta(days=1), timedelta(days=11), timedelta(days=61)))
