"""The pages of the posted ledger: who sees and does what, steps by two hands, sheets that agree with the ledger, forms sent twice."""
import io
import re
from html import unescape

import pytest
from clearing_work import MONTHS, NOW, YEAR, balance, carried, draft, faults, opened, posted, settled, step, voucher
from signed_in import signed_in
from web_results import invent

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """Invented results, which every page carries in its head."""
    return invent(tmp_path_factory.mktemp("clearing-pages"))


@pytest.fixture
def browser(results_folder, monkeypatch):
    """Books with everybody there on a set day; gives a signed-in browser for an account."""
    from django.test import Client

    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    opened()

    def sign_in(name: str, language: str = "zh") -> Client:
        client = signed_in(name)
        client.cookies["sanyi_language"] = language
        return client
    return sign_in


def text(response) -> str:
    return unescape(response.content.decode("utf-8"))


def workbook(response) -> list[list]:
    from python_calamine import CalamineWorkbook
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()


def post_step(client, address: str, row, name: str, version: int | None = None, **given):
    row.refresh_from_db()
    return client.post(address, {"do": "step", "step": name, "version": row.version if version is None else version, **{f"given.{key}": value for key, value in given.items()}})


def book_id() -> int:
    from sanyi.store.models import Book
    return Book.objects.get(plan="small-2020").pk


def pages(batch, one_voucher) -> list[str]:
    book = book_id()
    return ["/settlement/", f"/settlement/?book={book}", f"/settlement/period/{batch.period_id}/", f"/settlement/batch/{batch.pk}/", f"/settlement/batch/{batch.pk}/H1/",
            f"/settlement/entries/?book={book}", f"/settlement/entries/?book={book}&institution=H1", f"/settlement/balances/?book={book}",
            f"/settlement/vouchers/?book={book}", f"/settlement/vouchers/{one_voucher.pk}/"]


def test_every_page_opens_for_everybody_in_both_languages_and_as_a_workbook(browser):
    made = voucher()
    settled("2020-01")
    batch = settled("2020-02", carried("second", {("H1", "resident", 1): 900}, finished=5), "补记")
    for place, name in enumerate(("maker", "hospital-1", "hospital-2", "office", "looker")):
        client = browser(name, ("zh", "en")[place % 2])
        for address in pages(batch, made):
            is_others = name == "hospital-2" and address.endswith(("/H1/", f"/vouchers/{made.pk}/"))
            assert client.get(address).status_code == (404 if is_others else 200), (name, address)
    held = [browser("maker").get(f"{address}{'&' if '?' in address else '?'}export=xlsx") for address in pages(batch, made)[:-1]]
    assert [len(workbook(response)) > 1 for response in held] == [True] * len(held)
    assert "补记" in text(browser("maker").get(f"/settlement/batch/{batch.pk}/")) and 'id="differences"' in text(browser("maker").get(f"/settlement/batch/{batch.pk}/"))


def test_nobody_sees_them_without_signing_in():
    from django.test import Client
    for address in ("/settlement/", "/settlement/batch/1/", "/settlement/batch/1/H1/", "/settlement/vouchers/"):
        assert Client().get(address).status_code == 302


def test_a_batch_goes_to_payment_by_its_buttons_and_each_hand_is_anothers(browser):
    batch = draft("2020-01")
    address = f"/settlement/batch/{batch.pk}/"
    assert post_step(browser("maker"), address, batch, "review").status_code == 422
    assert post_step(browser("office"), address, batch, "review").status_code == 403
    assert post_step(browser("reviewer"), address, batch, "review").status_code == 302
    assert post_step(browser("reviewer"), address, batch, "approve").status_code == 422
    assert post_step(browser("approver"), address, batch, "approve").status_code == 302
    assert post_step(browser("maker"), address, batch, "post").status_code == 302
    wrong = post_step(browser("payer"), address, batch, "pay", amount_fen="1.00")
    assert wrong.status_code == 422 and "不能按其他金额支付" in text(wrong)
    from sanyi.terms.fen import yuan
    assert post_step(browser("payer"), address, batch, "pay", amount_fen=yuan(batch.final_fen)).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "paid" and faults() == []


