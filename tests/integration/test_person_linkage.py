"""Probabilistic linkage: true duplicates reach the queue with what was weighed, few others do, and nothing is merged by itself."""
from datetime import date, timedelta
from random import Random

import pytest

from merge_work import NOW, hands
from persons_scripts import number

pytest.importorskip("splink", reason="Splink is not installed; python3 bootstrap.py linkage brings it")
LEAST, RECALL = 800_000, 700_000
SOUNDS = {"伟": "玮", "芳": "方", "强": "蔷", "静": "净", "丽": "莉", "敏": "闽"}


def crowd(count: int, chance: Random) -> tuple[list[dict], set[tuple[int, int]]]:
    """So many people, and for every twentieth a second row as desks make them: another character of the same sound, a slip in the day, no number, another phone; and which are true."""
    from sanyi.worlds.roll import name
    rows, true = [], set()
    for at in range(count):
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(29_000))
        one = {"name": name(chance), "born_on": born, "sex": chance.choice(("male", "female")), "phone": f"139{chance.randrange(10**8):08d}", "region": f"R{chance.randrange(20)}"}
        rows.append(one)
        if at % 20 == 0:
            rows.append(again(one, at // 20 % 5, chance))
            true.add((len(rows) - 2, len(rows) - 1))
        if at % 20 == 10:  # a twin: the same day, phone and region, another given name, and a number of its own
            rows.append({**one, "name": one["name"][0] + name(chance)[1:], "is_twin": True})
            rows[-2]["is_twin"] = True
    return rows, true


def again(one: dict, how: int, chance: Random) -> dict:
    """The same person once more, as it is entered elsewhere."""
    changed = {0: {"name": "".join(SOUNDS.get(sign, sign) for sign in one["name"])}, 1: {"born_on": one["born_on"].replace(day=1 + chance.randrange(28))}, 2: {"phone": ""},
               3: {"region": "R99", "phone": f"138{chance.randrange(10**8):08d}"}, 4: {"born_on": one["born_on"].replace(month=1 + chance.randrange(12), day=min(one["born_on"].day, 28))}}[how]
    return {**one, **changed}


@pytest.fixture
def index(undone):
    from sanyi.store.persons.describing import columns_of
    from sanyi.store.persons.tables import Person
    hands()
    told, true = crowd(3_000, Random(11))
    rows = []
    for at, each in enumerate(told):
        own = {"identity": number(f"{each['born_on']:%Y%m%d}", 2 * (at % 400) + 100 + (each["sex"] == "male"))} if each.pop("is_twin", False) else {}
        rows.append(Person(**columns_of({**each, **own}, NOW.date()), origin="record", created_by="system", created_at=NOW))
    Person.objects.bulk_create(rows)
    ids = [row.pk for row in Person.objects.order_by("pk")][-len(rows):]
    return {(ids[one], ids[other]) for one, other in true}


def test_true_duplicates_reach_the_queue_with_what_was_weighed_and_nothing_is_merged(index):
    from sanyi.matching.linking import COMPARED
    from sanyi.store.persons.linking import link_persons
    from sanyi.store.persons.tables import MergeMove, Person, PersonMatch
    done = link_persons(LEAST, RECALL, NOW)
    queued = {(row.one_id, row.other_id): row for row in PersonMatch.objects.all()}
    found = index & set(queued)
    recall, precision = len(found) * 1000 // len(index), len(found) * 1000 // len(queued)
    print(f"\nof {done.rows} rows: {len(index)} true pairs, {len(queued)} queued, recall {recall} and precision {precision} in a thousand")
    assert recall >= 900 and precision >= 900
    assert not MergeMove.objects.exists() and not Person.objects.filter(is_active=False).exists() and {row.state for row in queued.values()} == {"proposed"}
    for row in queued.values():
        assert row.reason == "likely" and row.chance_ppm >= LEAST and [each["field"] for each in row.evidence] == list(COMPARED)
        assert not row.one.identity_digest or not row.other.identity_digest, "two valid numbers that differ are two persons"
    exact = next(row for pair, row in queued.items() if row.one.name_key == row.other.name_key)
    assert exact.evidence[0]["level"] == "exact" and exact.evidence[0]["weight_e2"] > 0
    again = link_persons(LEAST, RECALL, NOW)
    assert (again.pairs, again.proposed, again.weighed) == (done.pairs, 0, 0), "the same again changes nothing"


def test_a_pair_that_waits_already_says_what_was_weighed_and_one_decided_is_left(index):
    from sanyi.store.act import act
    from sanyi.store.persons.linking import link_persons
    from sanyi.store.persons.proposing import propose
    from sanyi.store.persons.tables import Person, PersonMatch
    (waiting, decided), rows = sorted(index)[2:4], Person.objects.in_bulk
    for pair in (waiting, decided):
        propose(*rows(pair).values(), "name_and_birth", "first", NOW)
    match = PersonMatch.objects.get(one=decided[0])
    act("person_match", match.pk, 1, "call_different", {"reason": "两人"}, "first", NOW)
    assert link_persons(LEAST, RECALL, NOW).weighed == 1
    told = PersonMatch.objects.get(one=waiting[0])
    assert told.reason == "name_and_birth" and told.chance_ppm >= LEAST and told.evidence
    assert PersonMatch.objects.get(one=decided[0]).state == "confirmed_different" and PersonMatch.objects.filter(one=decided[0]).count() == 1


def test_an_index_of_nobody_or_one_is_linked_to_nothing(undone):
    from sanyi.store.persons.linking import link_persons
    from merge_work import row
    assert link_persons(LEAST, RECALL, NOW).pairs == 0
    row("甲")
    assert link_persons(LEAST, RECALL, NOW).pairs == 0
