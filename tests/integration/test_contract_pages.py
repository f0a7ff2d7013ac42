"""Pages of family-doctor signing: who opens which, a contract from the first form to the resident's own signature and the services given."""
import re

import pytest
from contract_work import NOW, offered, person, signed, town
from signed_in import signed_in
from web_results import invent

pytestmark = pytest.mark.usefixtures("undone")
PLACES = ("/contracts/", "/contracts/teams/", "/contracts/packages/")


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """An invented run: the pages' frame speaks of it."""
    return invent(tmp_path_factory.mktemp("contract-pages"))


@pytest.fixture(autouse=True)
def a_town(undone, results_folder, monkeypatch):
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    town()


def text(response) -> str:
    return response.content.decode("utf-8")


def test_a_contract_goes_from_the_form_to_the_residents_own_signature(results_folder):
    gp, resident = signed_in("gp1"), signed_in("r1")
    assert "您还没有签约" in text(resident.get("/my/doctor/"))
    drawn = gp.post("/contracts/", {"do": "add", "person": person(1), "team": "T1", "package": "elder", "groups": ["elderly"], "district": "D1", "city": "M1"}, follow=True)
    id = int(re.search(r"第 (\d+) 号签约已草拟", text(drawn)).group(1))
    place = f"/contracts/{id}/"
    assert gp.post(place, {"do": "step", "step": "offer", "version": 1}).status_code == 302
    code = re.search(r"签约码 (\d{6})", text(gp.post(place, {"do": "code"}, follow=True))).group(1)
    assert code not in text(gp.get(place)), "shown once"
    mine = text(resident.get("/my/doctor/"))
    assert "县医院" in mine and "居民自付 40.00" in mine and 'name="code"' in mine
    wrong = resident.post("/my/doctor/", {"do": "sign", "contract": id, "version": 2, "code": "x"})
    assert wrong.status_code == 422 and "还可再试 4 次" in text(wrong)
    assert "签约成功" in text(resident.post("/my/doctor/", {"do": "sign", "contract": id, "version": 2, "code": code}, follow=True))
    given = gp.post(place, {"do": "give", "item": "visit", "given_on": "2026-06-01", "note": "血压平稳"}, follow=True)
    assert "服务已登记" in text(given) and "血压平稳" in text(given)
    assert "谢谢您的评价" in text(resident.post("/my/evaluations/", {"do": "evaluate", "service": f"contract|{id}", "score": 5, "text": "好"}, follow=True))
    assert "已办理：终止" in text(resident.post("/my/doctor/", {"do": "step", "step": "end", "contract": id, "version": 4, "given.reason": "wish", "given.to_on": "2026-06-01"}, follow=True))


def test_a_resident_who_was_moved_to_another_team_reads_it_and_whom_to_tell():
    resident = signed_in("r1")
    signed(1)
    assert 'id="moved"' not in text(resident.get("/my/doctor/"))
    signed(1, "T2")
    page = text(resident.get("/my/doctor/"))
    moved = re.search(r'id="moved">(.*?)</p>', page, re.DOTALL).group(1)
    assert all(words in moved for words in ("2026-06-02", "团队T2（西街卫生院）", "团队T1（东街卫生中心）", "见证人 S4", "如果不是您本人同意", "告诉原签约机构"))
    assert "您的家庭医生自 2026-06-02 起换为 团队T2" in text(resident.get("/my/")) and "撤销签约" in page
    assert "居*1" in text(signed_in("nurse1").get("/today/")) and "西街卫生院" in text(signed_in("nurse1").get("/today/"))


def test_who_opens_which_page_and_what_is_anothers_does_not_exist():
    row = signed()
    for name, status in (("gp1", 200), ("office", 200), ("bureau", 200), ("doctor-d1", 200), ("r1", 403), ("looker", 403)):
        assert {signed_in(name).get(place).status_code for place in PLACES} == {status}, name
    assert [signed_in(name).get(f"/contracts/{row.pk}/").status_code for name in ("gp1", "office", "gp2", "doctor-d1", "r1")] == [200, 200, 404, 404, 403]
    assert signed_in("gp1").get("/my/doctor/").status_code == 403
    other = signed_in("r2")
    assert "居民1" not in text(other.get("/my/doctor/")) and "团队T1" not in text(other.get("/my/doctor/"))
    assert other.post("/my/doctor/", {"do": "step", "step": "end", "contract": row.pk, "version": row.version, "given.reason": "wish", "given.to_on": "2026-06-01"}).status_code == 404


