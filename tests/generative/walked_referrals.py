"""Referrals for the walker: one open request a reason, one place at a time, nothing stale left open, what was consented to is what is sent."""
from collections import Counter
from datetime import timedelta

from walker import Walked, World, furthest

STAFF = ("t1-gp", "t1-desk", "h1-doc", "h1-desk", "h1-head", "h1-nurse", "h2-doc", "h2-desk", "t2-gp", "h1-pharmacist")
RESIDENTS = ("r-0", "r-1")
DRAFTS, THERE, OPEN = ("draft", "consented"), ("recorded", "arrived", "treated", "down_offered"), ("draft", "consented", "submitted", "filing_asked", "certified", "accepted", "recorded", "arrived", "treated", "down_offered", "taken_over")


def opened() -> World:
    from referral_work import NOW, region
    world = region()
    return World({**world["by"], "system": "system", "nobody": "nobody"}, NOW, {"persons": world["persons"], "by": world["by"]})


def rows(*states):
    from sanyi.store.referrals.tables import Referral
    found = Referral.objects.order_by("pk")
    return list(found.filter(state__in=states) if states else found)


def begin(world, chance):
    from referral_work import DOWN, UP, rules
    from sanyi.store.referrals.beginning import Wanted, begin_referral
    by = chance.choice(("t1-gp", "t1-gp", "t1-desk", "h1-doc", "h2-doc", "t2-gp", "h1-nurse"))
    path = chance.choice([row.pk for row in rows("arrived", "treated", "down_offered")] or [None]) if chance.random() < 0.5 else None
    wanted = Wanted(chance.choice(world.kept["persons"][:2]), chance.choice(("H1", "H1", "H2", "T1", "H9", "T2")), chance.choice(("I20.0", "I21", "E11")),
                    chance.choice(("routine", "urgent", "emergency")), criterion=chance.choice(("needs_surgery", "rehabilitation", "unstable")),
                    parts=chance.choice((UP, DOWN, {})), returns=path)
    return begin_referral(wanted, rules(), world.by[by], world.now)


def start(world, chance):
    """One that has all it needs, its benefit effect said."""
    from referral_work import begun
    return begun(world.kept, person=chance.choice((0, 1)), reason=chance.choice(("I20.0", "I21", "E11")), now=world.now, to=chance.choice(("H1", "H1", "H2", "H9")))


def bring_back(world, chance):
    """The receiver begins the way back of a path that it has."""
    from referral_work import DOWN, rules
    from sanyi.store.referrals.beginning import Wanted, begin_referral
    path = furthest(rows("arrived", "treated", "down_offered"), chance)
    if path is None:
        return get_on(world, chance)
    by = {"H1": "h1-doc", "H2": "h2-doc", "T1": "t1-gp", "T2": "t2-gp"}.get(path.receiver, "h1-doc")
    return begin_referral(Wanted(path.person_id, path.institution, path.reason, criterion="rehabilitation", parts=DOWN, returns=path.pk), rules(), world.by[by], world.now)


def get_on(world, chance):
    """What most do: weighed, consented to, sent, accepted, arrived, treated."""
    from referral_work import EFFECT
    from sanyi.store.act import act
    from sanyi.store.referrals.beginning import weigh
    row = furthest(rows("draft", "consented", "submitted", "accepted", "arrived"), chance)
    if row is None:
        return start(world, chance)
    staff = {"T1": ("t1-gp", "t1-gp"), "H1": ("h1-doc", "h1-doc"), "H2": ("h2-doc", "h2-doc"), "T2": ("t2-gp", "t2-gp"), "H9": ("t1-gp", "t1-gp")}
    sender, receiver = staff[row.institution][0], staff[row.receiver][1]
    if row.state == "draft" and not row.effect:
        return weigh(row.pk, row.version, EFFECT, world.by[sender], world.now)
    step, by, given = {"draft": ("consent", sender, {"way": "in_person", "digest": row.digest}), "consented": ("submit", sender, {}),
                       "submitted": ("accept", receiver, {"digest": row.digest, "expected_at": world.now + timedelta(hours=1)}), "accepted": ("arrive", receiver, {}),
                       "arrived": ("treat", receiver, {"diagnosis": "x", "treatment": "x", "outcome": "improved"})}[row.state]
    return act("referral", row.pk, row.version, step, given, world.by[by], world.now)


def emergency(world, chance):
    from referral_work import rules
    from sanyi.store.referrals.beginning import Wanted, record_emergency
    wanted = Wanted(chance.choice(world.kept["persons"][:2]), "H1", chance.choice(("I21", "S06")), chance.choice(("emergency", "emergency", "routine")))
    return record_emergency(wanted, "T1", world.now + timedelta(minutes=chance.choice((-60, -60, 5))), rules(), world.by[chance.choice(("h1-doc", "t1-gp", "t2-gp"))], world.now)


