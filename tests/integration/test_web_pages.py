"""The pages over an invented run: signed in only, lists that answer, workbooks that say the same, words in both languages."""
import os
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from clearing_work import opened, posted, voucher
from web_results import NAMES, invent

PASSWORD = "a long enough password"
EXAMPLES = {"equipment_id": "1", "prescription_id": "1", "delivery_id": "1", "exam_id": "1", "file_id": "1", "device_id": "1", "case_id": "1", "image_id": "1", "critical_id": "1", "consultation_id": "1", "item_id": "1", "appointment_id": "1", "slot_id": "1", "waiting_id": "1", "problem_id": "1", "order_id": "1", "evidence_id": "1", "indicator": "IND-42",
            "code": {"language": "zh", "indicator": "IND-43", "why_indicator": "IND-43", "obligation": "HK-06"}, "consortium_id": "C000",
            "institution_id": {"institution": "I001", "why_institution": "I001", "settlement_sheet": "H1"}, "encounter_id": "E001", "resident_id": "reside001", "rule_code": "AUD-13", "left": "haikou-2018", "right": "wanshan-2021", "key": "0123456789abcdef",
            "kind": "institution", "row_id": "0", "referral_id": "1", "person_id": "1", "match_id": "1", "card_id": "1", "contract_id": "1", "contract_request_id": "1", "name": {"about_table": "dip_cases", "table": "dip_cases", "workbook": "dip_cases", "plan_of": "haikou-2018", "obligation": "haikou-2018", "scheme_of": "demo-1", "scheme_code": "demo-1"}}
OPEN = {"sign_in", "language", "my_account"}
PACKS = Path(__file__).parents[2] / "packs"
EXAMPLES.update({"work": "problem", "step": "start", "type": "Organization", "id": "N1"})  # of the interfaces for programs
EXAMPLES.setdefault("person_id", "1")


