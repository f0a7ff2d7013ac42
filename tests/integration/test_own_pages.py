"""A hospital's account is kept to its own institution on every page, in every list and workbook; a zero byte is refused on both databases."""
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clearing_work import NOW, opened
from signed_in import signed_in
from web_results import invent

pytestmark = pytest.mark.usefixtures("undone")
OWN, OTHER = "I001", "I002"


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """Invented results of several institutions."""
    return invent(tmp_path_factory.mktemp("own-pages"))


@pytest.fixture
def browser(results_folder, monkeypatch):
    """Books with everybody there, and a hospital's account of the invented run; gives a signed-in browser for an account."""
    from sanyi.store.models import Account
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    opened()
    Account.objects.create(name="own", role="hospital", unit=OWN, password="!")

    return signed_in


def text(response) -> str:
    return response.content.decode("utf-8")


def workbook(response) -> list[list]:
    from python_calamine import CalamineWorkbook
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()


def test_every_page_is_a_hospitals_own_or_speaks_of_nobody_or_is_refused(browser):
    """A page that is added later is refused until its view says that it is a hospital's."""
    from django.urls import get_resolver

    from sanyi.web.access import PUBLIC
    patterns = get_resolver().url_patterns
    names = {pattern.name for pattern in patterns if not {"hospital", PUBLIC} & pattern.callback.allowed_roles}
    assert {"ledger", "indicators", "budget", "audit", "what_ifs", "run", "benefit", "consortia", "accounts"} <= names
    client = browser("own")
    for route in sorted(names):
        pattern = next(each for each in get_resolver().url_patterns if each.name == route)
        values = {name: "1" if type(converter).__name__ == "IntConverter" else "x" for name, converter in pattern.pattern.converters.items()}
        from django.urls import reverse
        assert client.get(reverse(route, kwargs=values)).status_code == 403, route
        assert client.post(reverse(route, kwargs=values)).status_code == 403, route


def test_a_hospital_begins_at_its_own_page_and_sees_no_other(browser):
    client = browser("own")
    assert client.get("/").headers["Location"] == f"/institutions/{OWN}/"
    assert client.get(f"/institutions/{OWN}/").status_code == 200
    for address in (f"/institutions/{OTHER}/", f"/institutions/{OTHER}/why/", "/settlement/batch/1/H1/"):
        assert client.get(address).status_code == 404, address
    menu = text(client.get(f"/institutions/{OWN}/")).split("</header>")[0]
    assert 'href="/cases/"' in menu and not any(f'href="{address}"' in menu for address in ("/budget/", "/what-if/", "/audit/", "/ledger/", "/indicators/", "/run/"))
    assert 'href="/budget/"' in text(browser("looker").get(f"/institutions/{OTHER}/"))


def test_lists_and_workbooks_hold_a_hospitals_own_rows_whatever_it_asks_for(browser):
    from sanyi.runs.results import Results
    from sanyi.web.opened import has, results
    client, looker = browser("own"), browser("looker")
    shown = narrowed = refused = 0
    for name in Results(Path(os.environ["SANYI_RESULTS"])).names:
        if not has(name):
            continue
        answer = client.get(f"/tables/{name}/?institution_id={OTHER}")
        if "institution_id" not in results().promise(name).names:
            refused += 1
            assert answer.status_code == 403 and client.get(f"/tables/{name}/workbook.xlsx").status_code == 403, name
            assert looker.get(f"/tables/{name}/").status_code == 200
            continue
        assert answer.status_code == 200 and 'class="nothing"' in text(answer), name  # its own and another's are nobody's
        narrowed += 1
        if narrowed % 8:
            continue
        rows = workbook(client.get(f"/tables/{name}/workbook.xlsx?size=20"))
        there = {row["institution_id"] for row in results().page(name, limit=None)}
        found = {cell for row in rows[1:] for cell in row if cell in there}
        assert found <= {OWN}, name
        shown += 1
    assert narrowed > 10 and refused > 10 and shown >= 2
    assert client.get("/cases/").status_code == client.get("/institutions/").status_code == 200
    assert f"/institutions/{OTHER}/" not in text(client.get("/institutions/?all=")) and f"/institutions/{OWN}/" in text(client.get("/institutions/?all="))


def test_a_case_of_another_institution_does_not_exist_for_a_hospital(browser):
    from sanyi.web.opened import results
    mine = {row["encounter_id"]: row["institution_id"] == OWN for row in results().page("encounters", limit=None)}
    assert True in mine.values() and False in mine.values()
    for encounter, is_own in mine.items():
        assert browser("own").get(f"/cases/{encounter}/").status_code == (200 if is_own else 404), encounter