def test_a_form_sent_twice_works_once(browser):
    batch = posted("2020-01")
    from sanyi.terms.fen import yuan
    client, version = browser("payer"), batch.version
    address = f"/settlement/batch/{batch.pk}/"
    for _ in range(2):
        assert post_step(client, address, batch, "pay", version, amount_fen=yuan(batch.final_fen)).status_code == 302
    other = post_step(client, address, batch, "pay", version, amount_fen="5")
    assert other.status_code == 409 and batch.groups.filter(posting_code="PAY").count() == 6
    form = {"do": "add", "key": "one-form", "kind": "ADJUST", "period": "2020-02", "fund": "resident", "institution": "H1", "amount": "12.34", "reason": "补付"}
    clicks = [browser("maker").post(f"/settlement/vouchers/?book={book_id()}", form) for _ in range(3)]
    from sanyi.store.models import Voucher
    assert [each.status_code for each in clicks] == [302] * 3 and Voucher.objects.get().amount_fen == 1_234
    assert browser("maker").post(f"/settlement/vouchers/?book={book_id()}", {**form, "amount": "12.35"}).status_code == 409
    made = Voucher.objects.get()
    assert post_step(browser("maker"), f"/settlement/vouchers/{made.pk}/", made, "approve").status_code == 422
    assert post_step(browser("approver"), f"/settlement/vouchers/{made.pk}/", made, "approve").status_code == 302 and balance("1002", "resident", "H1") == -1_234


def test_a_period_is_closed_and_reopened_on_its_page_by_two_persons(browser):
    batch = settled("2020-01")
    period = batch.period
    address = f"/settlement/period/{period.pk}/"
    assert post_step(browser("maker"), address, period, "close").status_code == 302
    assert post_step(browser("maker"), address, period, "request_reopening").status_code == 422
    assert post_step(browser("maker"), address, period, "request_reopening", reason="补记").status_code == 302
    assert post_step(browser("maker-again"), address, period, "approve_reopening", reason="同意").status_code == 422
    assert post_step(browser("office"), address, period, "approve_reopening", reason="同意").status_code == 302
    period.refresh_from_db()
    shown = text(browser("looker").get(address))
    assert (period.state, period.round) == ("reopened", 2) and 'id="closings"' in shown and "补记" in shown


def test_a_hospital_disputes_its_own_sheet_and_is_answered(browser):
    batch = draft("2020-01")
    address = f"/settlement/batch/{batch.pk}/"
    assert browser("hospital-1").post(address, {"do": "dispute", "fund": "resident", "text": "少计一例"}).status_code == 302
    dispute = batch.disputes.get()
    assert "少计一例" in text(browser("reviewer").get(address))
    answered = {"do": "answer", "dispute": dispute.pk, "version": 1, "step": "reject", "given.answer": "已核对"}
    assert browser("reviewer").post(address, answered).status_code == 302
    for wrong in ({**answered, "dispute": "x"}, {**answered, "dispute": "999999"}):
        assert browser("reviewer").post(address, wrong).status_code == 404
    dispute.refresh_from_db()
    assert dispute.state == "rejected"


def test_a_hospital_sees_of_the_books_what_is_its_own_on_every_page_and_in_every_workbook(browser):
    voucher(reason="仅H1可见")
    settled("2020-01")
    batch = settled("2020-02", carried("second", {("H1", "resident", 1): 900}, finished=5), "补记")
    book = book_id()
    other = draft("2020-03", carried("second", {("H1", "resident", 1): 900}, finished=5))
    assert browser("hospital-1").post(f"/settlement/batch/{other.pk}/", {"do": "dispute", "fund": "resident", "text": "H1的异议"}).status_code == 302
    addresses = [f"/settlement/batch/{batch.pk}/", f"/settlement/batch/{other.pk}/", f"/settlement/entries/?book={book}", f"/settlement/entries/?book={book}&institution=H1",
                 f"/settlement/balances/?book={book}", f"/settlement/vouchers/?book={book}"]
    for address in addresses:
        mine, others = browser("hospital-1").get(address), browser("hospital-2").get(address)
        said = re.sub(r'institution=H1|(?<=name="institution" )value="H1"', "", text(others).split("<main", 1)[-1])  # what was asked for comes back
        assert not re.search(r"医院H1|\bH1\b|仅H1可见|H1的异议", said), address
        assert "H1" in text(mine), address
        sheet = workbook(browser("hospital-2").get(f"{address}{'&' if '?' in address else '?'}export=xlsx"))
        assert not any("H1" in str(cell) for row in sheet for cell in row), address


