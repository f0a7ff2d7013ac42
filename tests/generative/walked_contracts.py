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
    """What most do: an offer is made, a nurse stands by, and it is signed at the desk."""
    from sanyi.store.act import act
    from sanyi.store.log import today_of
    row = furthest(rows().filter(state__in=("drafted", "offered")), chance)
    if row is None:
        return draft(world, chance)
    by, nurse = ("gp2", "nurse2") if row.institution == "C2" else ("gp1", "nurse1")
    if row.state == "offered" and (row.witness not in ("S2", "S4") or row.done_at is None or today_of(row.done_at) != world.today):
        return act("contract", row.pk, row.version, "stand_by", {}, nurse, world.now)
    return act("contract", row.pk, row.version, "offer" if row.state == "drafted" else "sign_at_desk", {}, by, world.now)


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


def ask(world, chance):
    """A resident asks online; what they ask is mostly confirmed by the code at once, so that teams have something to answer."""
    from sanyi.store.contract_requests.asking import ask as door
    from sanyi.store.contracts.tables import Contract
    number = chance.randint(1, 5)
    from contract_work import person
    held = Contract.objects.filter(person=person(number), state="active").first()
    kind = chance.choice(("renewal", "transfer", "package", "end")) if held and chance.random() < 0.9 else chance.choice(("first", "first", "end", "fly"))
    return door(kind, f"r{number}" if chance.random() < 0.95 else chance.choice(("gp1", "office")), world.now, team=chance.choice(("T1", "T2", "T2", "T3", "", "T9")), package=chance.choice(("basic", "elder", "")),
                reason=chance.choice(("wish", "moved", "died")) if kind == "end" else "", from_on=chance.choice((None, None, world.today + timedelta(days=3))))


def confirm(world, chance):
    from sanyi.store.contract_requests.tables import ContractRequest
    from sanyi.store.contracts.codes import make_code, sign_with_code as door
    row = furthest(ContractRequest.objects.filter(state="submitted").order_by("pk"), chance)
    if row is None:
        return ask(world, chance)
    code = make_code(row.pk, "gp2" if row.institution == "C2" else "gp1", world.now, "contract_request")
    return door(row.pk, row.version + chance.choice((0, 0, 0, 1)), code if chance.random() < 0.85 else "000000", chance.choice(("r1", "r2")) if chance.random() < 0.1 else f"r{row.person.resident_id[-1]}",
                world.now, "contract_request", "confirm")


def accept(world, chance):
    from sanyi.store.act import act
    from sanyi.store.contract_requests.tables import ContractRequest
    row = furthest(ContractRequest.objects.filter(state="confirmed").order_by("pk"), chance)
    return confirm(world, chance) if row is None else act("contract_request", row.pk, row.version, "accept", {}, "gp2" if row.institution == "C2" else "nurse1", world.now)


def renew(world, chance):
    """The months pass until a contract may be renewed; its team signs the next term at the desk, and the day comes."""
    from contract_work import at, signed
    row = furthest(rows().filter(state="active", later=None), chance)
    if row is None:
        return sign_at_once(world, chance)
    world.now = max(world.now, at(row.to_on - timedelta(days=20)))
    daily(world)
    new = signed(int(row.person.resident_id[-1]), row.team.code, world.now)
    world.now = max(world.now, at(new.from_on))
    return daily(world)


def change_team(world, chance):
    """A resident in force signs with the other institution for tomorrow, and tomorrow comes."""
    from contract_work import signed
    row = furthest(rows().filter(state="active"), chance)
    if row is None:
        return sign_at_once(world, chance)
    signed(int(row.person.resident_id[-1]), "T1" if row.institution == "C2" else "T2", world.now)
    world.now += timedelta(days=1)
    return daily(world)


def undo_transfer(world, chance):
    """A resident signs with the other institution, and thinks better of it within the days for that: the earlier contract takes its days back."""
    from contract_work import signed
    from sanyi.store.act import act
    row = furthest(rows().filter(state="active"), chance) or signed(chance.randint(1, 5), "T1", world.now)
    number = int(row.person.resident_id[-1])
    made = signed(number, "T1" if row.institution == "C2" else "T2", world.now)
    return act("contract", made.pk, made.version, "cancel", {"reason": "还是原来的团队"}, f"r{number}", world.now)


def merge_before_it_begins(world, chance):
    """Somebody has signed for a later day when the institution merges."""
    from contract_work import signed
    from sanyi.store.contracts.succession import pass_on
    signed(chance.randint(1, 5), "T2", world.now, from_on=world.today + timedelta(days=20))
    return pass_on("C2", {"T2": chance.choice(("T1", "T3"))}, world.today + timedelta(days=5), "并入", "office", world.now)


def die(world, chance):
    """Now and then a resident dies, known at once or days later."""
    from contract_work import person
    from sanyi.store.persons.deaths import end_for_the_dead
    from sanyi.store.persons.tables import Person
    row = furthest(rows().filter(state__in=("signed", "active")), chance)
    if row is None or chance.random() < 0.8:
        return draft(world, chance)
    Person.objects.filter(pk=row.person_id, died_on=None).update(died_on=world.today - timedelta(days=chance.choice((0, 0, 3))))
    return end_for_the_dead(world.now, (row.person_id,)) if chance.random() < 0.5 else person(5)


