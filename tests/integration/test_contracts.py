"""Family-doctor signing: offered, signed by code or at the desk, renewed, transferred, undone, ended; one contract a day; room, fees, services, heads."""
from datetime import date, timedelta

import pytest
from contract_work import NOW, TODAY, at, faults, offered, person, signed, town, witnessed

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UnknownWork

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(autouse=True)
def a_town(undone):
    town()


def step(row, name, by, now=NOW, **given):
    from sanyi.store.act import act
    return act("contract", row.pk, row.version, name, given, by, now)


def again(row):
    row.refresh_from_db()
    return row


def test_a_suspended_contract_is_undone_though_another_has_begun_and_the_earlier_stays_closed():
    from sanyi.store.act import act
    from sanyi.store.contracts.daily import daily_work
    old, moved = signed(1), signed(1, "T2", at(1))
    daily_work(at(2))
    act("contract", moved.pk, again(moved).version, "suspend", {"reason": "x"}, "office", at(2))
    new = signed(1, "T3", at(2))
    assert (again(old).state, again(moved).state, new.state) == ("transferred", "suspended", "active")
    act("contract", moved.pk, moved.version, "cancel", {"reason": "弄错"}, "gp2", at(3))
    assert (again(old).state, again(moved).state, again(new).state) == ("transferred", "cancelled", "active")


def test_a_transfer_that_is_signed_for_tomorrow_takes_over_from_the_heir():
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.succession import pass_on
    from sanyi.store.contracts.tables import Contract
    held, away = signed(1), signed(1, "T2", at(1))
    assert (away.state, away.from_on) == ("signed", date(2026, 6, 3))
    pass_on("C1", {"T1": "T2", "T3": "T2"}, date(2026, 6, 2), "并入", "office", at(1))
    heir = Contract.objects.get(entry="succession")
    assert (again(held).state, held.to_on, heir.state, heir.from_on, heir.to_on, again(away).earlier_id) == ("transferred", date(2026, 6, 1), "active", date(2026, 6, 2), date(2026, 6, 2), heir.pk)
    daily_work(at(2))
    assert (again(heir).state, again(away).state) == ("transferred", "active") and faults() == []


def test_a_resident_signs_with_the_code_that_was_handed_over_and_nobody_else_can():
    from sanyi.store.contracts.codes import make_code, sign_with_code
    from sanyi.store.contracts.tables import SigningCode
    row = offered()
    code = make_code(row.pk, "gp1", NOW)
    assert code not in str(list(SigningCode.objects.values())), "kept as a digest alone"
    for by, error in (("r2", UnknownWork), ("gp1", NotAllowed), ("gp2", UnknownWork)):
        with pytest.raises(error):
            sign_with_code(row.pk, row.version, code, by, NOW)
    with pytest.raises(GuardRefused) as refused:
        step(row, "sign", "r1")
    assert refused.value.guard == "code_was_shown"
    done = sign_with_code(row.pk, row.version, code, "r1", NOW)
    assert (done.state, done.signed_on, done.from_on, done.to_on, done.done_by) == ("active", TODAY, TODAY, date(2027, 5, 31), "r1")


def test_five_wrong_codes_end_the_code_and_a_code_works_once_and_not_for_ever():
    from sanyi.store.contracts.codes import make_code, show_code
    row = offered()
    code = make_code(row.pk, "gp1", NOW)
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        with pytest.raises(BadField, match=f"{left} tries"):
            show_code(row.pk, wrong, "r1", NOW)
    with pytest.raises(BadField, match="no longer holds"):
        show_code(row.pk, wrong, "r1", NOW)
    with pytest.raises(BadField, match="no longer holds"):
        show_code(row.pk, code, "r1", NOW)
    first = make_code(row.pk, "gp1", NOW)
    second = make_code(row.pk, "gp1", NOW + timedelta(seconds=1))
    if first != second:
        with pytest.raises(BadField):
            show_code(row.pk, first, "r1", NOW + timedelta(seconds=2))
    with pytest.raises(BadField):
        show_code(row.pk, second, "r1", NOW + timedelta(days=2))
    show_code(row.pk, second, "r1", NOW + timedelta(seconds=3))
    with pytest.raises(BadField):
        show_code(row.pk, second, "r1", NOW + timedelta(seconds=4))
    with pytest.raises(GuardRefused):
        step(row, "sign", "r1", NOW + timedelta(hours=1))


