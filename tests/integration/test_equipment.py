"""Idle equipment: lent and given back, passed on by leave, never out of or into a private member; who runs such a one runs no other."""
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """An invented run: the pages' frame speaks of it."""
    return invent(tmp_path_factory.mktemp("equipment-pages"))


@pytest.fixture
def world(undone):
    from equipment_work import NOW, houses
    return SimpleNamespace(by=houses(), now=NOW)


def offered(world, who="H1-director", way="lend", tag="A1"):
    from sanyi.store.equipment.offering import offer_equipment
    return offer_equipment(tag, "B超", way, world.by[who], world.now)


def step(world, row, name, by, now=None, **given):
    from sanyi.store.act import act
    row.refresh_from_db()
    return act("equipment", row.pk, row.version, name, given, world.by[by], now or world.now)


def test_it_is_lent_and_comes_back(world):
    row = offered(world)
    step(world, row, "ask", "C1-registrar", need="产检")
    with pytest.raises(UnknownWork):
        step(world, row, "ask", "P1-director", need="也要")  # no longer on offer to others
    with pytest.raises(NotAllowed):
        step(world, row, "agree", "C1-director", until_on=date(2027, 1, 31))
    step(world, row, "agree", "H1-director", until_on=date(2027, 1, 31))
    step(world, row, "hand_over", "H1-registrar")
    with pytest.raises(NotAllowed):
        step(world, row, "receive", "H1-registrar")
    assert step(world, row, "receive", "C1-registrar").state == "held"
    row = step(world, row, "take_back", "H1-registrar")
    assert (row.state, row.asker, row.due) == ("idle", "", None)


def test_it_is_passed_on_by_leave_alone(world):
    row = offered(world, way="transfer")
    step(world, row, "ask", "C1-director", need="急需")
    step(world, row, "agree", "H1-director")
    with pytest.raises(GuardRefused) as why:
        step(world, row, "hand_over", "H1-director")
    assert why.value.guard == "has_leave"
    step(world, row, "approve", "office-1", leave="资〔2026〕1号")
    step(world, row, "hand_over", "H1-director")
    assert step(world, row, "take_in", "C1-director").state == "transferred"


def test_what_is_handed_over_and_never_received_goes_back_and_an_old_leave_goes_with_it(world):
    row = offered(world, way="transfer")
    for back, who in (("cancel", "C1-director"), ("return_unreceived", "H1-registrar")):
        step(world, row, "ask", "C1-director", need="急需")
        step(world, row, "agree", "H1-director")
        assert step(world, row, "approve", "office-1", leave="资〔2026〕1号").leave
        if back == "return_unreceived":
            step(world, row, "hand_over", "H1-director")
            with pytest.raises(NotAllowed):
                step(world, row, back, "C1-director", reason="x")
        row = step(world, row, back, who, reason="对方未来验收")
        assert (row.state, row.asker, row.leave) == ("idle", "", ""), "the leave was for that asker"


def test_a_private_members_assets_stay_its_own(world):
    from sanyi.store.organisation.apart import crossings
    mine, theirs = offered(world, "P1-director", "transfer"), offered(world, "H1-director", "transfer", "A2")
    for row, who in ((mine, "C1-director"), (theirs, "P1-director")):
        with pytest.raises(GuardRefused) as why:
            step(world, row, "ask", who, need="x")
        assert why.value.guard == "assets_stay_apart"
    lent = offered(world, "P1-director", "lend", "A3")
    step(world, lent, "ask", "C1-director", need="x")
    assert [(each["institution"], each["what"], each["is_breach"]) for each in crossings(world.now.date())] == [("机构P1", "assets", False)]


@pytest.mark.parametrize(("where", "role", "is_refused"), [("P1", "director", True), ("P1", "doctor", False), ("C1", "director", False)])
def test_who_runs_another_member_does_not_run_a_private_one(world, where, role, is_refused):
    from sanyi.store.models import Account
    from sanyi.store.organisation.apart import crossings
    from sanyi.store.organisation.keeping import add
    from sanyi.store.who import Acting
    Account.objects.create(name="sec", role="security_admin", password="!")
    given = {"staff": "H1-director", "institution": where, "role": role, "from_on": world.now.date()}
    if is_refused:
        with pytest.raises(GuardRefused) as why:
            add("posting", given, Acting("sec", None, True), world.now)
        assert why.value.guard == "people_stay_apart"
    else:
        add("posting", given, Acting("sec", None, True), world.now)
        assert [each["is_breach"] for each in crossings(world.now.date())] == ([False] if where == "P1" else [])


def posted(staff: str, house: str, first: date, last: date | None = None):
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    return Posting.objects.create(staff=Staff.objects.get(code=staff), institution=Institution.objects.get(code=house), role="director", from_on=first, to_on=last)


@pytest.mark.parametrize(("there", "from_day", "is_refused"), [((30, None), 0, True), ((-9, 9), 10, False), ((-9, 9), 9, True), ((-99, -9), -20, True), ((-99, -9), 0, False)])
def test_the_days_of_two_directorships_may_not_meet(world, there, from_day, is_refused):
    from sanyi.store.models import Account
    from sanyi.store.organisation.keeping import add
    from sanyi.store.who import Acting
    Account.objects.create(name="sec", role="security_admin", password="!")
    today = world.now.date()
    first, last = (None if days is None else today + timedelta(days=days) for days in there)
    posted("H1-nurse", "C1", first, last)
    given = {"staff": "H1-nurse", "institution": "P1", "role": "director", "from_on": today + timedelta(days=from_day)}
    if is_refused:
        with pytest.raises(GuardRefused) as why:
            add("posting", given, Acting("sec", None, True), world.now)
        assert why.value.guard == "people_stay_apart"
    else:
        assert add("posting", given, Acting("sec", None, True), world.now).institution.code == "P1"


def test_one_number_is_on_offer_once_and_only_a_director_offers(world):
    offered(world)
    for who, kind in (("H1-director", GuardRefused), ("H1-nurse", NotAllowed), ("office-1", NotAllowed)):
        with pytest.raises(kind):
            offered(world, who)
    with pytest.raises(BadField):
        offered(world, way="sell", tag="A9")
    assert offered(world, "C1-director").tag == "A1", "another institution has numbers of its own"


def test_pages_from_the_offer_to_the_loan(world, results_folder, monkeypatch):
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: world.now)
    owner, other = signed_in("H1-director"), signed_in("C1-registrar")
    assert "已登记为闲置" in owner.post("/equipment/", {"do": "add", "tag": "A1", "name": "B超", "way": "lend"}, follow=True).content.decode()
    assert "B超" in other.get("/equipment/").content.decode()
    from sanyi.store.equipment.tables import Equipment
    id = Equipment.objects.get().pk
    other.post(f"/equipment/{id}/", {"do": "step", "step": "ask", "version": 1, "given.need": "产检"})
    assert "申请使用的闲置设备" in owner.get("/today/").content.decode() and "机构C1" in owner.get("/equipment/").content.decode()
    assert signed_in("P1-director").get(f"/equipment/{id}/").status_code == 404
    owner.post(f"/equipment/{id}/", {"do": "step", "step": "agree", "version": 2, "given.until_on": f"{world.now.date() + timedelta(days=30)}"})
    assert "已同意" in other.get(f"/equipment/{id}/").content.decode()
