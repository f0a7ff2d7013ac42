"""The person index for the walker: a person has one card in use, a row that went is empty, chains of merges have an end, and parting brings back what was."""
from collections import Counter
from datetime import timedelta

from walker import Walked, World

NAMES = ("张三", "张叁", "李四")


def opened() -> World:
    from persons_scripts import NOW, accounts, acting, number, person
    from sanyi.store.models import Account
    accounts()
    rows = [person("张三", identity=number("19800101", 1), phone="13900000001"), person("张三", born_on="1980-01-01", phone="13900000001", sex="male"),
            person("张叁", born_on="1980-01-01", sex="male"), person("李四", identity=number("19900101", 3)), person("李四", "other_desk", born_on="1990-01-01", sex="male")]
    for place in (0, 1):
        Account.objects.create(name=f"r{place}", role="resident", resident=str(rows[place].pk), password="!")
    by = {"first": "first", "second": "second", **{name: acting(name) for name in ("desk", "other_desk", "medic")}, "r0": "r0", "r1": "r1", "system": "system", "nobody": "nobody"}
    return World(by, NOW, {"persons": [row.pk for row in rows], "codes": []})


def register(world, chance):
    from persons_scripts import number
    from sanyi.store.persons.registering import register as door
    said = {"name": chance.choice((*NAMES, "")), "sex": chance.choice(("male", "female", "x")), "born_on": chance.choice(("1980-01-01", "1990-01-01", "1980-02-30"))}
    if chance.random() < 0.3:
        said["identity"] = chance.choice((number("19800101", 1), number("19900101", 3), number("19850505", 7), "469901198001010010"))
    row = door({name: value for name, value in said.items() if not ("identity" in said and name in ("sex", "born_on"))}, world.by[chance.choice(("desk", "other_desk", "medic", "r0"))], world.now)[0]
    if row.pk not in world.kept["persons"]:
        world.kept["persons"].append(row.pk)
    return row


def propose(world, chance):
    from sanyi.store.persons.proposing import propose as door
    from sanyi.store.persons.tables import Person
    one, other = (Person.objects.get(pk=id) for id in chance.sample(world.kept["persons"], 2))
    return door(one, other, "likely", "desk", world.now, chance.choice((None, 900_000)))


def issue(world, chance):
    from sanyi.store.persons.cards import issue as door
    return door(chance.choice(world.kept["persons"]), world.by[chance.choice(("desk", "first", "r0", "r1", "medic"))], world.now)


def show(world, chance):
    from sanyi.store.persons.cards import check, code_of
    from sanyi.store.persons.tables import HealthCard
    if world.kept["codes"] and chance.random() < 0.4:
        return check(chance.choice(world.kept["codes"]), world.by[chance.choice(("desk", "medic", "first"))], world.now)
    card = chance.choice(list(HealthCard.objects.order_by("pk")) or [None])
    if card is None:
        return issue(world, chance)
    code = code_of(card.pk, chance.choice(("r0", "r1")), world.now)
    world.kept["codes"] = [*world.kept["codes"], code][-5:]
    return check(code, world.by["desk"], world.now + timedelta(seconds=chance.choice((1, 59, 90))))


def get_on(world, chance):
    from sanyi.store.act import act
    from sanyi.store.persons.tables import PersonMatch
    row = chance.choice(list(PersonMatch.objects.filter(state__in=("proposed", "seconded", "confirmed_same")).order_by("pk")) or [None])
    if row is None:
        return propose(world, chance)
    step, by, given = {"proposed": ("call_same", "first", {"why": "document_seen"}), "seconded": ("confirm_same", "second", {"why": "document_seen"}), "confirmed_same": ("part", "first", {"reason": "x"})}[row.state]
    return act("person_match", row.pk, row.version, step, given, by, world.now)


def one_card_in_use(world) -> list[str]:
    from sanyi.store.persons.tables import HealthCard
    there = Counter(HealthCard.objects.filter(state="in_use").values_list("person", flat=True))
    return [f"person {person} has {count} cards in use" for person, count in there.items() if count > 1]


def what_went_is_empty(world) -> list[str]:
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import HealthCard, Person
    gone = list(Person.objects.filter(is_active=False))
    return [f"card {card.pk} stands under {card.person_id}, which went" for card in HealthCard.objects.filter(person__in=gone)] \
        + [f"account {account.name} is of {account.resident}, which went" for account in Account.objects.filter(resident__in=[str(row.pk) for row in gone])] \
        + [f"{row.pk} is not in use and was merged into nobody" for row in gone if row.merged_into_id is None]


def chains_end(world) -> list[str]:
    from sanyi.store.persons.tables import Person
    into, faults = dict(Person.objects.values_list("pk", "merged_into")), []
    for start in into:
        seen, at = set(), start
        while into[at] is not None and at not in seen:
            seen.add(at)
            at = into[at]
        if at in seen:
            faults.append(f"{start} is merged in a circle")
    return faults


def merged_is_as_the_pairs_say(world) -> list[str]:
    from sanyi.store.persons.tables import Person, PersonMatch
    said = {row.gone_id: row.kept_id for row in PersonMatch.objects.filter(state="confirmed_same")}
    return [f"{id} is merged into {into}, the pairs say {said.get(id)}" for id, into in Person.objects.values_list("pk", "merged_into") if into != said.get(id)]


def two_hands(world) -> list[str]:
    from sanyi.store.models import WorkEvent
    faults = []
    for id in WorkEvent.objects.filter(subject="person_match", step="confirm_same").values_list("subject_id", flat=True):
        hands = dict(WorkEvent.objects.filter(subject="person_match", subject_id=id, step__in=("call_same", "confirm_same")).order_by("version").values_list("step", "persons"))
        faults += [f"pair {id}: one hand called and confirmed"] if set(hands["call_same"].split("\n")) & set(hands["confirm_same"].split("\n")) else []
    return faults


def what_came_back_is_what_went(world) -> list[str]:
    """Where no pair is merged, every move was returned; where one is, none of its was."""
    from sanyi.store.persons.tables import MergeMove
    return [f"move {move.pk} of a pair that is {move.match.state}" for move in MergeMove.objects.select_related("match") if (move.returned_at is None) != (move.match.state == "confirmed_same")]


def a_code_is_good_once(world) -> list[str]:
    from sanyi.store.persons.tables import CardUse
    there = Counter(CardUse.objects.values_list("code", flat=True))
    return [f"a code was used {count} times" for count in there.values() if count > 1]


CARD = {(state, other) for state in ("in_use", "suspended", "revoked") for other in ("in_use", "suspended", "revoked")}
PERSONS = Walked(
    "persons", ("health_card", "person_match"), opened, {"register": register, "propose": propose, "issue": issue, "show": show, "get_on": get_on, "get_on_2": get_on},
    {each.__name__: each for each in (one_card_in_use, what_went_is_empty, chains_end, merged_is_as_the_pairs_say, two_hands, what_came_back_is_what_went, a_code_is_good_once)},
    follows={"person_match.confirm_same": {"no_conflict", "both_are_active"}, "person_match.part": {"identity"}},
    beyond={("health_card", "merge_person"): CARD, ("health_card", "part_person"): CARD}, leaps=(timedelta(0), timedelta(seconds=30), timedelta(minutes=5), timedelta(days=1)))
