"""Health records for the walker: a record is read on a live basis alone, asked anew in plain words; a break-glass is reviewed by somebody else."""
from datetime import date, timedelta
from functools import cache

from walker import Walked, World

HOUR = timedelta(hours=1)


@cache
def known():
    """The plan's rules, read once."""
    from sanyi.runs.packs import open_plan
    from sanyi.store.health.rules import read_rules
    return read_rules(open_plan("haikou-2018").on(date(2026, 11, 30)))


def opened() -> World:
    from referral_work import NOW, region
    from sanyi.store.models import Account
    world = region()
    for name, role in (("auditor", "audit_admin"), ("watcher", "supervisor")):
        Account.objects.create(name=name, role=role, password="!")
    return World({**world["by"], "auditor": "auditor", "watcher": "watcher", "system": "system", "nobody": "nobody"}, NOW,
                 {"persons": world["persons"], "rules": known(), "world": world, "reads": []})


def someone(world, chance):
    return chance.choice(world.kept["persons"])


def visit(world, chance):
    from sanyi.store.health.visiting import close_visit, open_visit
    by = world.by[chance.choice(("h1-desk", "h1-nurse", "t1-desk", "h1-doc"))]
    if chance.random() < 0.4:
        return close_visit(someone(world, chance), by, world.now)
    return open_visit(someone(world, chance), chance.choice(("document", "card", "wink")), world.kept["rules"], by, world.now)


def consent(world, chance):
    from sanyi.store.health.consenting import give_consent
    return give_consent(chance.choice(("treatment", "research", "insurance_claim", "family_doctor", "curiosity")), chance.choice(("", "H1", "T1", "X9")),
                        chance.choice((None, world.today, world.today + timedelta(days=2), world.today - timedelta(days=1))), world.by[chance.choice(("r-0", "r-1", "h1-doc"))], world.now)


def withdraw(world, chance):
    from sanyi.store.health.consenting import withdraw_consent
    from sanyi.store.health.tables import RecordConsent
    row = chance.choice(list(RecordConsent.objects.order_by("pk")) or [None])
    return consent(world, chance) if row is None else withdraw_consent(row.pk, world.by[chance.choice(("r-0", "r-1"))], world.now)


def break_glass(world, chance):
    from sanyi.store.health.breaking_glass import break_glass as door
    return door(someone(world, chance), chance.choice(("车祸昏迷，无法取得同意", "急")), world.kept["rules"], world.by[chance.choice(("h1-doc", "h1-nurse", "t1-gp", "h1-desk", "bureau-1"))], world.now)


def refer(world, chance):
    from referral_work import begun
    return begun(world.kept["world"], person=chance.choice((0, 1, 2)), now=world.now, reason=chance.choice(("I20", "I21")))


def read(world, chance):
    """Somebody reads for some purpose; what came of it is what the rule says in plain words."""
    from sanyi.store.health.basis import check_basis
    from sanyi.store.who import actor_of
    from sanyi.workflows.access_matrix import PURPOSES
    from sanyi.workflows.errors import NotAllowed
    name, person, purpose = chance.choice(sorted(set(world.by) - {"nobody"})), someone(world, chance), chance.choice(sorted(PURPOSES))
    actor = actor_of(world.by[name])
    wanted = plain_level(person, purpose, actor, world.now)
    try:
        level = check_basis(person, purpose, actor, world.now)[1].level
    except NotAllowed:
        level = 0
        assert wanted == 0, (name, actor, person, purpose, wanted)
        raise
    assert level == wanted, (name, actor, person, purpose, level, wanted)
    return level


def unmask(world, chance):
    from sanyi.store.health.unmasking import unmask_record
    from sanyi.store.who import actor_of
    from sanyi.workflows.access_matrix import PURPOSES
    name, person, purpose = chance.choice(("h1-doc", "h1-nurse", "t1-gp", "bureau-1", "watcher", "r-0")), someone(world, chance), chance.choice(sorted(PURPOSES))
    done = unmask_record(person, purpose, world.kept["rules"], world.by[name], world.now)
    assert plain_level(person, purpose, actor_of(world.by[name]), world.now) >= 3
    return done


