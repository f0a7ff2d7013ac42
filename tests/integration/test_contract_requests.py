"""Residents ask online: what a team accepts is done at once, nothing waits about what is over, and the database holds both. Source: NG-11, HK-15, JH-14."""
from datetime import date, timedelta

import pytest
from contract_work import NOW, at, faults, offered, person, signed, town
from signed_in import signed_in

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(autouse=True)
def a_town(undone):
    town()


def asked(kind="end", number=1, now=NOW, is_confirmed=True, **more):
    """A request of a resident, confirmed by the code that the team handed out."""
    from sanyi.store.contract_requests.asking import ask
    from sanyi.store.contracts.codes import make_code, sign_with_code
    given = {"end": {"reason": "wish"}, "transfer": {"team": "T2"}, "first": {"team": "T1", "package": "basic"}, "package": {"package": "elder"}}.get(kind, {})
    row = ask(kind, f"r{number}", now, **{**given, **more})
    if not is_confirmed:
        return row
    code = make_code(row.pk, "gp2" if row.institution == "C2" else "gp1", now, "contract_request")
    return sign_with_code(row.pk, row.version, code, f"r{number}", now, "contract_request", "confirm")


def answer(row, step="accept", by="gp1", now=NOW, **given):
    from sanyi.store.act import act
    return act("contract_request", row.pk, row.version, step, given, by, now)


def again(row):
    row.refresh_from_db()
    return row


def test_a_renewal_is_signed_when_it_is_accepted_and_follows_on():
    old = signed(1, district="D1", city="M1", groups=["elderly"], package="elder")
    late = at(date(2027, 5, 1))
    row = answer(asked("renewal", now=late), now=late)
    new = again(row).made
    assert (row.state, new.state, new.entry, new.earlier_id, new.from_on, new.package.code) == ("accepted", "signed", "renewal", old.pk, date(2027, 6, 1), "elder")
    assert (new.district.code, new.city.code, list(new.groups.values_list("group", flat=True))) == ("D1", "M1", ["elderly"]) and again(old).state == "active" and faults() == []


@pytest.mark.parametrize("kind, by, team, package", [("transfer", "gp2", "T2", "basic"), ("package", "nurse1", "T1", "elder")])
def test_another_team_or_package_takes_over_the_next_day_without_gap_or_double(kind, by, team, package):
    from sanyi.store.contracts.daily import daily_work
    old = signed(1)
    now = at(3)
    row = answer(asked(kind, now=now), by=by, now=now)
    new = again(row).made
    assert (again(old).state, old.to_on, new.state, new.from_on, new.team.code, new.package.code) == ("active", date(2026, 6, 4), "signed", date(2026, 6, 5), team, package)
    daily_work(at(4))
    assert (again(old).state, again(new).state) == ("transferred", "active") and faults() == []


def test_a_team_that_is_full_still_changes_the_package_of_its_own_but_takes_nobody_else():
    from contract_work import TERMS
    from sanyi.store.contracts.terms import Terms, take_terms
    from sanyi.workflows.errors import GuardRefused
    take_terms("x", Terms(**{**TERMS, "residents_per_gp": 1}), "office", at(0))
    signed(1)
    first = asked("first", 2)
    with pytest.raises(GuardRefused, match="上限"):
        answer(first)
    assert again(first).state == "confirmed" and first.made is None, "what cannot be done is not accepted"
    assert again(answer(asked("package", 1, at(1)), now=at(1))).made.package.code == "elder"


def test_the_hospitals_of_the_combination_are_changed_within_the_same_team():
    signed(1)
    row = answer(asked("transfer", now=at(1), team="T1", district="D1"), now=at(1))
    assert (again(row).made.district.code, row.made.entry) == ("D1", "package") and faults() == []


