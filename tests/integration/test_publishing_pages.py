"""The pages of publishing: what would happen, a published part, an institution that answers its own case and finds no other; links back to why."""
import pytest
from publishing_work import NOW, case, hits, people, publish, run, sums
from signed_in import signed_in
from web_results import invent


@pytest.fixture
def site(undone, tmp_path, monkeypatch):
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path, only=("audit_hits", "audit_deductions", "appraisals", "institutions", "consortia", "charge_items"))), "SANYI_PLAN": "haikou-2018",
                        "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    people()
    publish(run("first"), hits({1: 12_345, 2: 200})), publish(run("first"), sums({"H1": 100, "H2": 200}), "deductions")


def said(browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code, response.content.decode()[-1500:])
    return response.content.decode()


def test_the_bureau_tells_an_institution_which_answers_its_own(site):
    row = case(1)
    bureau, own, other = signed_in("bureau-1"), signed_in("hospital-1"), signed_in("hospital-2")
    page = said(bureau, f"/audit-cases/{row.pk}/")
    assert "123.45" in page and "一日收取" in page and "AUD-13|E00001" in page and "/cases/E00001/" in page and "/audit/AUD-13/" in page and row.run[:12] in page and "data-step=\"notify\"" in page
    assert "data-step=\"restate\"" not in page and "不是当前打开的运行" in page
    assert bureau.post(f"/audit-cases/{row.pk}/", {"do": "step", "step": "notify", "version": row.version}).status_code == 302
    assert own.post(f"/audit-cases/{row.pk}/", {"do": "step", "step": "answer", "version": row.version + 1, "given.answer": "合理"}).status_code == 302
    assert case(1).answer == "合理" and case(1).state == "answered"
    assert other.get(f"/audit-cases/{row.pk}/").status_code == 404 == other.post(f"/audit-cases/{row.pk}/", {"do": "step", "step": "answer", "version": 3, "given.answer": "x"}).status_code
    assert "E00001" in said(own, "/audit-cases/") and "E00001" not in said(other, "/audit-cases/") and "E00002" in said(other, "/audit-cases/")


def test_what_waits_stands_on_the_first_page(site):
    assert "稽核案件" in said(signed_in("bureau-1"), "/today/") and "待确认的结果通知" in said(signed_in("hospital-1"), "/today/")


def test_an_institution_finds_its_notice_with_what_the_run_says(site):
    from sanyi.store.publishing.tables import ResultNotice
    row, other = (ResultNotice.objects.get(institution=house) for house in ("H1", "H2"))
    page = said(signed_in("hospital-1"), f"/result-notices/{row.pk}/")
    assert "扣款" in page and "/institutions/H1/" in page and "data-step=\"object\"" in page
    assert signed_in("hospital-1").get(f"/result-notices/{other.pk}/").status_code == 404


def test_publishing_is_asked_for_by_who_may(site, monkeypatch):
    from sanyi.web.views import publishing
    asked = []
    monkeypatch.setattr(publishing, "start_publishing", lambda request, part: asked.append(part))
    bureau, office = signed_in("bureau-1"), signed_in("office")
    assert bureau.post("/publishing/", {"do": "publish", "part": "audit"}).status_code == 302 and asked == ["audit"]
    assert bureau.post("/publishing/", {"do": "publish", "part": "appraisals"}).status_code == 403 and office.post("/publishing/", {"do": "publish", "part": "audit"}).status_code == 403
    assert bureau.post("/publishing/", {"do": "publish", "part": "rumours"}).status_code == 422 and asked == ["audit"]
    page = said(bureau, "/publishing/")
    assert page.count('value="publish"') == 5 and said(office, "/publishing/").count('value="publish"') == 1 and signed_in("watcher").get("/publishing/").status_code == 403


def test_the_dry_run_stands_beside_the_part(site, monkeypatch):
    from sanyi.web.views import publishing
    monkeypatch.setattr(publishing, "open_run", lambda folder: (run("second", 1), None))
    assert 'class="ahead">新增 ' in said(signed_in("bureau-1"), "/publishing/?foresee=audit")