@pytest.fixture(scope="module")
def site(tmp_path_factory, site_folder):
    """A prepared database and an invented run; Django is set up once per process, so this serves the whole file."""
    folder = tmp_path_factory.mktemp("web")
    told = {"SANYI_VAR": str(site_folder), "SANYI_RESULTS": str(invent(folder)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo",
            "DJANGO_SETTINGS_MODULE": "sanyi.web.settings"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from sanyi.store import prepare
    from sanyi.store.accounts import make_account
    yield_password = prepare(site_folder)
    drafted = site_folder / "drafts" / str(EXAMPLES["key"])
    for name in ("wanshan-2021", "indicators"):
        shutil.copytree(PACKS / name, drafted / ("pack" if name == "wanshan-2021" else name), dirs_exist_ok=True)
    (drafted / "name.txt").write_text("方案.docx", "utf-8")
    (drafted / "pack" / "draft-report.md").write_text("# 起草报告", "utf-8")
    make_account(site_folder, "reader", PASSWORD)
    from django.db import transaction
    with transaction.atomic():  # what a ledger holds can't be deleted, so that other files must never see this one
        EXAMPLES.update(worked_ledger())
        EXAMPLES["work_id"] = EXAMPLES["problem_id"]
        yield {"folder": folder, "var": site_folder, "password": yield_password}
        transaction.set_rollback(True)
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def worked_ledger() -> dict[str, str]:
    """The run's ledger with one piece of each kind of work; gives what their pages are asked by."""
    from datetime import datetime, timedelta, timezone

    from sanyi.runs.packs import open_plan
    from sanyi.store.evidence import add_file
    from sanyi.store.models import Item, LedgerUnit
    from sanyi.store.opening import open_ledger
    from sanyi.store.posting import issue_order, list_problem
    from sanyi.store.trail.tables import AuditEvent
    plan, now = open_plan("haikou-2018"), datetime.now(timezone.utc)
    ledger = open_ledger(plan, "system", now).ledger
    item, unit = Item.objects.filter(ledger=ledger).first(), LedgerUnit.objects.filter(ledger=ledger).first()
    proof = add_file("task", item.pk, item.version, "document", "方案.pdf", [b"%PDF-1.4"], "system", now)
    order = issue_order(plan.name, unit.entry, "督办", (now + timedelta(days=9)).date(), "system", now, item.pk)
    problem = list_problem(plan.name, "问题", "system", now, item.pk)
    return {"item_id": str(item.pk), "row_id": str(an_institution()), "problem_id": str(problem.pk), "order_id": str(order.pk), "evidence_id": str(proof.pk),
            "review_id": str(applied_review(plan.name, now).pk), "access_review_id": str(a_broken_glass(now)), "event_id": str(AuditEvent.objects.latest("id").pk), **posted_books(), **published_cases()}


def published_cases() -> dict[str, str]:
    """An audit case and a notice, published from made-up runs."""
    from publishing_work import hits, people, publish, run, sums

    from sanyi.store.publishing.tables import AuditCase, ResultNotice
    people()
    publish(run("first"), hits({1: 100})), publish(run("first"), sums({"H1": 100}), "deductions")
    return {"audit_case_id": str(AuditCase.objects.get().pk), "result_notice_id": str(ResultNotice.objects.get().pk)}


def an_institution() -> int:
    from sanyi.store.organisation.tables import Institution
    return Institution.objects.create(code="N1", name="新院", kind="general", ownership="public", from_on="2020-01-01").pk


def a_broken_glass(now) -> int:
    from datetime import timedelta

    from sanyi.store.health.tables import BreakGlass
    from sanyi.store.persons.tables import Person
    person = Person.objects.create(name="甲", name_key="甲", created_by="system", created_at=now)
    EXAMPLES["person_id"] = str(person.pk)
    return BreakGlass.objects.create(person=person, institution="N1", reason="车祸昏迷", state="opened", closes_at=now + timedelta(hours=1), created_by="x", created_at=now).pk


def posted_books() -> dict[str, str]:
    """A posted batch with its sheets, and a voucher, in the books of a small year."""
    opened()
    batch, made = posted("2020-01"), voucher(period="2020-02")
    return {"batch_id": str(batch.pk), "period_id": str(batch.period_id), "voucher_id": str(made.pk)}


def applied_review(plan: str, now):
    """A special review of a case of the run's year."""
    from sanyi.store.books import open_book
    from sanyi.store.models import Account
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    Account.objects.create(name="bureau-of-reviews", role="bureau", password="!")
    open_book(plan, 2020, "system", now)
    return apply_for_review(plan, 2020, ReviewedCase("E0000001", "H1", 4_000_000, "dip", 1_000, 5), "high_cost", "重症", "bureau-of-reviews", now)


@pytest.fixture
def nobody(site):
    """A browser that has not signed in."""
    from django.test import Client
    return Client()


@pytest.fixture(scope="module")
def reader(site):
    """A browser that has."""
    from django.test import Client
    client = Client()
    assert client.post("/sign-in/", {"name": "reader", "password": PASSWORD}).status_code == 302
    return client


def routes() -> list[tuple[str, str]]:
    from django.urls import get_resolver, reverse
    found = []
    for pattern in get_resolver().url_patterns:
        names = pattern.pattern.converters
        values = {name: EXAMPLES[name] if isinstance(EXAMPLES[name], str) else EXAMPLES[name][pattern.name] for name in names}
        found.append((pattern.name, reverse(pattern.name, kwargs=values)))
    return found


def is_page(response) -> bool:
    return not response.streaming and response.headers["Content-Type"].startswith("text/html")


def text(response) -> str:
    return response.content.decode("utf-8")


def test_every_route_is_denied_unless_signed_in(nobody):
    seen = 0
    for name, address in routes():
        for method in (nobody.get, nobody.post):
            response = method(address)
            seen += 1
            if name in OPEN:
                continue
            if address.startswith(("/api/", "/fhir/")) and address != "/api/":
                assert response.status_code == 401, address
            else:
                assert response.status_code == 302 and response.headers["Location"].startswith("/sign-in/"), address
            assert NAMES[0] not in text(response)
    assert seen >= 50


def expected(name: str) -> int:
    """What a reader's account gets: the routes say it."""
    from sanyi.web.access import may_open
    if name in ("api_step", "fhir_search", "fhir_transaction"):
        return 405
    return 302 if name == "organisation" and may_open(name, "reader") else 405 if name == "posting" else 200 if may_open(name, "reader") else 403


def test_every_route_answers_in_both_languages(reader):
    for language, other in (("zh", "Sign out"), ("en", "退出")):
        reader.cookies["sanyi_language"] = language
        for name, address in routes():
            if name in ("sign_in", "sign_out", "language", "my_account"):
                continue
            if name.startswith("why") or name in ("what_if", "what_if_patients"):
                assert reader.get(address).status_code in (200, 404), address  # invented rows do not always explain, and nothing was tried yet
                continue
            response = reader.get(address)
            assert response.status_code == expected(name), address
            if is_page(response):
                assert other not in text(response), address
    reader.cookies["sanyi_language"] = "zh"


def test_headers_keep_the_page_to_itself(reader, nobody):
    for response in (reader.get("/"), nobody.get("/sign-in/")):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff" and response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_style_or_script(reader):
    for name, address in routes():
        response = reader.get(address) if name not in ("sign_in", "sign_out", "language") else None
        if response is None or not is_page(response) or response.status_code != 200:
            continue
        page = text(response)
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", page), address
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page)), address
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page), address