def test_at_the_desk_another_of_the_institution_stands_by():
    row = offered()
    for stands_by, at_desk, now in ((None, "gp1", NOW), ("gp1", "gp1", NOW), ("nurse1", "nurse1", NOW), ("nurse1", "gp1", at(1))):
        if stands_by:
            row = step(again(row), "stand_by", stands_by)
        with pytest.raises(GuardRefused) as refused:
            step(again(row), "sign_at_desk", at_desk, now)
        assert refused.value.guard == "witness_is_another", "the witness came with the own account, today, and is another"
    with pytest.raises((NotAllowed, UnknownWork)):
        step(again(row), "stand_by", "nurse2")
    done = step(again(row), "sign_at_desk", "gp1")
    assert (done.state, done.witness) == ("active", "S2")


def told(queue, by, now):
    """What a queue of today's board shows an account."""
    from sanyi.store.who import actor_of
    from sanyi.web.waiting.contracts import QUEUES
    actor = actor_of(by)
    return [row.pk for each in QUEUES if each.en == queue and actor.role in each.roles for row in each.rows(actor, now)]


def test_who_was_left_by_transfer_is_told_for_some_days_and_not_when_it_was_undone():
    left, kept = signed(), signed(2)
    moved = signed(1, "T2", at(10))
    signed(2, "T2", at(10))
    step(again(kept.later.get()), "cancel", "r2", at(10), reason="不是我同意的")
    for by, there in (("gp1", [left.pk]), ("nurse1", [left.pk]), ("chief1", [left.pk]), ("gp2", []), ("doctor-d1", []), ("office", [])):
        assert told("Residents who left by transfer", by, at(40)) == there, by
    assert told("Residents who left by transfer", "gp1", at(41)) == [] and moved.earlier_id == left.pk


def test_who_has_a_contract_gets_no_second_one():
    from sanyi.store.contracts.tables import Contract
    signed()
    with pytest.raises(GuardRefused, match="renewed from"):
        signed()
    first = offered(2, "T1")
    second = offered(2, "T2")
    step(witnessed(first), "sign_at_desk", "gp1")
    second = witnessed(second)
    with pytest.raises(GuardRefused) as refused:
        step(second, "sign_at_desk", "gp2")
    assert refused.value.guard == "no_day_is_held"
    assert Contract.objects.filter(state="active").count() == 2 and faults() == []


def test_a_transfer_closes_the_old_and_opens_the_new_without_gap_or_double():
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.heads import head_count
    old = signed()
    new = signed(1, "T2", at(10))
    assert (again(old).state, old.to_on) == ("active", at(10).date()) and (new.state, new.from_on) == ("signed", at(11).date())
    assert daily_work(at(10))["start"] == 0 and daily_work(at(11)) == {"lapse": 0, "start": 1, "expire": 0, "lapse_request": 0, "died": 0} and daily_work(at(11))["start"] == 0
    assert (again(old).state, again(new).state) == ("transferred", "active") and faults() == []
    assert [head_count(at(day).date(), "team") for day in (9, 10, 11, 12)] == [{"T1": 1}, {"T1": 1}, {"T2": 1}, {"T2": 1}]


def test_what_is_undone_in_time_gives_its_days_back():
    from sanyi.store.contracts.daily import daily_work
    old = signed()
    new = signed(1, "T2", at(10))
    daily_work(at(11))
    step(again(new), "cancel", "r1", at(12), reason="后悔")
    assert (again(new).state, again(old).state, old.to_on) == ("cancelled", "active", date(2027, 5, 31)) and faults() == []
    with pytest.raises(GuardRefused) as refused:
        step(old, "cancel", "r1", at(12), reason="后悔")
    assert refused.value.guard == "may_still_leave", "seven days are over"


def test_a_renewal_begins_on_the_day_after_and_the_old_one_stays_in_force_until_then():
    from sanyi.store.contracts.daily import daily_work
    old = signed()
    day = date(2027, 4, 10)
    new = signed(1, "T1", at(day), years=2)
    assert (new.state, new.entry, new.from_on, new.to_on) == ("signed", "renewal", date(2027, 6, 1), date(2029, 5, 31))
    assert daily_work(at(date(2027, 6, 1))) == {"lapse": 0, "start": 1, "expire": 0, "lapse_request": 0, "died": 0}
    assert (again(old).state, old.to_on, again(new).state) == ("renewed", date(2027, 5, 31), "active") and faults() == []


