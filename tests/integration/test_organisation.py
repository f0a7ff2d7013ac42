"""The organisation: brought into line with a record, ended and never deleted, kept by hand by who keeps it."""
from datetime import date, datetime, timezone

import pytest
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, StaleVersion, UndeclaredStep

NOW = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
FIRST, LATER = date(2026, 6, 1), date(2026, 9, 1)


def record(**changed):
    """A small record: two institutions in one consortium, three people."""
    institution = {"level_code": "2A", "kind_code": "general", "ownership_code": "public", "region_id": "R1", "is_in_area": True, "bed_count": 10, "opened_on": date(2010, 1, 1)}
    rows = {
        "institutions": [{**institution, "institution_id": "H1", "name": "县医院"}, {**institution, "institution_id": "C1", "name": "民营诊所", "ownership_code": "private"}],
        "consortia": [{"consortium_id": "K1", "name": "县医共体", "kind_code": "tight", "lead_institution_id": "H1", "region_id": "R1", "start_on": date(2019, 1, 1), "end_on": None}],
        "consortium_members": [{"consortium_id": "K1", "institution_id": code, "role_code": part, "from_on": date(2019, 1, 1), "to_on": None, "has_full_finance": False}
                               for code, part in (("H1", "lead"), ("C1", "member"))],
        "staff": [{"staff_id": code, "institution_id": where, "role_code": role, "title_code": "middle", "is_active": True}
                  for code, where, role in (("S1", "H1", "doctor"), ("S2", "C1", "general_practitioner"), ("S3", "H1", "management"))]}
    return {**rows, **changed}


def load(rows, on=FIRST):
    from sanyi.store.organisation.loading import load_organisation
    return {each.table: (each.added, each.changed, each.ended, each.kept) for each in load_organisation(rows, on, NOW)}


def without(rows, table, **key):
    return {**rows, table: [row for row in rows[table] if any(row[name] != value for name, value in key.items())]}


def test_a_record_is_loaded_once_and_loading_it_again_changes_nothing(undone):
    from sanyi.store.models import WorkEvent
    from sanyi.store.organisation.tables import Membership, Posting
    assert load(record()) == {"institution": (2, 0, 0, 0), "consortium": (1, 0, 0, 0), "membership": (2, 0, 0, 0), "staff": (3, 0, 0, 0), "posting": (2, 0, 0, 0)}
    events = WorkEvent.objects.filter(subject="organisation").count()
    assert load(record(), LATER) == {"institution": (0, 0, 0, 2), "consortium": (0, 0, 0, 1), "membership": (0, 0, 0, 2), "staff": (0, 0, 0, 3), "posting": (0, 0, 0, 2)}
    assert WorkEvent.objects.filter(subject="organisation").count() == events == 1
    assert sorted(Posting.objects.values_list("role", flat=True)) == ["doctor", "family_doctor"], "who manages is posted by hand"
    assert set(Membership.objects.values_list("institution__code", "is_independent")) == {("H1", False), ("C1", True)}, "HK-47"


def test_what_leaves_the_record_is_ended_and_what_comes_back_is_open_again(undone):
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    load(record())
    left = without(without(without(record(), "staff", staff_id="S2"), "consortium_members", institution_id="C1"), "institutions", institution_id="C1")
    assert load(left, LATER) == {"institution": (0, 0, 1, 1), "consortium": (0, 0, 0, 1), "membership": (0, 0, 1, 1), "staff": (0, 0, 1, 2), "posting": (0, 0, 1, 1)}
    gone = Institution.objects.get(code="C1")
    assert gone.to_on == date(2026, 8, 31) and gone.version == 2 and Staff.objects.get(code="S2").to_on == date(2026, 8, 31)
    assert load(left, date(2026, 10, 1))["institution"] == (0, 0, 0, 2), "it has ended once"
    assert load(record(), date(2026, 12, 1))["institution"] == (0, 1, 0, 1)
    assert Institution.objects.get(code="C1").to_on is None
    assert list(Posting.objects.filter(staff__code="S2").order_by("pk").values_list("from_on", "to_on")) == [(FIRST, date(2026, 8, 31)), (date(2026, 12, 1), None)]


def test_who_moves_is_posted_anew_and_who_rests_is_not(undone):
    from sanyi.store.organisation.tables import Posting
    load(record())
    moved = record()
    moved["staff"] = [{**row, "institution_id": "C1"} if row["staff_id"] == "S1" else {**row, "is_active": row["staff_id"] != "S2"} for row in moved["staff"]]
    load(moved, LATER)
    assert list(Posting.objects.order_by("pk").values_list("staff__code", "institution__code", "to_on")) == [
        ("S1", "H1", date(2026, 8, 31)), ("S2", "C1", date(2026, 8, 31)), ("S1", "C1", None)]