def test_a_key_that_somebody_sends_along_cannot_hold_up_anothers_step(browser):
    """The key of a form is its sender's own: made to look like another command's, it takes nothing from that one."""
    from sanyi.store.models import Account, Voucher
    batch = draft("2020-01")
    victim = Account.objects.get(name="reviewer").pk
    form = {"do": "add", "kind": "ADJUST", "period": "2020-02", "fund": "resident", "institution": "H1", "amount": "1", "reason": "x"}
    for key in (f"settlement_batch|{batch.pk}|{batch.version}|review|{victim}", "shared", "shared"):
        assert browser("maker").post(f"/settlement/vouchers/?book={book_id()}", {**form, "key": key}).status_code == 302
    assert browser("payer").post(f"/settlement/vouchers/?book={book_id()}", {**form, "key": "shared", "reason": "y"}).status_code == 302
    assert post_step(browser("reviewer"), f"/settlement/batch/{batch.pk}/", batch, "review").status_code == 302
    assert Voucher.objects.count() == 3


@pytest.mark.parametrize("name", ["office", "maker", "looker", "hospital-1", "lead"])
def test_the_books_work_takes_no_evidence(browser, name):
    """A line of evidence would move a batch's version on under the hands of those who approve it."""
    batch = draft("2020-01")
    for address, row in ((f"/settlement/batch/{batch.pk}/", batch), (f"/settlement/period/{batch.period_id}/", batch.period)):
        version = row.version
        form = {"do": "link", "version": version, "kind": "document", "name": "x", "link": "https://example.org/x"}
        assert browser(name).post(address, form).status_code == 422
        row.refresh_from_db()
        assert row.version == version


def test_the_sheet_has_a_line_for_each_month_and_its_totals(browser):
    """EX-26's columns: declared, ratio, self, refused, receivable; the workbook holds the same sums."""
    for code in MONTHS[:3]:
        batch = settled(code)
    address = f"/settlement/batch/{batch.pk}/H1/"
    shown = text(browser("hospital-1", "en").get(address))
    assert all(f"<td>{code}</td>" in shown for code in MONTHS[:3]) and "All months" in shown
    rows = workbook(browser("hospital-1", "en").get(f"{address}?export=xlsx"))
    columns = {name: place for place, name in enumerate(rows[0])}
    residents = [row for row in rows[1:] if row[columns["fund"]] == "resident" or "resident" in str(row[columns["fund"]])]
    found = next(name for name in columns if name.startswith("receivable"))
    assert len(residents) == 3 and all(isinstance(row[columns[found]], float) for row in residents)
    sheets = list(batch.sheets.filter(institution_id="H1", fund_code="resident"))
    assert round(residents[-1][columns[found]] * 100) == sheets[0].receivable_fen


def test_words_that_people_typed_stay_words(browser):
    made = voucher(reason="<script>alert(1)</script> =1+1", is_approved=False)
    shown = browser("maker").get(f"/settlement/vouchers/{made.pk}/").content.decode()
    assert "<script>alert(1)" not in shown and "&lt;script&gt;" in shown
    assert re.search(r"=1\+1", shown)


@pytest.mark.parametrize("address", ["/settlement/?book=999", "/settlement/?book=x", "/settlement/batch/999999/", "/settlement/period/999999/", "/settlement/vouchers/999999/",
                                     "/settlement/entries/?book=-1"])
def test_what_is_not_there_is_said_kindly(browser, address):
    response = browser("maker").get(address)
    assert response.status_code == 404 and "Traceback" not in text(response)


def test_before_any_draft_the_pages_say_how_to_begin(browser, monkeypatch):
    from sanyi.web import book_pages
    assert f"{YEAR}-12" in text(browser("maker").get("/settlement/"))
    monkeypatch.setattr(book_pages, "books", lambda: [])
    for address in ("/settlement/", "/settlement/entries/", "/settlement/balances/", "/settlement/vouchers/"):
        assert "sanyi settle post" in text(browser("maker").get(address)), address