def off_site(world, chance):
    """A request to an institution outside the area, one step further: filed, certified or not, arrived and treated there, closed."""
    from referral_work import begun, step as take
    from sanyi.store.act import act
    row = furthest([each for each in rows("consented", "filing_asked", "certified", "arrived", "treated") if each.direction == "off_site" and each.criterion == "beyond_region"], chance)
    if row is None:
        row = begun(world.kept, to="H9", criterion="beyond_region", person=chance.choice((0, 1)), reason=chance.choice(("C50", "C34")), now=world.now)
        return take(world.kept, row, "consent", "t1-gp", world.now, way="in_person", digest=row.digest)
    filing = chance.choice((("certify", "bureau-1", {"certificate": "转外-1", "valid_to": world.today + timedelta(days=30)}), ("refuse_filing", "bureau-1", {"reason": "本地可治"})))
    step, by, given = {"consented": ("ask_filing", "t1-gp", {}), "filing_asked": filing, "certified": ("report_arrival", "t1-gp", {}),
                       "arrived": ("report_treated", "t1-gp", {"diagnosis": "x", "treatment": "x", "outcome": "improved"}), "treated": ("finish_off_site", "t1-gp", {})}[row.state]
    return act("referral", row.pk, row.version, step, given, world.by[by], world.now)


def home_again(world, chance):
    """A patient is treated at the hospital and goes back to the sender with a plan: offered, taken over or not, guided, closed."""
    from referral_work import begun, step as take
    row = furthest([each for each in rows("treated", "down_offered", "taken_over") if (each.institution, each.receiver) == ("T1", "H1") and each.returns_id is None], chance)
    if row is None:
        row = begun(world.kept, person=chance.choice((0, 1)), reason=chance.choice(("K35", "K80", "J18")), now=world.now)
        for name, by, given in (("consent", "t1-gp", {"way": "in_person", "digest": row.digest}), ("submit", "t1-gp", {}), ("accept", "h1-desk", {"expected_at": world.now + timedelta(hours=1), "digest": row.digest}),
                                ("arrive", "h1-nurse", {}), ("treat", "h1-doc", {"diagnosis": "x", "treatment": "x", "outcome": "improved"}),
                                ("add_result", "h1-doc", {"part": "continuing_plan", "text": "每两周复诊"})):
            row = take(world.kept, row, name, by, world.now, **given)
        return row
    steps = {"treated": (("offer_down", "h1-doc", {"criterion": "rehabilitation"}),), "down_offered": (("take_over", "t1-gp", {"digest": row.digest}), ("decline_down", "t1-gp", {"reason": "no_bed"})),
             "taken_over": (("guide", "h1-doc", {}), ("finish", "t1-gp", {}))}[row.state]
    name, by, given = chance.choice(steps)
    return take(world.kept, row, name, by, world.now, **given)


def nobody_answers(world, chance):
    """One is sent, perhaps accepted, and the clocks run out one after the other: escalated, expired, nobody came."""
    from referral_work import begun, step as take
    row = begun(world.kept, person=chance.choice((0, 1)), reason=chance.choice(("N20", "M54")), now=world.now)
    row = take(world.kept, row, "consent", "t1-gp", world.now, way="in_person", digest=row.digest)
    row = take(world.kept, row, "submit", "t1-gp", world.now)
    if chance.random() < 0.5:
        take(world.kept, row, "accept", "h1-desk", world.now, expected_at=world.now + timedelta(hours=1), digest=row.digest)
    from sanyi.store.referrals.tables import Referral
    for _ in range(6):
        row = Referral.objects.filter(state__in=("submitted", "accepted", "certified"), due_at__isnull=False).order_by("due_at").first()
        if row is None:
            return None
        world.now = max(world.now, row.due_at + timedelta(minutes=1))
        daily(world)


def daily(world):
    from sanyi.store.referrals.jobs import turn_clocks
    turn_clocks(world.now)


def one_open_a_reason(world) -> list[str]:
    there = Counter((row.person_id, row.institution if row.state in DRAFTS else "", row.receiver, row.reason) for row in rows(*OPEN))
    return [f"{each}: {count} open" for each, count in there.items() if count > 1]


def one_place_at_a_time(world) -> list[str]:
    """Along one path (a request, what replaced it, and its ways back) the patient is at one institution."""
    all_rows, faults = rows(), []
    for row in all_rows:
        ahead = [other for other in all_rows if other.replaces_id == row.pk or other.returns_id == row.pk]
        if row.state in THERE:
            faults += [f"{row.pk} at {row.receiver} is {row.state}, and {other.pk} at {other.receiver} {other.state}" for other in ahead if other.state in THERE]
    return faults