def test_what_nobody_renews_expires_and_what_nobody_signs_lapses():
    from sanyi.store.contracts.daily import daily_work
    old, asked = signed(), offered(2)
    assert daily_work(at(14))["lapse"] == 0 and daily_work(at(15))["lapse"] == 1 and again(asked).state == "withdrawn"
    assert daily_work(at(364)) == {"lapse": 0, "start": 0, "expire": 0, "lapse_request": 0, "died": 0} and daily_work(at(365))["expire"] == 1 and again(old).state == "expired"


def test_it_ends_by_wish_of_the_resident_and_for_other_reasons_by_the_institution():
    row, other = signed(), signed(2)
    with pytest.raises(GuardRefused) as refused:
        step(row, "end", "r1", at(30), reason="died", to_on="2026-06-30")
    assert refused.value.guard == "residents_end_by_wish"
    done = step(row, "end", "r1", at(30), reason="wish", to_on="2026-06-30")
    assert (done.state, done.to_on, done.end_reason) == ("ended", date(2026, 6, 30), "wish")
    assert step(other, "end", "gp1", at(30), reason="died", to_on="2026-06-20").to_on == date(2026, 6, 20)
    assert signed(1, "T2", at(31)).entry == "first" and faults() == []


def test_a_team_takes_no_more_than_its_general_practitioners_may_have():
    from sanyi.store.contracts.terms import Terms, take_terms
    from contract_work import TERMS
    take_terms("x", Terms(**{**TERMS, "residents_per_gp": 2}), "office", at(0))
    signed(1), signed(2)
    with pytest.raises(GuardRefused) as refused:
        signed(3)
    assert refused.value.guard == "team_has_room"
    assert signed(3, "T2").state == "active"


def test_the_combination_is_of_the_levels_that_the_plan_names_and_may_be_a_must():
    from contract_work import TERMS
    from sanyi.store.contracts.terms import Terms, take_terms
    row = offered(1, district="D1", city="M1")
    assert (row.district.code, row.city.code) == ("D1", "M1")
    with pytest.raises(BadField) as refused:
        offered(2, district="M1", city="M1")
    assert refused.value.field == "district"
    take_terms("x", Terms(**{**TERMS, "is_combination_needed": True}), "office", at(0))
    with pytest.raises(BadField):
        offered(2, city="M1")


def test_fees_sum_to_the_price_or_are_refused():
    from django.db import IntegrityError, transaction

    from sanyi.store.contracts.packages import fees_of
    from sanyi.store.contracts.tables import CarePackage
    assert fees_of(10_000, weights={"insurance_fund": 1, "public_health": 1, "resident": 1}) == {
        "insurance_fund": 3_334, "public_health": 3_333, "resident": 3_333, "account": 0, "treasury": 0}
    assert sum(fees_of(12_345, amounts={"insurance_fund": 12_000, "resident": 345}).values()) == 12_345
    for price, split in ((100, {"amounts": {"resident": 99}}), (100, {"amounts": {"resident": 101}}), (100, {"weights": {}}), (100, {"weights": {"charity": 1}}),
                         (100, {"amounts": {"resident": 200, "insurance_fund": -100}}), (-1, {"weights": {"resident": 1}})):
        with pytest.raises(BadField):
            fees_of(price, **split)
    with pytest.raises(IntegrityError), transaction.atomic():
        CarePackage.objects.filter(code="elder").update(resident_fen=1)


def test_services_are_owed_given_overdue_and_corrected_without_a_line_lost():
    from sanyi.store.contracts.fulfilment import correct_service, fulfilment, give_service
    from sanyi.store.contracts.tables import GivenCare
    row = signed()
    start = {due.code: due for due in fulfilment(row, TODAY)}
    assert (start["visit"].owed, start["visit"].overdue, start["visit"].next_on, start["exam"].next_on) == (4, 0, date(2026, 8, 30), date(2027, 5, 31))
    assert {due.code: due.overdue for due in fulfilment(row, date(2026, 12, 15))} == {"visit": 2, "exam": 0}
    line = give_service(row.pk, "visit", date(2026, 7, 1), "nurse1", at(40))
    assert line.staff == "S2" and {due.code: (due.given, due.overdue) for due in fulfilment(row, date(2026, 12, 15))}["visit"] == (1, 1)
    correct_service(line.pk, "nurse1", at(41), "登记错人")
    with pytest.raises(GuardRefused):
        correct_service(line.pk, "nurse1", at(41), "again")
    assert {due.code: due.given for due in fulfilment(row, date(2026, 12, 15))}["visit"] == 0 and GivenCare.objects.count() == 2
    for item, day, by, error in (("dance", TODAY, "nurse1", BadField), ("visit", date(2026, 5, 31), "nurse1", BadField), ("visit", date(2026, 9, 1), "nurse1", BadField),
                                 ("visit", TODAY, "nurse2", UnknownWork), ("visit", TODAY, "r1", NotAllowed), ("visit", TODAY, "chief1", NotAllowed)):
        with pytest.raises(error):
            give_service(row.pk, item, day, by, at(40))