def test_a_row_that_names_nothing_is_refused_and_nothing_is_loaded(undone):
    from sanyi.store.organisation.tables import Institution
    rows = record()
    rows["staff"][0]["institution_id"] = "nowhere"
    with pytest.raises(BadField) as refused:
        load(rows)
    assert refused.value.field == "institution_id" and "nowhere" in str(refused.value) and not Institution.objects.exists()


def test_a_row_kept_by_hand_outlives_every_load(undone):
    from sanyi.store.organisation.keeping import add
    from sanyi.store.organisation.tables import Institution
    add("institution", {"code": "P1", "name": "平安药房", "kind": "pharmacy", "ownership": "private", "from_on": "2026-01-01"}, "system", NOW)
    load(record())
    load(record(institutions=record()["institutions"][:1], consortium_members=[], staff=[]), LATER)
    assert Institution.objects.get(code="P1").to_on is None


@pytest.fixture
def people(undone):
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    load(record())
    staff = Staff.objects.get(code="S3")
    Posting.objects.create(staff=staff, institution=Institution.objects.get(code="H1"), role="director", from_on=date(2020, 1, 1))
    for name, role in (("office-1", "office"), ("security-1", "security_admin"), ("system-1", "system_admin"), ("looker", "reader")):
        Account.objects.create(name=name, role=role)
    Account.objects.create(name="head", staff=staff)
    return staff


def acting(name):
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Posting
    from sanyi.store.who import Acting
    account = Account.objects.get(name=name)
    posting = Posting.objects.filter(staff=account.staff_id).first() if account.staff_id else None
    return Acting(name, posting.pk if posting else None, True)


NEW = {
    "institution": {"code": "N1", "name": "新院", "kind": "general", "ownership": "public", "from_on": "2026-06-01"},
    "consortium": {"code": "K2", "name": "专科联盟", "kind": "specialty", "from_on": "2026-06-01"},
    "membership": {"consortium": "K1", "institution": "H1", "part": "member", "has_full_finance": "no", "is_independent": "no", "from_on": "2018-01-01"},
    "department": {"institution": "H1", "code": "CARD", "name": "心内科", "from_on": "2026-06-01"},
    "staff": {"code": "S9", "name": "李明", "profession": "doctor", "from_on": "2026-06-01"},
    "posting": {"staff": "S1", "institution": "C1", "role": "doctor", "from_on": "2026-06-01"}}
KEEPERS = {"institution": {"office-1"}, "consortium": {"office-1"}, "membership": {"office-1"}, "department": {"office-1", "head"}, "staff": {"office-1", "head"},
           "posting": {"security-1"}}


@pytest.mark.parametrize("kind", NEW)
def test_each_kind_is_kept_by_its_keepers_and_by_nobody_else(kind, people):
    from django.db import transaction

    from sanyi.store.models import WorkEvent
    from sanyi.store.organisation.keeping import add, end
    given = dict(NEW[kind])
    for name in ("office-1", "security-1", "system-1", "looker", "head"):
        if name not in KEEPERS[kind]:
            with pytest.raises(NotAllowed):
                add(kind, NEW[kind], acting(name), NOW)
            continue
        with transaction.atomic():
            if kind == "membership":
                with pytest.raises(GuardRefused):
                    add(kind, given, acting(name), NOW)  # it would overlap the one that is there
                given["institution"], given["consortium"] = "C1", add("consortium", NEW["consortium"], acting(name), NOW).code
            row = add(kind, given, acting(name), NOW)
            if (kind, name) == ("staff", "head"):
                with pytest.raises(NotAllowed):  # posted nowhere yet, so nobody's but the office's
                    end(kind, row.pk, 1, {"to_on": "2026-12-31"}, acting(name), NOW)
                transaction.set_rollback(True)
                continue
            assert end(kind, row.pk, 1, {"to_on": "2026-12-31"}, acting(name), NOW).to_on == date(2026, 12, 31)
            assert list(WorkEvent.objects.filter(subject=kind, subject_id=row.pk).order_by("version").values_list("step", "by")) == [("add", name), ("end", name)]
            with pytest.raises(StaleVersion):
                end(kind, row.pk, 1, {"to_on": "2026-12-30"}, acting(name), NOW)
            transaction.set_rollback(True)


def test_a_director_keeps_no_other_institutions_departments(people):
    from sanyi.store.organisation.keeping import add, change
    from sanyi.store.organisation.tables import Staff
    with pytest.raises(NotAllowed):
        add("department", {**NEW["department"], "institution": "C1"}, acting("head"), NOW)
    with pytest.raises(NotAllowed):
        change("staff", Staff.objects.get(code="S2").pk, 1, {"name": "别人", "profession": "doctor"}, acting("head"), NOW)
    assert change("staff", Staff.objects.get(code="S1").pk, 1, {"name": "张三", "profession": "doctor"}, acting("head"), NOW).name == "张三"
    with pytest.raises(UndeclaredStep):
        change("posting", 1, 1, {}, acting("security-1"), NOW)