def test_the_list_is_searched_sorted_paged_and_exported_and_speaks_both_languages():
    from sanyi.store.trail.tables import AuditEvent
    signed(1), signed(2), offered(3)
    gp = signed_in("gp1")
    assert "居*1" in text(gp.get("/contracts/?q=居民1")) and "居*2" not in text(gp.get("/contracts/?q=居民1"))
    assert "居*3" in text(gp.get("/contracts/?state=offered&sort=-from_on")) and "居*1" not in text(gp.get("/contracts/?state=offered"))
    assert "居民1" not in text(gp.get("/contracts/")), "names are masked in lists"
    assert gp.get("/contracts/?export=xlsx").headers["Content-Type"].startswith("application/vnd")
    assert AuditEvent.objects.filter(subject="contract_list", action="read").exists()
    gp.cookies.load({"language": "en"})
    for place in PLACES:
        assert signed_in("office").get(place).status_code == 200
    bad = gp.post("/contracts/", {"do": "add", "person": "7x", "team": "T1", "package": "basic"})
    assert bad.status_code == 422


def test_a_director_makes_a_team_and_its_members_and_ends_them():
    from sanyi.store.contracts.tables import DoctorTeam, TeamMember
    chief = signed_in("chief1")
    assert "已建立" in text(chief.post("/contracts/teams/", {"do": "add", "code": "T9", "name": "新团队", "from_on": "2026-06-01", "institution": "C2"}, follow=True))
    assert DoctorTeam.objects.get(code="T9").institution.code == "C1", "a director's own institution, whatever the form says"
    said = {"do": "member", "team": "T9", "part": "gp", "from_on": "2026-06-01"}
    assert "成员已加入" in text(chief.post("/contracts/teams/", {**said, "staff": "S1 员工S1", "is_leader": "yes"}, follow=True))
    refused = chief.post("/contracts/teams/", {**said, "staff": "S3"})
    assert refused.status_code == 422 and "核心成员须在本机构任职" in text(refused) and 'value="S3"' in text(refused)
    member = TeamMember.objects.get(team__code="T9")
    assert "成员已退出" in text(chief.post("/contracts/teams/", {"do": "end_member", "member": member.pk, "to_on": "2026-06-30"}, follow=True))
    assert signed_in("gp1").post("/contracts/teams/", {"do": "add", "code": "T8", "name": "x", "from_on": "2026-06-01", "institution": "C1"}).status_code == 403
    assert "coverage-chart" in text(chief.get("/contracts/teams/"))


def test_the_office_adds_a_package_whose_fees_sum_to_its_price():
    from sanyi.store.contracts.tables import CarePackage
    office = signed_in("office")
    said = {"do": "add", "code": "child", "name": "儿童包", "kind": "personalised", "group": "child", "record_code": "child", "from_on": "2026-06-01", "price": "100", "fee.public_health": "60.5",
            "item.1": "visit", "service.1": "新生儿访视", "times.1": "2"}
    wrong = office.post("/contracts/packages/", {**said, "fee.resident": "30"})
    assert wrong.status_code == 422 and "合计 90.50 元" in text(wrong) and "新生儿访视" in text(wrong)
    for beyond, field in (({"weight.1": "999999999"}, "weight.1"), ({"weight.1": "1000.0001"}, "weight.1"), ({"times.1": "999999999999999"}, "items"), ({"times.1": "0"}, "items")):
        wrong = office.post("/contracts/packages/", {**said, "fee.resident": "39.5", **beyond})
        assert wrong.status_code == 422 and f'data-field="{field}"' in text(wrong) and not CarePackage.objects.filter(code="child").exists(), beyond
    assert "已建立" in text(office.post("/contracts/packages/", {**said, "fee.resident": "39.5"}, follow=True))
    row = CarePackage.objects.get(code="child")
    assert (row.price_fen, row.public_health_fen, row.resident_fen) == (10_000, 6_050, 3_950) and row.items.get().times_a_year == 2
    assert office.post("/contracts/packages/", {"do": "end", "code": "child", "to_on": "2026-12-31"}).status_code == 302
    assert signed_in("gp1").post("/contracts/packages/", said).status_code == 403