def test_special_reviews_of_others_do_not_exist_for_a_hospital(browser):
    from sanyi.store.books import open_book
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    from sanyi.web.ledgers import run_plan
    from sanyi.web.opened import results
    year = results().year
    open_book(run_plan(), year, "maker", NOW)
    other = apply_for_review(run_plan(), year, ReviewedCase("E-OTHER", OTHER, 100, "dip", 1000, 5), "high_cost", "他院的病例", "maker", NOW)
    mine = apply_for_review(run_plan(), year, ReviewedCase("E-MINE", OWN, 100, "dip", 1000, 5), "high_cost", "本院的病例", "own", NOW)
    client = browser("own")
    assert client.get(f"/special-reviews/{mine.pk}/").status_code == 200 and client.get(f"/special-reviews/{other.pk}/").status_code == 404
    assert client.post(f"/special-reviews/{other.pk}/", {"do": "step", "step": "withdraw", "version": "1", "given.reason": "x"}).status_code == 404
    page = text(client.get("/special-reviews/"))
    assert "E-MINE" in page and "E-OTHER" not in page
    assert not any("E-OTHER" in map(str, row) for row in workbook(client.get("/special-reviews/?export=xlsx")))
    assert "E-OTHER" in text(browser("maker").get("/special-reviews/"))


def test_a_delegation_is_made_used_and_taken_back_on_its_page(browser):
    from clearing_work import draft
    from sanyi.store.models import Delegation
    batch, page = draft("2020-01"), "/settlement/delegations/"
    form = {"do": "delegate", "taker": "payer", "from_on": "2021-02-01", "to_on": "2021-02-03", "reason": "出差"}
    for wrong in ({"taker": "office"}, {"taker": "approver"}):
        assert browser("approver").post(page, {**form, **wrong}).status_code == 403
    for wrong in ({"from_on": "x"}, {"to_on": "2021-01-01"}, {"reason": " "}):
        assert browser("approver").post(page, {**form, **wrong}).status_code == 422
    assert browser("approver").post(page, form).status_code == 302
    address = f"/settlement/batch/{batch.pk}/"
    assert 'name="on_behalf"' in text(browser("payer").get(address)) and 'name="on_behalf"' not in text(browser("reviewer").get(address))
    step = {"do": "step", "step": "review", "version": "1"}
    assert browser("reviewer").post(address, {**step, "on_behalf": "approver"}).status_code == 403
    assert browser("payer").post(address, {**step, "on_behalf": "approver"}).status_code == 302
    given = Delegation.objects.get()
    taken = {"do": "revoke", "delegation": str(given.pk), "reason": "回来了"}
    assert browser("payer").post(page, taken).status_code == 403 and browser("reviewer").post(page, taken).status_code == 404
    assert "出差" not in text(browser("reviewer").get(page)) and "出差" in text(browser("payer").get(page))
    assert browser("approver").post(page, taken).status_code == 302 and browser("approver").post(page, taken).status_code == 422
    assert "回来了" in text(browser("office").get(page)) and len(workbook(browser("office").get(f"{page}?export=xlsx"))) == 2
    assert 'name="on_behalf"' not in text(browser("payer").get(address))


def test_the_sums_that_a_hospital_sees_of_a_batch_are_its_own(browser):
    from clearing_work import settled
    from sanyi.terms.fen import yuan
    batch = settled("2020-01")
    own = sum(batch.sheets.filter(institution_id="H1").values_list("final_fen", flat=True))
    for address in (f"/settlement/batch/{batch.pk}/", f"/settlement/period/{batch.period_id}/", f"/settlement/?book={batch.book_id}"):
        page = text(browser("hospital-1").get(address))
        assert yuan(batch.final_fen) not in page and yuan(own) in page, address
        assert yuan(batch.final_fen) in text(browser("maker").get(address)), address


ZEROS = ("/settlement/entries/?institution=%00", "/settlement/?book=1%00", "/institutions/I001%00/", "/schemes/demo-1%00/", "/special-reviews/?a%00b=1", "/ledger/?q=a%00b")


def test_a_zero_byte_is_refused(browser):
    client = browser("maker")
    for address in ZEROS:
        assert client.get(address).status_code == 400, address
    for address, form in (("/sign-in/", {"name": "a\0b", "password": "x"}), ("/settlement/vouchers/", {"do": "add", "reason": "x\0y"}),
                          ("/settlement/vouchers/", {"do\0": "add"}), ("/special-reviews/", {"do": "add", "encounter": "\0"})):
        assert client.post(address, form).status_code == 400, form
    client.cookies["sanyi_session"] = "a\0b"
    assert client.get("/settlement/").status_code == 400


@pytest.mark.postgres
def test_a_zero_byte_is_refused_on_postgresql_too(postgres_server, tmp_path):
    told = {name: value for name, value in os.environ.items() if name not in ("SANYI_VAR", "DJANGO_SETTINGS_MODULE")}
    told["SANYI_DATABASE"] = postgres_server.database("zero_bytes")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "not postgresql"], capture_output=True, text=True,
                          env=told, cwd=Path(__file__).parents[2])
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout[-3000:]