def test_the_database_itself_refuses_overlaps_second_leads_and_deletion(people):
    from django.db import DatabaseError, transaction

    from sanyi.store.organisation.tables import Consortium, Institution, Membership, Posting, Staff
    shared = {"staff": Staff.objects.get(code="S1"), "institution": Institution.objects.get(code="H1"), "role": "doctor"}
    consortium, clinic = Consortium.objects.get(), Institution.objects.get(code="C1")

    def refused(write):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()

    for span in ({"from_on": date(2026, 7, 1)}, {"from_on": date(2026, 1, 1), "to_on": FIRST}, {"from_on": date(2026, 8, 1), "to_on": date(2026, 7, 1)}):
        refused(lambda: Posting.objects.create(**shared, **span))
    Posting.objects.create(**shared, from_on=date(2026, 1, 1), to_on=date(2026, 5, 31))
    refused(lambda: Posting.objects.filter(staff=shared["staff"], to_on=date(2026, 5, 31)).update(to_on=date(2026, 6, 2)))
    refused(lambda: Membership.objects.filter(institution=clinic).update(part="lead", is_independent=False))
    refused(lambda: Membership.objects.create(consortium=consortium, institution=clinic, part="member", from_on=date(2020, 1, 1)))
    for table in (Posting, Membership):
        refused(lambda: table.objects.all().delete())


@pytest.fixture
def browser(people, tmp_path, monkeypatch):
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    return signed_in


@pytest.mark.parametrize("kind", NEW)
def test_the_pages_list_export_add_and_show_the_log(kind, browser):
    office, keeper = browser("office-1"), browser("security-1" if kind == "posting" else "office-1")
    page = office.get(f"/organisation/{kind}/?q=S1&sort=-from_on&size=20")
    assert page.status_code == 200 and office.get(f"/organisation/{kind}/?export=xlsx").headers["Content-Type"].endswith("sheet")
    given = {**NEW[kind], **({"institution": "C1", "part": "member"} if kind == "membership" else {})}
    if kind == "membership":
        assert office.post("/organisation/consortium/", {"do": "add", **{f"given.{name}": value for name, value in NEW["consortium"].items()}}).status_code == 302
        given["consortium"] = "K2"
    answer = keeper.post(f"/organisation/{kind}/", {"do": "add", **{f"given.{name}": value for name, value in given.items()}})
    assert answer.status_code == 302, answer.content.decode()
    from sanyi.store.organisation.kept import KEPT
    row = KEPT[kind].table.objects.order_by("-pk").first()
    page = keeper.get(f"/organisation/{kind}/{row.pk}/").content.decode()
    assert 'id="log"' in page and 'name="given.to_on"' in page
    assert 'name="do"' not in browser("looker").get(f"/organisation/{kind}/{row.pk}/").content.decode()
    answer = keeper.post(f"/organisation/{kind}/{row.pk}/", {"do": "end", "version": "1", "given.to_on": "1999-01-01"})
    assert answer.status_code == 422 and "given.to_on" in answer.content.decode()


def test_staff_act_in_a_posting_and_switch_to_another_of_their_own(browser, people):
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    second = Posting.objects.create(staff=people, institution=Institution.objects.get(code="C1"), role="nurse", from_on=date(2020, 1, 1))
    stranger = Posting.objects.get(staff__code="S1")
    head = browser("head")
    assert head.get("/").headers["Location"] == "/today/", "what a director sees first"
    first = head.get("/organisation/department/").content.decode()
    assert "head · 机构负责人" in first and 'name="do" value="add"' in first and f'<option value="{second.pk}">民营诊所 · 护士' in first
    assert head.post("/posting/", {"do": "switch", "posting": stranger.pk}).status_code == 403
    assert head.post("/posting/", {"do": "switch", "posting": second.pk}).status_code == 302
    page = head.get("/organisation/department/?posting=1&unit=H1&role=director").content.decode()
    assert "head · 护士" in page and 'name="do" value="add"' not in page, "never from the request"
    Posting.objects.filter(pk=second.pk).update(to_on=date(2020, 1, 2))
    assert "head · 机构负责人" in head.get("/organisation/department/").content.decode(), "a posting that has ended is nobody's"
    Posting.objects.filter(staff=people, to_on=None).update(to_on=date(2020, 1, 2))
    assert head.get("/organisation/department/").status_code == 403
    assert Account.objects.get(name="head").role == "reader" and Staff.objects.get(pk=people.pk).code == "S3"