def die_before_it_begins(world, chance):
    """Somebody signs for a later day, and dies before it."""
    from contract_work import signed
    from sanyi.store.persons.deaths import end_for_the_dead
    from sanyi.store.persons.tables import Person
    if chance.random() < 0.5:
        return draft(world, chance)
    row = signed(chance.randint(1, 5), chance.choice(("T1", "T2")), world.now, from_on=world.today + timedelta(days=20))
    Person.objects.filter(pk=row.person_id, died_on=None).update(died_on=world.today)
    return end_for_the_dead(world.now, (row.person_id,))


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


def lives(row, day: date) -> bool:
    return row.person.died_on is None or day <= row.person.died_on


def heads_are_counted(world) -> list[str]:
    from sanyi.store.contracts.heads import head_count
    there, faults = held(), []
    for day in days_of_interest(world)[::3]:
        on = {row.person_id: row for row in there if row.from_on <= day <= row.to_on and lives(row, day)}
        for by, plain in (("", {"all": len(on)}), ("institution", Counter(row.institution for row in on.values())), ("team", Counter(row.team.code for row in on.values()))):
            if (told := head_count(day, by)) != plain:
                faults.append(f"{day} by {by or 'all'}: {told}, counted {dict(plain)}")
    return faults


def nobody_beyond_a_teams_room(world) -> list[str]:
    """Each of the three teams has one general practitioner, and they are two people: S1 leads two of the teams."""
    there = held()
    return [f"team {team} has {count} on {day}" for day in days_of_interest(world) if day >= world.today
            for team, count in Counter(row.team.code for row in there if row.from_on <= day <= row.to_on and lives(row, day)).items() if count > ROOM]


def days_in_order(world) -> list[str]:
    return [f"contract {row.pk} lasts from {row.from_on} to {row.to_on}" for row in held() if row.from_on > row.to_on]


def nothing_asked_outlives_what_it_is_about(world) -> list[str]:
    """In plain words: what waits is about a contract that stands and after which nothing was signed; one of a kind a person; what was accepted is done."""
    from sanyi.store.contract_requests.tables import ContractRequest
    faults, waiting = [], [row for row in ContractRequest.objects.order_by("pk") if row.state in ("submitted", "confirmed")]
    for row in waiting:
        theirs = [each for each in rows() if each.person_id == row.person_id]
        if row.kind == "first" and any(each.state == "active" for each in theirs) or row.kind != "first" and row.contract.state not in ("active", "suspended"):
            faults.append(f"request {row.pk} ({row.kind}) waits about nothing")
        if any(each.state in ("signed", "active") and each.earlier_id and each.earlier_id == row.contract_id for each in theirs):
            faults.append(f"request {row.pk} waits though another was signed")
    faults += [f"{pair} waits {count} times" for pair, count in Counter((row.person_id, row.kind) for row in waiting).items() if count > 1]
    return faults + [f"request {row.pk} was accepted and nothing came of it" for row in ContractRequest.objects.filter(state="accepted")
                     if not (row.contract.state == "ended" if row.kind == "end" else row.made and row.made.signed_on)]


def no_gap(world) -> list[str]:
    from contract_work import faults
    return faults()


SAME = {(state, state) for state in ("drafted", "offered", "signed", "active")}
CONTRACTS = Walked(
    "contracts", ("contract", "contract_request"), opened, {"draft": draft, "draft_2": draft, "sign_by_code": sign_by_code, "get_on": get_on, "get_on_2": get_on, "sign_at_once": sign_at_once, "sign_at_once_2": sign_at_once, "merge": merge, "tell": tell, "serve": serve, "ask": ask, "ask_2": ask, "confirm": confirm, "confirm_2": confirm, "accept": accept, "accept_2": accept},
    {"one_team_a_day": one_team_a_day, "heads_are_counted": heads_are_counted, "nobody_beyond_a_teams_room": nobody_beyond_a_teams_room, "days_in_order": days_in_order,
     "no_gap": no_gap, "nothing_asked_outlives": nothing_asked_outlives_what_it_is_about},
    rarely={"renew": renew, "change_team": change_team, "undo_transfer": undo_transfer, "undo_transfer_2": undo_transfer, "merge_before_it_begins": merge_before_it_begins, "accept_3": accept, "ask_3": ask, "confirm_3": confirm, "die": die, "die_before_it_begins": die_before_it_begins},
    values={"to_on": lambda world, row, chance: world.today - timedelta(days=chance.choice((0, 0, 1, -1))),
            "request": lambda world, row, chance: chance.choice((1, 2)), "succession": lambda world, row, chance: chance.choice((1, 2, 3))},
    follows={f"contract.{step}": {"no_day_is_held", "team_has_room"} for step in ("end", "resume", "restore")} | {"contract_request.accept": {"no_day_is_held", "team_has_room", "fits", "once", "renewal", "nothing_is_closed", "bad_field", "last_day_fits", "follows_the_earlier"}}, daily=daily, beyond={("contract", "make_way"): SAME, ("contract", "tell"): SAME, ("contract", "follow"): SAME}, counting=frozenset({"sign_by_code", "confirm", "confirm_2", "accept", "accept_2", "accept_3", "confirm_3", "renew", "change_team", "undo_transfer", "undo_transfer_2", "die_before_it_begins", "merge_before_it_begins"}),
    leaps=(timedelta(0), timedelta(days=1), timedelta(days=1), timedelta(days=8), timedelta(days=30), timedelta(days=340)))