def closing_one_closes_the_other(world) -> list[str]:
    """What is redirected has one successor and no other; a path that ended leaves no way back open; one that was come back from has ended."""
    faults, on_the_way, ended = [], ("draft", "consented", "submitted", "filing_asked", "certified", "accepted"), ("closed", "redirected", "withdrawn", "declined", "expired", "no_show")
    for row in rows():
        followers = [other for other in rows() if other.replaces_id == row.pk]
        if len(followers) != (row.state == "redirected"):
            faults.append(f"{row.pk} is {row.state} and has {len(followers)} successors")
        backs = [other for other in rows() if other.returns_id == row.pk]
        if row.state in ended:
            faults += [f"path {row.pk} is {row.state}, its way back {other.pk} still {other.state}" for other in backs if other.state in on_the_way]
        faults += [f"{other.pk} has come back, its path {row.pk} is {row.state}" for other in backs if other.arrived_at is not None and other.state != "declined" and row.state not in (*ended, "taken_over")]
    return faults


def sent_is_what_was_consented(world) -> list[str]:
    from sanyi.store.referrals.packet import current_parts, digest_of
    return [f"{row.pk}: its digest is stale" for row in rows() if row.digest != digest_of(row, current_parts(row.pk))] \
        + [f"{row.pk} is {row.state} without consent" for row in rows("consented", "submitted", "accepted") if not row.consented]


def arrived_once(world) -> list[str]:
    from sanyi.store.referrals.tables import ReferralArrival
    there = Counter(ReferralArrival.objects.values_list("referral", flat=True))
    return [f"{row.pk} is {row.state}, arrived at {row.arrived_at}, arrivals {there[row.pk]}" for row in rows()
            if there[row.pk] != (row.arrived_at is not None and row.state != "recorded" and not (row.recorded_by and row.state == "declined"))]


def news_is_of_others_hands(world) -> list[str]:
    """Whatever ended before anybody here acted on it is told to the sender; nothing else is."""
    from sanyi.store.models import WorkEvent
    faults = []
    for row in rows("declined", "expired", "no_show"):
        last = WorkEvent.objects.filter(subject="referral", subject_id=row.pk).order_by("-version").first()
        if row.news_at is None and last.step not in ("acknowledge", "deny"):
            faults.append(f"{row.pk} is {row.state} and the sender was not told")
    return faults + [f"{row.pk} is {row.state} and is news" for row in rows(*DRAFTS, "submitted", "accepted", "arrived", "taken_over") if row.news_at is not None]


def clocks_run_only_while_open(world) -> list[str]:
    return [f"{row.pk} is {row.state} and due at {row.due_at}" for row in rows() if row.state not in OPEN and row.due_at is not None]


def digest(world, row, chance):
    return row.digest if chance.random() < 0.85 else "0" * 64


REFERRALS = Walked(
    "referrals", ("referral",), opened,
    {"begin": begin, "start": start, "get_on": get_on, "get_on_2": get_on, "get_on_3": get_on, "get_on_4": get_on, "bring_back": bring_back, "emergency": emergency},
    {each.__name__: each for each in (one_open_a_reason, one_place_at_a_time, closing_one_closes_the_other, sent_is_what_was_consented, arrived_once, news_is_of_others_hands, clocks_run_only_while_open)},
    values={"digest": digest, "expected_at": lambda world, row, chance: world.now + timedelta(hours=chance.choice((1, 1, -1))), "to": lambda world, row, chance: chance.choice(("H2", "H1", "T2", "T1", "H9")),
            "criterion": lambda world, row, chance: chance.choice(("rehabilitation", "needs_surgery", "unstable")), "moved_at": lambda world, row, chance: world.now - timedelta(hours=1),
            "valid_to": lambda world, row, chance: world.today + timedelta(days=chance.choice((30, -1)))},
    rarely={"off_site": off_site, "off_site_2": off_site, "off_site_3": off_site, "home_again": home_again, "home_again_2": home_again, "home_again_3": home_again, "nobody_answers": nobody_answers},
    counting=frozenset({"home_again", "home_again_2", "home_again_3", "nobody_answers", "off_site", "off_site_2", "off_site_3"}), follows={"referral.redirect": {"once", "bad_field"}, "referral.send_on": {"once", "bad_field"}}, daily=daily, beyond={("referral", "weigh"): {("draft", "draft")}}, leaps=(timedelta(0), timedelta(minutes=30), timedelta(hours=4), timedelta(days=1), timedelta(days=4)))