def test_ending_ends_and_a_first_one_begins():
    old = signed(1)
    answer(asked("end", reason="moved"))
    assert (again(old).state, old.end_reason, old.to_on) == ("ended", "moved", date(2026, 6, 1))
    assert again(answer(asked("first", now=at(1)), now=at(1))).made.state == "active"


def test_without_the_code_nothing_is_accepted_and_five_wrong_tries_end_it():
    from sanyi.store.contracts.codes import make_code, sign_with_code
    from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UndeclaredStep, UnknownWork
    signed(1)
    row = asked("end", is_confirmed=False)
    with pytest.raises(UndeclaredStep):
        answer(row)
    with pytest.raises(GuardRefused):
        answer(row, "confirm", "r1")
    with pytest.raises(UnknownWork):
        make_code(row.pk, "gp2", NOW, "contract_request")
    with pytest.raises(NotAllowed):
        make_code(row.pk, "chief1", NOW, "contract_request")
    code = make_code(row.pk, "gp1", NOW, "contract_request")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(BadField):
            sign_with_code(row.pk, row.version, wrong, "r1", NOW, "contract_request", "confirm")
    with pytest.raises(BadField, match="重新索取"):
        sign_with_code(row.pk, row.version, code, "r1", NOW, "contract_request", "confirm")


def test_one_of_a_kind_waits_and_what_does_not_fit_is_refused_in_words():
    from sanyi.store.contract_requests.asking import ask
    from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed
    signed(1)
    asked("end", is_confirmed=False)
    for kind, given, error in (("end", {"reason": "wish"}, GuardRefused), ("renewal", {}, GuardRefused), ("first", {"team": "T1", "package": "basic"}, GuardRefused), ("fly", {}, BadField),
                               ("transfer", {"team": "T1"}, BadField), ("transfer", {"team": "T9"}, BadField), ("package", {"package": "basic"}, BadField), ("package", {"package": "none"}, BadField),
                               ("transfer", {"team": "T2", "district": "M1"}, BadField), ("transfer", {"team": "T2", "from_on": date(2026, 6, 1)}, BadField),
                               ("transfer", {"team": "T2", "from_on": date(2027, 6, 1)}, BadField)):
        with pytest.raises(error):
            ask(kind, "r1", NOW, **given)
    with pytest.raises(GuardRefused):
        ask("end", "r2", NOW, reason="wish")
    with pytest.raises(NotAllowed):
        ask("end", "gp1", NOW, reason="wish")


def test_what_nobody_answers_lapses_and_the_days_are_the_plans():
    from sanyi.store.contracts.daily import daily_work
    signed(1)
    row = asked("end")
    assert row.due == date(2026, 6, 8) and daily_work(at(7))["lapse_request"] == 0 and daily_work(at(8))["lapse_request"] == 1
    assert again(row).state == "lapsed"


def test_nothing_waits_about_a_contract_that_is_over():
    """The transfer that left a stale request open: here every way out of a contract closes what waits about it, in its own transaction."""
    from sanyi.store.act import act
    from sanyi.store.contracts.succession import pass_on
    held = signed(1)
    end, change = asked("end"), asked("package", is_confirmed=False)
    act("contract", held.pk, held.version, "end", {"reason": "moved", "to_on": NOW.date()}, "gp1", NOW)
    assert [(again(row).state, row.answer) for row in (end, change)] == [("closed", "over")] * 2
    signed(2)
    away = asked("end", 2)
    signed(2, "T2", at(1))
    assert (again(away).state, away.answer) == ("closed", "signed"), "a transfer at another desk"
    signed(3)
    both = asked("transfer", 3, at(1)), asked("end", 3, at(1))
    answer(both[0], by="gp2", now=at(1))
    assert (again(both[1]).state, both[1].answer) == ("closed", "accepted")
    signed(4)
    moved = asked("end", 4, at(1))
    pass_on("C1", {"T1": "T2", "T3": "T2"}, date(2026, 7, 1), "并入", "office", at(1))
    assert (again(moved).state, moved.answer) == ("closed", "passed_on")


