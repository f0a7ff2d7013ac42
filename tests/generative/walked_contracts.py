"""Family-doctor signing for the walker: nobody has two teams on a day, heads are those of a plain count, no team has more than its room."""
from collections import Counter
from datetime import date, timedelta

from walker import Walked, World, furthest

ROOM = 2
ACCOUNTS = ("gp1", "nurse1", "gp2", "nurse2", "chief1", "office", "bureau", "doctor-d1", "looker", "r1", "r2", "r3", "r4", "r5", "system")


def opened() -> World:
    from contract_work import NOW, town
    town(5, residents_per_gp=ROOM)
    return World({name: name for name in ACCOUNTS} | {"nobody": "nobody"}, NOW)


def rows():
    from sanyi.store.contracts.tables import Contract
    return Contract.objects.order_by("pk")


def one(chance):
    return chance.choice(list(rows()) or [None])


def draft(world, chance):
    from contract_work import person
    from sanyi.store.contracts.drafting import draft_contract
    team = chance.choice(("T1", "T2", "T3"))
    by = chance.choice(("gp1", "gp2", "nurse1", "r1", "office")) if chance.random() < 0.2 else "gp2" if team == "T2" else chance.choice(("gp1", "nurse1"))
    first = chance.choice((None, None, world.today, world.today + timedelta(days=1), world.today + timedelta(days=20), world.today - timedelta(days=1)))
    return draft_contract(person(chance.randint(1, 5)), team, chance.choice(("basic", "elder")), by, world.now, first, chance.choice((None, 1, 3, 4)))


def sign_by_code(world, chance):
    from sanyi.store.contracts.codes import make_code, sign_with_code
    row = furthest(rows().filter(state="offered"), chance) or one(chance)
    if row is None:
        return draft(world, chance)
    code = make_code(row.pk, "gp2" if row.institution == "C2" else "gp1", world.now)
    shown = code if chance.random() < 0.8 else "000000"
    return sign_with_code(row.pk, row.version + chance.choice((0, 0, 0, 1)), shown, chance.choice(("r1", "r2", "r3")) if chance.random() < 0.2 else f"r{row.person.resident_id[-1]}", world.now)


def sign_at_once(world, chance):
    """From the draft to the signature in one visit."""
    from contract_work import signed
    return signed(chance.randint(1, 5), chance.choice(("T1", "T2", "T3")), world.now, from_on=chance.choice((None, None, world.today + timedelta(days=20))))


def get_on(world, chance):
    """What most do: an offer is made and signed at the desk."""
    from sanyi.store.act import act
    row = furthest(rows().filter(state__in=("drafted", "offered")), chance)
    if row is None:
        return draft(world, chance)
    by, witness = ("gp2", "S4") if row.institution == "C2" else ("gp1", "S2")
    return act("contract", row.pk, row.version, *(("offer", {}) if row.state == "drafted" else ("sign_at_desk", {"witness": witness})), by, world.now)


def merge(world, chance):
    from sanyi.store.contracts.succession import pass_on
    if chance.random() < 0.8:
        return draft(world, chance)
    away = chance.choice(("C1", "C2"))
    return pass_on(away, {"T1": "T2", "T3": "T2"} if away == "C1" else {"T2": "T1"}, world.today + timedelta(days=chance.choice((0, 5, -1))), "并入",
                   chance.choice(("office", "office", "gp1")), world.now)


def tell(world, chance):
    from sanyi.store.contracts.succession import tell as door
    row = one(chance)
    return draft(world, chance) if row is None else door(row.pk, chance.choice(("电话", "")), chance.choice(("gp1", "gp2", "r1", "office")), world.now)


def serve(world, chance):
    from sanyi.store.contracts.fulfilment import evaluate, give_service
    row = one(chance)
    if row is None:
        return draft(world, chance)
    if chance.random() < 0.3:
        return evaluate(row.pk, chance.choice((0, 5)), "", chance.choice(("r1", "r2", "gp1")), world.now)
    return give_service(row.pk, chance.choice(("visit", "exam", "fly")), world.today - timedelta(days=chance.choice((0, 1, 30))), chance.choice(("gp1", "gp2", "doctor-d1")), world.now)


def daily(world):
    from sanyi.store.contracts.daily import daily_work
    daily_work(world.now)


def held() -> list:
    """Every contract that holds days, by what its state means in plain words."""
    return [row for row in rows() if row.state in ("signed", "active", "renewed", "transferred", "ended", "expired")]


def days_of_interest(world) -> list[date]:
    edges = {day for row in rows() for day in (row.from_on, row.to_on, row.to_on + timedelta(days=1))}
    return sorted(edges | {world.today, world.today + timedelta(days=30)})


def one_team_a_day(world) -> list[str]:
    there = held()
    return [f"person {person} has {count} contracts on {day}" for day in days_of_interest(world)
            for person, count in Counter(row.person_id for row in there if row.from_on <= day <= row.to_on).items() if count > 1]


def heads_are_counted(world) -> list[str]:
    from sanyi.store.contracts.heads import head_count
    there, faults = held(), []
    for day in days_of_interest(world)[::3]:
        on = {row.person_id: row for row in there if row.from_on <= day <= row.to_on}
        for by, plain in (("", {"all": len(on)}), ("institution", Counter(row.institution for row in on.values())), ("team", Counter(row.team.code for row in on.values()))):
            if (told := head_count(day, by)) != plain:
                faults.append(f"{day} by {by or 'all'}: {told}, counted {dict(plain)}")
    return faults


def nobody_beyond_a_teams_room(world) -> list[str]:
    """Each of the three teams has one general practitioner, and they are two people: S1 leads two of the teams."""
    there = held()
    return [f"team {team} has {count} on {day}" for day in days_of_interest(world) if day >= world.today
            for team, count in Counter(row.team.code for row in there if row.from_on <= day <= row.to_on).items() if count > ROOM]


def days_in_order(world) -> list[str]:
    return [f"contract {row.pk} lasts from {row.from_on} to {row.to_on}" for row in held() if row.from_on > row.to_on]


def no_gap(world) -> list[str]:
    from contract_work import faults
    return faults()


SAME = {(state, state) for state in ("drafted", "offered", "signed", "active")}
CONTRACTS = Walked(
    "contracts", ("contract",), opened, {"draft": draft, "draft_2": draft, "sign_by_code": sign_by_code, "get_on": get_on, "get_on_2": get_on, "sign_at_once": sign_at_once, "sign_at_once_2": sign_at_once, "merge": merge, "tell": tell, "serve": serve},
    {"one_team_a_day": one_team_a_day, "heads_are_counted": heads_are_counted, "nobody_beyond_a_teams_room": nobody_beyond_a_teams_room, "days_in_order": days_in_order,
     "no_gap": no_gap},
    values={"witness": lambda world, row, chance: chance.choice(("S2", "S4", "S1", "S3")), "to_on": lambda world, row, chance: world.today - timedelta(days=chance.choice((0, 0, 1, -1))),
            "succession": lambda world, row, chance: chance.choice((1, 2, 3))},
    follows={f"contract.{step}": {"no_day_is_held", "team_has_room"} for step in ("end", "resume", "restore")}, daily=daily, beyond={("contract", "make_way"): SAME, ("contract", "tell"): SAME}, counting=frozenset({"sign_by_code"}),
    leaps=(timedelta(0), timedelta(days=1), timedelta(days=1), timedelta(days=8), timedelta(days=30), timedelta(days=340)))