def plain_level(person: int, purpose: str, actor, now) -> int:
    """The highest level that the rule opens, from the rows alone. Source: R49, docs/access.md."""
    from sanyi.store.health.tables import BreakGlass, RecordConsent, Visit
    from sanyi.store.log import today_of
    from sanyi.store.referrals.tables import Referral
    clinical, role, unit, today = {"doctor": 4, "family_doctor": 4, "nurse": 3}, actor.role, actor.unit, today_of(now)
    found = [0]
    if role == "resident":
        return 5 if purpose == "view_own" and actor.resident == str(person) else 0
    referrals = list(Referral.objects.filter(person=person))
    if role in ("doctor", "family_doctor", "nurse", "registrar", "technician", "pharmacist", "director") and unit:
        is_here = any(row.institution == unit and row.created_at <= now < row.closes_at for row in Visit.objects.filter(person=person))
        has_come = any(row.receiver == unit and row.state in ("recorded", "arrived", "treated", "down_offered") for row in referrals)
        in_hand = any((row.institution == unit or row.receiver == unit and row.submitted_at) and row.state not in
                      ("closed", "declined", "expired", "no_show", "withdrawn", "redirected") for row in referrals)
        if purpose == "treatment" and (is_here or has_come):
            found.append({"doctor": 5, "family_doctor": 5, "nurse": 4, "pharmacist": 4, "technician": 3, "registrar": 2}.get(role, 0))
        if purpose == "treatment" and in_hand:
            found.append({**clinical, "pharmacist": 3, "technician": 3, "registrar": 2}.get(role, 0))
        if purpose == "referral" and (has_come or in_hand):
            found.append({**clinical, "registrar": 3}.get(role, 0))
        if purpose == "emergency" and any(row.created_by == actor.name and row.institution == unit and row.created_at <= now < row.closes_at and row.state != "unjustified"
                                          for row in BreakGlass.objects.filter(person=person)):
            found.append({"doctor": 4, "family_doctor": 4, "nurse": 4}.get(role, 0))
    if any(row.purpose == purpose and row.institution in ("", unit) and (row.until_on is None or row.until_on >= today) and row.withdrawn_at is None and row.given_at <= now
           for row in RecordConsent.objects.filter(person=person)):
        opens = {"treatment": {**clinical, "pharmacist": 3}, "family_doctor": clinical, "insurance_claim": {"registrar": 3, "bureau": 3}, "research": {"doctor": 3}}
        found.append(opens.get(purpose, {}).get(role, 0))
    found.append({("settlement", "bureau"): 3, ("supervision", "supervisor"): 3}.get((purpose, role), 0))
    return max(found)


def daily(world):
    from sanyi.store.health.jobs import raise_alerts
    raise_alerts(world.now)
    world.kept["worked_on"] = world.today


def nobody_reviews_the_own(world) -> list[str]:
    from sanyi.store.health.tables import BreakGlass
    return [f"break-glass {row.pk} was reviewed by who broke it" for row in BreakGlass.objects.exclude(state="opened") if row.done_by == row.created_by or not row.finding]


def what_is_overdue_was_alerted(world) -> list[str]:
    from sanyi.store.health.tables import BreakGlass
    return [f"break-glass {row.pk} is overdue since {row.due}" for row in BreakGlass.objects.filter(state="opened", alerted_at=None) if "worked_on" in world.kept and row.due < world.kept["worked_on"]]


def every_break_glass_stands_in_the_trail(world) -> list[str]:
    from sanyi.store.health.tables import BreakGlass
    from sanyi.store.trail.tables import AuditEvent
    there, events = BreakGlass.objects.count(), AuditEvent.objects.filter(action="break_glass").count()
    return [] if there == events else [f"{there} break-glasses, {events} events"]


def one_visit_at_a_time(world) -> list[str]:
    from collections import Counter
    from sanyi.store.health.tables import Visit
    there = Counter(Visit.objects.filter(closes_at__gt=world.now).values_list("person", "institution"))
    return [f"{each} is there {count} times" for each, count in there.items() if count > 1]


HEALTH = Walked(
    "health", ("access_review",), opened,
    {"visit": visit, "consent": consent, "withdraw": withdraw, "break_glass": break_glass, "break_glass_2": break_glass, "refer": refer, "read": read, "read_2": read, "read_3": read,
     "read_4": read, "unmask": unmask},
    {each.__name__: each for each in (nobody_reviews_the_own, what_is_overdue_was_alerted, every_break_glass_stands_in_the_trail, one_visit_at_a_time)},
    daily=daily, leaps=(timedelta(0), timedelta(minutes=40), 5 * HOUR, timedelta(days=1), timedelta(days=4)))