def test_the_office_passes_a_merged_institutions_contracts_on():
    from sanyi.store.contracts.tables import Contract
    signed(1), signed(2)
    office = signed_in("office")
    page = text(office.get("/contracts/successions/?institution=C1"))
    assert 'name="heir.T1"' in page and "西街卫生院" in page and 'name="heir.T2"' not in page
    said = {"do": "pass_on", "institution": "C1", "on": "2026-07-01", "note": "机构合并文件"}
    missing = office.post("/contracts/successions/", said)
    assert missing.status_code == 422 and 'value="机构合并文件"' in text(missing)
    assert "2 份签约" in text(office.post("/contracts/successions/", {**said, "heir.T1": "T2"}, follow=True))
    assert Contract.objects.filter(institution="C2", entry="succession").count() == 2
    assert signed_in("bureau").get("/contracts/successions/").status_code == 403


def test_what_contracts_earn_in_a_year_sums_to_the_prices():
    from datetime import date
    from sanyi.store.contracts.fees import begun_years, fee_rows
    signed(1, package="elder"), signed(2, package="elder", years=2), signed(3)
    rows = {(row["institution_id"], row["payer_code"]): row["due_fen"] for row in fee_rows(2026)}
    assert rows == {("C1", "insurance_fund"): 8_000, ("C1", "public_health"): 8_000, ("C1", "resident"): 8_000} and sum(rows.values()) == 2 * 12_000
    assert sum(row["due_fen"] for row in fee_rows(2027)) == 12_000, "the second year of the one that lasts two"
    assert [begun_years(date(2024, 2, 29), date(2024, 2, 29), date(2026, 2, 27), year) for year in (2024, 2025, 2026)] == [1, 1, 0]


def test_a_contract_year_is_owed_once_whoever_takes_over_in_its_course():
    from datetime import date

    from contract_work import TERMS, at
    from sanyi.store.contracts.daily import daily_work
    from sanyi.store.contracts.fees import fee_rows
    from sanyi.store.contracts.succession import pass_on
    from sanyi.store.contracts.terms import Terms, take_terms

    def owed():
        found: dict[tuple[str, int], int] = {}
        for row in (row for year in range(2026, 2031) for row in fee_rows(year)):
            found[row["institution_id"], row["year"]] = found.get((row["institution_id"], row["year"]), 0) + row["due_fen"]
        return found

    signed(1, package="elder"), signed(2, package="elder", years=3)
    before = owed()
    assert before == {("C1", 2026): 24_000, ("C1", 2027): 12_000, ("C1", 2028): 12_000}
    pass_on("C1", {"T1": "T2"}, date(2026, 9, 1), "合并", "office", at(5))
    daily_work(at(date(2026, 9, 1)))
    assert owed() == {("C1", 2026): 24_000, ("C2", 2027): 12_000, ("C2", 2028): 12_000}, "to the fen what it was, the later years to the heir"
    signed(3, package="elder")
    signed(3, "T2", at(10), package="elder")
    daily_work(at(20))
    assert owed() == {("C1", 2026): 36_000, ("C2", 2027): 24_000, ("C2", 2028): 12_000}, "the running year stays; the next begins on the old day"
    signed(3, "T2", at(date(2027, 5, 20)), package="elder")
    daily_work(at(date(2027, 6, 11)))
    assert owed() == {("C1", 2026): 36_000, ("C2", 2027): 24_000, ("C2", 2028): 24_000}, "a renewal of it goes on with those years"
    take_terms("other", Terms(**{**TERMS, "do_fees_stay": False}), "office", NOW)
    assert owed() == {("C1", 2026): 36_000, ("C2", 2026): 12_000, ("C2", 2027): 24_000, ("C2", 2028): 12_000}, "a plan that says otherwise: the new team's year is its own"
