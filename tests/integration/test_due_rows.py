"""Loops over what is due: somebody who is faster at one row neither stops them nor makes the row forgotten. Source: R22, R23."""
import os
from pathlib import Path

import pytest
import test_clearing_database as clearing
from contract_work import at, offered, person, town, witnessed



class Place(clearing.Place):
    """A folder with its database, and the scripts of what is due run there."""

    scripts = Path(__file__).parent / "due_scripts.py"


@pytest.mark.postgres
def test_the_daily_work_goes_on_and_comes_back_to_who_was_faster(postgres_server, tmp_path):
    """On SQLite, which has one writer, nobody comes between; below somebody does on either database."""
    from due_scripts import DEAD, OFFERS, SIGNED
    place = Place(tmp_path, postgres_server.database(f"due{os.getpid()}"))
    place.run("prepare")
    slow, daily, deaths = place.at_once(("work_slowly", "1"), ("daily_meanwhile", "2", "daily"), ("daily_meanwhile", "3", "deaths"))
    told = place.run("looked")
    assert told["states"] == [*([number, "active" if number == SIGNED else "withdrawn"] for number in range(1, OFFERS + 1)), [DEAD, "withdrawn"], [DEAD, "withdrawn"]]
    assert slow == "done" and daily["lapse"] + daily["died"] + deaths["died"] == OFFERS - 1 + 2
    assert told["refused"] == 2, "each loop met who was faster, and looked again"


def _lapse(meanwhile):
    """What is due, and somebody who is faster every time a step is about to be taken."""
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.due import Due
    return Due("contract", Contract.objects.filter(state="offered", due__lt=at(15).date()).order_by("pk"), "lapse", lambda row: meanwhile(row) or {})


@pytest.fixture
def offers(undone):
    from sanyi.store.contracts.tables import Contract
    town(4)
    for number in range(1, 4):
        offered(number)
    return lambda: list(Contract.objects.order_by("pk").values_list("state", flat=True))


def test_a_row_that_was_touched_is_taken_as_it_is_now(offers):
    from sanyi.store.due import take_due
    touched = []
    taken = take_due(_lapse(lambda row: row.person_id == person(2) and not touched and touched.append(witnessed(row))), at(15))
    assert taken == {"lapse": 3} and len(touched) == 1 and offers() == ["withdrawn"] * 3


def test_a_row_that_is_due_no_longer_is_left_and_the_others_are_taken(offers):
    from sanyi.store.act import act
    from sanyi.store.due import take_due

    def sign(row) -> None:
        if row.person_id == person(2):
            row = witnessed(row)
            act("contract", row.pk, row.version, "sign_at_desk", {}, "gp1", at(0))
    assert take_due(_lapse(sign), at(15)) == {"lapse": 2} and offers() == ["withdrawn", "active", "withdrawn"]


def test_a_row_that_never_stands_still_is_the_next_turns(offers):
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.due import LOOKS, take_due
    looks = []

    def touch(row) -> None:
        if row.person_id == person(1):
            looks.append(Contract.objects.filter(pk=row.pk).update(version=row.version + 1))
    reports = []
    assert take_due(_lapse(touch), at(15), lambda done, text="": reports.append(done)) == {"lapse": 2} and len(looks) == LOOKS
    assert offers() == ["offered", "withdrawn", "withdrawn"] and reports[-1] == 1
    assert take_due(_lapse(lambda row: None), at(15)) == {"lapse": 1}


def test_what_a_rule_refuses_stops_nobody(offers):
    from sanyi.store.due import each_apart, take_due
    from sanyi.workflows.errors import GuardRefused
    due = _lapse(lambda row: {"unasked": "x"} if row.person_id == person(1) else None)
    assert take_due(due, at(15)) == {"lapse": 2} and offers()[0] == "offered"

    def refuse_the_second(number: int) -> int:
        if number == 2:
            raise GuardRefused("不行", "no", "x")
        return number
    assert each_apart([1, 2, 3], refuse_the_second) == 4