def test_a_resident_evaluates_once():
    from sanyi.store.contracts.fulfilment import evaluate
    row = signed()
    for score, by, error in ((6, "r1", BadField), (5, "gp1", NotAllowed), (5, "r2", UnknownWork)):
        with pytest.raises(error):
            evaluate(row.pk, score, "", by, NOW)
    assert evaluate(row.pk, 5, "很好", "r1", NOW).score == 5
    with pytest.raises(GuardRefused):
        evaluate(row.pk, 1, "", "r1", NOW)


def test_heads_by_everything_on_any_day():
    from sanyi.store.contracts.heads import head_count
    from sanyi.store.organisation.tables import Consortium, Institution, Membership
    town_group = Consortium.objects.create(code="K1", name="医共体", kind="tight", from_on=date(2020, 1, 1))
    Membership.objects.create(consortium=town_group, institution=Institution.objects.get(code="C1"), part="lead", from_on=date(2020, 1, 1))
    signed(1, package="elder", groups=["elderly", "hypertension"]), signed(2, groups=["elderly"]), signed(3, "T2"), offered(4)
    assert head_count(TODAY) == {"all": 3} and head_count(TODAY - timedelta(days=1)) == {"all": 0} and head_count(date(2027, 5, 31)) == {"all": 3}
    assert head_count(TODAY, "institution") == {"C1": 2, "C2": 1} and head_count(TODAY, "consortium") == {"K1": 2}
    assert head_count(TODAY, "group") == {"elderly": 2, "hypertension": 1} and head_count(TODAY, "package") == {"basic": 2, "elder": 1}
    with pytest.raises(BadField):
        head_count(TODAY, "shoe size")


def test_who_sees_which_contract():
    from sanyi.store.kinds import find_work, kind_of
    from sanyi.store.who import actor_of
    row = signed()
    for by in ("r1", "gp1", "nurse1", "chief1", "office", "bureau"):
        assert find_work("contract", row.pk, actor_of(by)).pk == row.pk and kind_of("contract").seen_by(actor_of(by)).count() == 1
    for by in ("r2", "gp2", "doctor-d1", "looker"):
        with pytest.raises(UnknownWork):
            find_work("contract", row.pk, actor_of(by))
        assert not kind_of("contract").seen_by(actor_of(by)).exists()
        with pytest.raises((UnknownWork, NotAllowed)):
            step(row, "end", by, reason="wish", to_on="2026-06-01")
    with pytest.raises(StaleVersion):
        from sanyi.store.act import act
        act("contract", row.pk, row.version - 1, "end", {"reason": "wish", "to_on": "2026-06-01"}, "gp1", NOW)