def test_the_database_itself_keeps_no_stale_request():
    """Whoever goes past the doors meets the law."""
    from django.db import IntegrityError, transaction

    from sanyi.store.contract_requests.tables import ContractRequest
    from sanyi.store.contracts.tables import Contract
    held = signed(1)
    row = asked("end")
    made = {field.attname: getattr(row, field.attname) for field in ContractRequest._meta.concrete_fields if field.name != "id"}
    for broken in (lambda: Contract.objects.filter(pk=held.pk).update(state="ended"), lambda: ContractRequest.objects.create(**made), lambda: ContractRequest.objects.filter(pk=row.pk).delete(),
                   lambda: ContractRequest.objects.create(**{**made, "kind": "first", "contract_id": None})):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_of_two_rows_merged_one_request_stays_and_parting_gives_both_back():
    from merge_work import differences, merged, parted, picture
    from sanyi.store.models import Account
    Account.objects.create(name="first", role="office", person="first"), Account.objects.create(name="second", role="office", person="second")
    signed(1), signed(2, "T2")
    mine, others, first = asked("end", 1), asked("end", 2, is_confirmed=False), asked("first", 3)
    before = picture()
    match = merged(person(1), person(2))
    assert (again(mine).state, again(others).state, others.answer) == ("confirmed", "closed", "merged")
    parted(match)
    assert differences(before, picture()) == []
    match = merged(person(1), person(3))
    assert (again(first).state, first.person_id) == ("closed", person(1)), "a first contract is not asked for where there is one"
    parted(match)
    assert differences(before, picture()) == []


def test_a_resident_asks_on_the_phone_and_the_team_calls_confirms_and_accepts(monkeypatch, tmp_path_factory):
    import re

    from sanyi.web import clock
    from web_results import invent
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("request-pages"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: at(1))
    text = lambda response: response.content.decode("utf-8")  # noqa: E731
    held, resident, there, here = signed(1), signed_in("r1"), signed_in("gp2"), signed_in("gp1")
    mine = "/my/doctor/ask/"
    assert "更换团队" in text(resident.get(mine)) and "西街卫生院" in text(resident.get(f"{mine}?kind=transfer")) and "员工S3" in text(resident.get(f"{mine}?kind=transfer&where=C2"))
    wrong = resident.post(mine, {"do": "ask", "kind": "transfer", "where": "C2", "team": "T9"})
    assert wrong.status_code == 422 and "请选择现有的团队" in text(wrong)
    assert "申请已提交" in text(resident.post(mine, {"do": "ask", "kind": "transfer", "where": "C2", "team": "T2"}, follow=True))
    assert "等您输入确认码" in text(resident.get("/my/"))
    board = text(there.get("/today/"))
    place = re.search(r"/contracts/requests/\d+/", board).group()
    assert "居民网上申请" in board and "居*1" in text(there.get("/contracts/requests/"))
    assert text(here.get(f"/contracts/{held.pk}/")).count(place) == 1 and here.get(place).status_code == 200 and signed_in("doctor-d1").get(place).status_code == 404
    code = re.search(r"确认码 (\d{6})", text(there.post(place, {"do": "code"}, follow=True))).group(1)
    id = int(place.split("/")[-2])
    assert "等待团队受理" in text(resident.post(mine, {"do": "confirm", "request": id, "version": 1, "code": code}, follow=True))
    refused = here.post(place, {"do": "step", "step": "accept", "version": 2})
    assert refused.status_code == 403, "the team that is left does not answer"
    assert "已办理：受理" in text(there.post(place, {"do": "step", "step": "accept", "version": 2}, follow=True))
    assert "已受理" in text(resident.get("/my/")) and "团队T2" in text(resident.get("/my/doctor/"))
    resident.cookies["sanyi_language"] = "en"
    assert "Earlier requests" in text(resident.get(mine))