def test_cookies_are_kept_from_scripts_and_other_sites(nobody, site):
    response = nobody.post("/sign-in/", {"name": "reader", "password": PASSWORD})
    cookie = response.cookies["sanyi_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict"


def test_forms_need_their_token(site):
    from django.test import Client
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/", {"name": "reader", "password": PASSWORD}).status_code == 403


def test_a_wrong_password_is_refused_and_five_lock_the_account(nobody, site):
    from sanyi.store.accounts import make_account
    make_account(site["var"], "locked", PASSWORD)
    for _ in range(5):
        assert nobody.post("/sign-in/", {"name": "locked", "password": "wrong"}).status_code == 403
    refused = nobody.post("/sign-in/", {"name": "locked", "password": PASSWORD})
    unknown = nobody.post("/sign-in/", {"name": "nobody-of-this-name", "password": PASSWORD})
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert refused.status_code == unknown.status_code == 403
    kept = [f'value="{name}"' in text(answer) for answer, name in ((refused, "locked"), (unknown, "nobody-of-this-name"))]
    assert kept == [True, True], "what was typed is kept, but for the password"
    assert token.sub("", text(refused)).replace('value="locked"', "") == token.sub("", text(unknown)).replace('value="nobody-of-this-name"', ""), "the answer tells who has an account"


def test_a_name_that_does_not_exist_leaves_no_row(nobody):
    from sanyi.store.models import Account
    before = Account.objects.count()
    for place in range(3):
        nobody.post("/sign-in/", {"name": f"ghost{place}", "password": "x"})
    assert Account.objects.count() == before


def test_a_sign_in_leads_back_to_this_site_only(nobody):
    response = nobody.post("/sign-in/", {"name": "reader", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_the_secret_and_the_database_are_the_owners_alone(site):
    var = site["var"]
    assert (var / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (var / "sanyi.sqlite3").stat().st_mode & 0o777 == 0o600
    assert len((var / "secret-key").read_text("ascii")) >= 64
    assert len(site["password"]) >= 12


@pytest.mark.parametrize(("journal", "synchronous", "version", "refused"), [
    ("delete", 2, (3, 40, 1), False), ("delete", 3, (3, 40, 1), False), ("wal", 2, (3, 51, 3), False),
    ("wal", 2, (3, 51, 2), True), ("delete", 1, (3, 51, 3), True), ("delete", 0, (3, 40, 1), True), ("memory", 2, (3, 51, 3), True),
])
def test_an_unsafe_database_is_refused(journal, synchronous, version, refused):
    from sanyi.store.errors import UnsafeDatabase
    from sanyi.store.safety import check_mode
    if refused:
        with pytest.raises(UnsafeDatabase):
            check_mode(journal, synchronous, version)
    else:
        check_mode(journal, synchronous, version)


def test_the_open_database_is_in_its_safe_mode(site):
    from sanyi.store.safety import check_database
    check_database()


def rows_of(page: str) -> list[list[str]]:
    body = page[page.index("<tbody>", page.index('id="list"')):]
    body = body[:body.index("</tbody>")]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]


def count_of(page: str) -> int:
    return int(re.search(r'data-count="(\d+)"', page).group(1))


def test_a_list_sorts_by_any_column(reader):
    from sanyi.runs.steps import promise
    for column in promise("dip_cases").names:
        for sign in ("", "-"):
            assert reader.get(f"/tables/dip_cases/?sort={sign}{column}&size=20").status_code == 200
    up = [float(row[promise("dip_cases").names.index("cost_fen")].replace(",", "")) for row in rows_of(text(reader.get("/tables/dip_cases/?sort=cost_fen&size=100")))]
    down = [float(row[promise("dip_cases").names.index("cost_fen")].replace(",", "")) for row in rows_of(text(reader.get("/tables/dip_cases/?sort=-cost_fen&size=100")))]
    assert up == sorted(up) and down == up[::-1] and len(set(up)) > 10


def test_a_list_filters_as_its_rows_say(reader):
    everything = text(reader.get("/tables/dip_cases/?size=100"))
    kept = text(reader.get("/tables/dip_cases/?size=100&institution_id=I001"))
    assert 0 < count_of(kept) < count_of(everything) and all(row[1] == NAMES[1] for row in rows_of(kept))
    rest = sum(count_of(text(reader.get(f"/tables/dip_cases/?institution_id=I00{place}"))) for place in range(len(NAMES)))
    assert rest == count_of(everything)
    dear = text(reader.get("/tables/dip_cases/?size=100&cost_fen.from=50,000,000.00"))
    cheap = text(reader.get("/tables/dip_cases/?size=100&cost_fen.to=49999999.99"))
    assert count_of(dear) + count_of(cheap) == count_of(everything) and count_of(dear)


def test_search_finds_words_and_names(reader):
    by_name = text(reader.get(f"/tables/dip_cases/?q={quote(NAMES[1])}"))
    by_code = text(reader.get("/tables/dip_cases/?q=I001"))
    assert count_of(by_name) == count_of(by_code) > 0
    assert count_of(text(reader.get("/tables/institutions/?q=%E4%B8%89%E7%BA%A7"))) == sum(
        row["level_code"].startswith("3") for row in _institutions())
    assert count_of(text(reader.get("/tables/dip_cases/?q=%27%20OR%201=1%20--"))) == 0


def _institutions():
    from sanyi.web.opened import rows
    return rows("institutions")


def test_pages_part_the_rows(reader):
    keys = []
    for page in (1, 2, 3):
        keys += [row[0] for row in rows_of(text(reader.get(f"/tables/dip_cases/?size=20&page={page}")))]
    assert len(keys) == len(set(keys)) == count_of(text(reader.get("/tables/dip_cases/")))


@pytest.mark.parametrize("query", ["sort=nothing", "nothing=1", "page=0", "page=x", "page=99999999999", "size=7", "cost_fen.from=abc",
                                   "cost_fen.from=1.001", "cost_fen.over=1", "settled_month.from=1e999", "cost_fen.to=NaN", "is_extreme=perhaps"])
def test_a_question_that_does_not_fit_is_told(reader, query):
    response = reader.get(f"/tables/dip_cases/?{query}")
    assert response.status_code == 400 and query.partition("=")[0].partition(".")[0][:4] in text(response) or "size" in query


def test_a_workbook_holds_the_filtered_list(reader, tmp_path):
    from python_calamine import CalamineWorkbook

    from sanyi.web.opened import results
    question = "institution_id=I007&sort=-cost_fen"
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"".join(reader.get(f"/tables/dip_cases/workbook.xlsx?{question}").streaming_content))
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    rows = [row for row in results().page("dip_cases", limit=None) if row["institution_id"] == "I007"]
    heading = sheet[0].index("总费用 (元)")
    assert [round(row[heading] * 100) for row in sheet[1:]] == sorted((row["cost_fen"] for row in rows), reverse=True)
    assert NAMES[7] in sheet[1] and NAMES[7].startswith("="), "a name that begins with = must stay a word"


def test_the_ban_on_quotas_stands_wherever_a_standard_per_case_is_shown_and_in_its_workbook(reader, tmp_path):
    from python_calamine import CalamineWorkbook

    from sanyi.web.opened import results
    known = {row["encounter_id"] for row in results().page("encounters", limit=None)}
    case = next(row["encounter_id"] for row in results().page("dip_cases", limit=None) if row["encounter_id"] in known)
    for address in ("/cases/", "/tables/dip_cases/", f"/cases/{case}/"):
        assert "不得作为限定医生诊疗费用的额度" in text(reader.get(address)), address
    assert "standard-ban" not in text(reader.get("/tables/institutions/"))
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"".join(reader.get("/tables/dip_cases/workbook.xlsx?institution_id=I007").streaming_content))
    notes = CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()
    assert any(row[0] == "禁止" and "医生" in row[1] for row in notes)


def test_figures_are_written_as_people_read_them(reader):
    from sanyi.web.opened import results
    row = results().page("inpatient_clearings", limit=1)[0]
    page = text(reader.get(f"/institutions/{row['institution_id']}/"))
    assert f"{row['cost_fen'] // 100:,}.{row['cost_fen'] % 100:02d}" in page


def test_hostile_words_stay_words(reader):
    page = text(reader.get("/tables/dip_cases/?q=%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    for address in ("/cases/%27;drop/", "/institutions/%3Cb%3E/", "/tables/..%2F..%2Fetc/", "/indicators/IND-999/", "/audit/AUD-99/"):
        assert reader.get(address).status_code == 404, address


def test_signing_out_ends_the_session(site):
    from django.test import Client
    client = Client()
    client.post("/sign-in/", {"name": "reader", "password": PASSWORD})
    cookie = client.cookies["sanyi_session"].value
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    client.cookies["sanyi_session"] = cookie
    assert client.get("/").status_code == 302


def test_words_of_the_menu_are_pairs():
    templates = Path(__file__).resolve().parents[2] / "sanyi/web/templates"
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for path in templates.rglob("*.html"):
        bare = re.sub(r"{%.*?%}", "", re.sub(r'{% if language == .zh. %}.*?{% else %}', "", path.read_text("utf-8"), flags=re.S), flags=re.S)
        assert not chinese.search(bare), f"{path.name}: Chinese outside a pair: {chinese.search(bare)}"


def test_results_of_another_version_say_run_again(reader, site):
    from sanyi.web.opened import results
    from sanyi.web import opened
    path = results().files("appraisals")[0]
    whole = path.read_bytes()
    caches = [made for made in vars(opened).values() if hasattr(made, "cache_clear") and made.__name__ in ("_rows", "_total", "_count")]
    try:
        path.write_bytes(results().files("chart_of_accounts")[0].read_bytes())
        for cache in caches:
            cache.cache_clear()
        response = reader.get("/appraisal/")
    finally:
        path.write_bytes(whole)
    assert response.status_code == 409 and "重新运行" in text(response) and "sanyi run --plan haikou-2018" in text(response)
    assert reader.get("/appraisal/").status_code == 200


def test_one_workbook_at_a_time(reader):
    from sanyi.web.views.tables import EXPORTING
    with EXPORTING:
        busy = reader.get("/tables/dip_cases/workbook.xlsx")
        assert busy.status_code == 503 and busy.headers["Retry-After"] and "导出" in text(busy)
        assert reader.get("/tables/dip_cases/").status_code == 200
    assert reader.get("/tables/dip_cases/workbook.xlsx").status_code == 200


def test_an_indicator_shows_its_groups_of_institutions_with_their_targets(reader):
    page = text(reader.get("/indicators/IND-32/"))
    groups = page[page.index('id="groups"'):page.index("</section>", page.index('id="groups"'))]
    for said in ("市级公立医院", "15.00", "14.00", "+1.00", "≥ 15.00%", "已达到", "/tables/scope_members/?scope_code=city_hospital"):
        assert said in groups, said
    assert 'id="groups"' not in text(reader.get("/indicators/IND-91/"))


def test_a_claim_is_settled_line_by_line_on_a_page(reader):
    """Region-demo, resident, 2A: deductible 500, 72 % of 17,500."""
    page = reader.get("/benefit/", {"insurance": "resident", "care": "stay", "level": "2A", "person": "ordinary", "way": "local",
                                    "total": "20000", "in_scope": "18000"})
    text = page.content.decode()
    assert page.status_code == 200 and "-500.00" in text and "12,600.00" in text and "7,400.00" in text
    assert "BEN-5" in text


def test_a_page_shows_what_a_referral_changes(reader):
    """After 500 paid in a 2A hospital, the 3A hospital's 800 costs 300 more; a first stay less 100 does not matter in the chain."""
    asked = {"insurance": "resident", "level": "3A", "total": "20000", "in_scope": "18000", "earlier_level": "2A", "earlier_in_scope": "6000", "gap": "1"}
    rows = deductibles(reader.get("/benefit/", asked | {"direction": "up"}))
    assert rows == {"凭转诊单": ["500.00", "300.00", "800.00"], "没有转诊单": ["500.00", "700.00", "1,200.00"]}
    rows = deductibles(reader.get("/benefit/", asked | {"direction": "up", "gap": "30"}))
    assert rows["凭转诊单"] == rows["没有转诊单"] == ["500.00", "700.00", "1,200.00"], "the window broke the chain"


def deductibles(page):
    """The deductible of the earlier stay, of this one, and of both, with the referral and without it."""
    found = re.findall(r'<th scope="row">([^<]+)</th>((?:<td class="number">[^<]*</td>)+)', page.content.decode())
    return {title: re.findall(r">([^<]+)<", cells)[:3] for title, cells in found}


@pytest.mark.parametrize("asked", [{"total": "abc"}, {"total": "100", "in_scope": "200"}, {"total": "5", "level": "9Z"}, {"total": "-3"}])
def test_a_claim_that_cannot_be_is_refused_kindly(reader, asked):
    page = reader.get("/benefit/", asked)
    assert page.status_code in (200, 422) and 'role="alert"' in page.content.decode()


def test_the_scale_page_says_how_large_the_year_is_and_what_that_means(reader):
    page = text(reader.get("/scale/"))
    assert "一台机器足够" in page and "compare-results" in page and "60 行" in page