def test_when_institutions_merge_every_contract_passes_on_and_residents_are_told_and_may_leave():
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.heads import head_count
    from sanyi.store.contracts.succession import pass_on, tell, untold
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.models import WorkEvent
    first, second, asked = signed(1), signed(2, from_on=date(2026, 8, 1)), offered(3)
    day = date(2026, 7, 1)
    with pytest.raises(BadField, match="nobody to take over"):
        pass_on("C1", {"T3": "T2"}, day, "合并", "office", at(5))
    with pytest.raises(NotAllowed):
        pass_on("C1", {"T1": "T2"}, day, "合并", "chief1", at(5))
    batch = pass_on("C1", {"T1": "T2"}, day, "县府办〔2026〕1号", "office", at(5))
    assert batch.contract_count == 2 and again(asked).state == "withdrawn" and faults() == []
    heirs = {row.person_id: row for row in batch.contracts.all()}
    mine, coming = heirs[person(1)], heirs[person(2)]
    assert (again(first).to_on, mine.from_on, mine.to_on, mine.entry, mine.institution) == (date(2026, 6, 30), day, date(2027, 5, 31), "succession", "C2")
    assert (again(second).state, coming.state, coming.from_on, coming.entry) == ("cancelled", "signed", date(2026, 8, 1), "first")
    assert head_count(date(2026, 6, 30), "institution") == {"C1": 1} and head_count(day, "institution") == {"C2": 1} and head_count(date(2026, 8, 1)) == {"all": 2}
    assert daily_work(at(day))["start"] == 1 and (again(first).state, again(mine).state) == ("transferred", "active")
    assert WorkEvent.objects.filter(subject="contract", step="pass_on").count() == 3, "the heirs, and what had not begun"
    assert untold("C2") == 2 and tell(mine.pk, "本人确认", "r1", at(day)).told_at and untold("C2") == 1
    with pytest.raises(GuardRefused):
        step(again(mine), "cancel", "r1", at(day), reason="不愿")
    assert step(again(mine), "end", "r1", at(day), reason="wish", to_on="2026-07-01").state == "ended" and faults() == []
    assert Contract.objects.filter(state="active").count() == 0


def test_a_renewal_that_waits_passes_on_with_its_contract():
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.succession import pass_on
    from sanyi.store.contracts.tables import Contract
    old = signed()
    new = signed(1, "T1", at(date(2027, 4, 10)))
    batch = pass_on("C1", {"T1": "T2"}, date(2027, 4, 20), "合并", "office", at(date(2027, 4, 20)))
    assert batch.contract_count == 2 and (again(old).state, again(new).state) == ("transferred", "cancelled") and faults() == []
    assert daily_work(at(date(2027, 6, 1)))["start"] == 1 and faults() == []
    assert list(Contract.objects.filter(institution="C2").order_by("from_on").values_list("state", "entry")) == [("renewed", "succession"), ("active", "renewal")]


def test_a_team_is_kept_by_its_director_and_ends_when_nobody_is_left():
    from sanyi.store.contracts.teams import add_member, add_team, end_team, find_team, lacking, members_of
    team = add_team("T9", "新队", "C1", TODAY, "chief1", NOW)
    add_member("T9", "S1", "gp", TODAY, "chief1", NOW, is_leader=True)
    add_member("T9", "S6", "specialist", TODAY, "chief1", NOW)
    assert lacking(team, TODAY) == ["nurse", "public_health"] and [row["part"] for row in members_of(team, TODAY)] == ["gp", "specialist"]
    for call, error in ((lambda: add_member("T9", "S3", "nurse", TODAY, "chief1", NOW), GuardRefused), (lambda: add_team("T9", "x", "C1", TODAY, "chief1", NOW), GuardRefused),
                        (lambda: add_team("T8", "x", "C2", TODAY, "chief1", NOW), NotAllowed), (lambda: add_team("T8", "x", "C1", TODAY, "gp1", NOW), NotAllowed)):
        with pytest.raises(error):
            call()
    signed(1, "T9")
    with pytest.raises(GuardRefused, match="1 contracts"):
        end_team("T9", TODAY, "chief1", NOW)
    assert end_team("T3", TODAY, "chief1", NOW).to_on == TODAY and find_team("T3").version == 2


def test_whoever_has_died_or_was_merged_away_signs_nothing():
    from sanyi.store.persons.tables import Person
    row = witnessed(offered())
    Person.objects.filter(pk=person(1)).update(died_on=TODAY)
    with pytest.raises(GuardRefused) as refused:
        step(row, "sign_at_desk", "gp1")
    assert refused.value.guard == "nothing_is_closed"


