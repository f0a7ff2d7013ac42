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
    assert "居民1" in text(gp.get("/contracts/?q=居民1")) and "居民2" not in text(gp.get("/contracts/?q=居民1"))
    assert "居民3" in text(gp.get("/contracts/?state=offered&sort=-from_on")) and "居民1" not in text(gp.get("/contracts/?state=offered"))
    assert gp.get("/contracts/?export=xlsx").headers["Content-Type"].startswith("application/vnd")
    assert AuditEvent.objects.filter(subject="contract_list", action="read").exists()
    gp.cookies.load({"language": "en"})
    for place in PLACES:
        assert signed_in("office").get(place).status_code == 200
    bad = gp.post("/contracts/", {"do": "add", "person": "7x", "team": "T1", "package": "basic"})
    assert bad.status_code == 422