def test_the_database_itself_refuses_two_on_one_day():
    from django.db import DatabaseError, transaction

    from sanyi.store.contracts.tables import Contract
    row, other = signed(), signed(2)
    for change in ({"person_id": row.person_id}, {"person_id": row.person_id, "state": "ended"}, {"person_id": row.person_id, "from_on": date(2027, 5, 31), "to_on": date(2027, 6, 30), "term_on": date(2027, 6, 30), "state": "signed"},
                   {"person_id": row.person_id, "from_on": date(2027, 6, 1), "to_on": date(2027, 6, 30), "term_on": date(2027, 6, 30)}, {"to_on": date(2026, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Contract.objects.filter(pk=other.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Contract.objects.filter(pk=other.pk).delete()
    Contract.objects.filter(pk=other.pk).update(person_id=row.person_id, from_on=date(2027, 6, 1), to_on=date(2027, 6, 30), term_on=date(2027, 6, 30), state="signed")
    assert faults() == []


def test_a_suspended_contract_neither_ends_nor_resumes_where_another_has_its_days():
    held = signed(1, "T1")
    step(held, "suspend", "office", at(10), reason="x")
    signed(1, "T2", at(12))
    for name, guard, given in (("end", "is_nobody_elses_days", {"reason": "wish", "to_on": TODAY + timedelta(days=13)}), ("resume", "no_day_is_held", {"reason": "x"})):
        with pytest.raises(GuardRefused) as refused:
            step(again(held), name, "gp1" if name == "end" else "office", at(14), **given)
        assert refused.value.guard == guard and faults() == []


def died(number, day, known):
    """The record says it, on a day."""
    from sanyi.store.persons.loading import load_residents
    from sanyi.store.persons.tables import Person
    row = Person.objects.get(pk=person(number))
    load_residents([{"resident_id": row.resident_id, "identity_hash": "", "sex_code": row.sex, "born_on": row.born_on, "region_id": "", "died_on": day}], known)


def test_a_death_ends_the_contract_on_its_day_and_what_was_to_come_as_soon_as_it_is_known():
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.heads import head_count
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.persons.tables import Person
    alone, moved, asked, lived = signed(), signed(2), offered(3), signed(4)
    coming = signed(2, "T2", at(9))
    for number in (1, 2, 3):
        died(number, date(2026, 6, 5), at(20))
    assert {row.pk: (again(row).state, row.to_on, row.end_reason) for row in (alone, moved)} == {row.pk: ("ended", date(2026, 6, 5), "died") for row in (alone, moved)}
    assert [again(row).state for row in (coming, asked, lived)] == ["cancelled", "withdrawn", "active"] and faults() == []
    assert [head_count(date(2026, 6, day)) for day in (5, 6)] == [{"all": 3}, {"all": 1}]
    Person.objects.filter(pk=person(4)).update(died_on=date(2026, 7, 1))
    assert head_count(date(2026, 7, 2)) == {"all": 0}, "whoever records it"
    assert daily_work(at(40))["died"] == 1 and daily_work(at(40))["died"] == 0 and (again(lived).state, lived.to_on) == ("ended", date(2026, 7, 1))
    assert not Contract.objects.filter(state__in=("drafted", "offered", "signed", "active")).exists()


def test_what_was_given_counted_or_settled_is_not_ended_away():
    from sanyi.store.contracts.fulfilment import give_service
    from sanyi.store.contracts.heads import head_count
    from sanyi.store.models import Book, SettlementPeriod
    row, other, new = signed(), signed(2), signed(3)
    give_service(row.pk, "visit", date(2026, 10, 1), "gp1", at(date(2026, 10, 1)))
    december = at(date(2026, 12, 1))
    for number, by, day in ((1, "r1", "2026-06-02"), (1, "r1", "2026-11-29"), (1, "gp1", "2026-09-30"), (2, "r2", "2026-11-29")):
        with pytest.raises(GuardRefused) as refused:
            step(again(row if number == 1 else other), "end", by, december, reason="wish", to_on=day)
        assert refused.value.guard == "last_day_fits"
    book = Book.objects.create(plan="x", year=2026, opened_by="t", opened_at=NOW)
    for code, state in (("2026-06", "closed"), ("2026-10", "reopening"), ("2026-11", "open")):
        SettlementPeriod.objects.create(book=book, code=code, state=state, due=TODAY)
    for day in ("2026-10-30", "2026-06-30"):
        with pytest.raises(GuardRefused):
            step(again(other), "end", "gp1", december, reason="moved", to_on=day)
    with pytest.raises(GuardRefused) as refused:
        step(again(new), "cancel", "r3", at(5), reason="后悔")
    assert refused.value.guard == "may_still_leave" and head_count(date(2026, 8, 1)) == {"all": 3}
    assert step(again(other), "end", "gp1", december, reason="moved", to_on="2026-11-01").state == "ended"
    assert step(again(row), "end", "r1", december, reason="wish", to_on="2026-11-30").state == "ended"
